#include <exception>

#include "core/error.h"
#include "python/bindings/module.h"

namespace tacit::python {

// Python code can ask an error for its kind; wrong arguments and wrong data are ValueErrors too, as Python expects.
void add_errors(py::module_& module) {
  static py::exception<Error> base(module, "Error");
  static py::exception<Error> value(module, "InvalidValueError",
                                    py::make_tuple(py::handle(base), py::handle(PyExc_ValueError)));
  for (py::handle type : {py::handle(base), py::handle(value)}) type.attr("__module__") = "tacit";
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      const ErrorKind kind = error.kind();
      const bool is_value = kind == ErrorKind::usage || kind == ErrorKind::configuration || kind == ErrorKind::data;
      const py::object type = py::reinterpret_borrow<py::object>(is_value ? value : base);
      py::object object = type(error.what());
      object.attr("kind") = to_string(kind);
      PyErr_SetObject(type.ptr(), object.ptr());
    }
  });
}

}  // namespace tacit::python
