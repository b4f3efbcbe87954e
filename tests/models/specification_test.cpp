#include "models/specification.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "models/graph.h"
#include "models/layers/quantum.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

void refused(const std::string& text, const std::vector<std::string>& pieces, Shape shape = {3},
             std::size_t classes = 2) {
  try {
    build<float>({"spec", text, shape, classes});
    ADD_FAILURE() << "accepted: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::configuration) << error.what();
    for (const std::string& piece : pieces)
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what() << " lacks " << piece;
  }
}

TEST(Specification, BuildsTheLayersInOrder) {
  const Model<float> model = build<float>(
      {"spec",
       layer("linear", "outputs = 4") + layer("tanh", "name = \"bend\"") + layer("linear", "outputs = 2\nbias = false"),
       {1, 2, 2},
       2});
  const auto& nodes = model.graph().nodes();
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes[0].name, "linear1");
  EXPECT_EQ(nodes[1].name, "bend");
  EXPECT_EQ(nodes[2].name, "linear2");
  EXPECT_EQ(model.loss(), Loss::softmax_cross_entropy);
  EXPECT_EQ(model.input_shape(), (Shape{1, 2, 2}));
  ASSERT_EQ(model.schema()->entries().size(), 3u);
  EXPECT_EQ(model.schema()->entries()[2].name, "linear2.weight");
  EXPECT_EQ(model.schema()->size(), 4u * 4 + 4 + 2 * 4);
}

TEST(Specification, TheSameTextBuildsTheSameSchema) {
  for (const ZooModel& entry : complete_zoo()) {
    EXPECT_EQ(build<float>(entry).schema()->hash(), build<float>(entry).schema()->hash());
    EXPECT_EQ(build<float>(entry).schema()->hash(), build<double>(entry).schema()->hash());
  }
}

TEST(Specification, BuildsCircuitsAsWritten) {
  const Model<double> model = build<double>(quantum_zoo()[1]);
  const auto& quantum = dynamic_cast<const Quantum<double>&>(*model.graph().nodes()[0].layer);
  // Two times [4 R_Y encodings, R_Y and R_Z on 4 qubits, a ring of 4 CNOTs].
  EXPECT_EQ(quantum.circuit().qubits(), 4u);
  EXPECT_EQ(quantum.circuit().gates().size(), 2u * (4 + 8 + 4));
  EXPECT_EQ(quantum.circuit().parameters(), 16u);
  EXPECT_EQ(quantum.circuit().gates()[0].kind, quantum_sim::GateKind::ry);
  EXPECT_EQ(quantum.circuit().gates()[0].angles[0].scale, 0.5);
  EXPECT_EQ(model.output_size(), 1u);
  EXPECT_EQ(model.schema()->entries()[0].name, "quantum1.theta");
  for (const double angle : model.initial_parameters(1)) {
    EXPECT_GE(angle, 0);
    EXPECT_LT(angle, 6.2832);
  }
}

TEST(Specification, NamesPlaceAndKeyOfEveryFault) {
  const std::string head = layer("linear", "outputs = 2");
  refused("", {"spec.toml:", "layers", "one layer"});
  refused(layer("lienar", "outputs = 2"), {"spec.toml:3", "type", "linear", "relu", "tanh", "sigmoid", "quantum"});
  refused(layer("linear"), {"spec.toml:", "outputs"});
  refused(layer("linear", "outputs = 0"), {"spec.toml:4", "outputs"});
  refused(layer("linear", "outputs = 2\noutput = 3"), {"spec.toml:5", "output", "outputs"});
  refused(layer("relu", "outputs = 2") + head, {"spec.toml:4", "outputs"});
  refused("loss = \"cross_entropy\"\n" + head, {"spec.toml:2", "softmax_cross_entropy"});
  refused("los = \"mean_squared_error\"\n" + head, {"spec.toml:2", "loss"});
  refused(layer("linear", "outputs = 3"), {"layers", "3 outputs", "expected 2"});
  refused(layer("linear", "outputs = 1"), {"layers", "1 outputs", "expected 2"});
  refused("loss = \"mean_squared_error\"\n" + layer("linear", "outputs = 1"), {"expected 3 for 3 classes"}, {3}, 3);
  refused(head + layer("relu", "name = \"linear1\""), {"spec.toml:7", "name", "taken"});
  refused(head + layer("relu", "name = \"a.b\""), {"spec.toml:7", "name"});
}

TEST(Specification, NamesFaultsOfCircuits) {
  const auto quantum = [](const std::string& rest) { return layer("quantum", rest); };
  refused(quantum("qubits = 3\nlayers = 1"), {"encoding"});
  refused(quantum("qubits = 2\nlayers = 1\nencoding = \"angle\""),
          {"spec.toml:4", "qubits", "3 features need 3 qubits"});
  refused(quantum("qubits = 5\nlayers = 1\nencoding = \"fourier_tower\"\nqubits_per_feature = 2"),
          {"spec.toml:4", "need 6 qubits"});
  refused(quantum("qubits = 31\nlayers = 1\nencoding = \"angle\""), {"spec.toml:4", "qubits"});
  refused(quantum("qubits = 3\nlayers = 1\nencoding = \"angle\"\nbase = 3.0"), {"spec.toml:7", "base"});
  refused(quantum("qubits = 3\nlayers = 1\nencoding = \"angle\"\nencoding_axis = \"w\""), {"spec.toml:7", "axis"});
  refused(quantum("qubits = 3\nlayers = 1\nencoding = \"angle\"\nentangler = \"cnot\""), {"spec.toml:7", "cnot_chain"});
  refused(quantum("qubits = 3\nlayers = 1\nencoding = \"angle\"\noutputs = 4"), {"spec.toml:7", "outputs"});
  refused(quantum("qubits = 3\nlayers = 1\nencoding = \"angle\"\nobservables = \"z_first\"\noutputs = 2"),
          {"spec.toml:8", "outputs"});
  refused(quantum("qubits = 3\nlayers = 1\nencoding = \"angle\"\noutputs = 2\noutput_scale = 0.0"),
          {"spec.toml:8", "output_scale"});
}

}  // namespace
}  // namespace tacit::models
