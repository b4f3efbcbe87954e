// Models within the ranges of their keys that no machine has memory for stop at the door, by key and with amounts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/model_zoo.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refused(const std::string& text, const Shape& shape = {10}) {
  return refusal(ErrorKind::configuration, [&] { build<float>({"large", text, shape, 2}); });
}

TEST(ModelMemory, LayersOfTooManyWeightsAreRefusedByTheirKey) {
  const std::string million = layer("linear", "outputs = 1000000\nname = \"wide\"");
  EXPECT_THAT(
      refused(million + layer("linear", "outputs = 1000000\nname = \"wider\"") + layer("linear", "outputs = 2")),
      AllOf(HasSubstr("large.toml:"), HasSubstr("outputs"), HasSubstr("layer 'wider'"),
            HasSubstr("1000001000000 parameters"), HasSubstr("GiB of memory"), HasSubstr("are available")));
  EXPECT_THAT(refused(layer("embedding", "vocabulary = 16777216\nwidth = 65536") + layer("linear", "outputs = 2")),
              AllOf(HasSubstr("vocabulary"), HasSubstr("1099511627776 parameters")));
}

TEST(ModelMemory, CircuitsOfTooManyGatesAreRefusedByTheirKey) {
  const std::string circuit = "qubits = 30\nencoding = \"angle\"\nansatz = \"su4_brick\"\n";
  EXPECT_THAT(refused(layer("quantum", circuit + "layers = 10000\nreuploads = 1000"), {30}),
              AllOf(HasSubstr("large.toml:"), HasSubstr("layers"), HasSubstr("1000 reuploads of 10000 layers"),
                    HasSubstr("gates needs"), HasSubstr("GiB of memory")));
  EXPECT_THAT(refused(layer("quantum", circuit + "layers = 900\nreuploads = 1000\nname = \"q\""), {30}),
              HasSubstr("reuploads"));
}

}  // namespace
}  // namespace tacit::models
