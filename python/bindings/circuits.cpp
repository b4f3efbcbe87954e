#include <pybind11/complex.h>
#include <pybind11/stl.h>

#include "models/layers/circuit_specification.h"
#include "python/bindings/arrays.h"
#include "python/bindings/module.h"
#include "quantum_sim/circuit/draw_text.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/openqasm/openqasm.h"

namespace tacit::python {
namespace {

using quantum_sim::Angle;
using quantum_sim::Circuit;
using quantum_sim::Gate;
using quantum_sim::GateKind;

using Qubits = std::vector<std::uint32_t>;

/// A number is an angle that stays.
Angle angle_of(const py::object& value) {
  if (py::isinstance<Angle>(value)) return value.cast<Angle>();
  if (py::isinstance<py::float_>(value) || py::isinstance<py::int_>(value))
    return Angle::constant(value.cast<double>());
  fail(ErrorKind::usage, "angle: expected a number, parameter(...) or input(...), got {}",
       py::str(py::type::of(value)).cast<std::string>());
}

std::string angle_text(const Angle& angle) {
  std::string text = fmt::format("{}", angle.scale);
  for (const Angle::Factor& factor : angle.factors()) {
    const char letter = factor.source == Angle::Source::input ? 'x' : 't';
    std::string inner = fmt::format("{}[{}]", letter == 'x' ? "x" : "theta", factor.index);
    if (factor.function == Angle::Function::arccos) inner = "arccos(" + inner + ")";
    text += " * " + (factor.shift == 0 ? inner : fmt::format("({} + {})", inner, factor.shift));
  }
  return angle.is_constant() ? fmt::format("<Angle {}>", angle.offset)
                             : fmt::format("<Angle {} + {}>", angle.offset, text);
}

// Every method gives the circuit itself, so that calls can be chained. `controls`: the gate acts where all are 1.
void add_fixed(py::class_<Circuit>& circuit, const char* name, GateKind kind) {
  circuit.def(
      name,
      [kind](Circuit& self, std::uint32_t qubit, const Qubits& controls) -> Circuit& {
        return self.append({kind, {qubit}, controls});
      },
      py::arg("qubit"), py::kw_only(), py::arg("controls") = Qubits(), py::return_value_policy::reference_internal);
}

void add_rotation(py::class_<Circuit>& circuit, const char* name, GateKind kind) {
  circuit.def(
      name,
      [kind](Circuit& self, std::uint32_t qubit, const py::object& angle, const Qubits& controls) -> Circuit& {
        return self.append({kind, {qubit}, controls, {angle_of(angle)}});
      },
      py::arg("qubit"), py::arg("angle"), py::kw_only(), py::arg("controls") = Qubits(),
      py::return_value_policy::reference_internal);
}

std::vector<std::complex<double>> numbers_of(const Array<std::complex<double>>& array) {
  return {array.data(), array.data() + array.size()};
}

py::tuple from_toml(const std::string& toml, std::size_t features) {
  ConfigTable table = ConfigTable::parse_text(toml, "circuit");
  models::CircuitSpecification specification = models::circuit_from_config(table, features);
  table.finish();
  std::vector<std::string> observables;
  for (const auto& observable : specification.observables) observables.push_back(quantum_sim::to_text(observable));
  return py::make_tuple(std::move(specification.circuit), observables);
}

}  // namespace

void add_circuits(py::module_& module) {
  py::class_<Angle>(module, "Angle",
                    "What a gate turns by: a parameter or an input of the circuit, scaled and shifted.")
      .def("__repr__", &angle_text);
  module.def("parameter", &Angle::parameter, py::arg("index"), py::arg("scale") = 1.0, py::arg("offset") = 0.0,
             "offset + scale * theta[index]; parameters are shared by a batch.");
  module.def("input", &Angle::input, py::arg("index"), py::arg("scale") = 1.0, py::arg("offset") = 0.0,
             "offset + scale * x[index]; inputs belong to one sample.");
  module.def("arccos_input", &Angle::arccos_input, py::arg("index"), py::arg("scale") = 1.0, py::arg("offset") = 0.0,
             "offset + scale * arccos(x[index]).");

  py::class_<Circuit> circuit(
      module, "Circuit",
      "Gates in order of application to |0...0>. Qubit 0 is the least significant bit of a basis\n"
      "index; R_P(angle) = exp(-i angle P / 2). Methods return the circuit.");
  circuit.def(py::init<std::uint32_t>(), py::arg("qubits"));
  for (const auto& [name, kind] : {std::pair{"x", GateKind::x},
                                   {"y", GateKind::y},
                                   {"z", GateKind::z},
                                   {"h", GateKind::h},
                                   {"s", GateKind::s},
                                   {"s_dagger", GateKind::s_dagger},
                                   {"t", GateKind::t},
                                   {"t_dagger", GateKind::t_dagger},
                                   {"sqrt_x", GateKind::sqrt_x},
                                   {"sqrt_x_dagger", GateKind::sqrt_x_dagger}})
    add_fixed(circuit, name, kind);
  for (const auto& [name, kind] :
       {std::pair{"rx", GateKind::rx}, {"ry", GateKind::ry}, {"rz", GateKind::rz}, {"phase", GateKind::phase}})
    add_rotation(circuit, name, kind);
  const auto self_return = py::return_value_policy::reference_internal;
  circuit
      .def(
          "cnot",
          [](Circuit& self, std::uint32_t control, std::uint32_t target) -> Circuit& {
            return self.cnot(control, target);
          },
          py::arg("control"), py::arg("target"), self_return)
      .def(
          "cz",
          [](Circuit& self, std::uint32_t first, std::uint32_t second) -> Circuit& { return self.cz(first, second); },
          py::arg("first"), py::arg("second"), self_return)
      .def(
          "swap",
          [](Circuit& self, std::uint32_t first, std::uint32_t second) -> Circuit& { return self.swap(first, second); },
          py::arg("first"), py::arg("second"), self_return)
      .def(
          "pauli_rotation",
          [](Circuit& self, const std::string& letters, const Qubits& qubits, const py::object& angle) -> Circuit& {
            return self.pauli_rotation(letters, qubits, angle_of(angle));
          },
          py::arg("letters"), py::arg("qubits"), py::arg("angle"), self_return, "exp(-i angle P / 2).")
      .def(
          "unitary",
          [](Circuit& self, const Qubits& qubits, const Array<std::complex<double>>& matrix) -> Circuit& {
            return self.unitary(qubits, numbers_of(matrix));
          },
          py::arg("qubits"), py::arg("matrix"), self_return, "A 2^k x 2^k matrix; qubits[0] is the low bit.")
      .def(
          "diagonal",
          [](Circuit& self, const Qubits& qubits, const Array<std::complex<double>>& entries) -> Circuit& {
            return self.diagonal(qubits, numbers_of(entries));
          },
          py::arg("qubits"), py::arg("entries"), self_return)
      .def(
          "encode_amplitudes",
          [](Circuit& self, std::size_t count) -> Circuit& { return self.encode_amplitudes(count); }, py::arg("count"),
          self_return, "Start from sum_j x_j |j> / ||x||; before the first gate only.")
      .def_property_readonly("qubits", &Circuit::qubits)
      .def_property_readonly("parameters", &Circuit::parameters)
      .def_property_readonly("inputs", &Circuit::inputs)
      .def("__len__", [](const Circuit& self) { return self.gates().size(); })
      .def("__str__", [](const Circuit& self) { return quantum_sim::draw_text(self); })
      .def("__repr__",
           [](const Circuit& self) {
             return fmt::format("<Circuit: {} qubits, {} gates, {} parameters, {} inputs>", self.qubits(),
                                self.gates().size(), self.parameters(), self.inputs());
           })
      .def("to_openqasm", &quantum_sim::export_openqasm3, "The circuit as OpenQASM 3.")
      .def_static(
          "from_openqasm", [](const std::string& text) { return quantum_sim::import_openqasm(text).circuit; },
          py::arg("text"), "OpenQASM 2 or 3, the unitary subset; docs/circuits.md lists it.");
  module.def("_circuit_from_toml", &from_toml, py::arg("toml"), py::arg("features"));
}

}  // namespace tacit::python
