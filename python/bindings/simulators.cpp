#include <pybind11/stl.h>

#include <mutex>
#include <optional>

#include "python/bindings/arrays.h"
#include "python/bindings/module.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/simulator.h"

namespace tacit::python {
namespace {

using quantum_sim::Observable;

std::vector<Observable> observables_of(const std::vector<std::string>& texts) {
  std::vector<Observable> result;
  for (const std::string& text : texts) result.push_back(quantum_sim::parse_observable(text));
  return result;
}

/// One circuit on the engine that suits it; one call at a time.
template <class T>
class PythonSimulator {
 public:
  PythonSimulator(quantum_sim::Circuit circuit, const std::vector<std::string>& observables, std::size_t batch,
                  std::size_t threads)
      : simulator_(std::move(circuit), observables_of(observables), {batch, threads}) {}

  std::size_t outputs() const { return simulator_.outputs(); }

  py::array_t<T> forward(const Array<T>& theta, const Array<T>& x) {
    const std::size_t batch = batch_of(theta, x);
    Result<T> outputs({batch, simulator_.outputs()});
    work([&] { simulator_.forward(view(theta), view(x), batch, outputs.span); });
    return std::move(outputs.array);
  }

  /// (outputs, gradient by theta, gradient by x).
  py::tuple backward(const Array<T>& theta, const Array<T>& x, const std::optional<Array<T>>& upstream) {
    const std::size_t batch = batch_of(theta, x);
    Gradients result(*this, batch);
    const std::vector<T> weights = upstream_of(upstream, batch);
    work([&] {
      simulator_.backward(view(theta), view(x), batch, weights, result.outputs.span, result.theta.span, result.x.span);
    });
    return py::make_tuple(std::move(result.outputs.array), std::move(result.theta.array), std::move(result.x.array));
  }

  /// (gradient by theta, gradient by x, their rates along the direction).
  py::tuple backward_tangent(const Array<T>& theta, const Array<T>& x, const std::optional<Array<T>>& theta_dot,
                             const std::optional<Array<T>>& x_dot, const std::optional<Array<T>>& upstream) {
    const std::size_t batch = batch_of(theta, x);
    Gradients gradient(*this, batch), rate(*this, batch);
    const std::vector<T> weights = upstream_of(upstream, batch);
    const std::span<const T> along_theta = direction(theta_dot, theta, "theta_dot"),
                             along_x = direction(x_dot, x, "x_dot");
    work([&] {
      simulator_.backward_tangent(view(theta), view(x), batch, along_theta, along_x, weights, {},
                                  {gradient.theta.span, gradient.x.span, rate.theta.span, rate.x.span});
    });
    return py::make_tuple(std::move(gradient.theta.array), std::move(gradient.x.array), std::move(rate.theta.array),
                          std::move(rate.x.array));
  }

 private:
  struct Gradients {
    Gradients(const PythonSimulator& of, std::size_t batch)
        : outputs({batch, of.simulator_.outputs()}),
          theta({of.simulator_.circuit().parameters()}),
          x({batch, of.simulator_.circuit().inputs()}) {}
    Result<T> outputs, theta, x;
  };

  /// A circuit without inputs has one sample.
  std::size_t batch_of(const Array<T>& theta, const Array<T>& x) const {
    require_size(theta, simulator_.circuit().parameters(), "theta");
    const auto inputs = static_cast<std::int64_t>(simulator_.circuit().inputs());
    if (inputs > 0) return count_of(x, {inputs}, "x");
    require_size(x, 0, "x");
    return 1;
  }

  std::vector<T> upstream_of(const std::optional<Array<T>>& upstream, std::size_t batch) const {
    const std::size_t size = batch * simulator_.outputs();
    if (!upstream) return std::vector<T>(size, T{1});
    require_size(*upstream, size, "upstream");
    return {upstream->data(), upstream->data() + size};
  }

  static std::span<const T> direction(const std::optional<Array<T>>& dot, const Array<T>& of, const std::string& name) {
    if (!dot) return {};
    require_size(*dot, static_cast<std::size_t>(of.size()), name);
    return view(*dot);
  }

  template <class Work>
  void work(const Work& body) {
    const py::gil_scoped_release unlocked;
    const std::lock_guard lock(mutex_);
    body();
  }

  quantum_sim::Simulator<T> simulator_;
  std::mutex mutex_;
};

template <class T>
void add_simulator(py::module_& module, const char* name) {
  using Simulator = PythonSimulator<T>;
  const auto theta = py::arg("theta");
  const auto none = [](const char* argument) { return py::arg(argument) = py::none(); };
  py::class_<Simulator>(module, name)
      .def(py::init<quantum_sim::Circuit, const std::vector<std::string>&, std::size_t, std::size_t>())
      .def_property_readonly("outputs", &Simulator::outputs)
      .def("forward", &Simulator::forward, theta, py::arg("x") = Array<T>(0), "Expectation values (batch, outputs).")
      .def("backward", &Simulator::backward, theta, py::arg("x") = Array<T>(0), none("upstream"),
           "(outputs, gradient by theta summed over the batch, gradient by x), weighted by upstream (batch, outputs),\n"
           "ones by default.")
      .def("backward_tangent", &Simulator::backward_tangent, theta, py::arg("x") = Array<T>(0), py::kw_only(),
           none("theta_dot"), none("x_dot"), none("upstream"),
           "(gradient by theta, gradient by x, their rates along the direction); exact.");
}

}  // namespace

void add_simulators(py::module_& module) {
  add_simulator<float>(module, "Simulator32");
  add_simulator<double>(module, "Simulator64");
}

}  // namespace tacit::python
