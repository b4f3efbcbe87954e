#pragma once

#include <pybind11/pybind11.h>

namespace tacit::python {

namespace py = pybind11;

// One file each.
void add_errors(py::module_& module);
void add_datasets(py::module_& module);
void add_models(py::module_& module);
void add_circuits(py::module_& module);
void add_simulators(py::module_& module);
void add_attacks(py::module_& module);

}  // namespace tacit::python
