#include "core/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "core/error.h"

namespace tacit {
namespace {

std::atomic<bool> flag{false};
int wake_read = -1, wake_write = -1;

extern "C" void on_signal(int number) {
  if (flag.exchange(true)) _exit(128 + number);
  const char byte = 1;
  // The pipe is never full after one byte, and nothing could be done here if it were.
  [[maybe_unused]] const auto written = write(wake_write, &byte, 1);
}

}  // namespace

void install_interrupt_handler() {
  int ends[2];
  if (wake_read < 0) {
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) fail(ErrorKind::io, "cannot make the pipe for interrupts");
    wake_read = ends[0];
    wake_write = ends[1];
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A file beyond the system's size limit is an error of the write that names it, not the end of the process.
  signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() noexcept {
  return flag.load(std::memory_order_relaxed);
}

void check_interrupted() {
  if (interrupted()) fail(ErrorKind::interrupted, "stopped on request");
}

int interrupt_descriptor() noexcept {
  return wake_read;
}

}  // namespace tacit
