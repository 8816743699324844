// The OpenAPI 3.1 document of a list of routes.
#pragma once
#include <string>

#include "base/json.h"
#include "machine/web/router.h"

namespace web {

struct ApiFacts {
  std::string title = "API";
  std::string version = "1";
  std::string summary;
  std::string session_cookie = "session";
  std::string prefix = "/api/";  // routes elsewhere are pages, and not in the document
};

base::json::value api_document(const Router& router, const ApiFacts& facts);

}  // namespace web
