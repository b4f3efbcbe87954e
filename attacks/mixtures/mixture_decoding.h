#pragma once

#include <memory>
#include <utility>

#include "attacks/methods/method.h"

namespace tacit::attacks {

/// Recovers the examples behind a client's mixtures (mixup as a defence: Huang et al., ICML 2020, Sec. 2) in two
/// stages: the attack in section [inner] recovers the mixture that each of many rounds was made of, and `unmix` decodes
/// all of them into `reconstruct_examples` examples, which is how many the client holds: an attacker's belief. What
/// makes mixtures of the same examples add up is what Carlini et al. (IEEE S&P 2021) break InstaHide with; their recipe
/// of clustering by a trained similarity is not this, and mixtures with signs flipped at random are refused. Labels are
/// not decoded.
class MixtureDecoding final : public Method {
 public:
  MixtureDecoding(std::unique_ptr<const Method> inner, std::size_t restarts, std::size_t iterations)
      : inner_(std::move(inner)), restarts_(restarts), iterations_(iterations) {}
  std::vector<Need> needs() const override;
  bool uses_rounds() const noexcept override { return true; }
  bool searches() const noexcept override { return true; }
  AttackResult run(const AttackTask& task) const override;

 private:
  std::shared_ptr<const Method> inner_;
  std::size_t restarts_, iterations_;
};

/// Keys `restarts` and `iterations`, and the table `inner`.
std::unique_ptr<const Method> make_mixture_decoding(ConfigTable file);

}  // namespace tacit::attacks
