#include "attacks/captured_values.h"

#include <algorithm>
#include <cmath>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"
#include "models/layers/concatenation.h"
#include "models/layers/flatten.h"

namespace tacit::attacks {
namespace {

using Graph = models::Graph<double>;
using Value = Graph::Value;

/// Which values lead to the given ones.
std::vector<bool> ancestors(const Graph& graph, const std::vector<Value>& values) {
  std::vector<bool> leads(graph.nodes().size() + 1, false);
  for (const Value value : values) leads.at(value) = true;
  for (std::size_t node = graph.nodes().size(); node-- > 0;)
    if (leads[node + 1])
      for (const Value input : graph.nodes()[node].inputs) leads[input] = true;
  return leads;
}

/// The part of a graph that leads to some values, which it ends with, flat and behind each other.
Graph part_of(const Graph& graph, const std::vector<Value>& values) {
  const std::vector<bool> leads = ancestors(graph, values);
  Graph part(graph.shape(Graph::input));
  std::vector<Value> renamed(graph.nodes().size() + 1, Graph::input);
  for (std::size_t node = 0; node < graph.nodes().size(); ++node) {
    if (!leads[node + 1]) continue;
    std::vector<Value> inputs;
    for (const Value input : graph.nodes()[node].inputs) inputs.push_back(renamed[input]);
    renamed[node + 1] = part.add(graph.nodes()[node].name, graph.nodes()[node].layer, std::move(inputs));
  }
  std::vector<Value> flat;
  std::vector<Shape> shapes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto flatten = std::make_shared<const models::Flatten<double>>(graph.shape(values[i]));
    shapes.push_back(flatten->output_shape());
    flat.push_back(part.add("captured " + std::to_string(i), flatten, {renamed[values[i]]}));
  }
  if (flat.size() > 1)
    part.add("all captured", std::make_shared<const models::Concatenation<double>>(shapes), std::move(flat));
  return part;
}

std::vector<double> theta_of(const Graph& graph, const std::vector<Value>& values, std::span<const double> theta) {
  const std::vector<bool> leads = ancestors(graph, values);
  std::vector<double> part;
  for (std::size_t node = 0; node < graph.nodes().size(); ++node) {
    if (!leads[node + 1]) continue;
    const auto own = theta.subspan(graph.nodes()[node].theta_offset, graph.nodes()[node].theta_size);
    part.insert(part.end(), own.begin(), own.end());
  }
  return part;
}

}  // namespace

CapturedValues::CapturedValues(const models::Model<double>& model, std::span<const double> theta,
                               const std::vector<std::size_t>& values)
    : part_(part_of(model.graph(), values), models::Loss::mean_squared_error),
      theta_(theta_of(model.graph(), values, theta)),
      evaluation_(part_) {
  for (const std::size_t value : values) sizes_.push_back(model.graph().size(value));
  first_capture_ = part_.graph().nodes().size() - values.size() - (values.size() > 1 ? 1 : 0);
}

std::vector<std::span<const double>> CapturedValues::forward(std::span<const double> inputs, std::size_t count) {
  targets_.assign(count * part_.target_size(), 0.0);
  evaluation_.loss(theta_, {inputs, targets_, count});
  std::vector<std::span<const double>> values;
  outputs_.resize(targets_.size());
  std::size_t offset = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    values.push_back(evaluation_.node_input(first_capture_ + i, 0));
    for (std::size_t b = 0; b < count; ++b)
      std::copy_n(values[i].begin() + static_cast<std::ptrdiff_t>(b * sizes_[i]), sizes_[i],
                  outputs_.begin() + static_cast<std::ptrdiff_t>(b * part_.target_size() + offset));
    offset += sizes_[i];
  }
  return values;
}

void CapturedValues::pull_back(std::span<const double> inputs, std::size_t count,
                               const std::vector<std::vector<double>>& slopes, std::span<double> input_gradient) {
  std::size_t offset = 0, largest = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    require_equal_sizes("captured values", count * sizes_[i], slopes[i].size());
    for (std::size_t k = 0; k < slopes[i].size(); ++k)
      targets_[k / sizes_[i] * part_.target_size() + offset + k % sizes_[i]] = slopes[i][k];
    offset += sizes_[i];
  }
  for (std::size_t k = 0; k < targets_.size(); ++k)
    if (std::abs(targets_[k]) > std::abs(targets_[largest])) largest = k;
  const double slope = targets_[largest];
  if (slope == 0) return;
  for (std::size_t k = 0; k < targets_.size(); ++k) targets_[k] = outputs_[k] - targets_[k];
  gradient_.resize(inputs.size());
  target_gradient_.resize(targets_.size());
  evaluation_.gradient(theta_, {inputs, targets_, count},
                       {.theta = {}, .inputs = gradient_, .targets = target_gradient_});
  // The slope of the loss in a target is minus that in the output: it tells the factor.
  const double factor = -slope / target_gradient_[largest];
  for (std::size_t i = 0; i < gradient_.size(); ++i) input_gradient[i] += factor * gradient_[i];
}

}  // namespace tacit::attacks
