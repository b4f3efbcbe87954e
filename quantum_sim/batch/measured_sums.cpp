#include "quantum_sim/batch/measured_sums.h"

#include <algorithm>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

template <class T>
MeasuredSums<T>::MeasuredSums(const Program& program) : program_(program) {
  std::vector<std::vector<std::uint32_t>> members;
  for (std::uint32_t index = 0; index < program.measured.size(); ++index) {
    const MeasuredTerm& term = program.measured[index];
    const auto is_alike = [&](const std::vector<std::uint32_t>& group) {
      const MeasuredTerm& first = program.measured[group.front()];
      return first.output == term.output && first.x == term.x && first.imaginary == term.imaginary;
    };
    const auto found = std::find_if(members.begin(), members.end(), is_alike);
    if (found == members.end())
      members.push_back({index});
    else
      found->push_back(index);
  }
  for (std::vector<std::uint32_t>& group : members) {
    groups_.push_back({.term = group.front()});
    if (group.size() == 1) continue;
    groups_.back().weights = static_cast<std::uint32_t>(terms_.size());
    terms_.push_back(std::move(group));
  }
  weights_.ensure(terms_.size() * program.rows(), "the weights of a circuit's observables");
}

template <class T>
void MeasuredSums<T>::update(const T* coefficients) {
  const std::size_t count = program_.measured.size();
  if (terms_.empty() ||
      (coefficients_.size() == count && std::equal(coefficients, coefficients + count, coefficients_.begin())))
    return;
  coefficients_.assign(coefficients, coefficients + count);
  for (std::size_t table = 0; table < terms_.size(); ++table)
    for (std::size_t row = 0; row < program_.rows(); ++row) {
      double sum = 0;
      for (const std::uint32_t index : terms_[table]) {
        const bool is_odd = parity(static_cast<std::uint32_t>(row) & program_.measured[index].z) != 0;
        sum += is_odd ? -static_cast<double>(coefficients[index]) : static_cast<double>(coefficients[index]);
      }
      weights_.get()[table * program_.rows() + row] = static_cast<T>(sum);
    }
}

template class MeasuredSums<float>;
template class MeasuredSums<double>;

}  // namespace tacit::quantum_sim
