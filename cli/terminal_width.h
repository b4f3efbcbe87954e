#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

namespace tacit::cli {

/// Columns of the terminal behind standard output; 100 if it is none.
inline unsigned terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

}  // namespace tacit::cli
