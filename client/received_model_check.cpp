#include "client/received_model_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/graph.h"

namespace tacit::client {
namespace {

constexpr std::size_t enough = 16;    ///< rows or inputs that a statistic needs
constexpr double least_spread = 0.2;  ///< of t, over rows
constexpr double aligned_cosine = 0.99;
constexpr float largest_bias = 100;

/// Row-major [rows, columns].
struct Matrix {
  std::span<const float> values;
  std::size_t rows = 0, columns = 0;

  std::span<const float> row(std::size_t k) const { return values.subspan(k * columns, columns); }
};

bool is_zero(std::span<const float> row) {
  return std::all_of(row.begin(), row.end(), [](float value) { return value == 0; });
}

std::size_t zero_rows(const Matrix& matrix) {
  std::size_t zero = 0;
  for (std::size_t k = 0; k < matrix.rows; ++k) zero += is_zero(matrix.row(k)) ? 1 : 0;
  return zero;
}

/// How many rows point along the mean of all rows' directions: all that are equal, if most are.
std::size_t aligned_rows(const Matrix& matrix) {
  std::vector<double> mean(matrix.columns), length(matrix.rows);
  for (std::size_t k = 0; k < matrix.rows; ++k) {
    const auto row = matrix.row(k);
    for (const float value : row) length[k] += static_cast<double>(value) * value;
    length[k] = std::sqrt(length[k]);
    for (std::size_t j = 0; j < row.size() && length[k] > 0; ++j) mean[j] += row[j] / length[k];
  }
  const double size = std::sqrt(std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0));
  std::size_t aligned = 0;
  for (std::size_t k = 0; k < matrix.rows; ++k) {
    const auto row = matrix.row(k);
    const double cosine = std::inner_product(row.begin(), row.end(), mean.begin(), 0.0) / (length[k] * size);
    aligned += cosine > aligned_cosine ? 1 : 0;
  }
  return aligned;
}

/// Standard deviation over rows of sum / length, rows that are not zero.
double spread_of_sums(const Matrix& matrix) {
  double total = 0, square = 0, count = 0;
  for (std::size_t k = 0; k < matrix.rows; ++k) {
    double sum = 0, length = 0;
    for (const float value : matrix.row(k)) {
      sum += value;
      length += static_cast<double>(value) * value;
    }
    if (!(length > 0)) continue;
    const double t = sum / std::sqrt(length);
    total += t;
    square += t * t;
    ++count;
  }
  if (count < static_cast<double>(enough)) return 1;
  return std::sqrt(std::max(0.0, square / count - (total / count) * (total / count)));
}

void look_at_rows(const std::string& name, const Matrix& weight, std::vector<std::string>& signs) {
  const std::size_t zero = zero_rows(weight);
  if (zero > 0 && zero < weight.rows)
    signs.push_back(fmt::format("{} of {} rows of '{}' are zero, as in a head that fishes", zero, weight.rows, name));
  if (weight.rows < enough || weight.columns < enough) return;
  const std::size_t equal = aligned_rows(weight);
  if (2 * equal >= weight.rows) {
    signs.push_back(fmt::format("{} of {} rows of '{}' point the same way, as the bins of an imprint are", equal,
                                weight.rows, name));
  } else if (const double spread = spread_of_sums(weight); spread < least_spread) {
    signs.push_back(
        fmt::format("the sums of the rows of '{}' spread by {:.2g} where independent weights have about 1, as "
                    "trap weights do",
                    name, spread));
  }
}

void look_at_bias(const std::string& name, std::span<const float> bias, std::vector<std::string>& signs) {
  const auto beyond =
      std::find_if(bias.begin(), bias.end(), [](float value) { return std::abs(value) > largest_bias; });
  if (beyond != bias.end())
    signs.push_back(fmt::format("a bias of '{}' is {:g}, as in a head that fishes for a class", name, *beyond));
}

void look_at_kernels(const std::string& name, const Matrix& kernels, std::vector<std::string>& signs) {
  const std::size_t zero = zero_rows(kernels);
  if (2 * zero >= kernels.rows && zero < kernels.rows)
    signs.push_back(
        fmt::format("{} of {} kernels of '{}' are zero, as of clients that are kept apart", zero, kernels.rows, name));
}

}  // namespace

std::vector<std::string> suspicious_signs(const models::Model<float>& model, std::span<const float> theta) {
  std::vector<std::string> signs;
  for (const auto& node : model.graph().nodes()) {
    const std::string_view type = node.layer->type();
    if (type != "linear" && type != "conv2d") continue;
    std::size_t offset = node.theta_offset;
    for (const auto& parameter : node.layer->parameters()) {
      const std::size_t size = element_count(parameter.shape), rows = static_cast<std::size_t>(parameter.shape.at(0));
      const auto values = theta.subspan(offset, size);
      offset += size;
      if (parameter.name == "weight") {
        const Matrix matrix{values, rows, size / rows};
        type == "linear" ? look_at_rows(node.name, matrix, signs) : look_at_kernels(node.name, matrix, signs);
      } else if (type == "linear" && parameter.name == "bias") {
        look_at_bias(node.name, values, signs);
      }
    }
  }
  return signs;
}

}  // namespace tacit::client
