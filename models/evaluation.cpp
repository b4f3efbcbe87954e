#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/executor.h"
#include "models/losses/loss_function.h"
#include "models/model.h"

namespace tacit::models {

namespace {

void check_size(const char* what, std::size_t given, std::size_t expected) {
  if (given != expected) fail(ErrorKind::usage, "{} has {} elements, expected {}", what, given, expected);
}

void check_optional_size(const char* what, std::size_t given, std::size_t expected) {
  if (given != 0) check_size(what, given, expected);
}

template <class T>
double norm_of(std::span<const T> values) {
  double squares = 0;
  for (const T value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

}  // namespace

template <class T>
struct Evaluation<T>::State {
  explicit State(const Model<T>& model)
      : executor(model.graph()),
        loss(model.loss_function()),
        theta_size(model.graph().parameter_count()),
        input_size(model.input_size()),
        target_size(model.target_size()),
        coupling_layer(model.coupling_layer()),
        takes_lanes(model.takes_lanes()) {}

  void check(std::span<const T> theta, const Examples<T>& examples) const {
    if (examples.count == 0) fail(ErrorKind::usage, "the loss of an empty batch is not defined");
    check_size("theta", theta.size(), theta_size);
    check_size("inputs", examples.inputs.size(), examples.count * input_size);
    check_size("targets", examples.targets.size(), examples.count * target_size);
  }
  template <class Spans>  // Direction or Gradients
  void check(const char* theta, const char* inputs, const char* targets, const Spans& spans, std::size_t count) const {
    check_optional_size(theta, spans.theta.size(), theta_size);
    check_optional_size(inputs, spans.inputs.size(), count * input_size);
    check_optional_size(targets, spans.targets.size(), count * target_size);
  }
  void check_lanes(const Examples<T>& examples, std::size_t lanes) const {
    if (!takes_lanes) fail(ErrorKind::usage, "lanes are asked of a model with a layer that does not take them");
    if (masks) fail(ErrorKind::usage, "lanes are asked for with masks, which depend on an example's place");
    if (lanes == 0 || examples.count % lanes != 0)
      fail(ErrorKind::usage, "{} examples are no whole number for each of {} lanes", examples.count, lanes);
  }
  /// Examples of one lane, where `all` has so many in a lane.
  Examples<T> lane_of(const Examples<T>& all, std::size_t lane, std::size_t each) const {
    return {all.inputs.subspan(lane * each * input_size, each * input_size),
            all.targets.subspan(lane * each * target_size, each * target_size), each};
  }
  /// One lane's rows of an array of the whole batch; empty stays empty.
  template <class Element>
  std::span<Element> rows(std::span<Element> all, std::size_t lane, std::size_t each) const {
    return all.empty() ? all : all.subspan(lane * each * target_size, each * target_size);
  }

  void set_mode(bool training, std::size_t first_example = 0) {
    graded = 0;
    executor.set_mode({.training = training,
                       .masks = training ? masks : std::nullopt,
                       .first_example = first_example,
                       .layer = 0,
                       .statistics = {}});
  }
  T gradient(std::span<const T> theta, const Examples<T>& examples, const Gradients<T>& gradients,
             std::size_t first_example);
  typename LossFunction<T>::Batch batch(const Examples<T>& examples) {
    return {examples.count, target_size, executor.outputs(), examples.targets};
  }

  Executor<T> executor;
  const LossFunction<T>& loss;
  std::size_t theta_size, input_size, target_size;
  std::string coupling_layer;
  bool takes_lanes;
  std::size_t graded = 0;  ///< examples of the gradient that the last call was, if it was one
  std::optional<MaskKey> masks;
  std::size_t observed = 0;  ///< examples in the statistics outside theta
  // Of clipped_gradients: one example's gradient, and the sum so far.
  std::vector<T> example_gradient;
  std::vector<double> clipped_sum;
};

template <class T>
Evaluation<T>::Evaluation(const Model<T>& model) : state_(std::make_unique<State>(model)) {}
template <class T>
Evaluation<T>::~Evaluation() = default;
template <class T>
Evaluation<T>::Evaluation(Evaluation&&) noexcept = default;

template <class T>
void Evaluation<T>::set_masks(const std::optional<MaskKey>& key) {
  state_->masks = key;
}

template <class T>
void Evaluation<T>::update_statistics(std::span<T> theta) {
  check_size("theta", theta.size(), state_->theta_size);
  state_->executor.update_statistics(theta, {});
}

template <class T>
bool Evaluation<T>::has_local_statistics() const noexcept {
  return state_->executor.has_local_statistics();
}

template <class T>
void Evaluation<T>::observe(std::span<const T> theta, std::span<const T> inputs, std::size_t count, bool first) {
  check_size("theta", theta.size(), state_->theta_size);
  check_size("inputs", inputs.size(), count * state_->input_size);
  if (count == 0) fail(ErrorKind::usage, "an empty batch has no statistics");
  state_->observed = count + (first ? 0 : state_->observed);
  state_->graded = 0;
  state_->executor.set_mode({.training = true, .masks = {}, .first_example = 0, .layer = 0, .statistics = {}});
  state_->executor.forward(theta, inputs, count);
  state_->executor.update_statistics({}, static_cast<double>(count) / static_cast<double>(state_->observed));
}

template <class T>
std::span<const T> Evaluation<T>::predict(std::span<const T> theta, std::span<const T> inputs, std::size_t count) {
  check_size("theta", theta.size(), state_->theta_size);
  check_size("inputs", inputs.size(), count * state_->input_size);
  state_->set_mode(false);
  state_->executor.forward(theta, inputs, count);
  return state_->executor.outputs();
}

template <class T>
T Evaluation<T>::loss(std::span<const T> theta, const Examples<T>& examples) {
  state_->check(theta, examples);
  state_->set_mode(true);
  state_->executor.forward(theta, examples.inputs, examples.count);
  return state_->loss.value(state_->batch(examples));
}

template <class T>
T Evaluation<T>::State::gradient(std::span<const T> theta, const Examples<T>& examples, const Gradients<T>& gradients,
                                 std::size_t first_example) {
  set_mode(true, first_example);
  executor.forward(theta, examples.inputs, examples.count);
  const T value = loss.gradient(batch(examples), {executor.output_gradient(), gradients.targets});
  executor.backward(theta, gradients.theta, gradients.inputs);
  return value;
}

template <class T>
T Evaluation<T>::gradient(std::span<const T> theta, const Examples<T>& examples, const Gradients<T>& gradients) {
  state_->check(theta, examples);
  state_->check("gradient of theta", "gradient of the inputs", "gradient of the targets", gradients, examples.count);
  const T value = state_->gradient(theta, examples, gradients, 0);
  state_->graded = examples.count;
  return value;
}

template <class T>
T Evaluation<T>::clipped_gradients(std::span<const T> theta, const Examples<T>& examples, double clip_norm,
                                   std::span<T> sum, std::span<double> norms) {
  state_->check(theta, examples);
  check_optional_size("sum of the gradients", sum.size(), state_->theta_size);
  check_optional_size("norms", norms.size(), examples.count);
  if (!(clip_norm > 0)) fail(ErrorKind::usage, "clip_norm is {}, expected a number above 0", clip_norm);
  if (!state_->coupling_layer.empty())
    fail(ErrorKind::usage,
         "gradients of single examples are asked for, but layer '{}' takes statistics of the whole batch: freeze them, "
         "or "
         "use group_norm or layer_norm",
         state_->coupling_layer);
  state_->clipped_sum.assign(sum.size(), 0.0);
  const std::span<double> total = state_->clipped_sum;
  state_->example_gradient.resize(state_->theta_size);
  const std::span<T> one = state_->example_gradient;
  double loss = 0;
  for (std::size_t b = 0; b < examples.count; ++b) {
    const Examples<T> example{examples.inputs.subspan(b * state_->input_size, state_->input_size),
                              examples.targets.subspan(b * state_->target_size, state_->target_size), 1};
    loss += static_cast<double>(state_->gradient(theta, example, {.theta = one, .inputs = {}, .targets = {}}, b));
    const double norm = norm_of(std::span<const T>(one));
    if (!norms.empty()) norms[b] = norm;
    // Not finite: infinity would be scaled to NaN in its own elements alone, and pass for a bounded share.
    const double scale = !std::isfinite(norm) ? std::nan("") : norm > clip_norm ? clip_norm / norm : 1;
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += scale * static_cast<double>(one[i]);
  }
  std::transform(total.begin(), total.end(), sum.begin(), [](double value) { return static_cast<T>(value); });
  return static_cast<T>(loss / static_cast<double>(examples.count));
}

template <class T>
std::span<const T> Evaluation<T>::node_input(std::size_t node, std::size_t slot) const {
  return state_->executor.node_input(node, slot);
}

template <class T>
typename Evaluation<T>::LossTangent Evaluation<T>::gradient_tangent(std::span<const T> theta,
                                                                    const Examples<T>& examples,
                                                                    const Direction<T>& direction,
                                                                    const Gradients<T>& gradients,
                                                                    const Gradients<T>& tangents) {
  state_->check(theta, examples);
  state_->check("direction in theta", "direction in the inputs", "direction in the targets", direction, examples.count);
  state_->check("gradient of theta", "gradient of the inputs", "gradient of the targets", gradients, examples.count);
  state_->check("tangent of the theta gradient", "tangent of the input gradient", "tangent of the target gradient",
                tangents, examples.count);
  Executor<T>& executor = state_->executor;
  state_->set_mode(true);
  executor.forward_tangent(theta, direction.theta, examples.inputs, direction.inputs, examples.count);
  const LossTangent loss = state_->loss.gradient_tangent(
      state_->batch(examples), {executor.outputs_dot(), direction.targets},
      {executor.output_gradient(), gradients.targets}, {executor.output_gradient_dot(), tangents.targets});
  executor.backward_tangent(theta, direction.theta, gradients.theta, tangents.theta, gradients.inputs, tangents.inputs);
  return loss;
}

template <class T>
typename Evaluation<T>::LossTangent Evaluation<T>::tangent_of_gradient(std::span<const T> theta,
                                                                       const Examples<T>& examples,
                                                                       const Direction<T>& direction,
                                                                       const Gradients<T>& tangents) {
  State& s = *state_;
  s.check(theta, examples);
  s.check("direction in theta", "direction in the inputs", "direction in the targets", direction, examples.count);
  s.check("tangent of the theta gradient", "tangent of the input gradient", "tangent of the target gradient", tangents,
          examples.count);
  if (s.graded != examples.count)
    fail(ErrorKind::usage,
         "a tangent of the gradient just computed is asked for, but the last call was no gradient of {} examples",
         examples.count);
  Executor<T>& executor = s.executor;
  executor.forward_tangent(theta, direction.theta, examples.inputs, direction.inputs, examples.count,
                           Executor<T>::Known::values);
  const LossTangent loss =
      s.loss.gradient_tangent(s.batch(examples), {executor.outputs_dot(), direction.targets},
                              {executor.output_gradient(), {}}, {executor.output_gradient_dot(), tangents.targets});
  executor.backward_tangent(theta, direction.theta, {}, tangents.theta, {}, tangents.inputs);
  return loss;
}

template <class T>
void Evaluation<T>::lane_gradients(std::span<const T> theta, const Examples<T>& examples, std::size_t lanes,
                                   std::span<T> gradients, std::span<T> losses) {
  State& s = *state_;
  s.check(theta, examples);
  s.check_lanes(examples, lanes);
  check_size("gradients of the lanes", gradients.size(), lanes * s.theta_size);
  check_size("losses of the lanes", losses.size(), lanes);
  s.set_mode(true);
  Executor<T>& executor = s.executor;
  executor.forward(theta, examples.inputs, examples.count);
  const std::size_t each = examples.count / lanes;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    losses[lane] = s.loss.gradient(
        {each, s.target_size, s.rows(executor.outputs(), lane, each), s.lane_of(examples, lane, each).targets},
        {s.rows(executor.output_gradient(), lane, each), {}});
  executor.backward(theta, gradients, {}, {lanes, s.theta_size});
}

template <class T>
void Evaluation<T>::lane_tangents(std::span<const T> theta, const Examples<T>& examples, std::size_t lanes,
                                  std::span<const T> directions, std::span<T> inputs, std::span<T> targets) {
  State& s = *state_;
  s.check(theta, examples);
  s.check_lanes(examples, lanes);
  check_size("directions of the lanes", directions.size(), lanes * s.theta_size);
  check_optional_size("tangent of the input gradient", inputs.size(), examples.count * s.input_size);
  check_optional_size("tangent of the target gradient", targets.size(), examples.count * s.target_size);
  s.set_mode(true);
  Executor<T>& executor = s.executor;
  const Lanes apart{lanes, s.theta_size};
  executor.forward_tangent(theta, directions, examples.inputs, {}, examples.count, Executor<T>::Known::nothing, apart);
  const std::size_t each = examples.count / lanes;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    s.loss.gradient_tangent(
        {each, s.target_size, s.rows(executor.outputs(), lane, each), s.lane_of(examples, lane, each).targets},
        {s.rows(executor.outputs_dot(), lane, each), {}}, {s.rows(executor.output_gradient(), lane, each), {}},
        {s.rows(executor.output_gradient_dot(), lane, each), s.rows(targets, lane, each)});
  executor.backward_tangent(theta, directions, {}, {}, {}, inputs, apart);
}

template class Evaluation<float>;
template class Evaluation<double>;

}  // namespace tacit::models
