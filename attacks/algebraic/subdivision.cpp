#include "attacks/algebraic/subdivision.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>

namespace tacit::attacks {
namespace {

using Eigen::Index;
using std::numbers::pi;

struct Box {
  double centre[3], half[3];
};

class Subdivision {
 public:
  Subdivision(const SeveralFeatureSystem& system, const SubdivisionOptions& options)
      : system_(system),
        options_(options),
        n_(system.variables()),
        slack_(options.tolerance * system.scale()),
        residual_(static_cast<Index>(system.equations())),
        jacobian_(static_cast<Index>(system.equations()), static_cast<Index>(n_)) {}

  SubdivisionResult run() {
    std::deque<Box> open{{{pi, pi, pi}, {pi, pi, pi}}};
    while (!open.empty()) {
      if (result_.boxes >= options_.most_boxes) {
        result_.undecided += open.size();
        break;
      }
      if (options_.between_steps) options_.between_steps();
      const Box box = open.front();
      open.pop_front();
      ++result_.boxes;
      if (is_empty(box) || belongs_to_a_root(box)) continue;
      if (is_small(box, 0.5)) {
        look_for_a_root(box);
        if (belongs_to_a_root(box)) continue;
      }
      if (is_small(box, options_.least_width)) {
        ++result_.undecided;
        continue;
      }
      cut(box, open);
    }
    return result_;
  }

 private:
  double waves(std::size_t j, const Box& box) const { return box.half[j] * static_cast<double>(system_.degrees()[j]); }
  bool is_small(const Box& box, double limit) const {
    for (std::size_t j = 0; j < n_; ++j)
      if (waves(j, box) > limit) return false;
    return true;
  }

  bool is_empty(const Box& box) const {
    const auto phases = system_.phases(std::span(box.centre, n_));
    for (std::size_t p = 0; p < system_.equations(); ++p) {
      const auto jet = system_.at(p, phases);
      double reach = slack_;
      for (std::size_t i = 0; i < n_; ++i) {
        reach += std::abs(jet.slope[i]) * box.half[i];
        for (std::size_t j = 0; j < n_; ++j) reach += 0.5 * system_.curvature(p, i, j) * box.half[i] * box.half[j];
      }
      if (std::abs(jet.value) > reach) return true;
    }
    return false;
  }

  double circular(double a, double b) const { return std::abs(std::remainder(a - b, 2 * pi)); }

  bool belongs_to_a_root(const Box& box) const {
    for (const SubdivisionRoot& root : result_.roots) {
      double farthest = 0;
      for (std::size_t j = 0; j < n_; ++j)
        farthest = std::max(farthest, circular(box.centre[j], root.u[j]) + box.half[j]);
      if (farthest <= root.radius) return true;
    }
    return false;
  }

  void evaluate(std::span<const double> u) {
    const auto phases = system_.phases(u);
    for (std::size_t p = 0; p < system_.equations(); ++p) {
      const auto jet = system_.at(p, phases);
      residual_(static_cast<Index>(p)) = jet.value;
      for (std::size_t j = 0; j < n_; ++j) jacobian_(static_cast<Index>(p), static_cast<Index>(j)) = jet.slope[j];
    }
  }

  void look_for_a_root(const Box& box) {
    std::vector<double> u(box.centre, box.centre + n_);
    for (int step = 0; step < 12; ++step) {
      evaluate(u);
      const Eigen::VectorXd change = jacobian_.colPivHouseholderQr().solve(-residual_);
      if (!change.allFinite()) return;
      for (std::size_t j = 0; j < n_; ++j) {
        u[j] += change(static_cast<Index>(j));
        if (std::abs(u[j] - box.centre[j]) > 4 * box.half[j]) return;  // belongs to another box
      }
      if (change.cwiseAbs().maxCoeff() < 1e-13) break;
    }
    evaluate(u);
    const double largest = residual_.cwiseAbs().maxCoeff();
    if (!(largest <= slack_)) return;
    SubdivisionRoot root{{}, residual_.norm() / system_.scale(), radius()};
    for (const double value : u) root.u.push_back(value - 2 * pi * std::floor(value / (2 * pi)));
    for (const SubdivisionRoot& known : result_.roots) {
      double distance = 0;
      for (std::size_t j = 0; j < n_; ++j) distance = std::max(distance, circular(known.u[j], root.u[j]));
      if (distance < std::max({known.radius, root.radius, 1e-7})) return;
    }
    result_.roots.push_back(std::move(root));
  }

  /// At the point just evaluated.
  double radius() const {
    const Eigen::MatrixXd inverse = jacobian_.completeOrthogonalDecomposition().pseudoInverse();
    // A root of a rank-deficient system may lie on a curve of them.
    if (jacobian_.colPivHouseholderQr().rank() < static_cast<Index>(n_)) return 0;
    double most = 0;
    for (Index row = 0; row < inverse.rows(); ++row) {
      double sum = 0;
      for (std::size_t p = 0; p < system_.equations(); ++p)
        for (std::size_t i = 0; i < n_; ++i)
          for (std::size_t j = 0; j < n_; ++j)
            sum += std::abs(inverse(row, static_cast<Index>(p))) * system_.curvature(p, i, j);
      most = std::max(most, sum);
    }
    return most > 0 ? 0.99 / most : 0;
  }

  void cut(const Box& box, std::deque<Box>& open) const {
    std::size_t widest = 0;
    for (std::size_t j = 1; j < n_; ++j)
      if (waves(j, box) > waves(widest, box)) widest = j;
    for (const double side : {-0.5, 0.5}) {
      Box half = box;
      half.centre[widest] += side * box.half[widest];
      half.half[widest] *= 0.5;
      open.push_back(half);
    }
  }

  const SeveralFeatureSystem& system_;
  const SubdivisionOptions& options_;
  std::size_t n_;
  double slack_;
  Eigen::VectorXd residual_;
  Eigen::MatrixXd jacobian_;
  SubdivisionResult result_;
};

}  // namespace

SubdivisionResult subdivide(const SeveralFeatureSystem& system, const SubdivisionOptions& options) {
  return Subdivision(system, options).run();
}

}  // namespace tacit::attacks
