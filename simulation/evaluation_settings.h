#pragma once

#include "core/config.h"
#include "datasets/client_parts.h"
#include "datasets/dataset.h"

namespace tacit::simulation {

/// Which of a client's examples something is about.
enum class ClientPart { none, train, validation, test };
const char* to_string(ClientPart part);

/// Which held-out parts a client has without a fraction of its own: a party whose [data] sets some aside.
struct HeldOutAlready {
  bool validation = false, test = false;
};

/// Who is judged on what: the [evaluation] section of an experiment.
///
///   [evaluation]
///   rounds_on = "test"                # or "validation": what the coordinator evaluates the model of every round on
///   client_validation_fraction = 0.1  # share of each client's own examples that it keeps out of its training
///   client_test_fraction = 0.2        # likewise; default of both 0
///   clients_on = "test"               # which of them the final model is evaluated on after a simulation: test,
///                                     # validation, train, none; default test if there is such a part, else train
///   report = "none"                   # or "validation", "test": clients tell the coordinator, with every update, how
///                                     # the model they were sent does on that part
struct EvaluationSettings {
  bool rounds_on_validation = false;
  datasets::ClientFractions fractions;
  ClientPart clients_on = ClientPart::train;
  ClientPart report = ClientPart::none;

  /// Throws Error(configuration) with file, line and key.
  static EvaluationSettings from_config(ConfigTable section, HeldOutAlready already = {});
};

/// The named part; an empty data set for `none`.
const datasets::Dataset& part_of(const datasets::ClientParts& parts, ClientPart part);

}  // namespace tacit::simulation
