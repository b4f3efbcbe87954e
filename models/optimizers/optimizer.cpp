#include "models/optimizers/optimizer.h"

#include <cmath>

#include "core/error.h"
#include "models/optimizers/adagrad.h"
#include "models/optimizers/adam.h"
#include "models/optimizers/rmsprop.h"
#include "models/optimizers/sgd.h"

namespace tacit::models {

namespace {

void check(const OptimizerSettings& settings) {
  const auto not_negative = [](const char* what, double value) {
    if (!std::isfinite(value) || value < 0)
      fail(ErrorKind::usage, "{} is {}, expected a finite number that is not negative", what, value);
  };
  const auto share = [](const char* what, double value) {
    if (!(value >= 0 && value < 1))
      fail(ErrorKind::usage, "{} is {}, expected a number from 0 to below 1", what, value);
  };
  not_negative("momentum", settings.momentum);
  not_negative("weight_decay", settings.weight_decay);
  share("beta_1", settings.beta_1);
  share("beta_2", settings.beta_2);
  if (!std::isfinite(settings.epsilon) || settings.epsilon <= 0)
    fail(ErrorKind::usage, "epsilon is {}, expected a finite number above 0", settings.epsilon);
  if (settings.nesterov && settings.momentum == 0) fail(ErrorKind::usage, "nesterov needs a momentum above 0");
}

}  // namespace

OptimizerSettings OptimizerSettings::defaults(const std::string& name) {
  OptimizerSettings settings;
  settings.name = name;
  if (name == "adamw") settings.weight_decay = 0.01;
  if (name == "adagrad") settings.epsilon = 1e-10;
  if (name == "rmsprop") settings.beta_2 = 0.99;
  return settings;
}

const std::vector<std::string>& optimizer_names() {
  static const std::vector<std::string> names = {"sgd", "adam", "adamw", "adagrad", "rmsprop"};
  return names;
}

template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const OptimizerSettings& settings, std::size_t size) {
  check(settings);
  if (settings.name == "sgd") return std::make_unique<Sgd<T>>(size, settings);
  if (settings.name == "adam") return std::make_unique<Adam<T>>(size, settings, WeightDecay::in_the_gradient);
  if (settings.name == "adamw") return std::make_unique<Adam<T>>(size, settings, WeightDecay::decoupled);
  if (settings.name == "adagrad") return std::make_unique<Adagrad<T>>(size, settings);
  if (settings.name == "rmsprop") return std::make_unique<Rmsprop<T>>(size, settings);
  fail(ErrorKind::usage, "optimizer '{}' does not exist, expected sgd, adam, adamw, adagrad or rmsprop", settings.name);
}

template std::unique_ptr<Optimizer<float>> make_optimizer(const OptimizerSettings&, std::size_t);
template std::unique_ptr<Optimizer<double>> make_optimizer(const OptimizerSettings&, std::size_t);

}  // namespace tacit::models
