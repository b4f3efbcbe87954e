#pragma once

#include <cstddef>
#include <string>

#include "models/model.h"

namespace tacit::models {

/// Bytes that a step of local training on `examples` at once takes at least: the batch, what every layer gives for it
/// and the gradient of that, those inside of composite layers too, and three vectors of parameters (the model, the
/// client's own, the gradient). Circuits and optimizers hold more.
double step_bytes(const Model<float>& model, std::size_t examples);

/// Bytes that the evaluation of so many examples at once takes at least.
double evaluation_bytes(const Model<float>& model, std::size_t examples);

/// Why a client with `available` examples cannot take steps of `batch_size`: "a step on 1000 examples, each
/// of 784 numbers and 2000000 inside the model, needs 14.9 GiB of memory, 1.9 GiB are available"; empty if it can.
std::string memory_objection_to_step(const Model<float>& model, std::size_t batch_size, std::size_t available);

}  // namespace tacit::models
