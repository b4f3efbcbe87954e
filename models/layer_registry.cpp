#include "models/layer_registry.h"

#include "core/error.h"
#include "models/layers/circuit_specification.h"
#include "models/layers/linear.h"
#include "models/layers/quantum.h"
#include "models/layers/relu.h"
#include "models/layers/sigmoid.h"
#include "models/layers/tanh.h"

namespace tacit::models {

namespace {

template <class T>
using Built = std::shared_ptr<const Layer<T>>;

template <class T>
Built<T> build_linear(ConfigTable& table, const Shape& input_shape) {
  const auto outputs = static_cast<std::size_t>(table.integer("outputs", {1, 1'000'000}));
  const bool bias = table.boolean("bias", true);
  std::optional<double> range;
  if (table.has("initial_range")) range = table.number("initial_range", {1e-12, 1e6});
  return std::make_shared<const Linear<T>>(input_shape, outputs, bias, range);
}

template <class T>
Built<T> build_quantum(ConfigTable& table, const Shape& input_shape) {
  CircuitSpecification circuit = circuit_from_config(table, element_count(input_shape));
  const double scale = table.number("output_scale", {-1e6, 1e6}, 1.0);
  if (scale == 0) table.refuse("output_scale", "expected a number other than zero");
  return std::make_shared<const Quantum<T>>(input_shape, std::move(circuit.circuit), std::move(circuit.observables),
                                            scale);
}

template <class T, template <class> class Activation>
Built<T> build_activation(ConfigTable&, const Shape& input_shape) {
  return std::make_shared<const Activation<T>>(input_shape);
}

template <class T>
struct Entry {
  const char* type;
  Built<T> (*build)(ConfigTable&, const Shape&);
};

template <class T>
constexpr Entry<T> entries[] = {
    {"linear", build_linear<T>},         {"relu", build_activation<T, Relu>},
    {"tanh", build_activation<T, Tanh>}, {"sigmoid", build_activation<T, Sigmoid>},
    {"quantum", build_quantum<T>},
};

}  // namespace

const std::vector<std::string>& layer_types() {
  static const std::vector<std::string> types = [] {
    std::vector<std::string> all;
    for (const Entry<float>& entry : entries<float>) all.emplace_back(entry.type);
    return all;
  }();
  return types;
}

template <class T>
Built<T> build_layer(const std::string& type, ConfigTable& table, const Shape& input_shape) {
  for (const Entry<T>& entry : entries<T>)
    if (type == entry.type) return entry.build(table, input_shape);
  fail(ErrorKind::usage, "layer type '{}' is not registered", type);
}

template Built<float> build_layer<float>(const std::string&, ConfigTable&, const Shape&);
template Built<double> build_layer<double>(const std::string&, ConfigTable&, const Shape&);

}  // namespace tacit::models
