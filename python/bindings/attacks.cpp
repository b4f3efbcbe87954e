#include <pybind11/stl.h>

#include <optional>

#include "attacks/attack.h"
#include "attacks/score.h"
#include "core/thread_pool.h"
#include "python/bindings/arrays.h"
#include "python/bindings/module.h"

namespace tacit::python {
namespace {

using attacks::Observation;
using attacks::ThreatModel;

std::vector<std::size_t> with_count(std::size_t count, const Shape& shape) {
  std::vector<std::size_t> result{count};
  result.insert(result.end(), shape.begin(), shape.end());
  return result;
}

py::list updates_of(const std::string& recording) {
  py::list result;
  for (const attacks::RecordedUpdate& update : attacks::list_updates(recording)) {
    py::dict one;
    one["round"] = update.round;
    one["client"] = update.client;
    one["kind"] = update.kind == attacks::UpdateKind::gradient ? "gradient" : "delta";
    one["examples"] = update.examples;
    result.append(one);
  }
  return result;
}

attacks::AttackSettings settings_of(const std::string& name, const std::optional<std::string>& toml) {
  if (!toml) return attacks::AttackSettings::from_catalog(name);
  return attacks::AttackSettings::from_config(ConfigTable::parse_text(*toml, "attack"), name);
}

py::list rows_of(const attacks::AttackResult& result) {
  py::list rows;
  for (const attacks::RestartRow& row : result.rows) {
    py::dict one;
    one["restart"] = row.restart;
    one["labels"] = to_array(row.labels);
    one["inputs"] = to_array(std::span<const double>(row.inputs), with_count(result.count, result.input_shape));
    one["first_score"] = row.first_score;
    one["score"] = row.score;
    one["iterations"] = row.iterations;
    one["evaluations"] = row.evaluations;
    one["seconds"] = row.seconds;
    one["stopped"] = row.stopped;
    rows.append(one);
  }
  return rows;
}

/// Ctrl-C ends an attack: it asks from whatever thread it runs in.
bool asked_to_stop() {
  const py::gil_scoped_acquire locked;
  if (PyErr_CheckSignals() == 0) return false;
  PyErr_Clear();
  return true;
}

py::dict attack(const Observation& observation, const ThreatModel& threat_model, const std::string& name,
                const std::optional<std::string>& toml, const std::optional<std::vector<std::int32_t>>& labels,
                std::uint64_t seed, std::size_t threads) {
  const attacks::AttackSettings settings = settings_of(name, toml);
  attacks::AttackResult result;
  {
    const py::gil_scoped_release unlocked;
    ThreadPool pool(threads);
    attacks::AttackControl control;
    control.seed = seed;
    control.pool = &pool;
    control.cancelled = asked_to_stop;
    const attacks::KnownLabels known{labels.value_or(std::vector<std::int32_t>())};
    result = attacks::run_attack(observation, threat_model, settings, labels ? &known : nullptr, control);
  }
  py::dict object;
  object["attack"] = result.attack;
  object["inputs"] = to_array(std::span<const double>(result.inputs), with_count(result.count, result.input_shape));
  object["labels"] = to_array(result.labels);
  object["score"] = result.score;
  object["chosen"] = result.chosen;
  object["rows"] = rows_of(result);
  object["seconds"] = result.seconds;
  object["notes"] = result.notes;
  return object;
}

py::dict score(const Array<double>& inputs, const Array<std::int32_t>& labels, const Array<double>& true_inputs,
               const Array<std::int32_t>& true_labels, const Shape& shape,
               const std::optional<std::pair<double, double>>& bounds, bool angles) {
  count_of(inputs, shape, "inputs");
  count_of(true_inputs, shape, "true_inputs");
  const attacks::GroundTruth truth{{true_inputs.data(), true_inputs.data() + true_inputs.size()},
                                   {true_labels.data(), true_labels.data() + true_labels.size()}};
  attacks::Features features{shape, {}, angles};
  if (bounds) features.bounds = attacks::Bounds{bounds->first, bounds->second};
  const attacks::Score result = attacks::score(view(inputs), view(labels), truth, features);
  py::list examples;
  for (const attacks::ExampleScore& one : result.examples) {
    py::dict example;
    example["truth"] = one.truth;
    example["reconstruction"] = one.reconstruction;
    example["mse"] = one.mse;
    example["psnr"] = one.psnr;
    example["ssim"] = one.ssim;
    example["largest_error"] = one.largest_error;
    examples.append(example);
  }
  py::dict object;
  object["examples"] = examples;
  object["mean_mse"] = result.mean_mse;
  object["best_mse"] = result.best_mse;
  object["mean_psnr"] = result.mean_psnr;
  object["mean_ssim"] = result.mean_ssim;
  object["label_accuracy"] = result.label_accuracy;
  return object;
}

}  // namespace

void add_attacks(py::module_& module) {
  py::class_<Observation>(module, "Observation",
                          "One client's update of one round as it crossed the wire, and the model it answers to.")
      .def_static(
          "read",
          [](const std::string& recording, std::uint32_t round, const std::string& client) {
            return Observation::read(recording, round, client);
          },
          py::arg("recording"), py::arg("round"), py::arg("client"))
      .def_property_readonly("round", &Observation::round)
      .def_property_readonly("client", &Observation::client)
      .def_property_readonly("examples", &Observation::examples)
      .def_property_readonly("training_loss", &Observation::training_loss)
      .def_property_readonly(
          "kind",
          [](const Observation& seen) { return seen.kind() == attacks::UpdateKind::gradient ? "gradient" : "delta"; })
      .def_property_readonly("update", [](const Observation& seen) { return to_array(seen.update()); })
      .def_property_readonly(
          "theta", [](const Observation& seen) { return to_array(seen.model().values(), {seen.model().size()}); })
      .def_property_readonly("model_toml", [](const Observation& seen) { return seen.run().model_toml; })
      .def_property_readonly("training_toml", [](const Observation& seen) { return seen.run().training_toml; })
      .def_property_readonly("input_shape", [](const Observation& seen) { return to_tuple(seen.run().input_shape); })
      .def_property_readonly("classes", [](const Observation& seen) { return seen.run().classes; })
      .def_property_readonly("targets", [](const Observation& seen) { return seen.run().targets; })
      .def("__repr__", [](const Observation& seen) {
        return fmt::format("<Observation: round {}, {}, {} examples, {} parameters>", seen.round(), seen.client(),
                           seen.examples(), seen.update().size());
      });
  py::class_<ThreatModel>(module, "ThreatModel", "What the attacker may know beyond the recorded messages.")
      .def(py::init([](const std::string& toml) {
             return ThreatModel::from_config(ConfigTable::parse_text(toml, "[threat_model]"));
           }),
           py::arg("toml") = "", "The keys of a [threat_model] section (docs/configuration.md).")
      .def("__str__", &ThreatModel::table);
  module.def("recorded_updates", &updates_of, py::arg("recording"), "One dictionary an update that a recording holds.");
  module.def("catalog", &attacks::catalog_names, "Names of the published attacks that come with Tacit.");
  module.def("_attack", &attack);
  module.def("_score", &score);
}

}  // namespace tacit::python
