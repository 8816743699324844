// One log for the whole program, to standard error. Never give it a secret, a label or a private score.
#pragma once
#include <string_view>

namespace base {

enum class LogLevel { debug, info, warning, error, off };

// Lines are "time level message"; `json` makes each line one JSON object. Until called, warnings and errors
// are written.
enum class LogForm { text, json };
void set_log(LogLevel level, LogForm form);

void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace base
