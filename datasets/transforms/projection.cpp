#include "datasets/transforms/projection.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "datasets/transforms/moments.h"

namespace tacit::datasets {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatRows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

FloatRows rows_of(const Dataset& data) {
  return {data.features.data(), static_cast<Eigen::Index>(data.size()), static_cast<Eigen::Index>(data.feature_size())};
}

void require_components(std::size_t components, std::size_t most, const std::string& of) {
  if (components < 1 || components > most)
    fail(ErrorKind::usage, "{} can be projected to 1 to {} components, not {}", of, most, components);
}

}  // namespace

Dataset Projection::apply(const Dataset& data) const {
  if (data.feature_size() != mean.size())
    fail(ErrorKind::usage, "data set '{}' has {} features, the projection takes {}", data.name, data.feature_size(),
         mean.size());
  const auto width = static_cast<Eigen::Index>(mean.size()), count = static_cast<Eigen::Index>(components());
  const Eigen::Map<const Matrix> w(weights.data(), count, width);
  const Eigen::Map<const Eigen::RowVectorXd> centre(mean.data(), width);
  const Matrix projected = (rows_of(data).cast<double>().rowwise() - centre) * w.transpose();
  Dataset result = data;
  result.feature_shape = {static_cast<std::int64_t>(components())};
  result.feature_names.clear();
  result.features.assign(projected.data(), projected.data() + projected.size());
  const auto [low, high] = std::minmax_element(result.features.begin(), result.features.end());
  if (data.size() > 0) result.feature_low = *low, result.feature_high = *high;
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
