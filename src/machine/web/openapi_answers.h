// The answers of a route as OpenAPI tells them: its own, and those that the room gives before a handler is
// asked.
#pragma once
#include "base/json.h"
#include "machine/web/router.h"

namespace web {

base::json::object problem_schema();
base::json::object media_of(const Shape& shape, const base::json::value& schema);
base::json::object answers_of(const Entry& entry);
// What answers_of points to: components/responses.
base::json::object shared_answers();

}  // namespace web
