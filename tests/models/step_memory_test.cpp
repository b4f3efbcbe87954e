#include "models/step_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data_limit.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

TEST(StepMemory, CountsBatchActivationsAndParameters) {
  const auto mlp = build<float>(
      {"mlp", layer("linear", "outputs = 128") + layer("relu") + layer("linear", "outputs = 10"), {784}, 10});
  const double inside = 128 + 128 + 10, parameters = 785 * 128 + 129 * 10;
  EXPECT_EQ(step_bytes(mlp, 32), 4 * (32 * (784 + 2 * inside) + 3 * parameters));
  EXPECT_EQ(evaluation_bytes(mlp, 256), 4 * (256 * inside + parameters));
  // What a composite layer has inside counts: queries, keys and values of 4 tokens of 6 numbers, what the heads give,
  // and the projection, beside the layer's own output.
  const auto attention = build<float>(
      {"attention", layer("attention", "heads = 2") + layer("flatten") + layer("linear", "outputs = 2"), {4, 6}, 2});
  EXPECT_EQ(evaluation_bytes(attention, 1) - evaluation_bytes(attention, 0), 4 * (24 * (3 + 1 + 1) + 24 + 24 + 2));
}

TEST(StepMemory, ObjectsToBatchesThatMemoryCannotHold) {
  const auto wide = build<float>(
      {"wide", layer("linear", "outputs = 100000") + layer("tanh") + layer("linear", "outputs = 2"), {3}, 2});
  const DataLimit limited(DataLimit::used() + (rlim_t{64} << 20));
  EXPECT_EQ(memory_objection_to_step(wide, 16, 1000), "");
  EXPECT_EQ(memory_objection_to_step(wide, 1'000'000, 16), "");
  EXPECT_THAT(
      memory_objection_to_step(wide, 1'000'000, 1000),
      ::testing::HasSubstr("a step on 1000 examples, each of 3 numbers and 200002 inside the model, needs 1.5 GiB"));
}

}  // namespace
}  // namespace tacit::models
