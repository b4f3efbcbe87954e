#include "core/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <mutex>

#include "core/error.h"

namespace tacit::log {
namespace {

spdlog::level::level_enum translate(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

std::shared_ptr<spdlog::logger> make_logger(std::string who, Level level, spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>(std::move(who), std::move(sink));
  // UTC, so that the logs of parties in different places line up.
  logger->set_formatter(
      std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %n %v", spdlog::pattern_time_type::utc));
  logger->set_level(translate(level));
  // A killed process keeps every line it wrote.
  logger->flush_on(spdlog::level::trace);
  return logger;
}

std::mutex current_mutex;

std::shared_ptr<spdlog::logger>& current() {
  // Never destroyed: threads may still log while the process exits.
  static auto& logger = *new std::shared_ptr<spdlog::logger>(
      make_logger("tacit", Level::warning, std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  return logger;
}

/// Control characters would let a peer's text forge lines or drive the terminal.
std::string one_line(std::string_view message) {
  std::string text;
  text.reserve(message.size());
  for (char character : message) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '\n')
      text += "\\n";
    else if (character != '\t' && (code < 0x20 || code == 0x7f))
      text += fmt::format("\\x{:02x}", code);
    else
      text.push_back(character);
  }
  return text;
}

}  // namespace

void start(std::string who, Level level, const std::filesystem::path& file) {
  spdlog::sink_ptr sink;
  try {
    if (file.empty())
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
  } catch (const spdlog::spdlog_ex& error) {
    fail(ErrorKind::io, "cannot log to {}: {}", file.string(), error.what());
  }
  auto logger = make_logger(std::move(who), level, std::move(sink));
  const std::lock_guard lock(current_mutex);
  current() = std::move(logger);
}

Level level_from_string(std::string_view word) {
  if (word == "debug") return Level::debug;
  if (word == "info") return Level::info;
  if (word == "warning") return Level::warning;
  if (word == "error") return Level::error;
  if (word == "off") return Level::off;
  fail(ErrorKind::usage, "'{}' is no log level, expected one of debug, info, warning, error, off", word);
}

void write(Level level, std::string_view message) {
  if (level == Level::off) return;
  std::shared_ptr<spdlog::logger> logger;
  {
    const std::lock_guard lock(current_mutex);
    logger = current();
  }
  if (logger->should_log(translate(level))) logger->log(translate(level), one_line(message));
}

}  // namespace tacit::log
