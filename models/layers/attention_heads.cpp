#include "models/layers/attention_heads.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/kernels/matrix_multiply.h"

namespace tacit::models {

using kernels::multiply;
using kernels::multiply_transposed_left;
using kernels::multiply_transposed_right;
using kernels::Store;

/// Matrices of one head: [tokens, head width], and [tokens, tokens] for s and p. A d in front means the gradient of the
/// loss by what follows.
template <class T>
struct AttentionHeads<T>::Scratch final : LayerScratch {
  Scratch(std::size_t narrow, std::size_t square, std::size_t tokens)
      : q(narrow),
        k(narrow),
        v(narrow),
        q_dot(narrow),
        k_dot(narrow),
        v_dot(narrow),
        y(narrow),
        u(narrow),
        u_dot(narrow),
        p(square),
        p_dot(square),
        dp(square),
        dp_dot(square),
        ds(square),
        ds_dot(square),
        counts(tokens) {}
  std::vector<T> q, k, v, q_dot, k_dot, v_dot;
  std::vector<T> y;         ///< what is computed of the head before it goes to its place
  std::vector<T> u, u_dot;  ///< upstream gradient
  std::vector<T> p, p_dot, dp, dp_dot, ds, ds_dot;
  std::vector<T> counts;  ///< 1 for tokens that are attended to, where there is padding
};

template <class T>
struct AttentionHeads<T>::Head {
  std::size_t example;
  std::size_t input, output;  ///< where the example begins
  std::size_t column;         ///< where the head begins in a part of a token
};

template <class T>
AttentionHeads<T>::AttentionHeads(std::size_t tokens, std::size_t width, std::size_t heads, bool causal,
                                  const std::optional<Padding>& padding)
    : tokens_(tokens),
      width_(width),
      heads_(heads),
      head_width_(heads == 0 ? 0 : width / heads),
      causal_(causal),
      padding_(padding) {
  if (tokens == 0 || width == 0 || heads == 0 || width % heads != 0)
    fail(ErrorKind::usage, "{} heads do not divide the width {} of {} tokens", heads, width, tokens);
  scale_ = static_cast<T>(1 / std::sqrt(static_cast<double>(head_width_)));
  const auto rows = static_cast<std::int64_t>(tokens);
  input_shapes_ = {{rows, static_cast<std::int64_t>(3 * width)}};
  output_shape_ = {rows, static_cast<std::int64_t>(width)};
  if (!padding_) return;
  padding_->check(tokens);
  input_shapes_.push_back({static_cast<std::int64_t>(padding_->ids)});
}

template <class T>
std::unique_ptr<LayerScratch> AttentionHeads<T>::make_scratch() const {
  return std::make_unique<Scratch>(tokens_ * head_width_, tokens_ * tokens_, tokens_);
}

template <class T>
template <class Work>
void AttentionHeads<T>::for_each_head(std::size_t count, const Work& work) const {
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t h = 0; h < heads_; ++h)
      work(Head{
          .example = b, .input = b * tokens_ * 3 * width_, .output = b * tokens_ * width_, .column = h * head_width_});
}

template <class T>
void AttentionHeads<T>::gather(std::span<const T> rows, std::size_t row_size, std::size_t begin,
                               std::span<T> columns) const {
  for (std::size_t t = 0; t < tokens_; ++t)
    std::copy_n(rows.subspan(t * row_size + begin).begin(), head_width_, columns.subspan(t * head_width_).begin());
}

template <class T>
void AttentionHeads<T>::scatter(std::span<const T> columns, std::span<T> rows, std::size_t row_size,
                                std::size_t begin) const {
  for (std::size_t t = 0; t < tokens_; ++t)
    std::copy_n(columns.subspan(t * head_width_).begin(), head_width_, rows.subspan(t * row_size + begin).begin());
}

template <class T>
void AttentionHeads<T>::gather_parts(const Head& head, std::span<const T> qkv, std::span<T> q, std::span<T> k,
                                     std::span<T> v) const {
  const std::span<const T> rows = qkv.subspan(head.input);
  gather(rows, 3 * width_, head.column, q);
  gather(rows, 3 * width_, width_ + head.column, k);
  gather(rows, 3 * width_, 2 * width_ + head.column, v);
}

template <class T>
void AttentionHeads<T>::attend(Scratch& scratch) const {
  multiply_transposed_right<T>(tokens_, tokens_, head_width_, scratch.q, scratch.k, scratch.p);
  for (std::size_t t = 0; t < tokens_; ++t) {
    const std::span<T> row = std::span(scratch.p).subspan(t * tokens_, tokens_);
    const std::span<T> seen = causal_ ? row.first(t + 1) : row;
    std::fill(row.begin() + static_cast<std::ptrdiff_t>(seen.size()), row.end(), T(0));
    if (padding_) {
      attend_to_counting(scratch.counts, seen);
      continue;
    }
    const T largest = *std::max_element(seen.begin(), seen.end());
    T sum = 0;
    for (T& value : seen) sum += value = std::exp(scale_ * (value - largest));
    for (T& value : seen) value /= sum;
  }
}

template <class T>
void AttentionHeads<T>::attend_to_counting(std::span<const T> counts, std::span<T> seen) const {
  T largest = -std::numeric_limits<T>::infinity(), sum = 0;
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (counts[i] != 0) largest = std::max(largest, seen[i]);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    seen[i] = counts[i] != 0 ? std::exp(scale_ * (seen[i] - largest)) : T(0);
    sum += seen[i];
  }
  if (sum == 0) return;
  for (T& value : seen) value /= sum;
}

template <class T>
void AttentionHeads<T>::mark(const Head& head, std::span<const std::span<const T>> inputs, Scratch& scratch) const {
  if (padding_) padding_->mark<T>(inputs[1].subspan(head.example * padding_->ids, padding_->ids), scratch.counts);
}

template <class T>
void AttentionHeads<T>::apply_jacobian(std::span<const T> p, std::span<const T> a, std::span<T> out) const {
  for (std::size_t begin = 0; begin < p.size(); begin += tokens_) {
    T mean = 0;
    for (std::size_t i = begin; i < begin + tokens_; ++i) mean += p[i] * a[i];
    for (std::size_t i = begin; i < begin + tokens_; ++i) out[i] = p[i] * (a[i] - mean);
  }
}

// S_dot = scale (Q_dot K^T + Q K_dot^T),   P_dot = P o (S_dot - <P, S_dot>)
template <class T>
void AttentionHeads<T>::attend_dot(Scratch& scratch) const {
  const std::span<T> s_dot = scratch.ds_dot;  // free until the way back
  multiply_transposed_right<T>(tokens_, tokens_, head_width_, scratch.q_dot, scratch.k, s_dot);
  multiply_transposed_right<T>(tokens_, tokens_, head_width_, scratch.q, scratch.k_dot, s_dot, Store::add);
  for (T& value : s_dot) value *= scale_;
  apply_jacobian(scratch.p, s_dot, scratch.p_dot);
}

template <class T>
void AttentionHeads<T>::forward(const ForwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  for_each_head(pass.count, [&](const Head& head) {
    mark(head, pass.inputs, scratch);
    gather_parts(head, pass.inputs[0], scratch.q, scratch.k, scratch.v);
    attend(scratch);
    multiply<T>(tokens_, head_width_, tokens_, scratch.p, scratch.v, scratch.y);
    scatter(scratch.y, pass.outputs.subspan(head.output), width_, head.column);
  });
}

// Y_dot = P_dot V + P V_dot
template <class T>
void AttentionHeads<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  for_each_head(pass.count, [&](const Head& head) {
    mark(head, pass.inputs, scratch);
    gather_parts(head, pass.inputs[0], scratch.q, scratch.k, scratch.v);
    gather_parts(head, pass.inputs_dot[0], scratch.q_dot, scratch.k_dot, scratch.v_dot);
    attend(scratch);
    multiply<T>(tokens_, head_width_, tokens_, scratch.p, scratch.v, scratch.y);
    scatter(scratch.y, pass.outputs.subspan(head.output), width_, head.column);
    attend_dot(scratch);
    multiply<T>(tokens_, head_width_, tokens_, scratch.p_dot, scratch.v, scratch.y);
    multiply<T>(tokens_, head_width_, tokens_, scratch.p, scratch.v_dot, scratch.y, Store::add);
    scatter(scratch.y, pass.outputs_dot.subspan(head.output), width_, head.column);
  });
}

// With U the upstream gradient of Y: dV = P^T U, dP = U V^T, dS = scale P o (dP - <P, dP>), dQ = dS K, dK = dS^T Q.
template <class T>
void AttentionHeads<T>::backward_of_head(const Head& head, std::span<const T> upstream, std::span<T> gradient,
                                         Scratch& scratch) const {
  gather(upstream.subspan(head.output), width_, head.column, scratch.u);
  multiply_transposed_right<T>(tokens_, tokens_, head_width_, scratch.u, scratch.v, scratch.dp);
  apply_jacobian(scratch.p, scratch.dp, scratch.ds);
  for (T& value : scratch.ds) value *= scale_;
  if (gradient.empty()) return;
  const std::span<T> rows = gradient.subspan(head.input);
  multiply<T>(tokens_, head_width_, tokens_, scratch.ds, scratch.k, scratch.y);
  scatter(scratch.y, rows, 3 * width_, head.column);
  multiply_transposed_left<T>(tokens_, head_width_, tokens_, scratch.ds, scratch.q, scratch.y);
  scatter(scratch.y, rows, 3 * width_, width_ + head.column);
  multiply_transposed_left<T>(tokens_, head_width_, tokens_, scratch.p, scratch.u, scratch.y);
  scatter(scratch.y, rows, 3 * width_, 2 * width_ + head.column);
}

template <class T>
void AttentionHeads<T>::backward(const BackwardPass<T>& pass) const {
  if (padding_) std::ranges::fill(pass.inputs_gradients[1], T(0));
  if (pass.inputs_gradients[0].empty()) return;
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  for_each_head(pass.count, [&](const Head& head) {
    mark(head, pass.inputs, scratch);
    gather_parts(head, pass.inputs[0], scratch.q, scratch.k, scratch.v);
    attend(scratch);
    backward_of_head(head, pass.upstream, pass.inputs_gradients[0], scratch);
  });
}

// The derivatives of the lines above:
//   dV_dot = P_dot^T U + P^T U_dot,   dP_dot = U_dot V^T + U V_dot^T,   dQ_dot = dS_dot K + dS K_dot,
//   dK_dot = dS_dot^T Q + dS^T Q_dot,
//   dS_dot = scale (P o (dP_dot - <P, dP_dot> - <P_dot, dP>) + P_dot o (dP - <P, dP>)).
template <class T>
void AttentionHeads<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  if (padding_)
    for (const auto gradients : {pass.inputs_gradients[1], pass.inputs_gradients_dot[1]})
      std::ranges::fill(gradients, T(0));
  const std::span<const T> direction = pass.inputs_dot[0];
  const std::span<T> target = pass.inputs_gradients_dot[0];
  for_each_head(pass.count, [&](const Head& head) {
    mark(head, pass.inputs, scratch);
    gather_parts(head, pass.inputs[0], scratch.q, scratch.k, scratch.v);
    attend(scratch);
    backward_of_head(head, pass.upstream, pass.inputs_gradients[0], scratch);
    if (target.empty()) return;
    const bool moves = !direction.empty();
    if (moves) {
      gather_parts(head, direction, scratch.q_dot, scratch.k_dot, scratch.v_dot);
      attend_dot(scratch);
    }
    gather(pass.upstream_dot.subspan(head.output), width_, head.column, scratch.u_dot);
    multiply_transposed_right<T>(tokens_, tokens_, head_width_, scratch.u_dot, scratch.v, scratch.dp_dot);
    if (moves)
      multiply_transposed_right<T>(tokens_, tokens_, head_width_, scratch.u, scratch.v_dot, scratch.dp_dot, Store::add);
    apply_jacobian(scratch.p, scratch.dp_dot, scratch.ds_dot);
    for (std::size_t begin = 0; moves && begin < scratch.p.size(); begin += tokens_) {
      T mean = 0, mean_dot = 0;
      for (std::size_t i = begin; i < begin + tokens_; ++i) {
        mean += scratch.p[i] * scratch.dp[i];
        mean_dot += scratch.p_dot[i] * scratch.dp[i];
      }
      for (std::size_t i = begin; i < begin + tokens_; ++i)
        scratch.ds_dot[i] += scratch.p_dot[i] * (scratch.dp[i] - mean) - scratch.p[i] * mean_dot;
    }
    for (T& value : scratch.ds_dot) value *= scale_;

    const std::span<T> rows = target.subspan(head.input);
    multiply<T>(tokens_, head_width_, tokens_, scratch.ds_dot, scratch.k, scratch.y);
    if (moves) multiply<T>(tokens_, head_width_, tokens_, scratch.ds, scratch.k_dot, scratch.y, Store::add);
    scatter(scratch.y, rows, 3 * width_, head.column);
    multiply_transposed_left<T>(tokens_, head_width_, tokens_, scratch.ds_dot, scratch.q, scratch.y);
    if (moves)
      multiply_transposed_left<T>(tokens_, head_width_, tokens_, scratch.ds, scratch.q_dot, scratch.y, Store::add);
    scatter(scratch.y, rows, 3 * width_, width_ + head.column);
    multiply_transposed_left<T>(tokens_, head_width_, tokens_, scratch.p, scratch.u_dot, scratch.y);
    if (moves)
      multiply_transposed_left<T>(tokens_, head_width_, tokens_, scratch.p_dot, scratch.u, scratch.y, Store::add);
    scatter(scratch.y, rows, 3 * width_, 2 * width_ + head.column);
  });
}

template class AttentionHeads<float>;
template class AttentionHeads<double>;

}  // namespace tacit::models
