#include "models/specification.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "models/graph.h"
#include "models/layers/circuit_specification.h"
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

CircuitSpecification circuit_of(const std::string& text, std::size_t features) {
  ConfigTable table = ConfigTable::parse_text(text, "circuit.toml");
  CircuitSpecification specification = circuit_from_config(table, features);
  table.finish();
  return specification;
}

TEST(Specification, KnowsEveryEncoding) {
  const std::string head = "qubits = 4\nlayers = 1\nencoding = ";
  const auto gates = [&](const std::string& encoding, std::size_t features) {
    // Behind the encoding come 8 rotations and 3 CNOTs.
    return circuit_of(head + encoding, features).circuit.gates().size() - 11;
  };
  EXPECT_EQ(gates("\"angle\"", 4), 4u);
  EXPECT_EQ(gates("\"fourier_tower\"\nqubits_per_feature = 2", 2), 4u);
  EXPECT_EQ(gates("\"chebyshev_tower\"\nqubits_per_feature = 4", 1), 4u);
  EXPECT_EQ(gates("\"pauli_product\"\nencoding_strings = [\"XX\", \"IZZY\"]", 2), 2u);
  EXPECT_EQ(gates("\"zz_feature_map\"", 3), 2u * (3 + 3 + 3));
  EXPECT_EQ(gates("\"iqp_feature_map\"\nencoding_repetitions = 1\nencoding_pairs = \"chain\"", 3), 3u + 3 + 2);
  EXPECT_EQ(gates("\"trainable_frequencies\"\nencoding_axis = \"z\"", 4), 4u);
  EXPECT_EQ(circuit_of(head + "\"trainable_frequencies\"\nreuploads = 3", 4).circuit.parameters(), 3u * (4 + 8));
  EXPECT_EQ(gates("\"amplitude\"", 16), 0u);
  EXPECT_EQ(circuit_of(head + "\"amplitude\"", 9).circuit.encoded_amplitudes(), 9u);
}

TEST(Specification, KnowsEveryAnsatz) {
  const auto parameters = [](const std::string& ansatz) {
    return circuit_of("qubits = 4\nlayers = 3\nreuploads = 2\nencoding = \"angle\"\nansatz = " + ansatz, 4)
               .circuit.parameters() /
           6;
  };
  EXPECT_EQ(parameters("\"hardware_efficient\"\nentangler = \"cnot_ring\""), 8u);
  EXPECT_EQ(parameters("\"strongly_entangling\""), 12u);
  EXPECT_EQ(parameters("\"transverse_field_ising\""), 2u);
  EXPECT_EQ(parameters("\"transverse_field_ising\"\nsharing = \"per_term\"\nboundary = \"periodic\""), 8u);
  EXPECT_EQ(parameters("\"xxz\""), 4u);
  EXPECT_EQ(parameters("\"xxz\"\nsharing = \"per_term\""), 6u);
  EXPECT_EQ(parameters("\"matchgate\""), 18u);
  EXPECT_EQ(parameters("\"su4_brick\""), 45u);
  EXPECT_EQ(parameters("\"pauli_rotations\"\nansatz_strings = [\"XIIX\", \"ZY\"]"), 2u);
}

TEST(Specification, KnowsEveryObservable) {
  const auto observables = [](const std::string& rest) {
    return circuit_of("qubits = 3\nlayers = 1\nencoding = \"angle\"\nobservables = " + rest, 3).observables;
  };
  EXPECT_EQ(observables("\"z_each\"").size(), 3u);
  EXPECT_EQ(observables("\"z_all\"")[0].terms[0].z_mask, 0b111u);
  EXPECT_EQ(observables("\"z_mean\"")[0].terms.size(), 3u);
  const auto energy = observables("\"ising_energy\"\nfield = 0.5");
  ASSERT_EQ(energy[0].terms.size(), 5u);
  EXPECT_EQ(energy[0].terms[0].coefficient, -1);
  EXPECT_EQ(energy[0].terms[4].coefficient, -0.5);
  const auto sums = observables("\"pauli_sums\"\npauli_sums = [\"0.5 X0 Z2 - Y1\", \"Z0\"]");
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_EQ(sums[0].terms[1].coefficient, -1);
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
  refused(head + layer("softmax"), {"spec.toml:", "type", "softmax_cross_entropy takes the softmax itself"});
  refused(layer("linear", "outputs = 1"), {"layers", "1 outputs", "expected 2"});
  refused("loss = \"mean_squared_error\"\n" + layer("linear", "outputs = 1"), {"expected 3 for 3 classes"}, {3}, 3);
  refused(head + layer("relu", "name = \"linear1\""), {"spec.toml:7", "name", "taken"});
  refused(head + layer("relu", "name = \"a.b\""), {"spec.toml:7", "name"});
}

TEST(Specification, JoinsLayersByName) {
  const Model<float> model =
      build<float>({"spec",
                    layer("conv2d", "channels = 2\nkernel = 3\npadding = 1\nname = \"a\"") +
                        layer("concatenate", "inputs = [\"input\", \"a\"]") + layer("tanh", "inputs = [\"a\"]") +
                        layer("add", "inputs = [\"tanh1\", \"a\", \"tanh1\"]") +
                        layer("concatenate", "inputs = [\"add1\", \"concatenate1\"]") + layer("linear", "outputs = 2"),
                    {3, 4, 4},
                    2});
  const auto& nodes = model.graph().nodes();
  EXPECT_EQ(nodes[1].inputs, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(nodes[1].layer->output_shape(), (Shape{5, 4, 4}));
  EXPECT_EQ(nodes[2].inputs, (std::vector<std::size_t>{1}));
  EXPECT_EQ(nodes[3].inputs, (std::vector<std::size_t>{3, 1, 3}));
  EXPECT_EQ(nodes[4].layer->output_shape(), (Shape{7, 4, 4}));
}

TEST(Specification, NamesFaultsOfGraphs) {
  const std::string head = layer("linear", "outputs = 2");
  refused(layer("relu", "name = \"input\"") + head, {"spec.toml:4", "name", "model's input"});
  refused(layer("relu") + layer("linear", "outputs = 2\ninputs = [\"relu2\"]"),
          {"spec.toml:8", "inputs", "no earlier layer", "relu1"});
  refused(layer("relu", "inputs = [\"relu1\"]") + head, {"spec.toml:4", "inputs", "no earlier layer"});
  refused(layer("relu", "inputs = []") + head, {"spec.toml:4", "inputs"});
  refused(layer("relu", "inputs = [\"input\", \"input\"]") + head, {"spec.toml:4", "takes 1 input, 2 are given"});
  refused(layer("relu") + layer("tanh", "inputs = [\"input\"]") + head, {"spec.toml:3", "'relu1' is used by none"});
  refused(layer("add") + head, {"spec.toml:2", "inputs", "two at least"});
  refused(layer("linear", "outputs = 4") + layer("add", "inputs = [\"input\", \"linear1\"]") + head,
          {"spec.toml:7", "inputs", "cannot be added"});
  refused(
      layer("conv2d", "channels = 1\nkernel = 2") + layer("concatenate", "inputs = [\"input\", \"conv2d1\"]") + head,
      {"spec.toml:8", "inputs", "beyond the first axis"}, {1, 3, 3});
}

TEST(Specification, NamesFaultsOfImageLayers) {
  const auto image = [](const std::string& text, const std::vector<std::string>& pieces) {
    refused(text + layer("linear", "outputs = 2"), pieces, {4, 6, 6});
  };
  refused(layer("conv2d", "channels = 2\nkernel = 1") + layer("linear", "outputs = 2"),
          {"spec.toml:3", "type", "takes images", "[3]"});
  image(layer("conv2d", "kernel = 3"), {"channels"});
  image(layer("conv2d", "channels = 3"), {"kernel"});
  image(layer("conv2d", "channels = 3\nkernel = 7"), {"spec.toml:5", "kernel", "7 pixels"});
  image(layer("conv2d", "channels = 3\nkernel = 3\nstride = 0"), {"spec.toml:6", "stride"});
  image(layer("conv2d", "channels = 3\nkernel = 3\npadding = -1"), {"spec.toml:6", "padding"});
  image(layer("conv2d", "channels = 6\nkernel = 3\ngroups = 3"), {"spec.toml:6", "groups", "4 input channels"});
  image(layer("conv2d", "channels = 6\nkernel = 3\noutputs = 3"), {"spec.toml:6", "outputs"});
  image(layer("max_pool", "kernel = 2\npadding = 2"), {"spec.toml:4", "outside the image"});
  image(layer("average_pool", "kernel = 2\ndilation = 2"), {"spec.toml:5", "dilation"});
  image(layer("group_norm", "groups = 3"), {"spec.toml:4", "groups", "do not divide"});
  image(layer("batch_norm", "statistics = \"global\""), {"spec.toml:4", "statistics", "averaged", "local", "frozen"});
  image(layer("batch_norm", "statistics = \"local\"\nmomentum = 0.5"), {"spec.toml:5", "momentum", "averaged"});
  image(layer("batch_norm", "momentum = 0"), {"spec.toml:4", "momentum"});
  image(layer("dropout", "rate = 1.0"), {"spec.toml:4", "rate"});
  image(layer("layer_norm", "epsilon = 0"), {"spec.toml:4", "epsilon"});
  image(layer("reshape"), {"shape"});
  image(layer("reshape", "shape = []"), {"spec.toml:4", "one to three extents"});
  image(layer("reshape", "shape = [5, 5, 5, 5]"), {"spec.toml:4", "one to three extents"});
  image(layer("reshape", "shape = [7]"), {"spec.toml:4", "shape", "cannot be seen as [7]"});
}

TEST(Specification, NamesFaultsOfSequenceLayers) {
  const auto tokens = [](const std::string& text, const std::vector<std::string>& pieces) {
    refused(text + layer("linear", "outputs = 2"), pieces, {3, 4});
  };
  tokens(layer("attention", "heads = 3"), {"spec.toml:4", "heads", "do not divide"});
  tokens(layer("attention"), {"heads"});
  tokens(layer("token_select", "token = \"second\""), {"spec.toml:4", "token", "first", "last"});
  tokens(layer("flatten") + layer("token_mean"), {"spec.toml:6", "takes sequences", "[12]"});
  tokens(layer("flatten") + layer("layer_norm", "per_token = true"), {"spec.toml:7", "per_token", "[12]"});
  tokens(layer("image_tokens"), {"spec.toml:3", "takes images"});
  tokens(layer("embedding", "vocabulary = 3\nwidth = 2\npadding = 3"), {"spec.toml:6", "padding"});
  tokens(layer("embedding", "vocabulary = 3"), {"width"});
}

TEST(Specification, KnowsEveryLoss) {
  const std::string one = layer("linear", "outputs = 1"), two = layer("linear", "outputs = 2");
  const auto loss = [](const std::string& text) { return build<float>({"spec", text, {3}, 2}).loss(); };
  EXPECT_EQ(loss("label_smoothing = 0.1\nclass_weights = [1.0, 2.0]\n" + two), Loss::softmax_cross_entropy);
  EXPECT_EQ(loss("loss = \"huber\"\nhuber_delta = 0.5\n" + one), Loss::huber);
  EXPECT_EQ(loss("loss = \"hinge\"\nmargin = 2.0\n" + one), Loss::hinge);
  EXPECT_EQ(loss("loss = \"hinge\"\n" + two), Loss::hinge);
  EXPECT_EQ(loss("loss = \"binary_cross_entropy\"\nclass_weights = [1.0, 2.0]\n" + one), Loss::binary_cross_entropy);

  // The settings reach the loss: all but class 1 counts nothing.
  const Model<float> weighted = build<float>({"spec", "class_weights = [0.0, 1.0]\n" + two, {3}, 2});
  const std::vector<float> theta(weighted.schema()->size()), x = {1, 2, 3};
  const std::vector<std::int32_t> zero = {0}, second = {1};
  EXPECT_EQ(Evaluation<float>(weighted).loss(theta, {x, weighted.targets_of(zero), 1}), 0.0f);
  EXPECT_FLOAT_EQ(Evaluation<float>(weighted).loss(theta, {x, weighted.targets_of(second), 1}), std::log(2.0f));
}

TEST(Specification, NamesFaultsOfLosses) {
  const std::string head = layer("linear", "outputs = 2");
  refused("loss = \"huber\"\nlabel_smoothing = 0.1\n" + head,
          {"spec.toml:3", "label_smoothing", "binary_cross_entropy", "chosen is huber"});
  refused("margin = 1.0\n" + head, {"spec.toml:2", "margin", "hinge"});
  refused("huber_delta = 1.0\n" + head, {"spec.toml:2", "huber_delta", "only the loss huber"});
  refused("label_smoothing = 1.0\n" + head, {"spec.toml:2", "label_smoothing"});
  refused("class_weights = [1.0]\n" + head, {"spec.toml:2", "class_weights", "got 1", "each of 2 classes"});
  refused("class_weights = [0.0, 0.0]\n" + head, {"spec.toml:2", "class_weights", "above 0"});
  refused("loss = \"hinge\"\nmargin = 0.0\n" + head, {"spec.toml:3", "margin"});
  refused("loss = \"huber\"\n" + layer("linear", "outputs = 3"), {"layers", "3 outputs", "expected 2 or 1"});
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
  const std::string three = "qubits = 3\nlayers = 1\n";
  refused(quantum(three + "encoding = \"amplitudes\""), {"spec.toml:6", "encoding", "amplitude", "zz_feature_map"});
  refused(quantum("qubits = 1\nlayers = 1\nencoding = \"amplitude\""), {"spec.toml:4", "3 features need 2 qubits"});
  refused(quantum(three + "encoding = \"amplitude\"\nreuploads = 2"), {"spec.toml:7", "reuploads", "once"});
  refused(quantum(three + "encoding = \"chebyshev_tower\""), {"qubits_per_feature"});
  refused(quantum(three + "encoding = \"pauli_product\"\nencoding_strings = [\"X\"]"),
          {"spec.toml:7", "3 features, got 1"});
  refused(quantum(three + "encoding = \"pauli_product\"\nencoding_strings = [\"X\", \"Y\", \"XXXX\"]"),
          {"spec.toml:7", "XXXX", "4 letters for 3 qubits"});
  refused(quantum(three + "encoding = \"angle\"\nansatz = \"su4\""), {"spec.toml:7", "su4_brick"});
  refused(quantum(three + "encoding = \"angle\"\nansatz = \"xxz\"\nentangler = \"cnot_ring\""),
          {"spec.toml:8", "entangler"});
  refused(layer("quantum", "qubits = 1\nlayers = 1\nencoding = \"angle\"\nansatz = \"xxz\""),
          {"spec.toml:4", "xxz needs 2 qubits"}, {1});
  refused(quantum(three + "encoding = \"angle\"\nansatz = \"pauli_rotations\"\nansatz_strings = [\"II\"]"),
          {"spec.toml:8", "II"});
  refused(quantum(three + "encoding = \"angle\"\nobservables = \"pauli_sums\"\npauli_sums = [\"Z0\", \"Z3\"]"),
          {"spec.toml:8", "qubit 3 is out of range"});
  refused(quantum(three + "encoding = \"angle\"\nobservables = \"pauli_sums\"\npauli_sums = [\"Z0 +\"]"),
          {"spec.toml:8", "column 5"});
}

}  // namespace
}  // namespace tacit::models
