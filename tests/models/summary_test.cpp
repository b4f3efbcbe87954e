#include "models/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/model_zoo.h"

namespace tacit::models {
namespace {

using testing::ElementsAre;

// Counted by hand. conv: 5x4 image of 2 channels, kernel 3: 3x2 positions, 3 * 2 * 9 weights.
TEST(Summary, CountsWhatALayerDoes) {
  const Model<float> model = build<float>({"counted",
                                           layer("conv2d", "channels = 3\nkernel = 3") + layer("relu") +
                                               layer("max_pool", "kernel = 2\nstride = 1") + layer("flatten") +
                                               layer("linear", "outputs = 4") + layer("layer_norm") + layer("softmax") +
                                               layer("linear", "outputs = 3"),
                                           {2, 5, 4},
                                           3});
  const ModelSummary summary = summarise(model.graph());
  std::vector<std::uint64_t> operations, parameters;
  for (const LayerSummary& each : summary.layers) {
    operations.push_back(each.operations.value());
    parameters.push_back(each.parameters);
  }
  EXPECT_THAT(operations, ElementsAre(2 * 54 * 6, 18, 4 * 6, 0, 2 * 24, 7 * 4 + 4, 5 * 4, 2 * 12));
  EXPECT_THAT(parameters, ElementsAre(54 + 3, 0, 0, 0, 24 + 4, 4 + 4, 0, 12 + 3));
  EXPECT_EQ(summary.parameters, model.schema()->size());
  EXPECT_EQ(summary.operations, 648u + 18 + 24 + 48 + 32 + 20 + 24);
  EXPECT_EQ(summary.layers[0].output_shape, (Shape{3, 3, 2}));
  EXPECT_EQ(summary.input_shape, (Shape{2, 5, 4}));
}

TEST(Summary, KnowsEveryLayerAndItsInputs) {
  for (const ZooModel& entry : complete_zoo()) {
    const Model<float> model = build<float>(entry);
    const ModelSummary summary = summarise(model.graph());
    EXPECT_EQ(summary.parameters + summary.fixed, model.schema()->size()) << entry.name;
    for (const LayerSummary& each : summary.layers)
      EXPECT_TRUE(each.operations.has_value()) << entry.name << ": " << each.type;
  }
  const Model<float> branches = build<float>(image_zoo().back());
  const ModelSummary summary = summarise(branches.graph());
  EXPECT_THAT(summary.layers[2].inputs, ElementsAre("left", "right"));
  EXPECT_THAT(summary.layers[1].inputs, ElementsAre("input"));
}

TEST(Summary, TellsStatisticsFromWhatIsTrained) {
  const Model<float> model = build<float>({"normalised", layer("batch_norm") + layer("linear", "outputs = 3"), {5}, 3});
  const ModelSummary summary = summarise(model.graph());
  EXPECT_EQ(summary.layers[0].parameters, 10u);
  EXPECT_EQ(summary.layers[0].fixed, 10u);
  EXPECT_EQ(summary.fixed, 10u);
  EXPECT_EQ(summary.parameters, 10u + 5 * 3 + 3);
}

// Two projections of 3 tokens of width 4, [12, 4] and [4, 4]; 9 pairs of tokens, 4 * 4 and 6 for each of two heads.
TEST(Summary, CountsAttentionByItsParts) {
  const Model<float> model = build<float>(sequence_zoo()[0]);
  EXPECT_EQ(summarise(model.graph()).layers[0].operations, 3u * 2 * (48 + 16) + 9 * (16 + 12));
}

// A rotation of one qubit that starts in a basis state: a row pair whose second row is zero costs 4.
TEST(Summary, CountsCircuitsAsTheyAreCompiled) {
  const Model<float> model =
      build<float>({"circuit", layer("quantum", "qubits = 2\nlayers = 1\nencoding = \"angle\""), {2}, 2});
  const ModelSummary summary = summarise(model.graph());
  EXPECT_GT(summary.operations, 0u);
  const Model<float> deeper =
      build<float>({"circuit", layer("quantum", "qubits = 2\nlayers = 3\nencoding = \"angle\""), {2}, 2});
  EXPECT_GT(summarise(deeper.graph()).operations, summary.operations);
}

}  // namespace
}  // namespace tacit::models
