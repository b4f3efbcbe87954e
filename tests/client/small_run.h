#pragma once

#include "client/backoff.h"
#include "client/memory_coordinator.h"
#include "client/settings.h"
#include "datasets/dataset.h"

namespace tacit::client {

/// Forty examples of four features in two classes.
datasets::Dataset small_dataset();

/// Two rounds of a small network on such examples; an update has several chunks of 64 bytes.
MemoryRun small_run();

/// Settings of its client number 3; nothing of them reaches a network.
ClientSettings small_settings();

/// Makes all jitter the longest possible, so that pauses are known.
Backoff known_backoff();

}  // namespace tacit::client
