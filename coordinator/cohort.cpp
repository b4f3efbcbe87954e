#include "coordinator/cohort.h"

#include <algorithm>
#include <span>

#include "core/random.h"

namespace tacit::coordinator {

std::vector<std::string> choose_cohort(std::uint64_t seed, std::uint32_t round, std::vector<std::string> members,
                                       std::size_t size) {
  std::sort(members.begin(), members.end());
  if (size == 0 || size >= members.size()) return members;
  RandomStream stream(RandomKey{seed, Purpose::cohort, round, 0});
  stream.shuffle(std::span(members));
  members.resize(size);
  std::sort(members.begin(), members.end());
  return members;
}

}  // namespace tacit::coordinator
