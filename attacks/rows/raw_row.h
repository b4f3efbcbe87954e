#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tacit::attacks {

/// How near one reconstruction came to its true example: ExampleScore as it is kept, with what identifies.
struct RawExample {
  double mse = 0;
  double largest_error = 0;
  std::optional<double> psnr_db, registered_psnr_db, ssim;
  std::optional<bool> identified, identified_by_features;  ///< metrics/identifiability.h
  std::optional<double> feature_accuracy{};  ///< of a table: share of right entries, metrics/feature_accuracy.h
};

/// What an attack saw.
enum class Seen {
  update,   ///< what the client sent
  noise,    ///< random numbers of the same norm: the control that shows the attack's prior
  nothing,  ///< a guess without any gradient: grey, mean
};
std::string_view to_string(Seen seen) noexcept;

/// One run of one attack from one starting point on one observation, kept raw: thresholds can be applied again at any
/// time without running anything again. Guesses and refusals are a row each.
struct RawRow {
  std::vector<std::string> setting;     ///< the value of each axis, in the order of RawTable::axes
  std::optional<double> test_accuracy;  ///< of the model under attack, if it was trained; fraction
  std::string attack;                   ///< name of its settings, or of the guess
  Seen seen = Seen::update;
  std::string observation;  ///< which, in the words of whoever made it; equal in all rows of one observation
  std::size_t restart = 0;
  bool chosen = false;                            ///< the attack itself chose this run, by its score alone
  std::vector<std::int32_t> true_labels, labels;  ///< true ones are -1 where targets are real numbers
  double first_score = 0, score = 0;
  double zero_score = 1;  ///< D at zero gradient: what a fit is measured by
  std::size_t iterations = 0, evaluations = 0;
  double seconds = 0;
  std::string stopped;               ///< why it ended; "refused": the attack does not apply, the note says why
  std::vector<RawExample> examples;  ///< matched pairs, in the order of the true examples; empty if refused
  std::string note;

  bool refused() const { return examples.empty(); }
};

struct RawTable {
  std::vector<std::string> axes;  ///< what varies: a column each
  std::vector<RawRow> rows;
};

}  // namespace tacit::attacks
