#include "attacks/observed_model.h"

#include "attacks/recorded_section.h"
#include "core/error.h"
#include "models/specification.h"

namespace tacit::attacks {

models::Model<double> observed_model(const RunDescription& run) {
  try {
    return models::build_model<double>(recorded_section(run.model_toml, "model"), run.input_shape, run.classes);
  } catch (const Error& error) {
    fail(ErrorKind::data, "the recorded model cannot be built here: {}", error.what());
  }
}

}  // namespace tacit::attacks
