#include "core/parameters.h"

#include "core/error.h"

namespace tacit {
namespace {

std::shared_ptr<const ParameterSchema> two_layers() {
  return std::make_shared<ParameterSchema>(
      std::vector<ParameterSchema::Declaration>{{"dense1.weight", {2, 3}}, {"dense1.bias", {2}}});
}

TEST(ParameterSchema, LaysEntriesOutInOrder) {
  const auto schema = two_layers();
  EXPECT_EQ(schema->size(), 8u);
  EXPECT_EQ(schema->find("dense1.bias")->offset, 6u);
  EXPECT_EQ(schema->find("absent"), nullptr);
  EXPECT_EQ(schema->element_name(5), "dense1.weight[1,2]");
  EXPECT_EQ(schema->element_name(7), "dense1.bias[1]");
  EXPECT_THROW(schema->element_name(8), Error);
}

TEST(ParameterSchema, HashTellsNamesShapesAndOrderApart) {
  const Digest hash = two_layers()->hash();
  EXPECT_EQ(hash, two_layers()->hash());
  EXPECT_NE(hash, ParameterSchema({{"dense1.weight", {3, 2}}, {"dense1.bias", {2}}}).hash());
  EXPECT_NE(hash, ParameterSchema({{"dense1.bias", {2}}, {"dense1.weight", {2, 3}}}).hash());
  EXPECT_NE(hash, ParameterSchema({{"dense2.weight", {2, 3}}, {"dense1.bias", {2}}}).hash());
}

TEST(ParameterSchema, KnowsScalarsAndEmptyTensors) {
  const ParameterSchema schema({{"scale", {}}, {"none", {3, 0}}, {"last", {2}}});
  EXPECT_EQ(schema.size(), 3u);
  EXPECT_EQ(schema.find("none")->size, 0u);
  EXPECT_EQ(schema.element_name(0), "scale[]");
  EXPECT_EQ(schema.element_name(1), "last[0]");
  EXPECT_NE(schema.hash(), ParameterSchema({{"scale", {1}}, {"none", {3, 0}}, {"last", {2}}}).hash());
}

/// Whether a tensor is trained says how it is averaged, not where it lies: files of either kind have one hash.
TEST(ParameterSchema, KnowsWhatIsNotTrained) {
  const ParameterSchema schema({{"weight", {2}}, {"running_mean", {2}, false}});
  EXPECT_TRUE(schema.entries()[0].trained);
  EXPECT_FALSE(schema.entries()[1].trained);
  EXPECT_EQ(schema.hash(), ParameterSchema({{"weight", {2}}, {"running_mean", {2}}}).hash());
}

TEST(ParameterSchema, RefusesBadDeclarations) {
  EXPECT_THROW(ParameterSchema({{"", {1}}}), Error);
  EXPECT_THROW(ParameterSchema({{"a", {1}}, {"a", {2}}}), Error);
  EXPECT_THROW(ParameterSchema({{"a", {-1}}}), Error);
  EXPECT_THROW(ParameterSchema({{"a", {1LL << 40, 1LL << 40}}}), Error);
  EXPECT_THROW(ParameterSchema({{"a[0]", {1}}}), Error);
}

TEST(Parameters, HashIsOverSchemaAndValues) {
  Parameters parameters(two_layers());
  const Digest zero = parameters.hash();
  parameters.tensor("dense1.bias")[1] = 1e-38f;
  EXPECT_NE(parameters.hash(), zero);
  EXPECT_EQ(parameters.values()[7], 1e-38f);
  EXPECT_THROW(parameters.tensor("dense1.gain"), Error);
  EXPECT_THROW(Parameters(two_layers(), std::vector<float>(7)), Error);
}

}  // namespace
}  // namespace tacit
