#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "evaluation/line_log.h"

namespace tacit::evaluation {

/// What shadow models that are done said of the candidates: FOLDER/shadows.log, a LineLog, each line the number of the
/// model and its confidences, exact.
class ShadowLog {
 public:
  /// Throws Error(data) naming file and line if a whole line is none of `candidates` numbers, and as LineLog.
  ShadowLog(const std::filesystem::path& folder, std::size_t candidates);

  /// Null if that one is not done.
  const std::vector<double>* find(std::size_t shadow) const;
  void add(std::size_t shadow, std::vector<double> confidences);

 private:
  void take(const std::string& line, std::size_t number);

  std::filesystem::path file_;
  std::size_t candidates_;
  std::map<std::size_t, std::vector<double>> done_;
  LineLog log_;  ///< last: it fills the map as it opens
};

}  // namespace tacit::evaluation
