#include "simulation/run_progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace tacit::simulation {

void RunProgress::show(const RunResult& result, std::size_t clients) {
  const double round_share = units_ / std::max<std::uint32_t>(result.rounds_planned, 1);
  const double in_round = static_cast<double>(std::min(result.updates_pending, clients)) / static_cast<double>(clients);
  const double done =
      std::min(units_, round_share * (result.rounds + (result.rounds < result.rounds_planned ? in_round : 0)));
  std::string detail =
      fmt::format("round {}/{}", std::min(result.rounds + 1, result.rounds_planned), result.rounds_planned);
  if (const auto accuracy = result.test_accuracy()) detail += fmt::format(", test accuracy {:.1f} %", 100 * *accuracy);
  if (result.is_regression()) detail += fmt::format(", test RMSE {:.4g}", *result.curve.back().test_rmse);
  if (done > shown_) {
    bar_.advance(done - shown_, detail);
    shown_ = done;
  } else {
    bar_.set_detail(detail);
  }
}

}  // namespace tacit::simulation
