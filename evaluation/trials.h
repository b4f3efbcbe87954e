#pragma once

#include <cstddef>
#include <functional>

#include "evaluation/reproduce/reproduction.h"

namespace tacit::evaluation {

/// Runs body(trial) for every trial in [0, count), side by side on control.pool, and reports progress from `from` to
/// `to` as they end. The body writes its result by index and draws from streams keyed by the trial, so that results
/// depend on neither order nor threads. Throws Error(interrupted) if cancelled, else the first exception by index.
void run_trials(std::size_t count, const ReproductionControl& control, const std::function<void(std::size_t)>& body,
                double from = 0, double to = 1);

}  // namespace tacit::evaluation
