#include "attacks/learned/public_examples.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <string>

#include "core/error.h"

namespace tacit::attacks {

std::vector<double> read_public_examples(const std::filesystem::path& file, std::size_t features) {
  std::ifstream stream(file);
  if (!stream) fail(ErrorKind::io, "cannot read the public data {}", file.string());
  std::vector<double> rows;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::size_t values = 0;
    for (std::size_t start = 0; start <= line.size(); ++values) {
      const std::size_t comma = std::min(line.find(',', start), line.size());
      double value = 0;
      const auto [end, error] = std::from_chars(line.data() + start, line.data() + comma, value);
      if (error != std::errc() || end != line.data() + comma || !std::isfinite(value))
        fail(ErrorKind::data, "{}:{}: value {} is '{}', expected a finite number", file.string(), number, values + 1,
             line.substr(start, comma - start));
      rows.push_back(value);
      start = comma + 1;
    }
    if (values != features)
      fail(ErrorKind::data, "{}:{}: {} values, expected {}, the features of one example", file.string(), number, values,
           features);
  }
  if (rows.empty()) fail(ErrorKind::data, "the public data {} have no rows", file.string());
  return rows;
}

}  // namespace tacit::attacks
