#include "core/config.h"
#include "models/specification.h"

namespace tacit::models {
namespace {

Model<double> circuit_with(const std::string& observables) {
  return build_model<double>(
      ConfigTable::parse_text("loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 2\n"
                              "encoding = \"angle\"\nlayers = 2\nobservables = \"" +
                                  observables + "\"\n",
                              "model.toml"),
      {2}, 2);
}

TEST(MeanObservable, IsTheMeanOfZOverTheQubits) {
  const Model<double> mean = circuit_with("z_mean"), each = circuit_with("z_each");
  ASSERT_EQ(mean.output_size(), 1u);
  ASSERT_EQ(each.output_size(), 2u);
  const auto theta = mean.initial_parameters(5);
  const std::vector<double> inputs{0.3, 1.1, 2.0, -0.4};
  Evaluation<double> of_mean(mean), of_each(each);
  const auto means = of_mean.predict(theta, inputs, 2);
  const auto values = of_each.predict(theta, inputs, 2);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(means[i], (values[2 * i] + values[2 * i + 1]) / 2, 1e-14);
}

}  // namespace
}  // namespace tacit::models
