#include "evaluation/closed_form_models.h"

#include <fmt/format.h>

namespace tacit::evaluation {
namespace {

constexpr const char* leaky = "[[layers]]\ntype = \"leaky_relu\"\nnegative_slope = 0.2\n";

std::string convolution(int channels, int kernel, int stride, int padding) {
  return fmt::format(
      "[[layers]]\ntype = \"conv2d\"\nchannels = {}\nkernel = {}\nstride = {}\npadding = {}\nbias = false\n{}",
      channels, kernel, stride, padding, leaky);
}

std::string linear(int outputs, const char* behind) {
  return fmt::format("[[layers]]\ntype = \"linear\"\noutputs = {}\nbias = false\n{}", outputs, behind);
}

}  // namespace

std::string recursive_cnn6() {
  return "loss = \"binary_cross_entropy\"\n" + convolution(12, 4, 2, 2) + convolution(36, 3, 2, 1) +
         convolution(36, 3, 1, 1) + convolution(36, 3, 1, 1) + convolution(64, 3, 2, 1) + convolution(128, 3, 1, 1) +
         linear(1, "");
}

std::string recursive_fcn3() {
  return "loss = \"binary_cross_entropy\"\n" + linear(1000, leaky) + linear(100, leaky) + linear(1, leaky);
}

std::string ising_chain(std::size_t qubits, std::size_t layers) {
  return fmt::format(
      "qubits = {}\nencoding = \"angle\"\nencoding_axis = \"y\"\nansatz = \"transverse_field_ising\"\nsharing = "
      "\"per_term\"\nlayers = {}\nobservables = \"ising_energy\"\nfield = 0.7\n",
      qubits, layers);
}

std::string fourier_tower(std::size_t qubits, std::size_t layers) {
  return fmt::format(
      "qubits = {}\nencoding = \"fourier_tower\"\nqubits_per_feature = {}\nlayers = {}\nobservables = \"z_all\"\n",
      qubits, qubits, layers);
}

}  // namespace tacit::evaluation
