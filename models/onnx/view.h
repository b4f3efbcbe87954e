#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/onnx/document.h"
#include "models/onnx/known_values.h"

namespace tacit::models::onnx {

struct Source;

/// What a name of a file stands for when nodes have only moved the elements of a source: cut its axes into parts, put
/// parts in another order or together, left some out. Exporters do this around attention in many ways; a view says what
/// came of it, whichever the way.
struct View {
  /// A run of places along one axis of the source: `count` of them, `stride` apart. Axis 0 is the batch, axis i the
  /// (i - 1)-th of an example; a stride of 0 repeats one place. `open`: all of a batch whose size the file leaves open.
  struct Run {
    std::size_t axis = 0;
    std::int64_t stride = 1, count = 1;
    bool open = false;
    bool operator==(const Run&) const = default;
  };
  /// An axis of the view: runs, the first one slowest. None: an axis of extent 1.
  using Axis = std::vector<Run>;

  std::shared_ptr<Source> source;
  std::vector<Axis> axes;
  std::vector<std::int64_t> offsets;  ///< first place along each axis of the source
  double factor = 1;                  ///< by which a node has multiplied all elements
  const Node* by = nullptr;           ///< the node that made it last
};

/// All of a source: the batch, of the size given or open, and the axes of an example.
View whole_view(std::shared_ptr<Source> source, std::optional<std::int64_t> batch);
/// The extents of a view.
std::vector<Number> extents_of(const View& view);
/// Runs without those of extent 1, neighbours that follow each other put together.
View::Axis simplified(const View::Axis& runs);
/// All runs of axes [first, last) of a view, simplified.
View::Axis runs_of(const View& view, std::size_t first, std::size_t last);
/// The runs of axes [first, last) of a source, whole and in order; 0 is the batch.
View::Axis whole_runs(const Source& source, std::size_t first, std::size_t last, std::optional<std::int64_t> batch);

// Each gives nothing where the result is no view.

/// Axes of other extents over the same elements in the same order. Of the target -1 is what is left, and 0 what was
/// there unless `zero_is_extent`.
std::optional<View> reshaped(View view, std::vector<Number> target, bool zero_is_extent);
/// Axis i of the result is axis order[i].
View transposed(View view, const std::vector<std::size_t>& order);
/// Places [begin, end) along an axis, which must be one run and not the batch unless all of it is taken.
std::optional<View> part_of(View view, std::size_t axis, std::int64_t begin, std::int64_t end);
/// Axes of extent 1 repeated to these extents, as by broadcasting.
std::optional<View> repeated(View view, const std::vector<Number>& extents);
/// The same without an axis, of extent 1.
std::optional<View> without_axis(View view, std::size_t axis);

}  // namespace tacit::models::onnx
