#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/random.h"
#include "models/local_training.h"
#include "models/model.h"

namespace tacit::models {

/// The direction that a local step is taken against, for the batches of one client in one round. It serves one thread.
class LocalGradient {
 public:
  /// The model must outlive the gradient.
  explicit LocalGradient(const Model<float>& model) : evaluation_(model) {}
  virtual ~LocalGradient() = default;
  /// Says which masks the next estimates draw; without it, none.
  virtual void begin_step(const MaskKey& key) { evaluation_.set_masks(key); }
  /// Moves the parameters in theta that no gradient moves towards the batch of the last estimate.
  void update_statistics(std::span<float> theta) { evaluation_.update_statistics(theta); }
  /// Writes it into `gradient` [parameters] and returns the mean loss of the batch.
  virtual float estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) = 0;

 protected:
  Evaluation<float> evaluation_;
};

/// Why the source does not suit the model, empty if it does: the natural gradient needs a quantum layer, soteria layers
/// before a linear one, and what looks at examples one by one a model that lets it.
std::string objection_to(const GradientSource& source, const Model<float>& model);

/// `key` has the seed, round and client of the local training; the model must outlive the result. Throws Error(usage)
/// with the objection, if there is one.
std::unique_ptr<LocalGradient> make_local_gradient(const GradientSource& source, const Model<float>& model,
                                                   const RandomKey& key);

/// The exact gradient.
class ExactGradient final : public LocalGradient {
 public:
  using LocalGradient::LocalGradient;
  float estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) override;
};

/// Simultaneous perturbation (Spall, IEEE Trans. Automatic Control 37, 332 (1992), Eq. 2.1 with Bernoulli directions):
///   g_p = mean over directions D in {-1, 1}^P of (L(theta + c D) - L(theta - c D)) / (2 c D_p),
/// two forward passes a direction and no backward pass. The directions are those of (seed, round, client), in the order
/// of the steps. The loss it returns is the mean over the perturbed ones.
class SpsaGradient final : public LocalGradient {
 public:
  SpsaGradient(const Model<float>& model, double step, std::size_t repetitions, const RandomKey& key);
  float estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) override;

 private:
  double loss_at(std::span<const float> theta, double step, const Examples<float>& batch);

  double step_;
  std::size_t repetitions_;
  RandomStream stream_;
  std::vector<float> moved_;
  std::vector<double> directions_;  ///< 1 for a trained parameter, 0 for a statistic, which is not perturbed
  std::vector<double> signs_, sum_;
};

/// The quantum natural gradient (Stokes, Izaac, Killoran, Carleo, Quantum 4, 269 (2020), Eq. 10): of each quantum layer
/// (G + r I)^-1 g, with g the gradient of its parameters, G the Fubini-Study metric tensor (a quarter of the quantum
/// Fisher information) averaged over the batch's inputs of the layer, and r the regularisation. Parameters of other
/// layers keep their gradient. Time an example: rotations * 2^qubits * parameters, memory 2^qubits * parameters and
/// parameters^2. By layers it is their block-diagonal approximation (ibid., section 4): of the metric only the blocks
/// of parameters that stand in one layer of commuting rotations (quantum_sim::parameter_layers), so memory is that of
/// the largest block, for circuits whose whole metric does not fit.
class NaturalGradient final : public LocalGradient {
 public:
  NaturalGradient(const Model<float>& model, double regularisation, bool by_layers = false);
  float estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) override;

 private:
  /// Parameter indices of a quantum layer, block by block.
  using Blocks = std::vector<std::vector<std::size_t>>;

  const Model<float>& model_;
  double regularisation_;
  std::vector<Blocks> blocks_;  ///< [nodes of the graph]
};

}  // namespace tacit::models
