#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/random.h"
#include "models/model.h"

namespace tacit::models {

/// A point (theta, inputs, targets) and a direction in all three, random and in double.
struct Point {
  std::vector<double> theta, inputs, targets;
  std::size_t count = 0;

  Examples<double> examples() const { return {inputs, targets, count}; }
  /// this + step * direction
  Point moved(const Point& direction, double step) const {
    Point result = *this;
    const auto add = [step](std::vector<double>& to, const std::vector<double>& by) {
      for (std::size_t i = 0; i < by.size(); ++i) to[i] += step * by[i];
    };
    add(result.theta, direction.theta);
    add(result.inputs, direction.inputs);
    add(result.targets, direction.targets);
    return result;
  }
  /// With only the chosen parts kept, the others empty.
  Point only(bool keep_theta, bool keep_inputs, bool keep_targets) const {
    Point result = *this;
    if (!keep_theta) result.theta.clear();
    if (!keep_inputs) result.inputs.clear();
    if (!keep_targets) result.targets.clear();
    return result;
  }
};

inline std::vector<double> normals(RandomStream& stream, std::size_t size, double scale = 1) {
  std::vector<double> values(size);
  for (double& value : values) value = scale * stream.normal();
  return values;
}

/// Replaces the parameters that are not trained, which derivatives take for constants, by value(old one).
template <class Value>
void set_statistics(const ParameterSchema& schema, std::vector<double>& theta, const Value& value) {
  for (const ParameterEntry& entry : schema.entries())
    for (std::size_t i = entry.offset; !entry.trained && i < entry.offset + entry.size; ++i) theta[i] = value(theta[i]);
}

inline Point random_point(const Model<double>& model, std::size_t count, std::uint64_t seed) {
  RandomStream stream({seed, Purpose::test, 1});
  Point point{normals(stream, model.schema()->size(), 0.7), normals(stream, count * model.input_size()),
              normals(stream, count * model.target_size()), count};
  set_statistics(*model.schema(), point.theta, [](double value) { return std::abs(value) + 0.2; });
  return point;
}

inline Point random_direction(const Model<double>& model, std::size_t count, std::uint64_t seed) {
  RandomStream stream({seed, Purpose::test, 2});
  Point direction{normals(stream, model.schema()->size()), normals(stream, count * model.input_size()),
                  normals(stream, count * model.target_size()), count};
  set_statistics(*model.schema(), direction.theta, [](double) { return 0.0; });
  return direction;
}

inline Point zeros_like(const Point& point) {
  return {std::vector<double>(point.theta.size()), std::vector<double>(point.inputs.size()),
          std::vector<double>(point.targets.size()), point.count};
}

inline Gradients<double> spans(Point& point) {
  return {point.theta, point.inputs, point.targets};
}
inline Direction<double> direction_of(const Point& point) {
  return {point.theta, point.inputs, point.targets};
}

/// One that draws masks, always the same.
template <class T>
Evaluation<T> masked_evaluation(const Model<T>& model) {
  Evaluation<T> evaluation(model);
  evaluation.set_masks(MaskKey{.seed = 9, .round = 2, .client = 1, .step = 3});
  return evaluation;
}

inline Point gradient_at(const Model<double>& model, const Point& point) {
  Point gradient = zeros_like(point);
  masked_evaluation(model).gradient(point.theta, point.examples(), spans(gradient));
  return gradient;
}

struct WithTangent {
  Point gradient, tangent;
  double loss = 0, loss_dot = 0;
};

inline WithTangent tangent_at(const Model<double>& model, const Point& point, const Point& direction) {
  WithTangent result{zeros_like(point), zeros_like(point)};
  const auto loss = masked_evaluation(model).gradient_tangent(point.theta, point.examples(), direction_of(direction),
                                                              spans(result.gradient), spans(result.tangent));
  result.loss = loss.loss;
  result.loss_dot = loss.loss_dot;
  return result;
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) sum += a[i] * b[i];
  return sum;
}
inline double dot(const Point& a, const Point& b) {
  return dot(a.theta, b.theta) + dot(a.inputs, b.inputs) + dot(a.targets, b.targets);
}

inline void expect_near(const std::vector<double>& got, const std::vector<double>& expected, double tolerance,
                        const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], expected[i], tolerance * (1 + std::abs(expected[i]))) << what << "[" << i << "]";
}
inline void expect_near(const Point& got, const Point& expected, double tolerance, const std::string& what) {
  expect_near(got.theta, expected.theta, tolerance, what + " theta");
  expect_near(got.inputs, expected.inputs, tolerance, what + " inputs");
  expect_near(got.targets, expected.targets, tolerance, what + " targets");
}

/// Every element of the gradient, but for inputs that cannot be moved, against central differences of the loss.
inline void expect_gradient_is_derivative_of_loss(const Model<double>& model, const Point& point,
                                                  bool inputs_move = true) {
  Evaluation<double> evaluation = masked_evaluation(model);
  const Point gradient = gradient_at(model, point);
  std::vector<double> trained(point.theta.size(), 1);
  set_statistics(*model.schema(), trained, [](double) { return 0.0; });
  const auto compare = [&](std::vector<double> Point::*part, const char* what) {
    for (std::size_t i = 0; i < (point.*part).size(); ++i) {
      if (part == &Point::theta && trained[i] == 0) {
        ASSERT_EQ(gradient.theta[i], 0) << "statistic " << i;
        continue;
      }
      constexpr double step = 1e-5;
      Point above = point, below = point;
      (above.*part)[i] += step;
      (below.*part)[i] -= step;
      const double difference =
          (evaluation.loss(above.theta, above.examples()) - evaluation.loss(below.theta, below.examples())) /
          (2 * step);
      ASSERT_NEAR((gradient.*part)[i], difference, 2e-8 * (1 + std::abs(difference))) << what << "[" << i << "]";
    }
  };
  compare(&Point::theta, "theta");
  if (inputs_move) compare(&Point::inputs, "inputs");
  compare(&Point::targets, "targets");
}

/// Derivative of the gradient along a direction by the five-point rule, whose error is of fourth order in the step.
inline Point difference_of_gradients(const Model<double>& model, const Point& point, const Point& direction) {
  constexpr double step = 1e-4;
  Point sum = zeros_like(point);
  for (const auto& [place, weight] : {std::pair{1, 8.0}, {-1, -8.0}, {2, -1.0}, {-2, 1.0}})
    sum = sum.moved(gradient_at(model, point.moved(direction, place * step)), weight / (12 * step));
  return sum;
}

/// gradient_tangent against central differences of the gradient, along theta, inputs and targets alone and together.
inline void expect_tangent_is_derivative_of_gradient(const Model<double>& model, const Point& point,
                                                     const Point& whole) {
  for (unsigned mask = 0; mask < 8; ++mask) {
    const Point direction = whole.only(mask & 1, mask & 2, mask & 4);
    SCOPED_TRACE("direction mask " + std::to_string(mask));
    const WithTangent result = tangent_at(model, point, direction);
    expect_near(result.gradient, gradient_at(model, point), 1e-12, "gradient");
    ASSERT_NEAR(result.loss, masked_evaluation(model).loss(point.theta, point.examples()), 1e-12);
    ASSERT_NEAR(result.loss_dot, dot(result.gradient, direction), 1e-10 * (1 + std::abs(result.loss_dot)));

    expect_near(result.tangent, difference_of_gradients(model, point, direction), 1e-8, "tangent");
  }
}

/// <u, H v> = <v, H u> with H the Hessian in (theta, inputs, targets).
inline void expect_symmetric_hessian(const Model<double>& model, const Point& point, std::uint64_t seed) {
  const Point u = random_direction(model, point.count, seed), v = random_direction(model, point.count, seed + 1);
  const double uhv = dot(u, tangent_at(model, point, v).tangent), vhu = dot(v, tangent_at(model, point, u).tangent);
  ASSERT_NEAR(uhv, vhu, 1e-10 * (1 + std::abs(uhv)));
}

}  // namespace tacit::models
