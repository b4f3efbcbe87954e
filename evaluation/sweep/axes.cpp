#include "evaluation/sweep/axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace tacit::evaluation {
namespace {

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

/// The values at the ends of a tree of tables, by their paths.
void collect(const ConfigValue& value, const std::string& path,
             std::vector<std::pair<std::string, ConfigValue>>& leaves) {
  if (!value.is_table()) {
    leaves.emplace_back(path, value);
    return;
  }
  for (const auto& [key, member] : value.members()) collect(member, below(path, key), leaves);
}

AxisValue named_point(const ConfigValue& table, const std::string& axis) {
  AxisValue point;
  for (const auto& [key, member] : table.members()) {
    if (key != "name") {
      collect(member, key, point.assignments);
    } else if (member.is_string() && !member.text().empty()) {
      point.label = member.text();
    } else {
      member.refuse("axes." + axis + ".name", "got " + member.text() + ", expected a name for this point");
    }
  }
  if (point.label.empty()) table.refuse("axes." + axis, "this point of the axis has no 'name'");
  return point;
}

Axis axis_of(const std::string& name, const ConfigValue& value) {
  const std::string key = "axes." + name;
  if (!value.is_array())
    value.refuse(
        key, fmt::format("got {}, expected an array of values, or [[{}]] tables with a name each", value.text(), key));
  Axis axis{name, {}};
  std::set<std::string> labels;
  for (const ConfigValue& element : value.elements()) {
    if (element.is_table() != value.elements().front().is_table())
      element.refuse(key, "mixes values and tables, expected all of one form");
    axis.values.push_back(element.is_table() ? named_point(element, name)
                                             : AxisValue{element.text(), {{name, element}}});
    if (!labels.insert(axis.values.back().label).second)
      element.refuse(key, fmt::format("'{}' stands twice on this axis", axis.values.back().label));
  }
  if (axis.values.empty()) value.refuse(key, "the axis is empty, expected at least one value");
  return axis;
}

void add_axes(const ConfigValue& table, const std::string& path, std::vector<Axis>& axes) {
  for (const auto& [key, member] : table.members()) {
    const std::string name = below(path, key);
    if (member.is_table())
      add_axes(member, name, axes);
    else
      axes.push_back(axis_of(name, member));
  }
}

void refuse_shared_keys(const std::vector<Axis>& axes) {
  std::map<std::string, std::string> setter;
  for (const Axis& axis : axes)
    for (const AxisValue& point : axis.values)
      for (const auto& [path, value] : point.assignments)
        if (const auto [entry, made] = setter.try_emplace(path, axis.name); !made && entry->second != axis.name)
          value.refuse("axes." + axis.name, fmt::format("sets '{}', as axis '{}' does", path, entry->second));
}

}  // namespace

bool Axis::chooses_attack() const {
  return std::all_of(values.begin(), values.end(), [](const AxisValue& point) {
    return std::any_of(point.assignments.begin(), point.assignments.end(),
                       [](const auto& assignment) { return assignment.first == "attack"; });
  });
}

std::vector<Axis> axes_from(const ConfigValue& section) {
  std::vector<Axis> axes;
  add_axes(section, "", axes);
  refuse_shared_keys(axes);
  return axes;
}

}  // namespace tacit::evaluation
