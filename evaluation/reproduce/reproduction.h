#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"
#include "core/thread_pool.h"

namespace tacit::evaluation {

/// One figure of a paper beside ours.
struct ReproducedRow {
  std::string table;    ///< in the paper: "Table II", "Fig. 6"
  std::string setting;  ///< what was run: "m = 3, n = 1"
  std::string metric;   ///< with its unit: "minima", "PSNR, dB"
  std::optional<double> published;
  std::optional<double> ours;
  std::optional<double> low, high;  ///< 95 % interval of ours
  std::string note;                 ///< every difference in the setting; "unverified" if the figure was not read in
                                    ///< the paper itself
};

/// How a reproduction is run; without effect on its numbers except for `quick`, `tiny` and `seed`.
struct ReproductionControl {
  bool quick = false;  ///< under two minutes on two cores: fewer repetitions, named in the notes
  bool tiny = false;   ///< seconds: every part once or twice, figures that mean nothing; for tests of the machinery
  std::uint64_t seed = 1;
  ThreadPool* pool = nullptr;
  /// Share of the work done so far, in [0, 1]. From one thread at a time.
  std::function<void(double)> progress;
  std::function<bool()> cancelled;
  std::string data_folder;  ///< of data that cannot be bundled, such as CIFAR-10; empty: what is bundled stands in

  /// The value for this size of run.
  template <class T>
  T pick(T if_tiny, T if_quick, T else_full) const {
    return tiny ? if_tiny : quick ? if_quick : else_full;
  }
};

/// A published result that can be run again.
struct Reproduction {
  std::string_view name;   ///< on the command line: "kumar"
  std::string_view paper;  ///< authors, venue, arXiv number, title
  std::string_view what;   ///< one sentence: what of it is rerun
  std::vector<ReproducedRow> (*run)(const ReproductionControl& control);
};

/// All of them, in alphabetic order.
const std::vector<Reproduction>& reproductions();
/// By its name. Error(usage) lists what there is.
const Reproduction& reproduction(std::string_view name);

/// As a table for a terminal, notes numbered below it.
std::string reproduction_table(const Reproduction& reproduction, const std::vector<ReproducedRow>& rows,
                               unsigned width);

}  // namespace tacit::evaluation
