// Sequences of unequal length: what stands behind the padding token counts for nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/derivatives.h"
#include "models/layers/attention_heads.h"
#include "models/layers/composite.h"
#include "models/layers/masked_pooling.h"
#include "models/layers/part.h"
#include "models/layers/self_attention.h"
#include "models/model_zoo.h"
#include "models/summary.h"
#include "models/training.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;
using Values = std::vector<double>;

Values waves(std::size_t size, double (*function)(double), double slope) {
  Values values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = function(slope * static_cast<double>(i));
  return values;
}

Values first(const Values& values, std::size_t size, std::size_t begin = 0) {
  const auto from = values.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(size)};
}

/// MultiheadAttention(4, 2, batch_first=True) of PyTorch 2.9 on two sequences of three tokens of which key_padding_mask
/// hides the last of the first one: x_i = sin 3i, its parameters cos i in the order in which it lists them, the
/// upstream gradient cos 2i.
struct TorchAttention {
  SelfAttention<double> layer;
  Values theta = waves(80, std::cos, 1), x = waves(24, std::sin, 3), upstream = waves(24, std::cos, 2);
  Values ids = {5, 1, 0, 2, 3, 4}, outputs = Values(24);
  Values theta_gradient = Values(80), x_gradient = Values(24), ids_gradient = Values(6, 7);

  explicit TorchAttention(bool causal) : layer({3, 4}, {.heads = 2, .causal = causal, .padding = Padding{0, 3}}) {
    const std::span<const double> inputs[] = {x, ids};
    const std::span<double> gradients[] = {x_gradient, ids_gradient};
    const auto scratch = layer.make_scratch();
    layer.forward({.count = 2, .theta = theta, .inputs = inputs, .outputs = outputs, .scratch = scratch.get()});
    layer.backward({.count = 2,
                    .theta = theta,
                    .inputs = inputs,
                    .outputs = {},
                    .upstream = upstream,
                    .theta_gradient = theta_gradient,
                    .inputs_gradients = gradients,
                    .scratch = scratch.get()});
  }
};

TEST(Padding, AttentionAgreesWithPyTorch) {
  const TorchAttention of(false);
  expect_near(first(of.outputs, 12),
              {-0.8235716188526303, -0.15176943387735065, 0.9480128375129091, -3.1358966718323993, -0.8356769167982261,
               -0.13789781373834836, 0.9419839434287007, -3.1418867956533916, -0.8428159824877186, -0.1304498413752186,
               0.9393863698711367, -3.1459389932452697},
              1e-13, "outputs");
  expect_near(first(of.x_gradient, 12),
              {-0.20835235842220498, -0.10833893075972663, 0.09128081021266676, 0.20697739523855854,
               -0.31309419105086556, -0.0919684931913329, 0.21371261317387463, 0.32290732857323323,
               -0.033423331398821685, 0.05047704758641457, 0.0879690618075329, 0.044582726292919275},
              1e-13, "x");
  expect_near(first(of.theta_gradient, 3), {-0.05756926001777769, 0.0612670815929723, -0.06373864211352201}, 1e-13,
              "q");
  expect_near(first(of.theta_gradient, 3, 20), {-0.05805308867964626, 0.07242710222637008, -0.08535148682959329}, 1e-13,
              "k");
  expect_near(first(of.theta_gradient, 3, 40), {-1.0172587864534661, 1.0449394251534614, -1.051705594154353}, 1e-13,
              "v");
  EXPECT_EQ(of.ids_gradient, Values(6, 0));
}

TEST(Padding, CausalAttentionAgreesWithPyTorchToo) {
  const TorchAttention of(true);
  expect_near(first(of.outputs, 12),
              {-0.8327142681200452, -0.039181067659973756, 0.8099701520574349, -3.0680235965400704, -0.8356769167982261,
               -0.13789781373834836, 0.9419839434287007, -3.1418867956533916, -0.8428159824877186, -0.1304498413752186,
               0.9393863698711367, -3.1459389932452697},
              1e-13, "outputs");
  expect_near(first(of.x_gradient, 12),
              {0.0677269107505758, -0.3824704604083219, -0.4810262541207069, -0.1373287281607416, -0.6212257555500146,
               0.23960171340535064, 0.8801404720357509, 0.7114821396522275, -0.033423331398821685, 0.05047704758641457,
               0.0879690618075329, 0.044582726292919275},
              1e-13, "x");
  expect_near(first(of.theta_gradient, 3), {0.05597617267662988, -0.050779272484105104, 0.04456602480755714}, 1e-13,
              "q");
  expect_near(first(of.theta_gradient, 3, 20), {0.07550741952759353, -0.07125441264142457, 0.06557524820177098}, 1e-13,
              "k");
  expect_near(first(of.theta_gradient, 3, 40), {-0.7667656733380851, 0.7834845952110393, -0.784522067583847}, 1e-13,
              "v");
}

/// A small reader of `tokens` characters that ends in `pooling`; token 0 is padding where `masked`.
ZooModel reader(std::int64_t tokens, bool masked, const std::string& pooling, bool causal = false,
                bool class_token = false) {
  const std::string ids = masked ? ", \"input\"]\npadding = 0\n" : "]\n";
  const auto attention = [&](const std::string& reads) {
    return layer("attention", "heads = 2\ncausal = " + std::string(causal ? "true" : "false") + "\ninputs = [\"" +
                                  reads + "\"" + ids);
  };
  // Places come behind a table of their own, so that they are the same for any length.
  const std::string text =
      "loss = \"mean_squared_error\"\n" + layer("embedding", "vocabulary = 6\nwidth = 4\nname = \"words\"") +
      (class_token ? layer("class_token", "name = \"start\"") : "") + attention(class_token ? "start" : "words") +
      layer("tanh", "name = \"bent\"") + attention("bent") +
      layer("add",
            "inputs = [\"attention2\", \"" + std::string(class_token ? "start" : "words") + "\"]\nname = \"end\"") +
      layer(pooling == "token_mean" ? "token_mean" : "token_select",
            (pooling == "token_mean" ? std::string() : "token = \"" + pooling + "\"\n") + "inputs = [\"end\"" +
                (pooling == "first" ? "]\n" : ids)) +
      layer("linear", "outputs = 3");
  return {"reader", text, {tokens}, 3};
}

struct Answer {
  Values outputs, gradient;
};

Answer answer_of(const ZooModel& entry, const Values& theta, const Values& ids, std::size_t count = 1) {
  const Model<double> model = build<double>(entry);
  Evaluation<double> evaluation(model);
  Answer answer;
  const auto outputs = evaluation.predict(theta, ids, count);
  answer.outputs.assign(outputs.begin(), outputs.end());
  answer.gradient.resize(theta.size());
  const Values targets = waves(3 * count, std::sin, 1);
  evaluation.gradient(theta, {ids, targets, count}, {.theta = answer.gradient, .inputs = {}, .targets = {}});
  return answer;
}

// The parameters do not know how long a sequence is, so the short one is a model of its own.
TEST(Padding, IsAsIfItWereNotThere) {
  for (const std::string pooling : {"token_mean", "last", "first"})
    for (const bool causal : {false, true})
      for (const bool class_token : {false, true}) {
        const ZooModel padded = reader(6, true, pooling, causal, class_token),
                       plain = reader(4, false, pooling, causal, class_token);
        const Model<double> model = build<double>(padded);
        ASSERT_EQ(model.schema()->size(), build<double>(plain).schema()->size());
        const Values theta = waves(model.schema()->size(), std::cos, 1.7);
        const Answer with = answer_of(padded, theta, {3, 1, 4, 1, 0, 0}),
                     without = answer_of(plain, theta, {3, 1, 4, 1});
        expect_near(with.outputs, without.outputs, 1e-13, "outputs with " + pooling);
        Values expected = without.gradient;
        expect_near(with.gradient, expected, 1e-13, "gradient with " + pooling);
        // Padding in front, and in between.
        if (causal || pooling != "token_mean") continue;
        expect_near(answer_of(padded, theta, {0, 3, 1, 0, 4, 1}).outputs, without.outputs, 1e-13, "in between");
      }
}

TEST(Padding, EveryExampleHasItsOwn) {
  const ZooModel entry = reader(5, true, "token_mean", true);
  const Values theta = waves(build<double>(entry).schema()->size(), std::cos, 1.3);
  const Values ids[] = {{1, 2, 3, 4, 5}, {2, 2, 0, 0, 0}, {0, 0, 0, 0, 1}};
  Values all;
  for (const Values& example : ids) all.insert(all.end(), example.begin(), example.end());
  const Values outputs = answer_of(entry, theta, all, 3).outputs;
  for (std::size_t b = 0; b < 3; ++b)
    EXPECT_EQ(first(outputs, 3, 3 * b), answer_of(entry, theta, ids[b]).outputs) << "example " << b;
}

// The words move, the ids do not: their derivatives are 0.
TEST(Padding, DerivativesAreThoseOfTheLoss) {
  for (const std::string pooling : {"token_mean", "last"})
    for (const bool causal : {false, true}) {
      SCOPED_TRACE(pooling + (causal ? " causal" : ""));
      const Model<double> model = build<double>(reader(4, true, pooling, causal, causal));
      Point point = random_point(model, 3, 5);
      point.inputs = {1, 2, 3, 4, 5, 2, 0, 0, 0, 3, 0, 1};
      expect_gradient_is_derivative_of_loss(model, point, false);
      EXPECT_EQ(gradient_at(model, point).inputs, Values(12, 0));
      Point direction = random_direction(model, 3, 6);
      std::ranges::fill(direction.inputs, 0.0);
      expect_tangent_is_derivative_of_gradient(model, point, direction);
      const Point other = random_direction(model, 3, 7).only(true, false, true);
      const Point one = direction.only(true, false, true);
      const double uhv = dot(other, tangent_at(model, point, one).tangent),
                   vhu = dot(one, tangent_at(model, point, other).tangent);
      ASSERT_NEAR(uhv, vhu, 1e-10 * (1 + std::abs(uhv)));
    }
}

TEST(Padding, ALayerOfSeveralInputsSplitsThem) {
  const Part<double> part(5, 2, {2});
  const Values x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, upstream = {1, 2, 3, 4};
  Values y(4), gradient(10, 7);
  const std::span<const double> inputs[] = {x};
  const std::span<double> gradients[] = {gradient};
  part.forward({.count = 2, .theta = {}, .inputs = inputs, .outputs = y});
  EXPECT_EQ(y, (Values{3, 4, 8, 9}));
  part.backward({.count = 2,
                 .theta = {},
                 .inputs = inputs,
                 .outputs = {},
                 .upstream = upstream,
                 .theta_gradient = {},
                 .inputs_gradients = gradients});
  EXPECT_EQ(gradient, (Values{0, 0, 1, 2, 0, 0, 0, 3, 4, 0}));
  EXPECT_THROW(Part<double>(5, 4, {2}), Error);
}

TEST(Padding, ASequenceOfItOnlyIsRefusedBeforeTraining) {
  const Model<float> model = build<float>(reader(2, true, "token_mean"));
  datasets::Dataset data;
  data.name = "words";
  data.feature_shape = {2};
  data.features = {1, 0, 0, 0};
  data.labels = {0, 1};
  data.classes = 3;
  const auto theta = model.initial_parameters(1);
  const std::string message = refusal(ErrorKind::data, [&] { evaluate(model, theta, data); });
  EXPECT_THAT(message, HasSubstr("'token_mean1'"));
  EXPECT_THAT(message, HasSubstr("example 1 is padding only (token 0)"));
  data.features[3] = 1;
  EXPECT_NO_THROW(evaluate(model, theta, data));
}

TEST(Padding, IsRefusedWhereItMeansNothing) {
  const auto refused = [](const std::string& text) {
    return refusal(ErrorKind::configuration, [&] { build<float>({"reader", text, {4}, 2}); });
  };
  const std::string words = layer("embedding", "vocabulary = 6\nwidth = 4");
  EXPECT_THAT(refused(words + layer("attention", "heads = 2\npadding = 0")),
              HasSubstr("expected token ids as a second input"));
  EXPECT_THAT(refused(words + layer("attention", "heads = 2\ninputs = [\"embedding1\", \"input\"]")),
              HasSubstr("padding"));
  EXPECT_THAT(refused(words + layer("attention", "heads = 2\npadding = 0\ninputs = [\"embedding1\", \"embedding1\"]")),
              HasSubstr("16 token ids say which of 4 tokens are padding"));
  EXPECT_THAT(refused(words + layer("token_mean", "padding = 0\ninputs = [\"embedding1\", \"input\", \"input\"]")),
              HasSubstr("3 values are given"));
  EXPECT_THAT(
      refused(words + layer("token_select", "token = \"first\"\npadding = 0\ninputs = [\"embedding1\", \"input\"]")),
      HasSubstr("the first token is the same"));
  EXPECT_THAT(refused(words + layer("token_mean", "padding = -1\ninputs = [\"embedding1\", \"input\"]")),
              HasSubstr("padding"));
}

TEST(Padding, StandsInTheSummary) {
  const ModelSummary with = summarise(build<float>(reader(6, true, "token_mean")).graph()),
                     without = summarise(build<float>(reader(6, false, "token_mean")).graph());
  ASSERT_EQ(with.layers.size(), without.layers.size());
  EXPECT_EQ(with.parameters, without.parameters);
  EXPECT_EQ(with.operations, without.operations);
  EXPECT_THAT(with.layers[1].inputs, testing::ElementsAre("words", "input"));
}

}  // namespace
}  // namespace tacit::models
