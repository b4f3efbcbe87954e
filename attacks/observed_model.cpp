#include "attacks/observed_model.h"

#include "attacks/recorded_section.h"
#include "core/error.h"
#include "models/specification.h"

namespace tacit::attacks {

template <class T>
models::Model<T> observed_model(const RunDescription& run) {
  try {
    return models::build_model<T>(recorded_section(run.model_toml, "model"), run.input_shape,
                                  LearningTask{run.classes, run.targets});
  } catch (const Error& error) {
    fail(ErrorKind::data, "the recorded model cannot be built here: {}", error.what());
  }
}

template models::Model<float> observed_model<float>(const RunDescription&);
template models::Model<double> observed_model<double>(const RunDescription&);

}  // namespace tacit::attacks
