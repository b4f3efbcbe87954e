#pragma once

#include <filesystem>

#include "client/leakage_guard.h"

namespace tacit::client {

/// What a guard measured, for the client's own eyes: a CSV file with a line a look, appended as it happens. Columns:
/// round, attempt, noise, mse, psnr, ssim, label_accuracy, verdict (sent, too_much, withheld). A client that was killed
/// looks again and writes the same lines again.
class LeakageLog {
 public:
  /// Throws Error(io) if the file cannot be written.
  explicit LeakageLog(std::filesystem::path file);
  void write(const GuardRecord& record) const;

 private:
  std::filesystem::path file_;
};

}  // namespace tacit::client
