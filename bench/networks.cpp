#include "bench/networks.h"

#include <map>

#include "core/error.h"

namespace tacit::bench {

const Network& network_named(const std::string& name) {
  static const std::map<std::string, Network> networks{
      {"mlp",
       {"[[model.layers]]\ntype = \"linear\"\noutputs = 128\n[[model.layers]]\ntype = \"relu\"\n"
        "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n",
        {784},
        10}},
      {"lenet5", {"preset = \"lenet5\"\n", {1, 28, 28}, 10}},
      {"cnn4", {"preset = \"cnn4\"\n", {1, 28, 28}, 10}},
      {"lenet_dlg", {"preset = \"lenet_dlg\"\n", {3, 32, 32}, 100}}};
  const auto found = networks.find(name);
  if (found == networks.end()) fail(ErrorKind::usage, "no network '{}': mlp, lenet5, cnn4 or lenet_dlg", name);
  return found->second;
}

}  // namespace tacit::bench
