#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "client/update_pipeline.h"
#include "core/config.h"
#include "core/parameters.h"
#include "datasets/dataset.h"

namespace tacit::client {

/// What an attacker on the wire would hold if an update were sent, and what the client alone can compare it with.
struct LeakageQuestion {
  const v1::JoinResponse& description;
  const Parameters& model;  ///< that the client was sent
  const PreparedUpdate& update;
  const datasets::Dataset& data;
  std::span<const std::size_t> examples;  ///< of the data, those that the update was made of, each once
  std::uint64_t seed = 0;                 ///< of whatever the measurement draws
};

/// How near an attack came to the client's examples. What does not apply to them is absent.
struct Leakage {
  std::optional<double> mse, psnr, ssim;  ///< of the example that was reconstructed best
  std::optional<double> label_accuracy;
  std::string words;  ///< what was done, or why there was nothing to attack
};

/// Attacks an update before it leaves. Injected: attacks live elsewhere. Same question, same answer, unless a limit on
/// time cuts it short.
class LeakageMeter {
 public:
  virtual ~LeakageMeter() = default;
  /// Throws Error(configuration) if the attack does not apply to this run.
  virtual Leakage measure(const LeakageQuestion& question) const = 0;
};

/// When an update gives away too much, and what to do then: its part of the [leakage_guard] section.
///
///   [leakage_guard]
///   measure = "ssim"       # ssim (images), psnr, label_accuracy: above the limit is too much; mse: below it
///   limit = 0.5
///   action = "noise"       # or "withhold": send nothing in this round
///   noise = 0.5            # standard deviation of the first attempt, in units of the root mean square of the update
///   noise_growth = 2.0     # each further attempt has so many times the noise of the one before
///   attempts = 3           # with noise; whatever still gives away too much is withheld
struct LeakageGuardSettings {
  enum class Measure { ssim, psnr, label_accuracy, mse };
  Measure measure = Measure::ssim;
  double limit = 0;
  double noise = 0.5, noise_growth = 2;
  std::size_t attempts = 0;  ///< 0: withhold at once

  static LeakageGuardSettings from_config(ConfigTable& section);
  /// Throws Error(configuration) if the leak was measured but not by this measure.
  bool is_too_much(const Leakage& leak) const;
};

/// One look at one update.
struct GuardRecord {
  std::uint32_t round = 0;
  std::size_t attempt = 0;  ///< 0: the update as it is
  double noise = 0;         ///< standard deviation added, in units of the update
  Leakage leak{};
  enum class Verdict { sent, too_much, withheld } verdict = Verdict::sent;
};

/// Stands between local training and the wire: attacks the client's own update, and sends it, makes it noisier or
/// withholds it. What it measured stays with the client; the coordinator learns of a withheld update that there is
/// none. That, and the choice among noises, depend on the examples: the guard lowers what one known attack finds and
/// proves nothing.
class LeakageGuard {
 public:
  /// `meter` must outlive the guard; `on_record` hears of every look.
  LeakageGuard(const LeakageGuardSettings& settings, const LeakageMeter& meter,
               std::function<void(const GuardRecord&)> on_record = {});

  /// An update on its way, all of it the client's own.
  struct Candidate {
    const TrainedUpdate& trained;
    const ParameterSchema& schema;
    const UpdatePipeline& pipeline;
    const v1::JoinResponse& description;
    const Parameters& model;
    const datasets::Dataset& data;
    std::span<const std::size_t> examples;
    RandomKey key;  ///< seed, round and client; its purpose is not read
  };
  /// What to send, or nothing. Noise is added before the pipeline, so that clipping still bounds what is sent, and
  /// leaves statistics alone. A function of the candidate (promise P1) unless the meter's time is limited.
  std::optional<PreparedUpdate> check(const Candidate& candidate) const;

 private:
  LeakageGuardSettings settings_;
  const LeakageMeter& meter_;
  std::function<void(const GuardRecord&)> on_record_;
};

}  // namespace tacit::client
