#include "quantum_sim/analysis/lie/lie_sum_ideals.h"

#include <fmt/ranges.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/random.h"

namespace tacit::quantum_sim {
namespace {

using Dense = Eigen::MatrixXd;
using Column = Eigen::VectorXd;

constexpr std::size_t most_dimensions = 1024, most_strings = 3000;
/// Relative: what is below the first is zero, what is above the second is not; in between, numbers do not tell.
constexpr double zero = 1e-9, not_zero = 1e-7;
constexpr int tries = 3;

/// i [x, .] / 2 as it acts on coefficients over the strings; what leads out of them is left out.
Dense bracket_matrix(const PauliStringSet& strings, const std::vector<std::pair<std::uint32_t, double>>& x) {
  const auto size = static_cast<Eigen::Index>(strings.size());
  Dense matrix = Dense::Zero(size, size);
  std::vector<std::uint64_t> product(2 * strings.half());
  for (const auto& [left, coefficient] : x)
    for (std::uint32_t right = 0; right < strings.size(); ++right) {
      if (!anticommute(strings.words(left), strings.words(right), strings.half())) continue;
      const bool is_negative =
          bracket_is_negative(strings.words(left), strings.words(right), strings.half(), product.data());
      if (const auto place = strings.find(product.data()))
        matrix(*place, right) += is_negative ? -coefficient : coefficient;
    }
  return matrix;
}

/// Columns are appended while they are clearly independent of those before.
class OrthonormalBasis {
 public:
  OrthonormalBasis(Eigen::Index rows, Eigen::Index most) : columns_(rows, most) {}
  Eigen::Index size() const { return size_; }
  auto columns() const { return columns_.leftCols(size_); }
  bool is_full() const { return size_ == columns_.cols(); }
  /// Takes in the vector's rest if that is at least `part` of it.
  bool add(const Column& vector, double part) {
    const double norm = vector.norm();
    if (is_full() || !(norm > 0)) return false;
    Column rest = vector / norm;
    // Twice is enough (Kahan; Parlett 1980).
    for (int pass = 0; pass < 2; ++pass) rest -= columns() * (columns().transpose() * rest);
    if (rest.norm() < part) return false;
    columns_.col(size_++) = rest.normalized();
    return true;
  }

 private:
  Dense columns_;
  Eigen::Index size_ = 0;
};

class Decomposition {
 public:
  Decomposition(const PauliStringSet& strings, const std::vector<PauliSum>& generators, std::size_t dimension,
                std::size_t centre_dimension)
      : strings_(strings), dimension_(static_cast<Eigen::Index>(dimension)), centre_(centre_dimension) {
    for (const PauliSum& generator : generators) {
      std::vector<std::pair<std::uint32_t, double>> terms;
      Column coefficients = Column::Zero(static_cast<Eigen::Index>(strings.size()));
      for (const PauliSum::Term& term : generator.terms) {
        const auto place = strings.find(term.string);
        if (!place) continue;
        terms.emplace_back(*place, term.coefficient);
        coefficients(*place) += term.coefficient;
      }
      const double norm = coefficients.norm();
      for (auto& term : terms) term.second /= norm;
      generators_.push_back(coefficients / norm);
      brackets_.push_back(bracket_matrix(strings, terms));
    }
  }

  std::vector<LieIdeal> run() {
    if (!span() || !leave_centre()) return {};
    for (int attempt = 0; attempt < tries; ++attempt)
      if (const auto ideals = split(static_cast<std::uint32_t>(attempt))) return *ideals;
    return {};
  }

 private:
  // An orthonormal basis of the algebra, by brackets with generators. Those with a large new part come first.
  bool span() {
    OrthonormalBasis basis(static_cast<Eigen::Index>(strings_.size()), dimension_);
    for (double part = 0.1; part >= not_zero && !basis.is_full(); part /= 10) {
      for (const Column& generator : generators_) basis.add(generator, part);
      for (Eigen::Index number = 0; number < basis.size() && !basis.is_full(); ++number) {
        const Column element = basis.columns().col(number);
        for (const Dense& bracket : brackets_) basis.add(bracket * element, part);
      }
    }
    if (!basis.is_full()) return false;
    basis_ = basis.columns();
    for (const Dense& bracket : brackets_) adjoint_.push_back(basis_.transpose() * bracket * basis_);
    return true;
  }

  // The centre is what all generators take to zero; the rest is its complement.
  bool leave_centre() {
    Dense squares = Dense::Zero(dimension_, dimension_);
    for (const Dense& matrix : adjoint_) squares += matrix.transpose() * matrix;
    const Eigen::SelfAdjointEigenSolver<Dense> solver(squares);
    const auto centre = static_cast<Eigen::Index>(centre_);
    const double largest = solver.eigenvalues()(dimension_ - 1);
    if (centre > 0 && solver.eigenvalues()(centre - 1) > zero * largest) return false;
    if (centre < dimension_ && solver.eigenvalues()(centre) < zero * largest) return false;
    const Dense rest = solver.eigenvectors().rightCols(dimension_ - centre);
    basis_ *= rest;
    for (Dense& matrix : adjoint_) matrix = rest.transpose() * matrix * rest;
    return true;
  }

  Dense random_adjoint(std::uint32_t attempt) const {
    RandomStream stream({.seed = 1, .purpose = Purpose::sampling, .round = attempt});
    Column coefficients(basis_.cols());
    for (double& value : coefficients) value = stream.normal();
    const Column x = basis_ * coefficients;
    std::vector<std::pair<std::uint32_t, double>> terms;
    for (Eigen::Index place = 0; place < x.size(); ++place)
      terms.emplace_back(static_cast<std::uint32_t>(place), x(place));
    return basis_.transpose() * bracket_matrix(strings_, terms) * basis_;
  }

  // Nothing if this x does not tell roots apart.
  std::optional<std::vector<LieIdeal>> split(std::uint32_t attempt) const {
    const Eigen::Index size = basis_.cols();
    if (size == 0) return std::vector<LieIdeal>();
    const Dense adjoint = random_adjoint(attempt);
    const Eigen::SelfAdjointEigenSolver<Dense> solver(adjoint.transpose() * adjoint);
    const Column& squares = solver.eigenvalues();  // alpha(x)^2, in pairs
    const double largest = squares(size - 1);
    Eigen::Index rank = 0;
    while (rank < size && squares(rank) < zero * largest) ++rank;
    if (rank == 0 || rank == size || (size - rank) % 2 != 0 || squares(rank) < not_zero * largest) return std::nullopt;
    const std::size_t planes = static_cast<std::size_t>(size - rank) / 2;
    for (std::size_t plane = 0; plane < planes; ++plane) {
      const Eigen::Index first = rank + 2 * static_cast<Eigen::Index>(plane);
      if (squares(first + 1) - squares(first) > zero * largest) return std::nullopt;
      if (plane > 0 && squares(first) - squares(first - 1) < zero * largest) return std::nullopt;
    }
    return components(solver.eigenvectors().leftCols(rank), solver.eigenvectors().rightCols(size - rank), planes);
  }

  std::optional<std::vector<LieIdeal>> components(const Dense& cartan, const Dense& roots, std::size_t planes) const {
    Dense links = Dense::Zero(roots.cols(), roots.cols());
    for (const Dense& matrix : adjoint_) links += (roots.transpose() * matrix * roots).cwiseAbs();
    const double largest = links.maxCoeff();
    std::vector<std::size_t> parent(planes);
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto root = [&](std::size_t plane) {
      while (parent[plane] != plane) plane = parent[plane] = parent[parent[plane]];
      return plane;
    };
    for (std::size_t one = 0; one < planes; ++one)
      for (std::size_t two = 0; two < one; ++two)
        if (links.block<2, 2>(2 * static_cast<Eigen::Index>(one), 2 * static_cast<Eigen::Index>(two)).maxCoeff() >
            not_zero * largest)
          parent[std::max(root(one), root(two))] = std::min(root(one), root(two));
    std::vector<LieIdeal> ideals;
    std::size_t total_rank = 0;
    for (std::size_t first = 0; first < planes; ++first) {
      if (root(first) != first) continue;
      Dense own(roots.rows(), 0);
      for (std::size_t plane = first; plane < planes; ++plane) {
        if (root(plane) != first) continue;
        own.conservativeResize(Eigen::NoChange, own.cols() + 2);
        own.rightCols(2) = roots.middleCols(2 * static_cast<Eigen::Index>(plane), 2);
      }
      const std::optional<std::size_t> rank = cartan_dimension(cartan, own);
      if (!rank) return std::nullopt;
      total_rank += *rank;
      add(static_cast<std::size_t>(own.cols()) + *rank, *rank, ideals);
    }
    // Every dimension belongs to one ideal, and every ideal has a place in Cartan's list.
    const auto is_unknown = [](const LieIdeal& ideal) { return ideal.name == "simple"; };
    if (total_rank != static_cast<std::size_t>(cartan.cols()) || std::any_of(ideals.begin(), ideals.end(), is_unknown))
      return std::nullopt;
    return ideals;
  }

  // Generators take an ideal's roots into its own part of the Cartan subalgebra, and onto all of it.
  std::optional<std::size_t> cartan_dimension(const Dense& cartan, const Dense& roots) const {
    Dense images(cartan.cols(), 0);
    for (const Dense& matrix : adjoint_) {
      images.conservativeResize(Eigen::NoChange, images.cols() + roots.cols());
      images.rightCols(roots.cols()) = cartan.transpose() * matrix * roots;
    }
    const Eigen::SelfAdjointEigenSolver<Dense> solver(images * images.transpose(), Eigen::EigenvaluesOnly);
    const double largest = solver.eigenvalues()(cartan.cols() - 1);
    std::size_t rank = 0;
    for (const double value : solver.eigenvalues()) {
      if (value > zero * largest && value < not_zero * largest) return std::nullopt;
      rank += value >= not_zero * largest;
    }
    return rank;
  }

  static void add(std::size_t dimension, std::size_t rank, std::vector<LieIdeal>& ideals) {
    const std::string name = simple_algebra_of_rank(dimension, rank);
    for (LieIdeal& ideal : ideals)
      if (ideal.name == name && ideal.dimension == dimension) {
        ++ideal.copies;
        return;
      }
    ideals.push_back({name, dimension, 1, {}});
  }

  const PauliStringSet& strings_;
  Eigen::Index dimension_;
  std::size_t centre_;
  std::vector<Column> generators_;
  std::vector<Dense> brackets_;  ///< by generator, over the strings
  Dense basis_;                  ///< [strings, dimension], then without the centre
  std::vector<Dense> adjoint_;   ///< by generator, over the basis
};

}  // namespace

std::vector<LieIdeal> decompose_sums(const PauliStringSet& strings, const std::vector<PauliSum>& generators,
                                     std::size_t dimension, std::size_t centre_dimension) {
  if (dimension > most_dimensions || strings.size() > most_strings) return {};
  std::vector<LieIdeal> ideals = Decomposition(strings, generators, dimension, centre_dimension).run();
  std::sort(ideals.begin(), ideals.end(), [](const LieIdeal& one, const LieIdeal& other) {
    return std::pair(other.dimension, one.name) < std::pair(one.dimension, other.name);
  });
  return ideals;
}

std::string simple_algebra_of_rank(std::size_t dimension, std::size_t rank) {
  std::vector<std::string> names;
  if (dimension == rank * (rank + 2)) names.push_back(fmt::format("su({})", rank + 1));
  if (rank >= 4 && dimension == rank * (2 * rank - 1)) names.push_back(fmt::format("so({})", 2 * rank));
  if (rank >= 2 && dimension == rank * (2 * rank + 1)) {
    if (rank >= 3) names.push_back(fmt::format("so({})", 2 * rank + 1));
    names.push_back(fmt::format("sp({})", 2 * rank));
  }
  constexpr struct {
    const char* name;
    std::size_t dimension, rank;
  } exceptional[] = {{"g2", 14, 2}, {"f4", 52, 4}, {"e6", 78, 6}, {"e7", 133, 7}, {"e8", 248, 8}};
  for (const auto& [name, size, of_rank] : exceptional)
    if (dimension == size && rank == of_rank) names.emplace_back(name);
  return names.empty() ? "simple" : fmt::format("{}", fmt::join(names, " or "));
}

}  // namespace tacit::quantum_sim
