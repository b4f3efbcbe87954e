#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <vector>

namespace tacit::evaluation {

/// What shadow models that are done said of the candidates: FOLDER/shadows.log, a line each, the number of the model
/// and its confidences, exact. A line is on the disk before `add` returns; one that a kill cut off is dropped when the
/// log is opened again.
class ShadowLog {
 public:
  /// Throws Error(data) naming file and line if a whole line is none of `candidates` numbers, Error(io).
  ShadowLog(const std::filesystem::path& folder, std::size_t candidates);
  ~ShadowLog();
  ShadowLog(const ShadowLog&) = delete;
  ShadowLog& operator=(const ShadowLog&) = delete;

  /// Null if that one is not done.
  const std::vector<double>* find(std::size_t shadow) const;
  void add(std::size_t shadow, std::vector<double> confidences);

 private:
  void read_all();

  std::filesystem::path file_;
  std::size_t candidates_;
  int descriptor_ = -1;
  std::map<std::size_t, std::vector<double>> done_;
};

}  // namespace tacit::evaluation
