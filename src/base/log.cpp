#include "base/log.h"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"

namespace base {
namespace {

spdlog::logger& logger() {
  static const auto only = [] {
    auto made = std::make_shared<spdlog::logger>("agora", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *only;
}

bool is_json = false;

void write(spdlog::level::level_enum level, std::string_view message) {
  if (is_json)
    logger().log(level, "{}", json::serialize(json::string(message)));
  else
    logger().log(level, "{}", message);
}

}  // namespace

void set_log(LogLevel level, LogForm form) {
  static constexpr spdlog::level::level_enum kLevels[] = {
      spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err, spdlog::level::off};
  logger().set_level(kLevels[static_cast<int>(level)]);
  is_json = form == LogForm::json;
  const auto* pattern = is_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                                : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
  logger().set_pattern(pattern, spdlog::pattern_time_type::utc);
}

void log_debug(std::string_view message) {
  write(spdlog::level::debug, message);
}
void log_info(std::string_view message) {
  write(spdlog::level::info, message);
}
void log_warning(std::string_view message) {
  write(spdlog::level::warn, message);
}
void log_error(std::string_view message) {
  write(spdlog::level::err, message);
}

}  // namespace base
