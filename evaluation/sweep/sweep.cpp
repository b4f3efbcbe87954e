#include "evaluation/sweep/sweep.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/digest.h"
#include "core/error.h"
#include "core/files.h"
#include "evaluation/sweep/axes.h"

namespace tacit::evaluation {
namespace {

constexpr std::size_t most_cells = 100'000;

using Assignments = std::vector<std::pair<std::string, ConfigValue>>;

/// What a cell reads of [sweep]; the rest belongs to the whole sweep.
struct CellSettings {
  std::size_t trials, examples, rounds, pictures;
  bool trained, noise_control;
  std::string attack;
};

CellSettings cell_settings(ConfigTable& section) {
  CellSettings settings;
  settings.trials = static_cast<std::size_t>(section.integer("trials", {1, 1'000'000}, 10));
  settings.examples = static_cast<std::size_t>(section.integer("examples", {0, 1'000'000}, 0));
  settings.rounds = static_cast<std::size_t>(section.integer("rounds", {1, 1000}, 1));
  settings.pictures = static_cast<std::size_t>(section.integer("pictures", {0, 64}, 2));
  settings.trained = section.choice("model", {"fresh", "trained"}, "fresh") == "trained";
  settings.noise_control = section.boolean("noise_control", true);
  settings.attack = section.string("attack", "analytic");
  return settings;
}

void read_sweep(Sweep& sweep, ConfigTable& section) {
  sweep.name = section.string("name", "evaluation");
  sweep.question = section.string("question", "");
  sweep.output = section.string("output", "evaluations/" + sweep.name);
  sweep.categories = attacks::categories_from_config(section);
  constexpr Range<double> threshold{0, 1e9};
  sweep.thresholds.recovered_within = section.number("recovered_within", threshold, 0.05);
  sweep.thresholds.close_within = section.number("close_within", threshold, 0.2);
  sweep.thresholds.fit = section.number("fit", {0, 1}, 1e-9);
  if (sweep.thresholds.close_within < sweep.thresholds.recovered_within)
    section.refuse("close_within", "is less than recovered_within");
}

void refuse_foreign_keys(const std::vector<Axis>& axes) {
  const std::set<std::string> of_cells{"sweep.trials", "sweep.model", "sweep.examples", "sweep.rounds"};
  for (const Axis& axis : axes)
    for (const AxisValue& point : axis.values)
      for (const auto& [path, value] : point.assignments)
        if ((path == "sweep" || path.starts_with("sweep.") || path.starts_with("axes") || path.starts_with("run.")) &&
            !of_cells.contains(path))
          value.refuse("axes." + axis.name,
                       fmt::format("'{}' belongs to the whole sweep; axes set keys of the experiment, attack, "
                                   "attack.KEY, sweep.trials, sweep.model, sweep.examples or sweep.rounds",
                                   path));
}

/// One combination of points.
struct Combination {
  std::vector<std::string> setting;
  std::string attack_label;
  Assignments assignments;
};

/// All of them; the last axis varies fastest, but attacks fastest of all, so that those on one target stand together.
std::vector<Combination> combinations(const std::vector<Axis>& axes, const ConfigTable& section) {
  std::vector<const Axis*> ordered;
  for (const bool attacks : {false, true})
    for (const Axis& axis : axes)
      if (axis.chooses_attack() == attacks) ordered.push_back(&axis);
  std::vector<Combination> all(1);
  for (const Axis* axis : ordered) {
    std::vector<Combination> longer;
    if (all.size() * axis->values.size() > most_cells)
      section.refuse("", fmt::format("the axes make more than {} cells", most_cells));
    for (const Combination& shorter : all)
      for (const AxisValue& point : axis->values) {
        Combination& one = longer.emplace_back(shorter);
        if (axis->chooses_attack())
          one.attack_label = point.label;
        else
          one.setting.push_back(point.label);
        one.assignments.insert(one.assignments.end(), point.assignments.begin(), point.assignments.end());
      }
    all = std::move(longer);
  }
  return all;
}

std::filesystem::path settings_file(const std::string& attack, const ConfigTable& place) {
  if (attack.ends_with(".toml")) return attack;
  const std::vector<std::string> names = attacks::catalog_names();
  if (std::find(names.begin(), names.end(), attack) == names.end()) {
    const std::string near = nearest_word(attack, names);
    place.refuse("attack", fmt::format("the catalog has no '{}'{}; it has: {}", attack,
                                       near.empty() ? "" : " (did you mean '" + near + "'?)", fmt::join(names, ", ")));
  }
  return share_folder() / "catalog" / (attack + ".toml");
}

class Builder {
 public:
  Builder(Sweep& sweep, const ConfigTable& file) : sweep_(sweep), file_(file.without("axes")) {}

  void add(const Combination& combination) {
    ConfigTable table = file_;
    Assignments of_attack;
    for (const auto& [path, value] : combination.assignments) {
      if (path.starts_with("attack."))
        of_attack.emplace_back(path.substr(7), value);
      else
        table = table.with_value(path == "attack" ? "sweep.attack" : path, value);
    }
    ConfigTable section = table.table("sweep");
    const CellSettings settings = cell_settings(section);
    const std::size_t target = target_of(table.without("sweep"), settings);
    ConfigTable attack_table = ConfigTable::parse_file(settings_file(settings.attack, section));
    for (const auto& [path, value] : of_attack) attack_table = attack_table.with_value(path, value);
    const std::string attack_text = attack_table.to_toml();
    auto attack = std::make_shared<const attacks::AttackSettings>(
        attacks::AttackSettings::from_config(attack_table, std::filesystem::path(settings.attack).stem().string()));

    Cell cell;
    cell.setting = combination.setting;
    cell.target = target;
    cell.attack = attack;
    cell.attack_label = combination.attack_label.empty() ? attack->name : combination.attack_label;
    cell.trials = settings.trials;
    cell.noise_control = settings.noise_control;
    cell.pictures = settings.pictures;
    cell.key =
        digest(fmt::format("{}\nnoise = {}\n{}", sweep_.targets[target]->key(), settings.noise_control, attack_text));
    if (!sweep_.cells.empty() && sweep_.cells.back().setting != cell.setting) add_guesses();
    sweep_.cells.push_back(std::move(cell));
  }

  /// The controls without any gradient, once for all attacks of a setting, behind them.
  void add_guesses() {
    Cell cell = sweep_.cells.back();
    cell.attack = nullptr;
    cell.attack_label.clear();
    cell.key = digest(sweep_.targets[cell.target]->key() + "\nguesses");
    sweep_.cells.push_back(std::move(cell));
  }

 private:
  static std::string digest(const std::string& text) { return to_hex(sha256(text)).substr(0, 24); }

  std::size_t target_of(const ConfigTable& table, const CellSettings& settings) {
    const std::string text =
        fmt::format("{}\n{} {} {}", table.to_toml(), settings.examples, settings.trained, settings.rounds);
    const auto [entry, made] = targets_.try_emplace(text, sweep_.targets.size());
    if (made)
      sweep_.targets.push_back(std::make_unique<Target>(
          table, TargetOptions{settings.examples, settings.trained, settings.rounds, sweep_.categories}, cache_));
    return entry->second;
  }

  Sweep& sweep_;
  ConfigTable file_;
  DataCache cache_;
  std::map<std::string, std::size_t> targets_;
};

}  // namespace

Sweep Sweep::from_config(const ConfigTable& given) {
  ConfigTable file = given;
  Sweep sweep;
  ConfigTable section = file.table("sweep");
  if (!file.has("sweep")) file.refuse("sweep", "the section is missing; it says at least how many trials");
  read_sweep(sweep, section);
  cell_settings(section);
  section.finish();
  const std::vector<Axis> axes = axes_from(file.table("axes").value());
  refuse_foreign_keys(axes);
  for (const Axis& axis : axes)
    if (!axis.chooses_attack()) sweep.axes.push_back(axis.name);

  Builder builder(sweep, given);
  for (const Combination& combination : combinations(axes, section)) builder.add(combination);
  builder.add_guesses();
  sweep.threads = sweep.targets.front()->experiment().threads();
  return sweep;
}

}  // namespace tacit::evaluation
