// Connections to PostgreSQL (13 or newer) by libpq.
#pragma once
#include <memory>
#include <string>

#include "machine/storage/driver.h"
#include "machine/storage/storage.h"

struct pg_conn;

namespace storage {

struct Finish {
  void operator()(pg_conn* connection) const;
};
using Connection = std::unique_ptr<pg_conn, Finish>;

// Fails with `unavailable`, saying why, and never with the password.
base::Result<Connection> connect(const std::string& url, std::chrono::milliseconds patience);

base::Result<std::unique_ptr<Driver>> open_postgresql_driver(const std::string& url, const Options& options);

}  // namespace storage
