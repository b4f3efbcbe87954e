#include "python/bindings/module.h"

PYBIND11_MODULE(_native, module) {
  module.doc() = "The native half of the package tacit.";
  tacit::python::add_errors(module);
  tacit::python::add_datasets(module);
  tacit::python::add_models(module);
  tacit::python::add_circuits(module);
  tacit::python::add_simulators(module);
  tacit::python::add_attacks(module);
}
