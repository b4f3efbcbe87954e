#include "models/optimizers/optimizer.h"

#include "core/error.h"
#include "models/optimizers/adam.h"
#include "models/optimizers/sgd.h"

namespace tacit::models {

const std::vector<std::string>& optimizer_names() {
  static const std::vector<std::string> names = {"sgd", "adam"};
  return names;
}

template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const std::string& name, std::size_t size, double learning_rate,
                                             double momentum) {
  if (name == "sgd") return std::make_unique<Sgd<T>>(size, learning_rate, momentum);
  if (name == "adam") return std::make_unique<Adam<T>>(size, learning_rate);
  fail(ErrorKind::usage, "optimizer '{}' does not exist, expected sgd or adam", name);
}

template std::unique_ptr<Optimizer<float>> make_optimizer(const std::string&, std::size_t, double, double);
template std::unique_ptr<Optimizer<double>> make_optimizer(const std::string&, std::size_t, double, double);

}  // namespace tacit::models
