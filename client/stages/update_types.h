#pragma once

#include <cstddef>
#include <vector>

#include "tacit/v1/coordinator.pb.h"

namespace tacit::client {

// What an update is between two stages of the pipeline. Each stage takes one type and gives the next, so that stages in
// a wrong order, or a stage that is left out, do not compile.

/// As training left it: [parameters], every value finite.
struct RawUpdate {
  std::vector<float> values;
};

/// After clipping.
struct ClippedUpdate {
  std::vector<float> values;
  double norm_before = 0;  ///< Euclidean norm as training left it
};

/// After noise.
struct NoisyUpdate {
  std::vector<float> values;
};

/// After pruning.
struct PrunedUpdate {
  std::vector<float> values;
};

/// After quantising: the bytes of the update's blob and how to read them.
struct EncodedUpdate {
  v1::Encoding encoding = v1::ENCODING_UNSPECIFIED;
  unsigned bits = 0;  ///< ENCODING_QUANTISED only
  float scale = 0;    ///< ENCODING_QUANTISED and ENCODING_SIGNS only
  std::vector<std::byte> bytes;
};

}  // namespace tacit::client
