#include "attacks/rows/raw_row.h"

namespace tacit::attacks {

std::string_view to_string(Seen seen) noexcept {
  switch (seen) {
    case Seen::update:
      return "update";
    case Seen::noise:
      return "noise";
    case Seen::nothing:
      return "nothing";
  }
  return "unknown";
}

}  // namespace tacit::attacks
