#include "client/leakage_log.h"

#include <fmt/core.h>

#include <fstream>

#include "core/error.h"

namespace tacit::client {
namespace {

std::string cell(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "";
}

const char* word_of(GuardRecord::Verdict verdict) {
  if (verdict == GuardRecord::Verdict::sent) return "sent";
  return verdict == GuardRecord::Verdict::too_much ? "too_much" : "withheld";
}

void append(const std::filesystem::path& file, const std::string& line) {
  std::ofstream stream(file, std::ios::app);
  stream << line << std::flush;
  if (!stream) fail(ErrorKind::io, "cannot write what the leakage guard measured to {}", file.string());
}

}  // namespace

LeakageLog::LeakageLog(std::filesystem::path file) : file_(std::move(file)) {
  std::error_code error;
  const bool is_new = !std::filesystem::exists(file_, error) || std::filesystem::file_size(file_, error) == 0;
  append(file_, is_new ? "round,attempt,noise,mse,psnr,ssim,label_accuracy,verdict\n" : "");
}

void LeakageLog::write(const GuardRecord& record) const {
  append(file_, fmt::format("{},{},{:.6g},{},{},{},{},{}\n", record.round, record.attempt, record.noise,
                            cell(record.leak.mse), cell(record.leak.psnr), cell(record.leak.ssim),
                            cell(record.leak.label_accuracy), word_of(record.verdict)));
}

}  // namespace tacit::client
