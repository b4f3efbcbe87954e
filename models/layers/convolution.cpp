#include "models/layers/convolution.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/kernels/convolution_terms.h"
#include "models/kernels/strided_rows.h"
#include "models/kernels/transpose.h"

namespace tacit::models {

using kernels::ConvolutionTerms;

namespace {

/// Vectors may reach beyond what counts by almost their width.
constexpr std::size_t slack = 16;

}  // namespace

/// Of one group of one example, whatever the batch.
template <class T>
struct Convolution<T>::Scratch final : LayerScratch {
  /// An array for values, and one for their derivatives along the direction.
  struct Pair {
    explicit Pair(std::size_t size) : value(size), dot(size) {}
    AlignedVector<T> value, dot;
  };
  explicit Scratch(const ConvolutionTerms& terms)
      : planes(terms.planes.size() + slack),
        upstream(terms.upstream_size() + slack),
        transposed(terms.planes.windows.positions() * terms.transposed_width()),
        gradient((terms.depth + 1) * terms.transposed_width()),
        wide(terms.outputs * ConvolutionTerms::whole_lines(terms.planes.wide_positions())),
        rows(terms.planes.windows.channels * ConvolutionTerms::whole_lines(terms.planes.plane())),
        ones(terms.planes.plane(), T(1)) {}
  Pair planes;      ///< of the image; zero where it has no pixels, from the start on
  Pair upstream;    ///< zero between the rows, from the start on
  Pair transposed;  ///< the upstream gradient, [positions, outputs]
  Pair gradient;    ///< of the weights, transposed, and as last row of the bias: [depth + 1, outputs]
  AlignedVector<T> wide, rows, ones;
};

/// One group of one example: what a product takes at a time.
template <class T>
struct Convolution<T>::Part {
  std::size_t group = 0;
  bool first = true;                              ///< of the examples
  std::size_t image_begin = 0, image_size = 0;    ///< in an array of inputs
  std::size_t output_begin = 0, output_size = 0;  ///< in an array of outputs

  template <class Element>
  std::span<Element> image(std::span<Element> all) const {
    return all.subspan(image_begin, image_size);
  }
  template <class Element>
  std::span<Element> output(std::span<Element> all) const {
    return all.subspan(output_begin, output_size);
  }
};

template <class T>
Convolution<T>::Convolution(const kernels::ImageWindows& windows, const Options& options)
    : windows_(windows), options_(options) {
  windows.check();
  const auto [outputs, groups, bias, range] = options;
  if (outputs == 0 || groups == 0 || windows.channels % groups != 0 || outputs % groups != 0)
    fail(ErrorKind::usage, "a convolution from {} to {} channels in {} groups: both must be multiples of the groups",
         windows.channels, outputs, groups);
  input_shapes_ = {{static_cast<std::int64_t>(windows.channels), static_cast<std::int64_t>(windows.image[0]),
                    static_cast<std::int64_t>(windows.image[1])}};
  output_shape_ = {static_cast<std::int64_t>(outputs), static_cast<std::int64_t>(windows.positions(0)),
                   static_cast<std::int64_t>(windows.positions(1))};
  windows_.channels /= groups;
  terms_ = std::make_unique<const ConvolutionTerms>(windows_, outputs / groups);
  initial_range_ = range.value_or(1.0 / std::sqrt(static_cast<double>(terms_->depth)));
  if (!(initial_range_ > 0 && std::isfinite(initial_range_)))
    fail(ErrorKind::usage, "the initial range of a convolution is {}, expected a positive number", initial_range_);
}

template <class T>
std::vector<ParameterSchema::Declaration> Convolution<T>::parameters() const {
  const auto outputs = static_cast<std::int64_t>(options_.outputs);
  std::vector<ParameterSchema::Declaration> all = {
      {"weight",
       {outputs, static_cast<std::int64_t>(windows_.channels), static_cast<std::int64_t>(windows_.kernel[0]),
        static_cast<std::int64_t>(windows_.kernel[1])}}};
  if (options_.bias) all.push_back({"bias", {outputs}});
  return all;
}

template <class T>
void Convolution<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  for (T& value : theta) value = static_cast<T>(stream.uniform(-initial_range_, initial_range_));
}

template <class T>
std::unique_ptr<LayerScratch> Convolution<T>::make_scratch() const {
  return std::make_unique<Scratch>(*terms_);
}

template <class T>
template <class Do>
void Convolution<T>::for_each_example(std::size_t group, std::size_t count, const Do& run) const {
  Part part{.group = group, .image_size = windows_.image_size(), .output_size = terms_->outputs * windows_.positions()};
  for (std::size_t example = 0; example < count; ++example) {
    part.first = example == 0;
    part.image_begin = (example * options_.groups + group) * part.image_size;
    part.output_begin = (example * options_.groups + group) * part.output_size;
    run(std::as_const(part));
  }
}

template <class T>
template <class Element>
std::span<Element> Convolution<T>::weight(std::size_t group, std::span<Element> theta) const {
  const std::size_t size = terms_->outputs * terms_->depth;
  return theta.subspan(group * size, size);
}

template <class T>
template <class Element>
std::span<Element> Convolution<T>::bias(std::size_t group, std::span<Element> theta) const {
  if (!options_.bias) return {};
  return theta.subspan(options_.outputs * terms_->depth + group * terms_->outputs, terms_->outputs);
}

template <class T>
void Convolution<T>::multiply(std::size_t group, std::span<const T> theta, const AlignedVector<T>& planes,
                              bool with_bias, bool add, Scratch& scratch) const {
  kernels::combine<T>({.rows = terms_->outputs,
                       .columns = terms_->planes.wide_positions(),
                       .padded = true,
                       .a = weight(group, theta).data(),
                       .row_step = terms_->depth,
                       .b = planes.data(),
                       .terms = terms_->forward,
                       .a_step = terms_->tap_step,
                       .b_step = terms_->place_step,
                       .c = scratch.wide.data(),
                       .c_step = ConvolutionTerms::whole_lines(terms_->planes.wide_positions()),
                       .start = with_bias ? bias(group, theta).data() : nullptr,
                       .add = add});
}

template <class T>
void Convolution<T>::take_outputs(const Scratch& scratch, std::span<T> outputs) const {
  const std::size_t pitch = ConvolutionTerms::whole_lines(terms_->planes.wide_positions());
  const kernels::Rows rows{windows_.positions(0), windows_.positions(1), terms_->planes.width, windows_.positions(1)};
  for (std::size_t o = 0; o < terms_->outputs; ++o)
    kernels::copy_rows<T>(rows, scratch.wide.data() + o * pitch, outputs.data() + o * windows_.positions());
}

template <class T>
void Convolution<T>::transpose_upstream(std::span<const T> upstream, AlignedVector<T>& transposed) const {
  kernels::transpose<T>(terms_->outputs, windows_.positions(), upstream.data(), windows_.positions(), transposed.data(),
                        terms_->transposed_width());
}

template <class T>
void Convolution<T>::widen_upstream(std::span<const T> upstream, AlignedVector<T>& wide) const {
  const kernels::Rows rows{windows_.positions(0), windows_.positions(1), windows_.positions(1), terms_->planes.width};
  for (std::size_t o = 0; o < terms_->outputs; ++o)
    kernels::copy_rows<T>(rows, upstream.data() + o * windows_.positions(),
                          wide.data() + terms_->margin() + o * terms_->planes.plane());
}

template <class T>
void Convolution<T>::add_weight_gradient(const AlignedVector<T>& planes, const AlignedVector<T>& transposed, bool add,
                                         AlignedVector<T>& gradient) const {
  kernels::combine<T>({.rows = terms_->depth,
                       .columns = terms_->outputs,
                       .padded = true,
                       .a = planes.data(),
                       .row_offsets = terms_->places.data(),
                       .b = transposed.data(),
                       .terms = terms_->weight_gradient,
                       .b_step = static_cast<std::ptrdiff_t>(terms_->transposed_width()),
                       .c = gradient.data(),
                       .c_step = terms_->transposed_width(),
                       .add = add});
}

template <class T>
void Convolution<T>::add_bias_gradient(const AlignedVector<T>& transposed, bool add, const Scratch& scratch,
                                       AlignedVector<T>& gradient) const {
  if (!options_.bias) return;
  kernels::combine<T>({.rows = 1,
                       .columns = terms_->outputs,
                       .padded = true,
                       .a = scratch.ones.data(),
                       .b = transposed.data(),
                       .terms = terms_->weight_gradient,
                       .b_step = static_cast<std::ptrdiff_t>(terms_->transposed_width()),
                       .c = gradient.data() + terms_->depth * terms_->transposed_width(),
                       .c_step = terms_->transposed_width(),
                       .add = add});
}

template <class T>
void Convolution<T>::take_gradient(std::size_t group, const AlignedVector<T>& gradient, std::span<T> theta) const {
  const std::size_t width = terms_->transposed_width(), depth = terms_->depth;
  kernels::transpose<T>(depth, terms_->outputs, gradient.data(), width, weight(group, theta).data(), depth);
  const std::span<T> sums = bias(group, theta);
  std::copy_n(gradient.begin() + static_cast<std::ptrdiff_t>(depth * width), sums.size(), sums.begin());
}

template <class T>
void Convolution<T>::image_gradient(std::size_t group, const Factors& first, const Factors& second, Scratch& scratch,
                                    std::span<T> image) const {
  for (const ConvolutionTerms::Phase& phase : terms_->phases) {
    const std::size_t columns = (phase.rows.end - phase.rows.begin) * terms_->planes.width;
    const std::size_t pitch = ConvolutionTerms::whole_lines(columns);
    for (const Factors* factors : {&first, &second}) {
      if (factors->theta.empty()) continue;
      kernels::combine<T>({.rows = windows_.channels,
                           .columns = columns,
                           .padded = true,
                           .a = weight(group, factors->theta).data(),
                           .row_step = windows_.kernel[0] * windows_.kernel[1],
                           .b = factors->upstream->data() + phase.rows.begin * terms_->planes.width,
                           .terms = phase.terms,
                           .a_step = terms_->tap_step,
                           .b_step = -terms_->place_step,
                           .c = scratch.rows.data(),
                           .c_step = pitch,
                           .add = factors == &second});
    }
    kernels::read_phase<T>(terms_->planes, phase.vertical, phase.horizontal, scratch.rows, pitch, image);
  }
}

template <class T>
void Convolution<T>::forward(const ForwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  for (std::size_t group = 0; group < options_.groups; ++group)
    for_each_example(group, pass.count, [&](const Part& part) {
      kernels::fill_planes<T>(terms_->planes, part.image(pass.inputs[0]), scratch.planes.value);
      multiply(group, pass.theta, scratch.planes.value, true, false, scratch);
      take_outputs(scratch, part.output(pass.outputs));
    });
}

// With * the convolution: Y_dot = W_dot * X + b_dot + W * X_dot
template <class T>
void Convolution<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x_dot = pass.inputs_dot[0];
  const bool theta_moves = !pass.theta_dot.empty();
  for (std::size_t group = 0; group < options_.groups; ++group)
    for_each_example(group, pass.count, [&](const Part& part) {
      kernels::fill_planes<T>(terms_->planes, part.image(pass.inputs[0]), scratch.planes.value);
      if (!pass.outputs_known) {
        multiply(group, pass.theta, scratch.planes.value, true, false, scratch);
        take_outputs(scratch, part.output(pass.outputs));
      }
      if (theta_moves) multiply(group, pass.theta_dot, scratch.planes.value, true, false, scratch);
      if (!x_dot.empty()) {
        kernels::fill_planes<T>(terms_->planes, part.image(x_dot), scratch.planes.dot);
        multiply(group, pass.theta, scratch.planes.dot, false, theta_moves, scratch);
      }
      take_outputs(scratch, part.output(pass.outputs_dot));
    });
}

// dW = U X^T over windows, db = sum of U over positions, dX = W^T U over the windows that see a pixel
template <class T>
void Convolution<T>::backward(const BackwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<T> inputs_gradient = pass.inputs_gradients[0];
  const bool wants_theta = !pass.theta_gradient.empty(), wants_inputs = !inputs_gradient.empty();
  for (std::size_t group = 0; group < options_.groups; ++group) {
    for_each_example(group, pass.count, [&](const Part& part) {
      if (wants_theta) {
        kernels::fill_planes<T>(terms_->planes, part.image(pass.inputs[0]), scratch.planes.value);
        transpose_upstream(part.output(pass.upstream), scratch.transposed.value);
        add_weight_gradient(scratch.planes.value, scratch.transposed.value, !part.first, scratch.gradient.value);
        add_bias_gradient(scratch.transposed.value, !part.first, scratch, scratch.gradient.value);
      }
      if (!wants_inputs) return;
      widen_upstream(part.output(pass.upstream), scratch.upstream.value);
      image_gradient(group, {pass.theta, &scratch.upstream.value}, {}, scratch, part.image(inputs_gradient));
    });
    if (wants_theta) take_gradient(group, scratch.gradient.value, pass.theta_gradient);
  }
}

// dW_dot = U_dot X^T + U X_dot^T, db_dot = sum of U_dot, dX_dot = W^T U_dot + W_dot^T U
template <class T>
void Convolution<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  backward(pass.primal());
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  const std::span<const T> x_dot = pass.inputs_dot[0];
  const std::span<T> inputs_gradient = pass.inputs_gradients_dot[0];
  const bool wants_theta = !pass.theta_gradient_dot.empty(), wants_inputs = !inputs_gradient.empty();
  for (std::size_t group = 0; group < options_.groups; ++group) {
    for_each_example(group, pass.count, [&](const Part& part) {
      if (wants_theta) {
        kernels::fill_planes<T>(terms_->planes, part.image(pass.inputs[0]), scratch.planes.value);
        transpose_upstream(part.output(pass.upstream_dot), scratch.transposed.dot);
        add_weight_gradient(scratch.planes.value, scratch.transposed.dot, !part.first, scratch.gradient.dot);
        add_bias_gradient(scratch.transposed.dot, !part.first, scratch, scratch.gradient.dot);
        if (!x_dot.empty()) {
          kernels::fill_planes<T>(terms_->planes, part.image(x_dot), scratch.planes.dot);
          transpose_upstream(part.output(pass.upstream), scratch.transposed.value);
          add_weight_gradient(scratch.planes.dot, scratch.transposed.value, true, scratch.gradient.dot);
        }
      }
      if (!wants_inputs) return;
      widen_upstream(part.output(pass.upstream_dot), scratch.upstream.dot);
      if (!pass.theta_dot.empty()) widen_upstream(part.output(pass.upstream), scratch.upstream.value);
      image_gradient(group, {pass.theta, &scratch.upstream.dot}, {pass.theta_dot, &scratch.upstream.value}, scratch,
                     part.image(inputs_gradient));
    });
    if (wants_theta) take_gradient(group, scratch.gradient.dot, pass.theta_gradient_dot);
  }
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace tacit::models
