#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tacit {

/// Progress of a long job for a person: on a terminal one line redrawn in place, "label [#####     ] 12/20  0:07 left
/// detail"; elsewhere one plain line at most every two seconds. Writes to standard error, so that standard output stays
/// for results. Thread-safe. Total work is declared in advance in any unit; phases share one bar, so the ETA is of the
/// whole job.
class Progress {
 public:
  enum class Style { automatic, terminal, plain, silent };
  Progress(std::string label, double total, Style style = Style::automatic);
  ~Progress();  ///< finishes the line

  void advance(double amount, std::string_view detail = {});
  void set_detail(std::string_view detail);
  void finish();

  /// "0:07", "12:30", "1:02:03".
  static std::string duration(double seconds);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit
