// The step of fedsgd is said once: as the learning rate of [training], or as that of the server.
#include <gmock/gmock.h>

#include "refusal.h"
#include "simulation/attacked_run.h"

namespace tacit::simulation {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string with(const std::string& training, const std::string& coordinator) {
  return "[data]\nsource = \"iris\"\n[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 3\n"
         "[coordinator]\nrounds = 3\n" +
         coordinator + "[simulation]\nclients = 2\nthreads = 1\n[training]\nalgorithm = \"fedsgd\"\n" + training;
}

std::string model_after(const std::string& training, const std::string& coordinator) {
  const TemporaryFolder folder;
  return run_in_process(experiment_from(with(training, coordinator)), {folder.path(), {}, {}}).model_sha256;
}

TEST(StepOfFedSgd, IsTheLearningRate) {
  const std::string quarter = model_after("learning_rate = 0.25\n", "");
  EXPECT_EQ(quarter, model_after("", "server_learning_rate = 0.25\n"));
  EXPECT_NE(quarter, model_after("", ""));
  EXPECT_EQ(model_after("", ""), model_after("learning_rate = 1.0\n", ""));
}

TEST(StepOfFedSgd, IsNotSaidTwice) {
  EXPECT_THAT(refusal(ErrorKind::configuration,
                      [] { experiment_from(with("learning_rate = 0.25\n", "server_learning_rate = 0.25\n")); }),
              AllOf(HasSubstr("'training.learning_rate'"), HasSubstr("coordinator.server_learning_rate")));
  EXPECT_THAT(
      refusal(ErrorKind::configuration,
              [] {
                experiment_from(with("[[training.cohorts]]\nname = \"slow\"\nshare = 0.5\nlearning_rate = 0.1\n", ""));
              }),
      AllOf(HasSubstr("learning_rate"), HasSubstr("one for all clients")));
}

}  // namespace
}  // namespace tacit::simulation
