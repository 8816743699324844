// One connection to one database, whichever: what a back end has to be able to do.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/storage/rows.h"
#include "machine/storage/values.h"

namespace storage {

enum class Mode { read, serializable, read_committed };

// What can be done about a failure: nothing, begin the transaction again, or take another connection.
enum class Remedy { none, again, reconnect };

struct Trouble {
  base::Error error;
  Remedy remedy = Remedy::none;
};

class Driver {
 public:
  virtual ~Driver() = default;

  virtual base::Result<Rows> execute(std::string_view sql, std::span<const Parameter> values) = 0;
  virtual base::Result<void> script(
      std::string_view sql) = 0;  // several statements, in this back end's words

  virtual base::Result<void> begin(Mode mode) = 0;
  virtual base::Result<void> commit() = 0;
  virtual void rollback() = 0;  // after any failure; the connection is clean, or no longer alive
  virtual bool is_in_transaction() const = 0;

  virtual base::Result<void> begin_bulk(std::string_view table,
                                        std::span<const std::string_view> columns) = 0;
  virtual base::Result<void> add_bulk(std::span<const Parameter> values) = 0;
  virtual base::Result<std::int64_t> finish_bulk() = 0;
  virtual void abandon_bulk() = 0;

  virtual bool is_alive() const = 0;
  Remedy remedy() const { return remedy_; }  // of the last failure

 protected:
  tl::unexpected<base::Error> told(Trouble trouble) {
    remedy_ = trouble.remedy;
    return tl::unexpected(std::move(trouble.error));
  }
  void clear() { remedy_ = Remedy::none; }

 private:
  Remedy remedy_ = Remedy::none;
};

}  // namespace storage
