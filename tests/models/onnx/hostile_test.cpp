// Files that are damaged, made to harm, or ask for what is not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/random.h"
#include "models/onnx/document.h"
#include "models/onnx/golden.h"
#include "onnx_schema/schema.pb.h"
#include "refusal.h"

namespace tacit::models {
namespace {

namespace schema = onnx_schema;
using onnx::Document;
using onnx::Node;
using onnx::Tensor;
using testing::HasSubstr;

std::vector<std::byte> bytes_of(const schema::ModelProto& model) {
  const std::string text = model.SerializeAsString();
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

std::string refused(std::span<const std::byte> bytes) {
  const std::string message = refusal(ErrorKind::data, [&] { import_onnx(bytes, "file.onnx"); });
  EXPECT_TRUE(message.starts_with("file.onnx: ")) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

/// y = W x + b for x [batch, 2] and y [batch, 2].
Document dense() {
  Document document;
  document.operator_set = 17;
  document.nodes = {{"fc", "Gemm", {"x", "w", "b"}, {"y"}, {{"transB", std::int64_t{1}}}}};
  document.constants = {{"w", {2, 2}, std::vector<float>{1, 2, 3, 4}}, {"b", {2}, std::vector<float>{5, 6}}};
  document.inputs = {{"x", onnx::ElementType::float32, {std::nullopt, 2}}};
  document.outputs = {{"y", onnx::ElementType::float32, {std::nullopt, 2}}};
  return document;
}

/// An image of 1x4x4 goes through one node, which gives y.
Document on_image(const std::string& operation, std::vector<onnx::Attribute> attributes,
                  std::vector<Tensor> constants = {}, std::vector<std::optional<std::int64_t>> shape = {{}, 1, 4, 4}) {
  Document document;
  document.operator_set = 21;
  std::vector<std::string> inputs = {"x"};
  for (const Tensor& tensor : constants) inputs.push_back(tensor.name);
  document.nodes = {{"the_node", operation, inputs, {"y"}, std::move(attributes)}};
  document.constants = std::move(constants);
  document.inputs = {{"x", onnx::ElementType::float32, std::move(shape)}};
  document.outputs = {{"y", onnx::ElementType::float32, {}}};
  return document;
}

std::string refused(const Document& document) {
  return refused(onnx::encode(document));
}

schema::ModelProto parsed(const Document& document) {
  const auto bytes = onnx::encode(document);
  schema::ModelProto model;
  EXPECT_TRUE(model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return model;
}

TEST(HostileOnnx, TheModelItselfIsFine) {
  const OnnxModel model = import_onnx(onnx::encode(dense()), "file.onnx");
  EXPECT_EQ(model.layers, "[[layers]]\ntype = \"linear\"\nname = \"linear1\"\noutputs = 2\n");
  EXPECT_EQ(model.weights.at(0).values, (std::vector<float>{1, 2, 3, 4}));
}

TEST(HostileOnnx, UnknownOperatorsAreNamedWithTheirNode) {
  EXPECT_THAT(refused(on_image("Einsum", {})), HasSubstr("node 'the_node' (Einsum): the operator is not known"));
  schema::ModelProto model = parsed(dense());
  model.mutable_graph()->mutable_node(0)->set_domain("com.example");
  EXPECT_THAT(refused(bytes_of(model)), HasSubstr("node 'fc' (Gemm): the operator belongs to 'com.example'"));
  model = parsed(on_image("If", {}));
  auto& branch = *model.mutable_graph()->mutable_node(0)->add_attribute();
  branch.set_name("then_branch");
  branch.set_type(schema::AttributeProto::GRAPH);
  EXPECT_THAT(refused(bytes_of(model)), HasSubstr("node 'the_node' (If)"));
}

TEST(HostileOnnx, UnsupportedAttributesAreNamedWithValueAndWhatIsExpected) {
  const auto list = [](std::vector<std::int64_t> values) { return values; };
  const Tensor kernel{"w", {1, 1, 3, 3}, std::vector<float>(9, 1)};
  const std::string node = "node 'the_node' ";
  EXPECT_THAT(refused(on_image("Conv", {{"pads", list({0, 1, 0, 1})}}, {kernel})),
              HasSubstr(node + "(Conv): attribute 'pads' is [0,1,0,1], expected equal numbers"));
  EXPECT_THAT(refused(on_image("Conv", {{"strides", list({1, 2})}}, {kernel})), HasSubstr("'strides' is [1,2]"));
  EXPECT_THAT(refused(on_image("Conv", {{"strides", list({0, 0})}}, {kernel})), HasSubstr("'strides' is [0,0]"));
  EXPECT_THAT(refused(on_image("Conv", {{"group", std::int64_t{2}}}, {kernel})), HasSubstr("'group' is 2"));
  EXPECT_THAT(refused(on_image("Conv", {{"group", std::int64_t{0}}}, {kernel})), HasSubstr("'group' is 0"));
  EXPECT_THAT(refused(on_image("Conv", {{"group", 1.0f}}, {kernel})), HasSubstr("'group' is of another type"));
  EXPECT_THAT(refused(on_image("Conv", {{"shape", list({1})}}, {kernel})), HasSubstr("'shape' is not known here"));
  EXPECT_THAT(refused(on_image("Conv", {{"auto_pad", std::string("BOTH")}}, {kernel})),
              HasSubstr("'auto_pad' is BOTH"));
  EXPECT_THAT(refused(on_image("Conv", {{"auto_pad", std::string("two\nlines")}}, {kernel})), HasSubstr("is no word"));
  EXPECT_THAT(refused(on_image("Conv", {{"pads", std::vector<std::int64_t>(1'000'000, 1)}}, {kernel})),
              HasSubstr("'pads' is a list of 1000000 numbers, expected 4 numbers"));
  EXPECT_THAT(refused(on_image("MaxPool", {})), HasSubstr("'kernel_shape' is missing"));
  EXPECT_THAT(refused(on_image("MaxPool", {{"kernel_shape", list({2, 2})}, {"dilations", list({2, 2})}})),
              HasSubstr("'dilations' is 2, expected 1"));
  EXPECT_THAT(
      refused(on_image("MaxPool",
                       {{"kernel_shape", list({3, 3})}, {"strides", list({2, 2})}, {"ceil_mode", std::int64_t{1}}})),
      HasSubstr("'ceil_mode' is 1, expected 0"));
  EXPECT_THAT(refused(on_image("AveragePool", {{"kernel_shape", list({2, 2})},
                                               {"pads", list({1, 1, 1, 1})},
                                               {"count_include_pad", std::int64_t{1}}})),
              HasSubstr("'count_include_pad' is 1, expected 0"));
  EXPECT_THAT(refused(on_image("Gelu", {{"approximate", std::string("tanh")}})),
              HasSubstr("'approximate' is tanh, expected none"));
  EXPECT_THAT(refused(on_image("Softmax", {{"axis", std::int64_t{1}}})), HasSubstr("'axis' is 1"));
  EXPECT_THAT(refused(on_image("Softmax", {{"axis", std::int64_t{0}}})), HasSubstr("axis 0 is that of the batch"));
  EXPECT_THAT(refused(on_image("Softmax", {{"axis", std::int64_t{9}}})), HasSubstr("axis 9 does not exist"));
  EXPECT_THAT(refused(on_image("Flatten", {{"axis", std::int64_t{2}}})), HasSubstr("'axis' is 2, expected 1"));
  EXPECT_THAT(refused(on_image("LeakyRelu", {{"alpha", std::nanf("")}})), HasSubstr("'alpha'"));
  Document document = dense();
  document.nodes[0].attributes.push_back({"alpha", 2.0f});
  EXPECT_THAT(refused(document), HasSubstr("attribute 'alpha' is 2, expected 1"));
}

TEST(HostileOnnx, CyclesAndOrderAndNames) {
  Document document = dense();
  document.nodes.push_back({"later", "Relu", {"z"}, {"u"}, {}});
  document.nodes.push_back({"latest", "Relu", {"u"}, {"z"}, {}});
  EXPECT_THAT(refused(document), HasSubstr("node 'later' (Relu): reads 'z', which nothing before it gives"));
  document = dense();
  document.nodes.push_back({"twice", "Relu", {"x"}, {"y"}, {}});
  EXPECT_THAT(refused(document), HasSubstr("value 'y' is given twice"));
  document = dense();
  document.outputs[0].name = "nowhere";
  EXPECT_THAT(refused(document), HasSubstr("output 'nowhere' is given by no node"));
  document.outputs[0].name = "x";
  EXPECT_THAT(refused(document), HasSubstr("output 'x' is given by no layer"));
  document.outputs[0].name = "w";
  EXPECT_THAT(refused(document), HasSubstr("output 'w' is given by no layer"));
  document = dense();
  document.nodes[0].name = "line\nbreak";
  EXPECT_THAT(refused(document), HasSubstr("control character"));
  document.nodes[0].name = std::string(100'000, 'n');
  EXPECT_THAT(refused(document), HasSubstr("a name of 100000 bytes"));
}

TEST(HostileOnnx, InputsAndOutputs) {
  Document document = dense();
  document.inputs.push_back({"second", onnx::ElementType::float32, {std::nullopt, 2}});
  EXPECT_THAT(refused(document), HasSubstr("has 2 inputs ('x', 'second'), expected one"));
  document = dense();
  document.inputs[0].shape = {2};
  EXPECT_THAT(refused(document), HasSubstr("input 'x' has 1 axes"));
  document.inputs[0].shape = {std::nullopt, std::nullopt};
  EXPECT_THAT(refused(document), HasSubstr("input 'x' leaves its axis 1 open"));
  document.inputs[0].shape = {std::nullopt, -2};
  EXPECT_THAT(refused(document), HasSubstr("extent -2"));
  document.inputs[0].shape = {std::nullopt, 0};
  EXPECT_THAT(refused(document), HasSubstr("shape [0]"));
  document.inputs[0].shape = {std::nullopt, 65536, 65536, 65536};
  EXPECT_THAT(refused(document), HasSubstr("at most 268435456 elements"));
  document.inputs[0].shape = {std::nullopt, std::int64_t{1} << 62};
  EXPECT_THAT(refused(document), HasSubstr("expected extents"));
  document = dense();
  document.operator_set = 12;
  EXPECT_THAT(refused(document), HasSubstr("uses operator set 12, expected 13 to 24"));
}

TEST(HostileOnnx, TensorsThatAreNotWhatTheySay) {
  const auto with_weights = [](const auto& change) {
    schema::ModelProto model = parsed(dense());
    change(*model.mutable_graph()->mutable_initializer(0));
    return refused(bytes_of(model));
  };
  using Proto = schema::TensorProto;
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_dims(0, 3); }),
              HasSubstr("tensor 'w': holds 16 bytes, shape [3,2] needs 24"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_dims(0, -2); }), HasSubstr("negative extent"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_dims(0, std::int64_t{1} << 29); }),
              HasSubstr("shape [536870912,2] needs 4294967296"));
  EXPECT_THAT(with_weights([](Proto& tensor) {
                tensor.set_dims(0, std::int64_t{1} << 62);
                tensor.set_dims(1, std::int64_t{1} << 62);
              }),
              HasSubstr("more elements than a file can hold"));
  EXPECT_THAT(with_weights([](Proto& tensor) {
                for (int i = 0; i < 1000; ++i) tensor.add_dims(1);
              }),
              HasSubstr("1002 axes"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_data_type(10); }), HasSubstr("type 10 of the format"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_data_type(7); }), HasSubstr("16 bytes"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_data_location(Proto::EXTERNAL); }),
              HasSubstr("tensor 'w': its values lie in another file"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.add_float_data(1); }), HasSubstr("tensor 'w': holds"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.clear_raw_data(); }), HasSubstr("holds 0 values"));
  EXPECT_THAT(with_weights([](Proto& tensor) { tensor.set_name(""); }), HasSubstr("has no name"));

  Document document = dense();
  std::get<0>(document.constants[0].values)[2] = std::nanf("");
  EXPECT_THAT(refused(document), HasSubstr("node 'fc' (Gemm): tensor 'w': element 2 is no finite number"));
  document = dense();
  document.constants[1] = {"b", {3}, std::vector<float>{1, 2, 3}};
  EXPECT_THAT(refused(document), HasSubstr("tensor 'b' has shape [3], expected [2]"));
  document = dense();
  document.constants[0] = {"w", {2, 2}, std::vector<std::int64_t>{1, 2, 3, 4}};
  EXPECT_THAT(refused(document), HasSubstr("tensor 'w' has integers, expected floats"));
  document.constants[0] = {"w", {4}, std::vector<float>{1, 2, 3, 4}};
  EXPECT_THAT(refused(document), HasSubstr("tensor 'w' has shape [4], expected a matrix"));
}

TEST(HostileOnnx, InputsOfNodes) {
  Document document = dense();
  document.nodes[0].inputs = {"w", "w", "b"};
  EXPECT_THAT(refused(document), HasSubstr("input 0 ('w') is constant"));
  document.nodes[0].inputs = {"x", "x"};
  EXPECT_THAT(refused(document), HasSubstr("input 1 ('x') depends on the model's input"));
  document.nodes[0].inputs = {"x"};
  EXPECT_THAT(refused(document), HasSubstr("has 1 inputs, expected 2 to 3"));
  document.nodes[0].inputs = {"x", ""};
  EXPECT_THAT(refused(document), HasSubstr("input 1 is missing"));
  EXPECT_THAT(refused(on_image("Gemm", {}, {{"w", {1, 2}, std::vector<float>{1, 2}}})),
              HasSubstr("takes an example of shape [1,4,4], expected a flat one"));
  EXPECT_THAT(refused(on_image("Conv", {}, {{"w", {1, 1, 3, 3}, std::vector<float>(9)}}, {std::nullopt, 4})),
              HasSubstr("takes an example of shape [4], expected an image"));
  EXPECT_THAT(refused(on_image("Conv", {}, {{"w", {1, 1, 5, 5}, std::vector<float>(25)}})), HasSubstr("the_node"));
  EXPECT_THAT(refused(on_image("Reshape", {}, {{"t", {2}, std::vector<std::int64_t>{-1, 5}}})),
              HasSubstr("turns an example of shape [batch,1,4,4] into [-1,5]"));
  for (const std::vector<std::int64_t>& target : std::vector<std::vector<std::int64_t>>{
           {}, {-1}, {16}, {0, -1, -1}, {-1, -1}, {0, -7}, {0, 1, 1, 1, 1, 0}, {0, std::int64_t{1} << 62, 1 << 30}})
    EXPECT_THAT(refused(on_image("Reshape", {}, {{"t", {static_cast<std::int64_t>(target.size())}, target}})),
                HasSubstr("node 'the_node' (Reshape)"));
}

TEST(HostileOnnx, AProductThatOthersReadStaysWhatItIs) {
  // The decomposition of GroupNorm, whose product is also the output: the two may not become one operator.
  Document document = on_image("InstanceNormalization", {});
  document.nodes = {{"a", "Reshape", {"x", "groups"}, {"grouped"}, {}},
                    {"b", "InstanceNormalization", {"grouped", "one", "zero"}, {"normal"}, {}},
                    {"c", "Shape", {"x"}, {"shape"}, {}},
                    {"d", "Reshape", {"normal", "shape"}, {"back"}, {}},
                    {"e", "Mul", {"back", "w"}, {"scaled"}, {}},
                    {"f", "Add", {"scaled", "w"}, {"sum"}, {}},
                    {"g", "Add", {"sum", "scaled"}, {"y"}, {}}};
  document.constants = {{"groups", {3}, std::vector<std::int64_t>{0, 1, -1}},
                        {"one", {1}, std::vector<float>{1}},
                        {"zero", {1}, std::vector<float>{0}},
                        {"w", {1, 1, 1}, std::vector<float>{2}}};
  EXPECT_THAT(refused(document), HasSubstr("node 'a' (Reshape): 'grouped' has the elements"));
}

// A tensor of 16 MB that 2000 nodes pass on is one tensor, not 32 GB.
TEST(HostileOnnx, AConstantThatIsPassedOnIsNotCopied) {
  constexpr std::int64_t width = 2048;
  Document document;
  document.operator_set = 17;
  document.inputs = {{"0", onnx::ElementType::float32, {std::nullopt, width}}};
  document.constants = {{"w", {width, width}, std::vector<float>(width * width)}};
  std::string weight = "w";
  for (int i = 0; i < 2000; ++i) {
    const std::string next = "w" + std::to_string(i);
    document.nodes.push_back({"", "Identity", {weight}, {next}, {}});
    weight = next;
  }
  document.nodes.push_back({"", "Relu", {"0"}, {"y"}, {}});
  document.outputs = {{"y", onnx::ElementType::float32, {}}};
  EXPECT_TRUE(import_onnx(onnx::encode(document), "file.onnx").weights.empty());
  document.nodes.back() = {"fc", "MatMul", {"0", weight}, {"y"}, {}};
  EXPECT_EQ(import_onnx(onnx::encode(document), "file.onnx").weights.size(), 1u);
}

TEST(HostileOnnx, Sequences) {
  const Tensor table{"w", {3, 2}, std::vector<float>(6, 1)}, index{"w", {}, std::vector<std::int64_t>{1}};
  const auto on_sequence = [](const std::string& operation, std::vector<onnx::Attribute> attributes,
                              std::vector<Tensor> constants) {
    return on_image(operation, std::move(attributes), std::move(constants), {{}, 4, 2});
  };
  EXPECT_THAT(refused(on_sequence("Gather", {{"axis", std::int64_t{1}}}, {index})), HasSubstr("picks token 1 of 4"));
  EXPECT_THAT(refused(on_sequence("Gather", {{"axis", std::int64_t{2}}}, {index})), HasSubstr("picks along axis 2"));
  EXPECT_THAT(refused(on_sequence("Gather", {}, {table})), HasSubstr("one constant index"));
  EXPECT_THAT(
      refused(on_sequence("Transpose", {{"perm", std::vector<std::int64_t>{0, 2, 1}}}, {})),
      HasSubstr("node 'the_node' (Transpose): 'y' has the elements of an example of shape [4,2] as [batch,2,4], "
                "expected the same shape, a flat one, a flat one as an image, or an image [channels, height"));
  EXPECT_THAT(refused(on_sequence("Add", {}, {table})), HasSubstr("input 1 ('w') is constant"));
  EXPECT_THAT(refused(on_sequence("Mul", {}, {table})), HasSubstr("multiplies examples"));
  EXPECT_THAT(refused(on_sequence("ReduceMean", {{"axes", std::vector<std::int64_t>{1}}}, {})),
              HasSubstr("attribute 'keepdims' is 1, expected 0"));
  // Whole numbers are for embeddings only.
  Document document = on_image("Relu", {}, {}, {{}, 3});
  document.inputs[0].type = onnx::ElementType::int64;
  EXPECT_THAT(refused(document), HasSubstr("input 0 ('x') is whole numbers"));
  document.nodes[0] = {"the_node", "Gather", {"w", "x"}, {"y"}, {}};
  document.constants = {table};
  EXPECT_EQ(import_onnx(onnx::encode(document), "file.onnx").output_shape, (Shape{3, 2}));
  document.constants[0].shape = {6};
  EXPECT_THAT(refused(document), HasSubstr("expected [vocabulary, width]"));
  document = on_image("ConstantOfShape", {}, {});
  document.nodes[0].inputs = {"n"};
  document.constants = {{"n", {1}, std::vector<std::int64_t>{std::int64_t{1} << 40}}};
  EXPECT_THAT(refused(document), HasSubstr("(ConstantOfShape)"));
}

TEST(HostileOnnx, PartsOfFilesAreRefused) {
  const auto whole = read_bytes(golden_folder() / "script13_perceptron.onnx");
  for (std::size_t size = 0; size < whole.size(); ++size) refused(std::span(whole).first(size));
  EXPECT_THAT(refused(std::span<const std::byte>()), HasSubstr("0 bytes"));
  const std::string text = "this is no model";
  EXPECT_THAT(refused(std::as_bytes(std::span(text))), HasSubstr("is no ONNX file"));
}

// Whatever the bytes, a file is read or refused.
TEST(HostileOnnx, ChangedBytesAreReadOrRefused) {
  RandomStream stream({17, Purpose::model_initialization});
  const auto below = [&](std::size_t limit) {
    return std::min(static_cast<std::size_t>(stream.uniform(0, static_cast<double>(limit))), limit - 1);
  };
  const char* rounds = std::getenv("TACIT_FUZZ_ROUNDS");
  const int count = rounds == nullptr ? 400 : std::atoi(rounds);
  std::size_t read = 0, refusals = 0;
  for (const std::string& name : golden_names()) {
    const auto whole = read_bytes(golden_folder() / (name + ".onnx"));
    for (int round = 0; round < count; ++round) {
      auto bytes = whole;
      for (std::size_t change = below(4) + 1; change > 0; --change) {
        const std::size_t at = below(bytes.size());
        switch (below(4)) {
          case 0:
            bytes[at] = static_cast<std::byte>(below(256));
            break;
          case 1:
            bytes[at] ^= static_cast<std::byte>(1u << below(8));
            break;
          case 2:
            bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
            break;
          default:
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::byte>(below(256)));
        }
      }
      try {
        const OnnxModel imported = import_onnx(bytes, "file.onnx");
        imported.parameters(model_of<float>(imported).schema(), "file.onnx");
        ++read;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data) << name << ": " << error.what();
        ++refusals;
      }
    }
  }
  EXPECT_GT(read, 0u);
  EXPECT_GT(refusals, 0u);
}

}  // namespace
}  // namespace tacit::models
