#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tacit::quantum_sim {

/// Two ways to lay states out: samples side by side in the lanes of vectors, or the amplitudes of one state after
/// another.
enum class Engine : std::uint8_t { batch, state };

const char* to_string(Engine engine) noexcept;

/// What decides between them.
struct Workload {
  std::uint32_t dimension;  ///< 2^dimension amplitudes are reached
  std::size_t batch;        ///< samples of a typical call
  std::size_t tile_width;   ///< samples that a vector holds side by side
  std::size_t real_bytes;   ///< of one number
  std::size_t threads;
};

struct EngineChoice {
  Engine engine;
  std::string reason;  ///< half a sentence
};

/// The engine that is expected to be faster. The batch engine does the work of whole tiles, however few samples fill
/// the last one, and slows down once its states leave the cache; that of one state always does the work it is asked
/// for, at a cost above that of a full tile in cache. States of tiles that do not fit into memory leave no
/// choice.
EngineChoice choose_engine(const Workload& workload);

}  // namespace tacit::quantum_sim
