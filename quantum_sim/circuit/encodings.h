#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "quantum_sim/circuit/ansaetze.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

// Each appends gates that carry inputs x_0 .. x_{features-1}. Throws Error(usage) that says how many qubits are needed,
// and leaves the circuit as it was, if there are too few. The amplitude encoding is Circuit::encode_amplitudes.

enum class Axis : std::uint8_t { x, y, z };

/// Angle encoding: R_axis(scale * x_j) on qubit first_qubit + j, for j = 0..features-1.
void append_angle_encoding(Circuit& circuit, Axis axis, std::uint32_t features, double scale = 1,
                           std::uint32_t first_qubit = 0);

/// Fourier tower (Kumar et al., arXiv 2309.13002, Eq. 14-15): feature j on qubits j m .. j m + m - 1, the k-th of them
/// (k = 1..m) with R_X(base^(k-1) * gamma * x_j). base 5 is the paper's; 1 repeats, 2 binary, 3 ternary.
void append_fourier_tower(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature, double base = 5,
                          double gamma = 1);

/// Chebyshev tower (Kyriienko, Paine, Elfving, arXiv 2011.10395): feature j, in [-1, 1], on qubits j m .. j m +
/// m
/// - 1, the k-th of them (k = 1..m) with R_Y(2 k arccos x_j). Outputs are polynomials of x_j, as cos(2 k arccos x) is
/// the Chebyshev polynomial T_2k(x).
void append_chebyshev_tower(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature);

/// Pauli product encoding: exp(-i scale x_j P_j / 2) for feature j in order, one Pauli string a feature, letters I, X,
/// Y, Z, the first for qubit 0. Throws Error(usage) on a string that is longer than the circuit, has no letter besides
/// I, or another one.
void append_pauli_product(Circuit& circuit, const std::vector<std::string>& strings, double scale = 1);

enum class Pairs : std::uint8_t { all, chain };

/// Chebyshev graph: `repetitions` times [R_Y(2 d arccos x_j) on the k-th of the m qubits of each feature, d = 1 + (k -
/// 1) mod degree for k = 1..m; CZ on the pairs of all features * m qubits]. Chebyshev polynomials of a degree that does
/// not grow with the qubits, on a state that no feature holds alone. A construction of this project, in the spirit of
/// the input side of DyLoC (Zhang et al., arXiv 2512.00699), and not its circuit: an entangled encoding takes away what
/// inverts a product state feature by feature.
void append_chebyshev_graph(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature,
                            std::uint32_t degree, std::uint32_t repetitions = 1, Pairs pairs = Pairs::chain);

/// ZZ feature map (Havlicek et al., Nature 567, 2019, arXiv 1804.11326): `repetitions`
/// times [H on every qubit, exp(i sum_j x_j Z_j + i sum_{j<k} (pi - x_j)(pi - x_k) Z_j Z_k)], feature j on qubit j, the
/// second sum over the pairs. A rotation by angle -2 x_j, then.
void append_zz_feature_map(Circuit& circuit, std::uint32_t features, std::uint32_t repetitions = 2,
                           Pairs pairs = Pairs::all);

/// IQP feature map (as in Huang et al., arXiv 2011.01938): the same with exp(-i sum_j x_j Z_j / 2 - i sum_{j<k} x_j x_k
/// Z_j Z_k / 2).
void append_iqp_feature_map(Circuit& circuit, std::uint32_t features, std::uint32_t repetitions = 2,
                            Pairs pairs = Pairs::all);

/// Trainable frequencies (Jaderberg et al., arXiv 2309.03279): R_axis(theta_k x_j) on qubit j, with parameters
/// k = first_parameter + j. Returns the next free index.
std::uint32_t append_trainable_frequencies(Circuit& circuit, Axis axis, std::uint32_t features,
                                           std::uint32_t first_parameter = 0);

/// Data re-uploading (Perez-Salinas et al., Quantum 4, 226, 2020): `repetitions` times [encode, ansatz]. Each part
/// takes the first free parameter and returns the next; so does this.
using CircuitPart = std::function<std::uint32_t(Circuit&, std::uint32_t)>;
std::uint32_t append_reuploads(Circuit& circuit, std::uint32_t repetitions, const CircuitPart& encode,
                               const CircuitPart& ansatz, std::uint32_t first_parameter = 0);

}  // namespace tacit::quantum_sim
