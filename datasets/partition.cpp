#include <fmt/core.h>

#include "core/error.h"
#include "datasets/dataset.h"
#include "datasets/partitioners/dirichlet.h"
#include "datasets/partitioners/iid.h"

namespace tacit::datasets {

std::vector<std::vector<std::size_t>> partition(ConfigTable section, const Dataset& data, std::size_t clients,
                                                std::uint64_t seed) {
  if (clients == 0) fail(ErrorKind::usage, "a data set cannot be divided among no clients");
  std::vector<std::vector<std::size_t>> parts;
  const std::string scheme = section.choice("scheme", {"iid", "dirichlet"}, "iid");
  std::string cause = "scheme", advice;
  if (scheme == "dirichlet") {
    const double alpha = section.number("alpha", {1e-3, 1e6});
    section.finish();
    parts = partition_dirichlet(data, clients, alpha, seed);
    cause = "alpha";
    advice = "; a larger alpha, fewer clients or another seed avoids it";
  } else {
    section.finish();
    parts = partition_iid(data, clients, seed);
  }
  for (std::size_t client = 0; client < clients; ++client)
    if (parts[client].empty())
      section.refuse(cause, fmt::format("client {} of {} (counted from 0) gets none of the {} examples of '{}'{}",
                                        client, clients, data.size(), data.name, advice));
  return parts;
}

}  // namespace tacit::datasets
