#pragma once

#include <span>
#include <vector>

#include "attacks/local_run/local_run.h"
#include "attacks/model_passes.h"
#include "models/model.h"

namespace tacit::attacks {

/// Local training repeated on candidate examples, and the exact derivative of its outcome in them: inversion of FedAvg
/// updates by simulation (Geiping et al., NeurIPS 2020, arXiv 2003.14053, Sec. 6; Dimitrov et al., TMLR 2022,
/// arXiv 2206.12395). With g_k the gradient of the mean loss of step k's batch at theta_k, and the rule of Sgd,
///   p_k = g_k + weight_decay theta_k,  v_{k+1} = momentum v_k + p_k,  theta_{k+1} = theta_k - rate_k v_{k+1},
/// or by Nesterov's rule theta_{k+1} = theta_k - rate_k (p_k + momentum v_{k+1}). Going back, with a bar for the
/// derivative of the result: pbar_k = vbar_{k+1}, the second-order primitive along theta_dot = pbar_k gives the mixed
/// product, which is the derivative in the batch, and the Hessian-vector product in
///   thetabar_k = thetabar_{k+1} + H_k pbar_k + weight_decay pbar_k,  vbar_k = momentum vbar_{k+1}
/// (promise P5: no finite differences, two passes a step). Keeps all theta_k: steps * parameters numbers. One thread.
class SimulatedTraining final : public ModelPasses<double> {
 public:
  /// Everything must outlive this. Throws Error(configuration) if the steps need more than 2^28 numbers of memory.
  SimulatedTraining(const models::Model<double>& model, std::span<const double> theta, const LocalRun& run);

  /// -(theta_K - theta_0) / (sum of the rates), which for one step is the gradient; [parameters].
  void gradient(const models::Examples<double>& candidates, std::span<double> update) override;
  /// After `gradient` on the same candidates: the gradient of <update, direction> in them. Sizes as of Examples; empty
  /// targets are not computed.
  void pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                 std::span<double> inputs, std::span<double> targets) override;

 private:
  models::Examples<double> gather(const models::Examples<double>& candidates, std::size_t step);
  std::span<double> theta_at(std::size_t step) {
    return std::span(trajectory_).subspan(step * theta_.size(), theta_.size());
  }
  void scatter(std::size_t step, std::span<double> inputs, std::span<double> targets) const;

  const models::Model<double>& model_;
  std::span<const double> theta_;
  const LocalRun& run_;
  models::Evaluation<double> evaluation_;
  std::vector<double> decay_;       ///< [parameters]: the weight decay, 0 for statistics, which do not decay
  std::vector<double> trajectory_;  ///< [steps + 1, parameters]
  std::vector<double> velocity_, theta_bar_, velocity_bar_, step_bar_, hessian_product_;
  std::vector<double> batch_inputs_, batch_targets_, batch_inputs_bar_, batch_targets_bar_;
};

}  // namespace tacit::attacks
