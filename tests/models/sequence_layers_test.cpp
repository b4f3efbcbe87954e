#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/derivatives.h"
#include "models/layers/attention_heads.h"
#include "models/layers/embedding.h"
#include "models/layers/image_tokens.h"
#include "models/layers/learned_tokens.h"
#include "models/layers/linear.h"
#include "models/layers/per_token.h"
#include "models/layers/self_attention.h"
#include "models/layers/token_pooling.h"
#include "models/model_zoo.h"
#include "models/training.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

Values sequence(std::size_t size, double (*function)(double), double slope) {
  Values values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = function(slope * static_cast<double>(i));
  return values;
}

Values forward(const Layer<double>& layer, const Values& x, std::size_t count = 1, const Values& theta = {}) {
  const std::span<const double> inputs[] = {x};
  Values outputs(count * element_count(layer.output_shape()));
  const auto scratch = layer.make_scratch();
  layer.forward({.count = count, .theta = theta, .inputs = inputs, .outputs = outputs, .scratch = scratch.get()});
  return outputs;
}

Values head_of(const Values& values, std::size_t size) {
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// MultiheadAttention(4, 2, batch_first=True) of PyTorch 2.9 on two sequences of three tokens: x_i = sin 3i, its
/// parameters cos i in the order in which it lists them, the upstream gradient cos 2i.
struct TorchAttention {
  SelfAttention<double> layer;
  Values theta = sequence(80, std::cos, 1), x = sequence(24, std::sin, 3), upstream = sequence(24, std::cos, 2);
  Values theta_gradient = Values(80), x_gradient = Values(24);

  explicit TorchAttention(bool causal) : layer({3, 4}, {.heads = 2, .causal = causal}) {
    const std::span<const double> inputs[] = {x};
    const std::span<double> gradients[] = {x_gradient};
    const auto scratch = layer.make_scratch();
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

TEST(SelfAttention, AgreesWithPyTorch) {
  const TorchAttention of(false);
  std::string names;
  for (const auto& declaration : of.layer.parameters()) names += declaration.name + to_string(declaration.shape) + " ";
  EXPECT_EQ(names, "in_proj_weight[12,4] in_proj_bias[12] out_proj.weight[4,4] out_proj.bias[4] ");
  expect_near(
      forward(of.layer, of.x, 2, of.theta),
      {-0.8232190269241997,  -0.22754849550334638, 1.0467252460382037,   -3.1891630824716866,  -0.8467894404632959,
       -0.20198284500290592, 1.0368740108516168,   -3.201850338897448,   -0.8606467723881472,  -0.1880258813532359,
       1.032485582264004,    -3.2100703658433005,  -0.9101995270094645,  -0.15089481219462264, 1.0334973639025749,
       -3.248524124229432,   -0.8992743204422766,  -0.16796396550010836, 1.0448864436787346,   -3.246343769610333,
       -0.8770725036879408,  -0.19550307810472595, 1.0586861574809048,   -3.2368448467987796},
      1e-13, "outputs");
  expect_near(head_of(of.x_gradient, 6),
              {-0.008666926387413704, -0.08796085330883091, -0.08638397735036746, -0.005386070996098322,
               -0.23906894765490788, -0.026476491907768226},
              1e-13, "x");
  expect_near(head_of(of.theta_gradient, 6),
              {-0.013026424123367273, 0.02275636125873337, -0.03203082966878297, 0.04066420080523075,
               -0.0058366306035897795, 2.57703275177738e-05},
              1e-13, "in_proj_weight");
  EXPECT_NEAR(of.theta_gradient[59], 1.6576217182989827, 1e-13);
  EXPECT_NEAR(of.theta_gradient[60], 0.1957808600401954, 1e-13);
}

TEST(SelfAttention, ACausalOneAgreesWithPyTorchToo) {
  const TorchAttention of(true);
  expect_near(head_of(forward(of.layer, of.x, 2, of.theta), 8),
              {-0.8327142681200452, -0.039181067659973756, 0.8099701520574349, -3.0680235965400704, -0.8356769167982261,
               -0.13789781373834836, 0.9419839434287007, -3.1418867956533916},
              1e-13, "outputs");
  expect_near(head_of(of.x_gradient, 6),
              {0.1890202329820443, -0.5025140727134757, -0.7320392574186061, -0.2885309248250716, -0.43984983826952323,
               0.07945718505557536},
              1e-13, "x");
  expect_near(head_of(of.theta_gradient, 3), {0.10632650481516843, -0.1039539591426603, 0.09950077427111752}, 1e-13,
              "in_proj_weight");
}

TEST(SelfAttention, ACausalTokenDoesNotSeeWhatFollows) {
  const SelfAttention<double> layer({5, 6}, {.heads = 3, .causal = true});
  const Values theta = sequence(4 * 36 + 24, std::cos, 1);
  Values x = sequence(30, std::sin, 3);
  const Values before = forward(layer, x, 1, theta);
  for (std::size_t i = 18; i < 30; ++i) x[i] = 1e6 * std::cos(static_cast<double>(i));
  const Values after = forward(layer, x, 1, theta);
  EXPECT_EQ(head_of(after, 18), head_of(before, 18));
  EXPECT_NE(after, before);
}

TEST(SelfAttention, StaysFiniteHoweverSureItIs) {
  const AttentionHeads<double> heads(2, 1, 1, false);
  // Scores of the first token: 1e300 and -1e300.
  EXPECT_EQ(forward(heads, {1e150, 1e150, 3, 0, -1e150, 4}), (Values{3, 3.5}));
}

TEST(SelfAttention, StartsByTheRulesOfPyTorch) {
  const SelfAttention<double> layer({2, 64}, {.heads = 4});
  Values theta(4 * 64 * 64 + 4 * 64, 9);
  RandomStream stream({1, Purpose::test});
  layer.initialise(stream, theta);
  const auto largest = [&](std::size_t begin, std::size_t size) {
    double most = 0;
    for (std::size_t i = begin; i < begin + size; ++i) most = std::max(most, std::abs(theta[i]));
    return most;
  };
  const double in_range = std::sqrt(6.0 / 256);
  EXPECT_LE(largest(0, 12288), in_range);
  EXPECT_GT(largest(0, 12288), 0.99 * in_range);
  EXPECT_EQ(largest(12288, 192), 0);
  EXPECT_LE(largest(12480, 4096), 0.125);
  EXPECT_GT(largest(12480, 4096), 0.123);
  EXPECT_EQ(largest(16576, 64), 0);
}

TEST(SelfAttention, RefusesWhatDoesNotFit) {
  EXPECT_THROW(SelfAttention<float>({3, 4}, {.heads = 3}), Error);
  EXPECT_THROW(SelfAttention<float>({3, 4}, {.heads = 0}), Error);
  EXPECT_THROW(SelfAttention<float>({4}, {}), Error);
  EXPECT_THROW(SelfAttention<float>({3, 0}, {}), Error);
}

TEST(PerToken, AppliesOneLayerToEveryToken) {
  const PerToken<double> layer(3, std::make_shared<const Linear<double>>(Shape{2}, 1));
  EXPECT_EQ(layer.input_shapes()[0], (Shape{3, 2}));
  EXPECT_EQ(layer.output_shape(), (Shape{3, 1}));
  EXPECT_EQ(forward(layer, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, {10, 1, 0.5}),
            (Values{12.5, 34.5, 56.5, 78.5, 100.5, 122.5}));
  EXPECT_THROW(PerToken<double>(0, std::make_shared<const Linear<double>>(Shape{2}, 1)), Error);
}

TEST(Tokens, AreJoinedSelectedAndAveraged) {
  EXPECT_EQ(forward(ImageTokens<double>({2, 1, 3}), {1, 2, 3, 4, 5, 6}), (Values{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(forward(ClassToken<double>({1, 2}), {1, 2, 3, 4}, 2, {8, 9}), (Values{8, 9, 1, 2, 8, 9, 3, 4}));
  EXPECT_EQ(forward(PositionalEmbedding<double>({2, 1}), {1, 2, 3, 4}, 2, {10, 20}), (Values{11, 22, 13, 24}));
  const Values two = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(forward(TokenMean<double>({2, 2}), two, 2), (Values{2, 3, 6, 7}));
  EXPECT_EQ(forward(TokenSelect<double>({2, 2}, TokenPlace::first), two, 2), (Values{1, 2, 5, 6}));
  EXPECT_EQ(forward(TokenSelect<double>({2, 2}, TokenPlace::last), two, 2), (Values{3, 4, 7, 8}));
  EXPECT_THROW(TokenMean<double>({4}), Error);
  EXPECT_THROW(ImageTokens<double>({4, 2}), Error);
  EXPECT_THROW(ClassToken<double>({0, 2}), Error);
}

TEST(Embedding, ReadsRowsOfItsTable) {
  const Embedding<double> layer({3}, {.vocabulary = 4, .width = 2, .padding = 2});
  EXPECT_EQ(layer.output_shape(), (Shape{3, 2}));
  const Values table = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(forward(layer, {3, 0, 2}, 1, table), (Values{7, 8, 1, 2, 0, 0}));
  Values theta(8, 9);
  RandomStream stream({1, Purpose::test});
  layer.initialise(stream, theta);
  EXPECT_EQ(theta[4], 0);
  EXPECT_NE(theta[3], 9);
}

TEST(Embedding, NamesWhatIsNoToken) {
  const Embedding<double> layer({2}, {.vocabulary = 4, .width = 2});
  const Values table(8);
  for (const double bad : {4.0, -1.0, 0.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    try {
      forward(layer, {0, 1, 2, bad}, 2, table);
      ADD_FAILURE() << "accepted " << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_NE(std::string(error.what()).find("example 1"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("token 1"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("0 to 3"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(Embedding<double>({2}, {.vocabulary = 0, .width = 2}), Error);
  EXPECT_THROW(Embedding<double>({2}, {.vocabulary = 4, .width = 0}), Error);
  EXPECT_THROW(Embedding<double>({2}, {.vocabulary = 4, .width = 2, .padding = 4}), Error);
}

/// The whole data set is looked at before the first step.
TEST(Embedding, RefusesADataSetBeforeTraining) {
  const Model<float> model = build<float>(
      {"tokens", layer("embedding", "vocabulary = 4\nwidth = 2") + layer("linear", "outputs = 2"), {3}, 2});
  datasets::Dataset data;
  data.name = "words";
  data.feature_shape = {3};
  data.features = {0, 1, 2, 3, 0, 4};
  data.labels = {0, 1};
  data.classes = 2;
  const auto theta = model.initial_parameters(1);
  try {
    LocalTraining training;
    training.batch_size = 1;
    train_locally(model, theta, data, training, {1, Purpose::local_order, 1, 1});
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    for (const char* piece : {"'words'", "'embedding1'", "example 1 has 4 for token 2"})
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
  }
  data.features[5] = 3;
  EXPECT_NO_THROW(evaluate(model, theta, data));
}

}  // namespace
}  // namespace tacit::models
