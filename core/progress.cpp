#include "core/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <mutex>

#include "core/progress_line.h"

namespace tacit {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto between_redraws = std::chrono::milliseconds(100);
constexpr auto between_lines = std::chrono::seconds(2);

Progress::Style decide(Progress::Style style) {
  if (style != Progress::Style::automatic) return style;
  const char* terminal = std::getenv("TERM");
  const bool can_redraw = ::isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
  return can_redraw ? Progress::Style::terminal : Progress::Style::plain;
}

/// Of the terminal at standard error, as it is now: people resize windows.
std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1) return size.ws_col;
  return 80;
}

/// Progress is a courtesy: a standard error that is closed or full stops no job.
void put(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

struct Progress::State {
  std::mutex mutex;
  std::string label;
  std::string detail;
  double done = 0;
  double total = 0;
  Style style = Style::silent;
  bool ended = false;
  Clock::time_point start = Clock::now();
  Clock::time_point last = start;

  void show_if_due() {
    const auto now = Clock::now();
    if (style == Style::silent || ended ||
        now - last < (style == Style::terminal ? Clock::duration(between_redraws) : between_lines))
      return;
    last = now;
    show(now);
  }

  void show(Clock::time_point now) const {
    const double seconds = std::chrono::duration<double>(now - start).count();
    const ProgressState state{label, done, total, seconds, detail, ended};
    if (style == Style::plain) put(plain_line(state) + "\n");
    // One column stays free: a full line would make some terminals wrap. The escape clears what a longer line left.
    if (style == Style::terminal)
      put("\r" + terminal_line(state, terminal_columns() - 1) + "\x1b[K" + (ended ? "\n" : ""));
  }
};

Progress::Progress(std::string label, double total, Style style) : state_(std::make_unique<State>()) {
  state_->label = std::move(label);
  state_->total = std::max(total, 0.0);
  state_->style = decide(style);
  // On a terminal the bar stands there from the start: a long first step would otherwise look like a hang.
  if (state_->style == Style::terminal) state_->show(state_->start);
}

Progress::~Progress() {
  finish();
}

void Progress::advance(double amount, std::string_view detail) {
  const std::lock_guard lock(state_->mutex);
  state_->done = std::clamp(state_->done + amount, 0.0, state_->total);
  if (!detail.empty()) state_->detail = detail;
  state_->show_if_due();
}

void Progress::set_detail(std::string_view detail) {
  const std::lock_guard lock(state_->mutex);
  state_->detail = detail;
  state_->show_if_due();
}

void Progress::finish() {
  const std::lock_guard lock(state_->mutex);
  if (state_->ended) return;
  state_->ended = true;
  state_->show(Clock::now());
}

}  // namespace tacit
