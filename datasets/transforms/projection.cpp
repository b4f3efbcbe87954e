#include "datasets/transforms/projection.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/random.h"
#include "datasets/mapped_examples.h"
#include "datasets/transforms/moments.h"

namespace tacit::datasets {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// y = W (x - mean), an example at a time and the components side by side: one order of additions, whoever else is
/// projected with it.
class AffineMap {
 public:
  explicit AffineMap(const Projection& projection)
      : mean_(projection.mean), columns_(projection.weights.size()), components_(projection.components()) {
    for (std::size_t k = 0; k < components_; ++k)
      for (std::size_t j = 0; j < mean_.size(); ++j)
        columns_[j * components_ + k] = projection.weights[k * mean_.size() + j];
  }

  void operator()(std::span<const float> from, std::span<float> to) const {
    std::vector<double> sums(components_);
    for (std::size_t j = 0; j < from.size(); ++j) {
      const double value = double{from[j]} - mean_[j];
      const double* column = columns_.data() + j * components_;
      for (std::size_t k = 0; k < components_; ++k) sums[k] += value * column[k];
    }
    for (std::size_t k = 0; k < components_; ++k) {
      if (!(std::abs(sums[k]) <= double{std::numeric_limits<float>::max()}))
        fail(ErrorKind::data, "component {} of an example is {}, not a finite number within the range of float", k,
             sums[k]);
      to[k] = static_cast<float>(sums[k]);
    }
  }

 private:
  std::vector<double> mean_, columns_;  ///< columns_ [features, components]
  std::size_t components_;
};

void require_components(std::size_t components, std::size_t most, const std::string& of) {
  if (components < 1 || components > most)
    fail(ErrorKind::usage, "{} can be projected to 1 to {} components, not {}", of, most, components);
}

}  // namespace

Dataset Projection::project(Dataset data) const {
  if (data.feature_size() != mean.size())
    fail(ErrorKind::usage, "data set '{}' has {} features, the projection takes {}", data.name, data.feature_size(),
         mean.size());
  data.feature_names.clear();
  return mapped(std::move(data), AffineMap(*this), {static_cast<std::int64_t>(components())});
}

Dataset Projection::apply(Dataset data) const {
  Dataset result = project(std::move(data));
  if (result.size() == 0) return result;
  float low = std::numeric_limits<float>::infinity(), high = -low;
  for_each_example(result, [&](std::span<const float> row) {
    const auto [least, most] = std::minmax_element(row.begin(), row.end());
    low = std::min(low, *least);
    high = std::max(high, *most);
  });
  result.feature_low = low;
  result.feature_high = high;
  return result;
}

Projection principal_components(const Dataset& training, std::size_t components) {
  require_components(components, std::min(training.feature_size(), training.size()),
                     "data set '" + training.name + "'");
  return principal_components(moments_of(training), components);
}

Projection principal_components(const Moments& moments, std::size_t components) {
  const std::size_t width = moments.mean.size();
  require_components(components, std::min<std::size_t>(width, moments.examples),
                     fmt::format("{} examples of {} features", moments.examples, width));
  const Eigen::Map<const Matrix> scatter(moments.scatter.data(), static_cast<Eigen::Index>(width),
                                         static_cast<Eigen::Index>(width));
  const Eigen::MatrixXd covariance = scatter / static_cast<double>(moments.examples);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  if (solver.info() != Eigen::Success) fail(ErrorKind::internal, "the principal components did not converge");

  Projection projection{moments.mean, {}};
  for (std::size_t k = 0; k < components; ++k) {
    // Eigenvalues come in ascending order.
    Eigen::VectorXd direction = solver.eigenvectors().col(static_cast<Eigen::Index>(width - 1 - k));
    Eigen::Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    if (direction(largest) < 0) direction = -direction;
    projection.weights.insert(projection.weights.end(), direction.begin(), direction.end());
  }
  return projection;
}

Projection random_projection(std::size_t features, std::size_t components, std::uint64_t seed) {
  require_components(components, features, fmt::format("{} features", features));
  RandomStream stream({seed, Purpose::data_split, 1, 0});
  Projection projection{std::vector<double>(features, 0.0), std::vector<double>(components * features)};
  const double deviation = 1 / std::sqrt(static_cast<double>(components));
  for (double& weight : projection.weights) weight = deviation * stream.normal();
  return projection;
}

}  // namespace tacit::datasets
