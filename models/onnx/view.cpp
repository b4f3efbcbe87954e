#include "models/onnx/view.h"

#include <algorithm>
#include <cmath>

#include "models/onnx/importer.h"

namespace tacit::models::onnx {

namespace {

std::int64_t count_of(const View::Axis& runs) {
  std::int64_t count = 1;
  for (const View::Run& run : runs) count *= run.count;
  return count;
}

bool is_open(const View::Axis& runs) {
  return std::any_of(runs.begin(), runs.end(), [](const View::Run& run) { return run.open; });
}

/// Fills in what a target leaves to the view; false if it cannot be.
bool complete(const View& view, std::vector<Number>& target, bool zero_is_extent) {
  const std::vector<Number> extents = extents_of(view);
  Number all{1}, known{1};
  for (const Number& extent : extents) all = {all.value * extent.value, all.of_batch || extent.of_batch};
  std::size_t left = target.size();
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (target[i] == Number{0} && !zero_is_extent) {
      if (i >= extents.size()) return false;
      target[i] = extents[i];
    }
    if (target[i] == Number{-1}) {
      if (left != target.size()) return false;
      left = i;
      continue;
    }
    if (!(target[i].value >= 1) || (known.of_batch && target[i].of_batch)) return false;
    known = {known.value * target[i].value, known.of_batch || target[i].of_batch};
  }
  if (left == target.size()) return known == all;
  if (std::fmod(all.value, known.value) != 0 || (known.of_batch && !all.of_batch)) return false;
  target[left] = {all.value / known.value, all.of_batch && !known.of_batch};
  return true;
}

}  // namespace

View::Axis simplified(const View::Axis& runs) {
  View::Axis result;
  for (const View::Run& run : runs) {
    if (run.count == 1 && !run.open) continue;
    if (!result.empty() && !run.open && !result.back().open && result.back().axis == run.axis &&
        result.back().stride == run.stride * run.count) {
      result.back().count *= run.count;
      result.back().stride = run.stride;
    } else {
      result.push_back(run);
    }
  }
  return result;
}

View::Axis runs_of(const View& view, std::size_t first, std::size_t last) {
  View::Axis all;
  for (std::size_t axis = first; axis < last; ++axis)
    all.insert(all.end(), view.axes[axis].begin(), view.axes[axis].end());
  return simplified(all);
}

View::Axis whole_runs(const Source& source, std::size_t first, std::size_t last, std::optional<std::int64_t> batch) {
  View::Axis all;
  for (std::size_t axis = first; axis < last; ++axis) {
    if (axis == 0) {
      all.push_back({0, 1, batch.value_or(1), !batch});
    } else {
      all.push_back({axis, 1, source.shape[axis - 1]});
    }
  }
  return simplified(all);
}

View whole_view(std::shared_ptr<Source> source, std::optional<std::int64_t> batch) {
  View view;
  for (std::size_t axis = 0; axis <= source->shape.size(); ++axis)
    view.axes.push_back(whole_runs(*source, axis, axis + 1, batch));
  view.offsets.assign(view.axes.size(), 0);
  view.source = std::move(source);
  return view;
}

std::vector<Number> extents_of(const View& view) {
  std::vector<Number> extents;
  for (const View::Axis& axis : view.axes) extents.push_back({static_cast<double>(count_of(axis)), is_open(axis)});
  return extents;
}

std::optional<View> reshaped(View view, std::vector<Number> target, bool zero_is_extent) {
  if (!complete(view, target, zero_is_extent)) return {};
  View::Axis left = runs_of(view, 0, view.axes.size());
  std::reverse(left.begin(), left.end());  // the slowest is the last
  view.axes.clear();
  for (const Number& extent : target) {
    View::Axis axis;
    auto wanted = static_cast<std::int64_t>(extent.value);
    bool wants_batch = extent.of_batch;
    while (wanted > 1 || wants_batch) {
      if (left.empty()) return {};
      View::Run& run = left.back();
      if (run.open) {
        if (!wants_batch) return {};
        wants_batch = false;
        axis.push_back(run);
        left.pop_back();
      } else if (wanted % run.count == 0) {
        wanted /= run.count;
        axis.push_back(run);
        left.pop_back();
      } else if (run.count % wanted == 0 && wanted > 1) {
        run.count /= wanted;
        axis.push_back({run.axis, run.stride * run.count, wanted});
        wanted = 1;
      } else {
        return {};
      }
    }
    view.axes.push_back(simplified(axis));
  }
  if (!left.empty()) return {};
  return view;
}

View transposed(View view, const std::vector<std::size_t>& order) {
  std::vector<View::Axis> axes;
  for (const std::size_t axis : order) axes.push_back(view.axes[axis]);
  view.axes = std::move(axes);
  return view;
}

std::optional<View> part_of(View view, std::size_t axis, std::int64_t begin, std::int64_t end) {
  View::Axis& runs = view.axes[axis];
  if (begin == 0 && !is_open(runs) && end == count_of(runs)) return view;
  if (runs.size() != 1 || runs[0].axis == 0 || begin < 0 || begin >= end || end > runs[0].count) return {};
  view.offsets[runs[0].axis] += begin * runs[0].stride;
  runs[0].count = end - begin;
  runs = simplified(runs);
  return view;
}

std::optional<View> repeated(View view, const std::vector<Number>& extents) {
  if (extents.size() < view.axes.size()) return {};
  view.axes.insert(view.axes.begin(), extents.size() - view.axes.size(), View::Axis());
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == Number{1} || extents[i] == extents_of(view)[i]) continue;
    if (!view.axes[i].empty() || extents[i].of_batch || !(extents[i].value >= 1) || extents[i].value > 1e6) return {};
    view.axes[i] = {{view.source->shape.size(), 0, static_cast<std::int64_t>(extents[i].value)}};
  }
  return view;
}

std::optional<View> without_axis(View view, std::size_t axis) {
  if (!view.axes[axis].empty()) return {};
  view.axes.erase(view.axes.begin() + static_cast<std::ptrdiff_t>(axis));
  return view;
}

}  // namespace tacit::models::onnx
