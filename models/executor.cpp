#include "models/executor.h"

#include "models/kernels/elementwise.h"

namespace tacit::models {

namespace {

template <class Element>
std::span<Element> slice(std::span<Element> theta, std::size_t offset, std::size_t size) {
  return theta.empty() ? theta : theta.subspan(offset, size);
}

}  // namespace

template <class T>
Executor<T>::Executor(const Graph<T>& graph) : graph_(graph) {
  depends_on_theta_.push_back(false);
  std::size_t statistics = 0;
  for (std::size_t node = 0; node < graph.nodes().size(); ++node) {
    const Node& that = graph.nodes()[node];
    scratch_.push_back(that.layer->make_scratch());
    statistics_offset_.push_back(statistics);
    statistics += that.layer->local_statistics();
    offsets_.push_back(total_size_);
    total_size_ += graph.size(node + 1);
    first_edge_.push_back(edges_.size());
    bool depends = that.theta_size > 0;
    for (const Value value : that.inputs) {
      edges_.push_back({.value = value});
      depends = depends || depends_on_theta_[value];
    }
    depends_on_theta_.push_back(depends);
  }
  statistics_.resize(statistics);
  moves_.assign(graph.nodes().size() + 1, false);
  plan_edges();
  edge_inputs_.resize(edges_.size());
  edge_inputs_dot_.resize(edges_.size());
  edge_gradients_.resize(edges_.size());
  edge_gradients_dot_.resize(edges_.size());
}

template <class T>
void Executor<T>::plan_edges() {
  std::vector<bool> written(graph_.nodes().size() + 1, false);
  for (std::size_t node = graph_.nodes().size(); node-- > 0;)
    for (std::size_t slot = 0; slot < graph_.nodes()[node].inputs.size(); ++slot) {
      Edge& edge = edges_[first_edge_[node] + slot];
      edge.writes_directly = !written[edge.value];
      written[edge.value] = true;
      if (edge.writes_directly) continue;
      edge.detour = detour_size_;
      detour_size_ += graph_.size(edge.value);
    }
}

template <class T>
PassMode<T> Executor<T>::mode_of(std::size_t node) const {
  PassMode<T> mode = mode_;
  mode.layer = static_cast<std::uint32_t>(node);
  if (knows_statistics_)
    mode.statistics =
        std::span(statistics_).subspan(statistics_offset_[node], graph_.nodes()[node].layer->local_statistics());
  return mode;
}

template <class T>
void Executor<T>::update_statistics(std::span<T> theta, std::optional<double> rate) {
  for (std::size_t node = 0; node < graph_.nodes().size(); ++node) {
    const Node& that = graph_.nodes()[node];
    that.layer->update_statistics(
        {.count = count_,
         .inputs = of_node(edge_inputs_, node),
         .theta = slice(theta, that.theta_offset, that.theta_size),
         .statistics = std::span(statistics_).subspan(statistics_offset_[node], that.layer->local_statistics()),
         .rate = rate,
         .scratch = scratch_[node].get()});
  }
  if (rate) knows_statistics_ = true;
}

template <class T>
void Executor<T>::begin(std::span<const T> inputs, std::size_t count) {
  count_ = count;
  values_.reserve(total_size_ * count);
  for (std::size_t e = 0; e < edges_.size(); ++e)
    edge_inputs_[e] = edges_[e].value == Graph<T>::input ? inputs : node_part(values_, edges_[e].value - 1);
}

template <class T>
void Executor<T>::forward(std::span<const T> theta, std::span<const T> inputs, std::size_t count) {
  begin(inputs, count);
  for (std::size_t node = 0; node < graph_.nodes().size(); ++node) {
    const Node& that = graph_.nodes()[node];
    that.layer->forward({.count = count,
                         .theta = slice(theta, that.theta_offset, that.theta_size),
                         .inputs = of_node(edge_inputs_, node),
                         .outputs = node_part(values_, node),
                         .scratch = scratch_[node].get(),
                         .mode = mode_of(node)});
  }
}

template <class T>
void Executor<T>::forward_tangent(std::span<const T> theta, std::span<const T> theta_dot, std::span<const T> inputs,
                                  std::span<const T> inputs_dot, std::size_t count, Known known, const Lanes& lanes) {
  begin(inputs, count);
  builds_on_gradient_ = known == Known::values;
  values_dot_.reserve(total_size_ * count);
  moves_[Graph<T>::input] = !inputs_dot.empty();
  for (std::size_t node = 0; node < graph_.nodes().size(); ++node) {
    const Node& that = graph_.nodes()[node];
    const auto own_theta = slice(theta, that.theta_offset, that.theta_size);
    const auto own_theta_dot = slice(theta_dot, that.theta_offset, that.theta_size);
    bool moves = !own_theta_dot.empty();
    for (std::size_t e = first_edge_[node]; e < first_edge_[node] + that.inputs.size(); ++e) {
      const Value value = edges_[e].value;
      edge_inputs_dot_[e] = !moves_[value]             ? std::span<const T>()
                            : value == Graph<T>::input ? inputs_dot
                                                       : node_part(values_dot_, value - 1);
      moves = moves || moves_[value];
    }
    moves_[node + 1] = moves;
    if (!moves && builds_on_gradient_) continue;
    if (!moves) {
      that.layer->forward({.count = count,
                           .theta = own_theta,
                           .inputs = of_node(edge_inputs_, node),
                           .outputs = node_part(values_, node),
                           .scratch = scratch_[node].get(),
                           .mode = mode_of(node)});
      continue;
    }
    that.layer->forward_tangent({.count = count,
                                 .theta = own_theta,
                                 .theta_dot = own_theta_dot,
                                 .inputs = of_node(edge_inputs_, node),
                                 .inputs_dot = of_node(edge_inputs_dot_, node),
                                 .outputs = node_part(values_, node),
                                 .outputs_dot = node_part(values_dot_, node),
                                 .scratch = scratch_[node].get(),
                                 .mode = mode_of(node),
                                 .outputs_known = builds_on_gradient_,
                                 .lanes = lanes});
  }
}

template <class T>
std::span<const T> Executor<T>::outputs() {
  return node_part(values_, graph_.nodes().size() - 1);
}

template <class T>
std::span<const T> Executor<T>::outputs_dot() {
  if (!moves_.back()) return {};
  return node_part(values_dot_, graph_.nodes().size() - 1);
}

template <class T>
std::span<T> Executor<T>::output_gradient() {
  gradients_.reserve(total_size_ * count_);
  return node_part(gradients_, graph_.nodes().size() - 1);
}

template <class T>
std::span<T> Executor<T>::output_gradient_dot() {
  gradients_dot_.reserve(total_size_ * count_);
  return node_part(gradients_dot_, graph_.nodes().size() - 1);
}

template <class T>
std::span<T> Executor<T>::destination(const Edge& edge, Block& gradients, Block& detours,
                                      std::span<T> inputs_gradient) {
  if (edge.value == Graph<T>::input && inputs_gradient.empty()) return {};
  if (!edge.writes_directly) return detours.part(edge.detour, graph_.size(edge.value), count_);
  return edge.value == Graph<T>::input ? inputs_gradient : node_part(gradients, edge.value - 1);
}

template <class T>
void Executor<T>::add_detours(std::size_t node, const std::vector<std::span<T>>& destinations, Block& gradients,
                              std::span<T> inputs_gradient) {
  for (std::size_t e = first_edge_[node]; e < first_edge_[node] + graph_.nodes()[node].inputs.size(); ++e) {
    if (edges_[e].writes_directly || destinations[e].empty()) continue;
    const Value value = edges_[e].value;
    const std::span<T> sum = value == Graph<T>::input ? inputs_gradient : node_part(gradients, value - 1);
    kernels::add_to<T>(destinations[e], sum);
  }
}

template <class T>
void Executor<T>::backward(std::span<const T> theta, std::span<T> theta_gradient, std::span<T> inputs_gradient,
                           const Lanes& lanes) {
  const bool wants_theta = !theta_gradient.empty(), wants_inputs = !inputs_gradient.empty();
  known_theta_ = wants_theta;
  known_inputs_ = wants_inputs;
  gradients_.reserve(total_size_ * count_);
  detours_.reserve(detour_size_ * count_);
  for (std::size_t node = graph_.nodes().size(); node-- > 0;) {
    if (!is_needed(node + 1, wants_theta, wants_inputs)) continue;
    const Node& that = graph_.nodes()[node];
    for (std::size_t e = first_edge_[node]; e < first_edge_[node] + that.inputs.size(); ++e)
      edge_gradients_[e] = is_needed(edges_[e].value, wants_theta, wants_inputs)
                               ? destination(edges_[e], gradients_, detours_, inputs_gradient)
                               : std::span<T>();
    that.layer->backward({.count = count_,
                          .theta = slice(theta, that.theta_offset, that.theta_size),
                          .inputs = of_node(edge_inputs_, node),
                          .outputs = node_part(values_, node),
                          .upstream = node_part(gradients_, node),
                          .theta_gradient = slice(theta_gradient, that.theta_offset, that.theta_size),
                          .inputs_gradients = of_node(edge_gradients_, node),
                          .scratch = scratch_[node].get(),
                          .mode = mode_of(node),
                          .lanes = lanes});
    add_detours(node, edge_gradients_, gradients_, inputs_gradient);
  }
}

template <class T>
void Executor<T>::backward_tangent(std::span<const T> theta, std::span<const T> theta_dot, std::span<T> theta_gradient,
                                   std::span<T> theta_gradient_dot, std::span<T> inputs_gradient,
                                   std::span<T> inputs_gradient_dot, const Lanes& lanes) {
  const bool wants_theta = !theta_gradient.empty() || !theta_gradient_dot.empty();
  const bool wants_inputs = !inputs_gradient.empty() || !inputs_gradient_dot.empty();
  gradients_.reserve(total_size_ * count_);
  gradients_dot_.reserve(total_size_ * count_);
  detours_.reserve(detour_size_ * count_);
  detours_dot_.reserve(detour_size_ * count_);
  for (std::size_t node = graph_.nodes().size(); node-- > 0;) {
    if (!is_needed(node + 1, wants_theta, wants_inputs)) continue;
    const Node& that = graph_.nodes()[node];
    for (std::size_t e = first_edge_[node]; e < first_edge_[node] + that.inputs.size(); ++e) {
      const bool needed = is_needed(edges_[e].value, wants_theta, wants_inputs);
      edge_gradients_[e] = needed && !is_known(edges_[e].value)
                               ? destination(edges_[e], gradients_, detours_, inputs_gradient)
                               : std::span<T>();
      edge_gradients_dot_[e] =
          needed ? destination(edges_[e], gradients_dot_, detours_dot_, inputs_gradient_dot) : std::span<T>();
    }
    that.layer->backward_tangent({.count = count_,
                                  .theta = slice(theta, that.theta_offset, that.theta_size),
                                  .theta_dot = slice(theta_dot, that.theta_offset, that.theta_size),
                                  .inputs = of_node(edge_inputs_, node),
                                  .inputs_dot = of_node(edge_inputs_dot_, node),
                                  .outputs = node_part(values_, node),
                                  .outputs_dot = moves_[node + 1] ? node_part(values_dot_, node) : std::span<T>(),
                                  .upstream = node_part(gradients_, node),
                                  .upstream_dot = node_part(gradients_dot_, node),
                                  .theta_gradient = slice(theta_gradient, that.theta_offset, that.theta_size),
                                  .theta_gradient_dot = slice(theta_gradient_dot, that.theta_offset, that.theta_size),
                                  .inputs_gradients = of_node(edge_gradients_, node),
                                  .inputs_gradients_dot = of_node(edge_gradients_dot_, node),
                                  .scratch = scratch_[node].get(),
                                  .mode = mode_of(node),
                                  .lanes = lanes});
    add_detours(node, edge_gradients_, gradients_, inputs_gradient);
    add_detours(node, edge_gradients_dot_, gradients_dot_, inputs_gradient_dot);
  }
}

template class Executor<float>;
template class Executor<double>;

}  // namespace tacit::models
