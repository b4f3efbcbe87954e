#pragma once

#include <cstddef>
#include <string>

namespace tacit::evaluation {

// Models that closed-form attacks are tried and timed on, as the [model] of a run or a layer of it.

/// R-GAP's CNN6 for 3 x 32 x 32 pictures and FCN3 for 28 x 28 digits, as in its code (Zhu and Blaschko, ICLR 2021).
std::string recursive_cnn6();
std::string recursive_fcn3();

/// Keys of a quantum layer: transverse-field Ising chain with one parameter a term, R_Y(x) a qubit, its energy
/// measured. The algebra of the terms is so(2n), of n(2n-1) dimensions: as many as the parameters of n layers.
std::string ising_chain(std::size_t qubits, std::size_t layers);

/// Keys of a quantum layer: Fourier tower of one feature, R_X(5^k x) on qubit k, hardware-efficient ansatz, Z on all
/// (Kumar et al., arXiv 2309.13002).
std::string fourier_tower(std::size_t qubits, std::size_t layers);

}  // namespace tacit::evaluation
