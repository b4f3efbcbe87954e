#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/learning_task.h"
#include "core/parameters.h"
#include "models/pass_mode.h"

namespace tacit::models {

/// What the outputs of a model mean. Targets are [count, outputs] for every loss: with several outputs a row is
/// one-hot, or soft on the simplex; the one output of a classifier of two classes has a target from -1 (class 0) to +1
/// (class 1). For regression a row holds the real numbers themselves. Losses are means over the batch; see
/// models/losses/ for each formula.
enum class Loss {
  softmax_cross_entropy,  ///< outputs are logits of a softmax; two of them at least
  mean_squared_error,
  huber,                 ///< squared near the target, absolute beyond huber_delta
  hinge,                 ///< one output: its sign is the class; several: the largest is (Weston and Watkins)
  binary_cross_entropy,  ///< each output is the logit of a yes or no of its own
};

/// The numbers of a loss; each loss uses its own and refuses the others unless they are at their defaults.
struct LossSettings {
  double label_smoothing = 0;  ///< of the cross-entropies: share of the target that is spread over the classes
  std::vector<double> class_weights = {};  ///< of the cross-entropies, [classes], not negative; empty: 1 each
  double huber_delta = 1;                  ///< of huber
  double margin = 1;                       ///< of hinge
};

/// Examples of a batch, row-major.
template <class T>
struct Examples {
  std::span<const T> inputs;   ///< [count, input_size]
  std::span<const T> targets;  ///< [count, target_size]
  std::size_t count = 0;
};

/// A direction (x_dot, theta_dot, y_dot) for directional derivatives. An empty span is the zero vector.
template <class T>
struct Direction {
  std::span<const T> theta;    ///< [parameters]
  std::span<const T> inputs;   ///< [count, input_size]
  std::span<const T> targets;  ///< [count, target_size]
};

/// Where gradients of the mean loss go. An empty span is not computed. Written, not accumulated.
template <class T>
struct Gradients {
  std::span<T> theta;    ///< [parameters]
  std::span<T> inputs;   ///< [count, input_size]
  std::span<T> targets;  ///< [count, target_size]
};

/// What the outputs of a model are compared with.
enum class Answer {
  label,    ///< of a class
  numbers,  ///< as many real numbers as there are outputs: regression
};

/// Whether the loss reads outputs as classes, and so has no meaning for real numbers.
bool is_of_classes(Loss loss) noexcept;

template <class T>
class Graph;
template <class T>
class LossFunction;

/// An immutable model: a graph of layers with a loss. Shared freely between threads; the work happens in an Evaluation.
template <class T>
class Model {
 public:
  /// Throws Error(usage) if the loss cannot read so many outputs, its settings do not suit it, or it reads classes
  /// where the answer is numbers.
  explicit Model(Graph<T> graph, Loss loss, const LossSettings& settings = {}, Answer answer = Answer::label);
  ~Model();
  Model(Model&&) noexcept;

  const std::shared_ptr<const ParameterSchema>& schema() const noexcept;
  const Shape& input_shape() const noexcept;  ///< of one example
  std::size_t input_size() const noexcept;
  std::size_t output_size() const noexcept;  ///< of one example
  std::size_t target_size() const noexcept { return output_size(); }
  Loss loss() const noexcept;
  const LossFunction<T>& loss_function() const noexcept;
  /// Number of classes that the outputs tell apart: 2 for a one-output classifier, 0 for regression.
  std::size_t classes() const noexcept;
  LearningTask task() const noexcept { return {classes(), classes() == 0 ? output_size() : 0}; }
  const Graph<T>& graph() const noexcept;
  /// Throws Error(data) naming layer, example and value if examples [count, input_size] hold what a layer that reads
  /// them cannot take, such as a token outside its vocabulary.
  void check_inputs(std::span<const T> inputs) const;
  /// The name of a layer in which, in training, the result for one example depends on the others in its batch; empty if
  /// there is none. Where there is one, no example has a gradient of its own.
  std::string coupling_layer() const;
  /// Whether several batches may run side by side with directions and gradients of their own (Evaluation's lanes):
  /// every layer knows of lanes, none couples examples. So it is with circuits, linear layers and what has no
  /// parameters.
  bool takes_lanes() const;

  /// Start values, each layer by its own rule, from RandomKey{seed, model_initialization}.
  std::vector<T> initial_parameters(std::uint64_t seed) const;
  /// Labels as targets [labels.size(), target_size]: one-hot rows of 0 and 1, or -1 and +1 for one output. Throws
  /// Error(data) on a label outside [0, classes), Error(usage) for regression.
  std::vector<T> targets_of(std::span<const std::int32_t> labels) const;
  /// Most likely label of one example's outputs. Throws Error(usage) for regression.
  std::int32_t label_of(std::span<const T> outputs) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

/// The working memory of one thread for one model. No allocation after the first call with the largest count.
/// All losses are means over the batch; so are their gradients. Losses and gradients are those of training, with the
/// statistics of the batch and, once a mask key is given, units dropped at random; predictions are those of evaluation.
template <class T>
class Evaluation {
 public:
  /// The model must outlive the evaluation.
  explicit Evaluation(const Model<T>& model);
  ~Evaluation();
  Evaluation(Evaluation&&) noexcept;

  /// The masks of the losses and gradients from here on; none without a key, as at the start.
  void set_masks(const std::optional<MaskKey>& key);
  /// After a loss or a gradient, whose inputs are still there: moves the statistics in theta, the parameters that are
  /// not trained, towards that batch. Throws Error(usage) on another size.
  void update_statistics(std::span<T> theta);
  /// Whether layers keep statistics outside theta, which `observe` has to bring before the first prediction.
  bool has_local_statistics() const noexcept;
  /// Adds a batch to the mean of the statistics that layers keep outside theta, each example with the same weight;
  /// `first` starts anew. They hold for the theta that they were observed with.
  void observe(std::span<const T> theta, std::span<const T> inputs, std::size_t count, bool first);

  /// Outputs [count, output_size] (logits or expectation values); valid until the next call.
  std::span<const T> predict(std::span<const T> theta, std::span<const T> inputs, std::size_t count);
  T loss(std::span<const T> theta, const Examples<T>& examples);
  /// One forward and one backward pass. Returns the loss.
  T gradient(std::span<const T> theta, const Examples<T>& examples, const Gradients<T>& gradients);

  /// What differentially private training needs of a batch (Abadi et al., CCS 2016, Algorithm 1): with g_b the gradient
  /// of example b's own loss, writes ||g_b|| into `norms` [count] and sum_b g_b min(1, clip_norm / ||g_b||) into `sum`
  /// [parameters]. Either may be empty, and is then not wanted; an infinite clip_norm clips nothing. Returns the mean
  /// loss. One pass an example, memory of two parameter vectors whatever the count; norms and sums add up in double, in
  /// the order of the examples. An example whose gradient is not finite makes the sum NaN. Throws Error(usage) on sizes
  /// that do not fit, a clip_norm that is not positive, or a model with a coupling layer.
  T clipped_gradients(std::span<const T> theta, const Examples<T>& examples, double clip_norm, std::span<T> sum,
                      std::span<double> norms);

  /// What input number `slot` of the graph's node `node` was in the last call, [count, its size]; valid until the next.
  std::span<const T> node_input(std::size_t node, std::size_t slot) const;

  struct LossTangent {
    T loss;
    T loss_dot;
  };
  /// The second-order primitive (promise P5): the gradients and, in the same pass, their derivative along the
  /// direction, d/d(eps) of grad L(x + eps x_dot, theta + eps theta_dot, y + eps y_dot) at eps = 0. Exact; two to three
  /// times the cost of `gradient`. With a direction in theta only, `tangents.inputs` is the input gradient of
  /// <grad_theta L(x, theta), theta_dot>.
  LossTangent gradient_tangent(std::span<const T> theta, const Examples<T>& examples, const Direction<T>& direction,
                               const Gradients<T>& gradients, const Gradients<T>& tangents);
  /// gradient_tangent without the gradients, right after `gradient` at the same point: builds on the passes that are
  /// done and gives the same bits; circuits, whose passes with a derivative may sum in another order than those without,
  /// give them up to rounding. theta and examples must hold the values that they held then. Throws Error(usage) if the
  /// last call was no `gradient` of as many examples.
  LossTangent tangent_of_gradient(std::span<const T> theta, const Examples<T>& examples, const Direction<T>& direction,
                                  const Gradients<T>& tangents);

  /// Lanes: batches of equal size at one theta, side by side in `examples`, each with a gradient and a direction of its
  /// own. What comes out for a lane does not depend on the others, nor on how many there are. Both calls throw
  /// Error(usage) on a model that does not take lanes, on masks, and on a count that is no multiple of `lanes`.
  ///
  /// Writes the gradients by theta [lanes, parameters] and the losses [lanes] of the lanes' mean losses.
  void lane_gradients(std::span<const T> theta, const Examples<T>& examples, std::size_t lanes, std::span<T> gradients,
                      std::span<T> losses);
  /// Writes the derivatives along each lane's direction in theta [lanes, parameters] of the gradients by inputs [count,
  /// input_size] and by targets [count, target_size], either empty if not wanted.
  void lane_tangents(std::span<const T> theta, const Examples<T>& examples, std::size_t lanes,
                     std::span<const T> directions, std::span<T> inputs, std::span<T> targets);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::models
