#include "attacks/attention_inversion.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <chrono>

#include "attacks/closed_form_labels.h"
#include "attacks/linear_layers.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"
#include "models/graph.h"
#include "models/layers/convolution.h"

namespace tacit::attacks {
namespace {

using Matrix = Eigen::MatrixXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Singular values below this part of the largest are rounding of float32.
constexpr double rank_threshold = 1e-6;

Matrix matrix_at(std::span<const double> flat, std::size_t offset, std::size_t rows, std::size_t columns) {
  return Eigen::Map<const RowMajor>(flat.subspan(offset, rows * columns).data(), static_cast<Eigen::Index>(rows),
                                    static_cast<Eigen::Index>(columns));
}

/// Puts the patches, columns [patch_size, T of the image], together.
std::vector<double> image_of(const PatchAttention& front, const Matrix& patches) {
  std::vector<double> image(front.channels * front.height * front.width);
  const std::size_t k = front.kernel, across = front.width / k;
  for (std::size_t c = 0; c < front.channels; ++c)
    for (std::size_t y = 0; y < front.height; ++y)
      for (std::size_t x = 0; x < front.width; ++x)
        image[(c * front.height + y) * front.width + x] =
            patches(static_cast<Eigen::Index>((c * k + y % k) * k + x % k),
                    static_cast<Eigen::Index>((y / k) * across + x / k));
  return image;
}

class AttentionInversionMethod final : public Method {
 public:
  AttackResult run(const AttackTask& task) const override;
};

AttackResult AttentionInversionMethod::run(const AttackTask& task) const {
  const auto start = std::chrono::steady_clock::now();
  const ObservedGradient gradient =
      observed_gradient(task.observation, task.threat_model, false, "the attention inversion");
  if (task.count != 1)
    fail(ErrorKind::configuration, "the attention inversion is for updates of one example, and this one has {}",
         task.count);
  const models::Model<double> model = observed_model(task.observation.run());
  const auto front = find_patch_attention(model);
  if (!front) {
    fail(ErrorKind::configuration,
         "the attention inversion needs a model that begins with layers 'conv2d' (its stride its kernel, no padding), "
         "'image_tokens', perhaps 'class_token', and 'positional_embedding', with nothing beside or between");
  }
  const std::vector<double> theta(task.observation.model().values().begin(), task.observation.model().values().end());
  const AttentionInversion inversion = front->projection ? invert_attention(*front, theta, gradient.values)
                                                         : invert_patch_embedding(*front, gradient.values);

  RestartRow row;
  row.inputs = inversion.image;
  row.labels = closed_form_labels(model, gradient.values, 1);
  row.score = row.first_score = inversion.residual;
  row.stopped = "closed form";
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  AttackResult result;
  result.inputs = row.inputs;
  result.labels = row.labels;
  result.score = row.score;
  result.notes = gradient.notes;
  result.notes.push_back(
      fmt::format("The gradient of the position embedding has rank {} for {} {}, condition {:.2g}{}.", inversion.rank,
                  inversion.unknowns, front->projection ? "tokens" : "patches", inversion.condition,
                  inversion.rank < inversion.unknowns ? ": it does not determine the image" : ""));
  if (!front->projection)
    result.notes.emplace_back(
        "No attention reads the position embedding itself, so the patches are read off the gradient of their "
        "embedding.");
  result.rows.push_back(std::move(row));
  return result;
}

/// Z with A^T Z = B in least squares, and what there is to say of it.
Matrix solve_transposed(const Matrix& a, const Matrix& b, AttentionInversion& result) {
  if (a.isZero(0)) fail(ErrorKind::data, "the gradient of the position embedding is zero: there is nothing to solve");
  Eigen::JacobiSVD<Matrix> svd(a.transpose(), Eigen::ComputeThinU | Eigen::ComputeThinV);
  svd.setThreshold(rank_threshold);
  const Matrix z = svd.solve(b);
  result.unknowns = static_cast<std::size_t>(a.rows());
  result.rank = static_cast<std::size_t>(svd.rank());
  const auto& singular = svd.singularValues();
  result.condition = singular(0) / singular(singular.size() - 1);
  const double size = b.norm();
  result.residual = size > 0 ? (a.transpose() * z - b).norm() / size : 0;
  return z;
}

}  // namespace

std::optional<PatchAttention> find_patch_attention(const models::Model<double>& model) {
  const auto& nodes = model.graph().nodes();
  const auto next = [&](std::size_t value, std::string_view type) -> std::optional<std::size_t> {
    const auto reader = only_reader(model, value);
    return reader && nodes[*reader].layer->type() == type ? reader : std::nullopt;
  };
  const auto patches = next(models::Graph<double>::input, "conv2d");
  if (!patches) return {};
  const auto& convolution = dynamic_cast<const models::Convolution<double>&>(*nodes[*patches].layer);
  const auto& windows = convolution.windows();
  PatchAttention front;
  front.channels = windows.channels;
  front.height = windows.image[0];
  front.width = windows.image[1];
  front.kernel = windows.kernel[0];
  for (std::size_t axis = 0; axis < 2; ++axis)
    if (windows.kernel[axis] != front.kernel || windows.stride[axis] != front.kernel || windows.padding[axis] != 0 ||
        windows.dilation[axis] != 1 || windows.image[axis] % front.kernel != 0)
      return {};
  if (convolution.groups() != 1) return {};
  front.embedding = static_cast<std::size_t>(convolution.output_shape().at(0));
  front.patch_weight = nodes[*patches].theta_offset;
  if (convolution.parameters().size() == 2)
    front.patch_bias = front.patch_weight + front.embedding * front.patch_size();

  const auto tokens = next(*patches + 1, "image_tokens");
  if (!tokens) return {};
  std::size_t value = *tokens + 1;
  if (const auto extra = next(value, "class_token")) {
    front.class_token = true;
    value = *extra + 1;
  }
  const auto position = next(value, "positional_embedding");
  if (!position) return {};
  front.tokens = static_cast<std::size_t>(nodes[*position].layer->output_shape().at(0));
  front.position = nodes[*position].theta_offset;
  if (const auto attention = next(*position + 1, "attention")) front.projection = nodes[*attention].theta_offset;
  return front;
}

AttentionInversion invert_attention(const PatchAttention& front, std::span<const double> theta,
                                    std::span<const double> gradient) {
  const std::size_t d = front.embedding;
  const Matrix a = matrix_at(gradient, front.position, front.tokens, d);
  const Matrix b = matrix_at(theta, front.projection.value(), 3 * d, d).transpose() *
                   matrix_at(gradient, front.projection.value(), 3 * d, d);
  AttentionInversion result;
  const Matrix z = solve_transposed(a, b, result);

  // The embedding of each patch, as a column, without class token, position and bias.
  const auto first = static_cast<Eigen::Index>(front.class_token ? 1 : 0);
  const Matrix position = matrix_at(theta, front.position, front.tokens, d);
  Matrix embedded = (z - position).bottomRows(static_cast<Eigen::Index>(front.tokens) - first).transpose();
  if (front.patch_bias) embedded.colwise() -= matrix_at(theta, *front.patch_bias, d, 1).col(0);
  const Matrix patch_weight = matrix_at(theta, front.patch_weight, d, front.patch_size());
  Eigen::JacobiSVD<Matrix> patches(patch_weight, Eigen::ComputeThinU | Eigen::ComputeThinV);
  result.image = image_of(front, patches.solve(embedded));
  return result;
}

AttentionInversion invert_patch_embedding(const PatchAttention& front, std::span<const double> gradient) {
  const std::size_t first = front.class_token ? 1 : 0, d = front.embedding;
  const Matrix a = matrix_at(gradient, front.position + first * d, front.tokens - first, d);
  const Matrix g = matrix_at(gradient, front.patch_weight, d, front.patch_size());
  AttentionInversion result;
  result.image = image_of(front, solve_transposed(a, g, result).transpose());
  return result;
}

std::unique_ptr<const Method> make_attention_inversion(ConfigTable) {
  return std::make_unique<const AttentionInversionMethod>();
}

}  // namespace tacit::attacks
