#pragma once

#include <cstddef>

/// What one file may ask for. Every loop and recursion of the import is bounded by one of these.
namespace tacit::quantum_sim::openqasm {

inline constexpr std::size_t max_file_bytes = std::size_t{16} << 20;
/// Of parentheses, operators in a row, blocks in blocks, gates that are defined by gates.
inline constexpr std::size_t max_nesting = 100;
/// Statements executed, each copy in a loop or a gate's expansion counted.
inline constexpr std::size_t max_steps = 4'000'000;
inline constexpr std::size_t max_gates = 1'000'000;
/// Statements kept in the bodies of gates and loops.
inline constexpr std::size_t max_stored_statements = 200'000;
inline constexpr std::size_t max_register_size = 65'536;

}  // namespace tacit::quantum_sim::openqasm
