// Files with attention that cannot be a layer of ours, or that are made to harm: refused with node and reason, or read
// for what they say. Nothing of a mask is dropped silently.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/files.h"
#include "core/random.h"
#include "models/onnx/document.h"
#include "models/onnx/golden.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using onnx::Document;
using onnx::Node;
using onnx::Tensor;
using testing::HasSubstr;
using List = std::vector<std::int64_t>;

std::string refused(const Document& document) {
  const std::string message = refusal(ErrorKind::data, [&] { import_onnx(onnx::encode(document), "file.onnx"); });
  EXPECT_TRUE(message.starts_with("file.onnx: ")) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

std::vector<float> numbers(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(std::sin(static_cast<double>(i)));
  return values;
}

Tensor list(const std::string& name, List values) {
  return {name, {static_cast<std::int64_t>(values.size())}, std::move(values)};
}

/// Attention of two heads over three tokens of width four, with a mask that hides nothing.
Document attention() {
  Document document;
  document.operator_set = 17;
  document.inputs = {{"x", onnx::ElementType::float32, {std::nullopt, 3, 4}}};
  document.outputs = {{"y", onnx::ElementType::float32, {}}};
  document.nodes = {{"qkv", "MatMul", {"x", "w_in"}, {"qkv"}, {}},
                    {"cut", "Reshape", {"qkv", "parts"}, {"cut"}, {}},
                    {"turn", "Transpose", {"cut"}, {"turned"}, {{"perm", List{2, 0, 3, 1, 4}}}},
                    {"q", "Gather", {"turned", "zero"}, {"q"}, {}},
                    {"k", "Gather", {"turned", "one"}, {"k"}, {}},
                    {"v", "Gather", {"turned", "two"}, {"v"}, {}},
                    {"k_turn", "Transpose", {"k"}, {"kt"}, {{"perm", List{0, 1, 3, 2}}}},
                    {"product", "MatMul", {"q", "kt"}, {"scores"}, {}},
                    {"scale", "Mul", {"scores", "factor"}, {"scaled"}, {}},
                    {"mask", "Add", {"scaled", "hidden"}, {"masked"}, {}},
                    {"softmax", "Softmax", {"masked"}, {"weights"}, {{"axis", std::int64_t{-1}}}},
                    {"mix", "MatMul", {"weights", "v"}, {"mixed"}, {}},
                    {"back", "Transpose", {"mixed"}, {"back"}, {{"perm", List{0, 2, 1, 3}}}},
                    {"join", "Reshape", {"back", "whole"}, {"joined"}, {}},
                    {"out", "MatMul", {"joined", "w_out"}, {"y"}, {}}};
  document.constants = {{"w_in", {4, 12}, numbers(48)},
                        list("parts", {0, 3, 3, 2, 2}),
                        {"zero", {}, List{0}},
                        {"one", {}, List{1}},
                        {"two", {}, List{2}},
                        {"factor", {}, std::vector<float>{std::sqrt(0.5f)}},
                        {"hidden", {3, 3}, std::vector<float>(9, 0)},
                        list("whole", {0, 3, 4}),
                        {"w_out", {4, 4}, numbers(16)}};
  return document;
}

Node& node(Document& document, const std::string& name) {
  for (Node& each : document.nodes)
    if (each.name == name) return each;
  throw std::out_of_range(name);
}

Tensor& constant(Document& document, const std::string& name) {
  for (Tensor& each : document.constants)
    if (each.name == name) return each;
  throw std::out_of_range(name);
}

template <class Change>
std::string refused_with(const Change& change) {
  Document document = attention();
  change(document);
  return refused(document);
}

std::string refused_mask(std::vector<float> mask) {
  return refused_with([&](Document& d) { constant(d, "hidden").values = std::move(mask); });
}

constexpr float low = -std::numeric_limits<float>::infinity();

TEST(HostileAttention, ItselfItIsFine) {
  EXPECT_THAT(import_onnx(onnx::encode(attention()), "file.onnx").layers,
              HasSubstr("type = \"attention\"\nname = \"attention1\"\nheads = 2\nbias = false\n"));
}

TEST(HostileAttention, MasksAreReadOrRefused) {
  for (const float hidden : {low, -1e9f, std::numeric_limits<float>::lowest()}) {
    Document document = attention();
    constant(document, "hidden").values = std::vector<float>{0, hidden, hidden, 0, 0, hidden, 0, 0, 0};
    EXPECT_THAT(import_onnx(onnx::encode(document), "file.onnx").layers, HasSubstr("causal = true\n"));
  }
  const std::string otherwise = "node 'mask' (Add): masks scores of attention otherwise";
  EXPECT_THAT(refused_mask({0, low, 0, 0, 0, low, 0, 0, 0}), HasSubstr(otherwise));
  EXPECT_THAT(refused_mask({0, 0, 0, low, 0, 0, low, low, 0}), HasSubstr(otherwise));        // the other triangle
  EXPECT_THAT(refused_mask({low, low, low, 0, low, low, 0, 0, low}), HasSubstr(otherwise));  // the diagonal too
  EXPECT_THAT(refused_mask({0, -5, 0, 0, 0, 0, 0, 0, 0}), HasSubstr("node 'mask' (Add): adds -5 to scores"));
  EXPECT_THAT(refused_mask({0, std::nanf(""), 0, 0, 0, 0, 0, 0, 0}), HasSubstr("adds nan to scores"));
  EXPECT_THAT(refused_mask({0, -low, 0, 0, 0, 0, 0, 0, 0}), HasSubstr("adds inf to scores"));
  EXPECT_THAT(refused_with([](Document& d) {  // a row, as for padding
                constant(d, "hidden") = {"hidden", {1, 3}, std::vector<float>{0, 0, low}};
              }),
              HasSubstr(otherwise));
  EXPECT_THAT(refused_with([](Document& d) {  // another one for each head
                constant(d, "hidden") = {"hidden", {2, 3, 3}, std::vector<float>(18, 0)};
              }),
              HasSubstr("node 'mask' (Add): masks the scores of 3 tokens with shape [2,3,3]"));
  EXPECT_THAT(refused_with([](Document& d) { constant(d, "hidden").values = List(9, 0); }), HasSubstr("adds integers"));
  EXPECT_THAT(refused_with([](Document& d) { node(d, "mask").inputs[1] = "x"; }),
              HasSubstr("expected a constant mask"));
  EXPECT_THAT(refused_with([](Document& d) {
                node(d, "mask") = {"mask", "Where", {"hidden", "scaled", "factor"}, {"masked"}, {}};
              }),
              HasSubstr("node 'mask' (Where): chooses between scores"));
  EXPECT_THAT(refused_with([](Document& d) {  // behind the softmax
                node(d, "mix").inputs[0] = "again";
                d.nodes.insert(d.nodes.begin() + 11, {"again", "Add", {"weights", "hidden"}, {"again"}, {}});
              }),
              HasSubstr("node 'again' (Add)"));
}

TEST(HostileAttention, OtherSumsThanAttentionAreRefused) {
  EXPECT_THAT(refused_with([](Document& d) { constant(d, "factor").values = std::vector<float>{0.5f}; }),
              HasSubstr("node 'out' (MatMul): ends attention whose scores are scaled by 0.5, expected 0.70710"));
  EXPECT_THAT(refused_with([](Document& d) { constant(d, "factor").values = std::vector<float>{std::nanf("")}; }),
              HasSubstr("node 'scale' (Mul): multiplies by nan"));
  EXPECT_THAT(refused_with([](Document& d) {  // the scale behind the mask
                node(d, "mask").inputs[0] = "scores";
                node(d, "mask").outputs[0] = "scaled";
                node(d, "scale").inputs[0] = "scaled";
                node(d, "scale").outputs[0] = "masked";
                std::swap(d.nodes[8], d.nodes[9]);
              }),
              HasSubstr("node 'scale' (Mul): scales attention behind its mask"));
  EXPECT_THAT(refused_with([](Document& d) {
                node(d, "softmax").attributes = {{"axis", std::int64_t{2}}};
              }),
              HasSubstr("node 'softmax' (Softmax): attribute 'axis' is 2, expected the last one"));
  EXPECT_THAT(refused_with([](Document& d) {
                node(d, "softmax").attributes = {{"axis", std::int64_t{-9}}};
              }),
              HasSubstr("axis -9 does not exist"));
  EXPECT_THAT(refused_with([](Document& d) { node(d, "v").inputs[1] = "one"; }),
              HasSubstr("ends attention whose values share row 4 of a projection ('qkv')"));
  EXPECT_THAT(
      refused_with([](Document& d) {
        node(d, "product").inputs = {"q", "k"};
      }),
      HasSubstr("node 'product' (MatMul): multiplies [batch,2,3,2] by [batch,2,3,2], which depend on the input"));
  EXPECT_THAT(refused_with([](Document& d) { node(d, "mix").inputs = {"v", "weights"}; }), HasSubstr("node 'mix'"));
  EXPECT_THAT(refused_with([](Document& d) {
                node(d, "mix").inputs = {"weights", "weights"};
              }),
              HasSubstr("expected the weights of attention and values"));
  EXPECT_THAT(refused_with([](Document& d) { d.outputs[0].name = "scores"; }), HasSubstr("reads scores of attention"));
  EXPECT_THAT(refused_with([](Document& d) { d.outputs[0].name = "weights"; }), HasSubstr("reads the weights of"));
  EXPECT_THAT(refused_with([](Document& d) { d.outputs[0].name = "joined"; }),
              HasSubstr("reads attention without a projection behind it"));
  EXPECT_THAT(refused_with([](Document& d) {
                node(d, "back").attributes = {{"perm", List{0, 2, 3, 1}}};
              }),
              HasSubstr("reads attention without a projection"));
  EXPECT_THAT(refused_with([](Document& d) {
                constant(d, "w_out") = {"w_out", {4, 3}, numbers(12)};
              }),
              HasSubstr("from width 4 to 3, expected 4 everywhere"));
  EXPECT_THAT(refused_with([](Document& d) {
                constant(d, "w_in") = {"w_in", {4, 16}, numbers(64)};
                constant(d, "parts").values = List{0, 3, 4, 2, 2};
              }),
              HasSubstr("reads a part of a projection ('qkv') only"));
  EXPECT_THAT(refused_with([](Document& d) {  // what attention takes into itself, others read too
                d.nodes.push_back({"more", "Relu", {"qkv"}, {"more"}, {}});
                d.nodes.push_back({"sum", "Concat", {"y", "more"}, {"z"}, {{"axis", std::int64_t{1}}}});
                d.outputs[0].name = "z";
              }),
              HasSubstr("node 'more' (Relu): reads a projection of attention ('qkv')"));
  EXPECT_THAT(
      refused_with([](Document& d) {
        d.nodes.insert(d.nodes.begin() + 1, {"more", "Relu", {"qkv"}, {"more"}, {}});
        d.nodes.push_back({"sum", "Concat", {"y", "more"}, {"z"}, {{"axis", std::int64_t{1}}}});
        d.outputs[0].name = "z";
      }),
      HasSubstr("node 'product' (MatMul): multiplies [batch,2,3,2] by [batch,2,2,3], which depend on the input, "
                "expected a constant matrix, or queries"));
  EXPECT_THAT(refused_with([](Document& d) { std::get<0>(constant(d, "w_in").values)[7] = std::nanf(""); }),
              HasSubstr("node 'qkv' (MatMul): tensor 'w_in': element 7 is no finite number"));
  EXPECT_THAT(refused_with([](Document& d) { std::get<0>(constant(d, "w_out").values)[3] = low; }),
              HasSubstr("node 'out' (MatMul): tensor 'w_out': element 3 is no finite number"));
  EXPECT_THAT(refused_with([](Document& d) {
                d.nodes.insert(d.nodes.begin() + 11, {"drop", "Dropout", {"weights"}, {"dropped"}, {}});
                node(d, "mix").inputs[0] = "dropped";
              }),
              HasSubstr("node 'drop' (Dropout): reads the weights of attention"));
  EXPECT_THAT(refused_with([](Document& d) {  // keys of another sequence
                d.nodes.insert(d.nodes.begin(), {"other", "Tanh", {"x"}, {"other"}, {}});
                d.nodes.insert(d.nodes.begin() + 1, {"more", "MatMul", {"other", "w_in"}, {"more"}, {}});
                d.nodes.insert(d.nodes.begin() + 2, {"more_cut", "Reshape", {"more", "parts"}, {"more_cut"}, {}});
                d.nodes.insert(
                    d.nodes.begin() + 3,
                    {"more_turn", "Transpose", {"more_cut"}, {"more_turned"}, {{"perm", List{2, 0, 3, 1, 4}}}});
                node(d, "k").inputs[0] = "more_turned";
              }),
              HasSubstr("ends attention between sequences ('input' and 'tanh1')"));
}

TEST(HostileAttention, MovesThatNoAxisHas) {
  EXPECT_THAT(refused_with([](Document& d) {
                constant(d, "parts").values = List{0, 3, 3, 2, 5};
              }),
              HasSubstr("node 'cut' (Reshape): turns an example of shape [batch,3,12] into [0,3,3,2,5]"));
  for (const List& target : {List{}, List{-1}, List{-1, -1, 12}, List{0, 3, -12}, List{3, -1, 12, 1 << 30},
                             List{0, 3, std::numeric_limits<std::int64_t>::min()}, List{0, 0, 0, 0, 0, 0},
                             List{0, 3, std::numeric_limits<std::int64_t>::max(), 2}})
    EXPECT_THAT(refused_with([&](Document& d) { constant(d, "parts") = list("parts", target); }), HasSubstr("node '"));
  for (const List& order : {List{0, 1, 2}, List{2, 0, 3, 1, 1}, List{2, 0, 3, 1, 5}, List{-6, 0, 3, 1, 4}})
    EXPECT_THAT(refused_with([&](Document& d) {
                  node(d, "turn").attributes = {{"perm", order}};
                }),
                HasSubstr("node 'turn' (Transpose)"));
  EXPECT_THAT(refused_with([](Document& d) { constant(d, "two").values = List{3}; }),
              HasSubstr("picks element 3 of 3"));
  EXPECT_THAT(refused_with([](Document& d) { constant(d, "two").values = List{-4}; }), HasSubstr("picks element -4"));
  EXPECT_THAT(refused_with([](Document& d) { constant(d, "two") = list("two", {2}); }), HasSubstr("without axes"));
  EXPECT_THAT(refused_with([](Document& d) {
                constant(d, "two") = {"two", {}, std::vector<float>{2}};
              }),
              HasSubstr("one constant index"));
  Document negative = attention();  // as the format counts them from the end
  constant(negative, "two").values = List{-1};
  node(negative, "turn").attributes = {{"perm", List{-3, -5, -2, -4, -1}}};
  EXPECT_NO_THROW(import_onnx(onnx::encode(negative), "file.onnx"));

  const auto cut = [](const char* operation, std::vector<Tensor> constants, std::vector<onnx::Attribute> attributes,
                      std::vector<std::string> outputs = {"cut"}) {
    return refused_with([&](Document& d) {
      std::vector<std::string> inputs = {"qkv"};
      for (const Tensor& tensor : constants) {
        inputs.push_back(tensor.name);
        d.constants.push_back(tensor);
      }
      node(d, "cut") = {"cut", operation, inputs, outputs, attributes};
    });
  };
  const std::int64_t last = std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(cut("Slice", {list("a", {0}), list("b", {1})}, {}), HasSubstr("turns an example of shape [batch,3,12]"));
  EXPECT_THAT(cut("Slice", {list("a", {3}), list("b", {2}), list("c", {2})}, {}), HasSubstr("(Slice)"));
  EXPECT_THAT(cut("Slice", {list("a", {0}), list("b", {last}), list("c", {9})}, {}),
              HasSubstr("axis 9 does not exist"));
  EXPECT_THAT(cut("Slice", {list("a", {0}), list("b", {last}), list("c", {2}), list("d", {-1})}, {}),
              HasSubstr("in steps of [-1], expected 1"));
  EXPECT_THAT(cut("Slice", {list("a", {0, 0}), list("b", {last})}, {}), HasSubstr("2 begins and 1 ends"));
  EXPECT_THAT(cut("Split", {list("a", {8, 8})}, {{"axis", std::int64_t{2}}}, {"cut", "e"}), HasSubstr("splits axis 2"));
  EXPECT_THAT(cut("Split", {list("a", {-4, 16})}, {{"axis", std::int64_t{2}}}, {"cut", "e"}),
              HasSubstr("splits axis 2"));
  EXPECT_THAT(cut("Split", {list("a", {12})}, {{"axis", std::int64_t{2}}}, {"cut", "e"}), HasSubstr("for 2 outputs"));
  EXPECT_THAT(cut("Split", {}, {{"axis", std::int64_t{-4}}}), HasSubstr("axis -4 does not exist"));
  EXPECT_THAT(cut("Unsqueeze", {list("a", {0, 0})}, {}), HasSubstr("names axis 0 twice"));
  EXPECT_THAT(cut("Unsqueeze", {list("a", List(40, 1))}, {}), HasSubstr("makes 43 axes"));
  EXPECT_THAT(cut("Squeeze", {list("a", {1})}, {}), HasSubstr("without axes whose extent is not 1"));
}

/// A graph whose constants a node computes, which then is the target of a Reshape.
std::string computed(const std::string& operation, std::vector<Tensor> constants,
                     std::vector<onnx::Attribute> attributes = {}) {
  return refused_with([&](Document& d) {
    Node made{"made", operation, {}, {"made"}, std::move(attributes)};
    for (const Tensor& tensor : constants) {
      made.inputs.push_back(tensor.name);
      d.constants.push_back(tensor);
    }
    d.nodes.insert(d.nodes.begin(), made);
    node(d, "cut").inputs[1] = "made";
  });
}

TEST(HostileAttention, WhatConstantsComeToIsBounded) {
  const std::int64_t huge = std::int64_t{1} << 40;
  const Tensor one{"one_float", {}, std::vector<float>{1}};
  EXPECT_THAT(computed("Expand", {one, list("t", {huge, huge})}),
              HasSubstr("node 'made' (Expand): computes a constant"));
  EXPECT_THAT(computed("Expand", {one, list("t", {-3})}), HasSubstr("node 'made' (Expand)"));
  EXPECT_THAT(computed("ConstantOfShape", {list("t", {huge})}), HasSubstr("computes a constant of 1 axes"));
  EXPECT_THAT(computed("ConstantOfShape", {list("t", {-1})}), HasSubstr("makes a constant of shape [-1]"));
  EXPECT_THAT(computed("ConstantOfShape", {list("t", List(1000, 1))}), HasSubstr("1000 axes"));
  const Tensor begin{"begin", {}, List{0}}, end{"end", {}, List{huge}}, step{"step", {}, List{1}},
      none{"none", {}, List{0}};
  EXPECT_THAT(computed("Range", {begin, end, step}), HasSubstr("counts from 0"));
  EXPECT_THAT(computed("Range", {begin, end, none}), HasSubstr("counts from 0"));
  EXPECT_THAT(computed("Div", {list("a", {1}), list("b", {0})}), HasSubstr("node 'made' (Div): divides by 0"));
  EXPECT_THAT(computed("Add", {list("a", {1, 2}), list("b", {1, 2, 3})}), HasSubstr("combines shapes [2] and [3]"));
  EXPECT_THAT(computed("Gather", {list("a", {1}), list("b", {1})}), HasSubstr("picks element 1 of 1"));
  EXPECT_THAT(computed("Concat", {list("a", {1}), one}, {{"axis", std::int64_t{0}}}), HasSubstr("joins constants"));
  EXPECT_THAT(computed("Concat", {one}, {{"axis", std::int64_t{0}}}), HasSubstr("axis 0 does not exist among 0"));
  EXPECT_THAT(computed("Trilu", {one}), HasSubstr("takes a triangle"));
  EXPECT_THAT(computed("Reshape", {list("a", {1, 2}), list("b", {-1, 3})}), HasSubstr("turns a constant of shape [2]"));
  EXPECT_THAT(computed("Cast", {{"a", {1}, std::vector<float>{std::nanf("")}}}, {{"to", std::int64_t{7}}}),
              HasSubstr("makes nan a whole number"));
  EXPECT_THAT(computed("Cast", {list("a", {1})}, {{"to", std::int64_t{8}}}), HasSubstr("attribute 'to' is 8"));
  EXPECT_THAT(computed("Cast", {one}, {{"to", std::int64_t{1}}}), HasSubstr("expected to be a list of integers"));

  const auto of_shape = [](std::vector<Node> nodes) {
    return refused_with([&](Document& d) {
      d.constants.push_back(list("five", {5}));
      nodes.insert(nodes.begin(), {"shape", "Shape", {"x"}, {"shape"}, {}});
      d.nodes.insert(d.nodes.begin(), nodes.begin(), nodes.end());
      node(d, "cut").inputs[1] = "made";
    });
  };
  EXPECT_THAT(of_shape({{"made", "Mul", {"shape", "shape"}, {"made"}, {}}}), HasSubstr("size of the batch by itself"));
  EXPECT_THAT(of_shape({{"made", "Div", {"shape", "five"}, {"made"}, {}}}),
              HasSubstr("divides the size of the batch by 5"));
  EXPECT_THAT(of_shape({{"made", "Div", {"five", "shape"}, {"made"}, {}}}),
              HasSubstr("divides by the size of the batch"));
  EXPECT_THAT(of_shape({{"made", "Add", {"shape", "five"}, {"made"}, {}}}), HasSubstr("adds 5 to a multiple"));
  EXPECT_THAT(of_shape({{"made", "Mod", {"shape", "five"}, {"made"}, {}}}), HasSubstr("computes with the size"));
  EXPECT_THAT(of_shape({{"made", "Equal", {"shape", "five"}, {"made"}, {}}}),
              HasSubstr("asks for the size of the batch"));
  EXPECT_THAT(of_shape({{"made", "Range", {"five", "shape", "five"}, {"made"}, {}}}), HasSubstr("counts to no number"));
}

/// The same attention of words whose ids hide padding.
Document padded() {
  Document document = attention();
  document.inputs[0] = {"ids", onnx::ElementType::int64, {std::nullopt, 3}};
  document.constants.push_back({"words", {5, 4}, numbers(20)});
  document.constants.push_back({"token", {}, List{0}});
  document.constants.push_back({"low", {}, std::vector<float>{low}});
  document.constants.push_back(list("axes", {1, 2}));
  const std::vector<Node> more = {{"look", "Gather", {"words", "ids"}, {"x"}, {}},
                                  {"equal", "Equal", {"ids", "token"}, {"is_padding"}, {}},
                                  {"spread", "Unsqueeze", {"is_padding", "axes"}, {"spread"}, {}}};
  document.nodes.insert(document.nodes.begin(), more.begin(), more.end());
  node(document, "mask") = {"mask", "Where", {"spread", "low", "scaled"}, {"masked"}, {}};
  return document;
}

TEST(HostileAttention, PaddingIsReadOrRefused) {
  const std::string read = import_onnx(onnx::encode(padded()), "file.onnx").layers;
  EXPECT_THAT(read, HasSubstr("padding = 0\ninputs = [\"embedding1\", \"input\"]\n"));
  const auto refused_by = [](const auto& change) {
    Document document = padded();
    change(document);
    return refused(document);
  };
  EXPECT_THAT(refused_by([](Document& d) { std::swap(node(d, "mask").inputs[1], node(d, "mask").inputs[2]); }),
              HasSubstr("node 'mask' (Where): chooses between attention and 'low' by padding otherwise"));
  EXPECT_THAT(refused_by([](Document& d) { constant(d, "low").values = std::vector<float>{-5}; }),
              HasSubstr("node 'mask' (Where): chooses between attention"));
  EXPECT_THAT(refused_by([](Document& d) {
                constant(d, "axes").values = List{1, 3};
              }),  // queries, not keys
              HasSubstr("node 'mask' (Where): masks scores [batch,2,3,3] by padding as [batch,1,3,1]"));
  EXPECT_THAT(refused_by([](Document& d) {
                constant(d, "axes").values = List{0, 1};
              }),  // of another example
              HasSubstr("by padding as [1,1,batch,3]"));
  EXPECT_THAT(refused_by([](Document& d) {
                constant(d, "token") = list("token", {0, 1});
              }),
              HasSubstr("node 'equal' (Equal): compares examples"));
  EXPECT_THAT(refused_by([](Document& d) { constant(d, "token").values = List{-1}; }), HasSubstr("(Equal)"));
  EXPECT_THAT(refused_by([](Document& d) { constant(d, "token").values = List{std::int64_t{1} << 60}; }),
              HasSubstr("(Equal)"));
  EXPECT_THAT(refused_by([](Document& d) { node(d, "equal").inputs[0] = "x"; }), HasSubstr("(Equal)"));
  EXPECT_THAT(refused_by([](Document& d) { d.outputs[0].name = "spread"; }),
              HasSubstr("reads what tells padding apart"));
  EXPECT_THAT(refused_by([](Document& d) {  // behind the softmax it would have to be divided by another sum
                node(d, "mask") = {"mask", "Identity", {"scaled"}, {"masked"}, {}};
                d.constants.push_back({"nothing", {}, std::vector<float>{0}});
                node(d, "mix").inputs[0] = "again";
                d.nodes.insert(d.nodes.end() - 4, {"again", "Where", {"spread", "nothing", "weights"}, {"again"}, {}});
              }),
              HasSubstr("node 'again' (Where): chooses between attention and 'nothing'"));
}

// Ten thousand nodes that each copy a large constant would take minutes.
TEST(HostileAttention, ComputingIsBoundedAltogether) {
  Document document = attention();
  const std::int64_t most = 1 << 21;
  document.constants.push_back(list("large", List(most, 1)));
  std::string latest = "large";
  for (int i = 0; i < 9000; ++i) {
    const std::string next = "n" + std::to_string(i);
    document.nodes.insert(document.nodes.begin() + i, {"", "Not", {latest}, {next}, {}});
    latest = next;
  }
  node(document, "cut").inputs[1] = latest;
  EXPECT_THAT(refused(document), HasSubstr("computes with more than 134217728 numbers"));
}

std::vector<std::filesystem::path> attention_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder() / "attention"))
    if (entry.path().extension() == ".onnx") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST(HostileAttention, PartsOfFilesAreRefused) {
  const auto whole = read_bytes(golden_folder() / "attention" / "dynamo18_fused.onnx");
  for (std::size_t size = 0; size < whole.size(); ++size)
    refusal(ErrorKind::data, [&] { import_onnx(std::span(whole).first(size), "file.onnx"); });
}

// Whatever the bytes, a file is read or refused.
TEST(HostileAttention, ChangedBytesAreReadOrRefused) {
  RandomStream stream({18, Purpose::test});
  const auto below = [&](std::size_t limit) {
    return std::min(static_cast<std::size_t>(stream.uniform(0, static_cast<double>(limit))), limit - 1);
  };
  std::size_t read = 0, refusals = 0;
  for (const auto& file : attention_files()) {
    const auto whole = read_bytes(file);
    for (int round = 0; round < 60; ++round) {
      auto bytes = whole;
      for (std::size_t change = below(3) + 1; change > 0; --change)
        bytes[below(bytes.size())] ^= static_cast<std::byte>(1u << below(8));
      try {
        const OnnxModel imported = import_onnx(bytes, "file.onnx");
        imported.parameters(model_of<float>(imported).schema(), "file.onnx");
        ++read;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data) << file << ": " << error.what();
        ++refusals;
      }
    }
  }
  EXPECT_GT(read, 0u);
  EXPECT_GT(refusals, 0u);
}

}  // namespace
}  // namespace tacit::models
