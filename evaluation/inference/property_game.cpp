#include "evaluation/inference/property_game.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "attacks/inference/property_classifier.h"
#include "attacks/report/text_table.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/random.h"
#include "core/thread_pool.h"
#include "evaluation/exchange.h"
#include "evaluation/inference/seen_run.h"

namespace tacit::evaluation {
namespace {

using Indices = std::vector<std::size_t>;

constexpr double training_units = 100;  ///< of the bar; an update is one

/// The number of a name, or the number that the text is.
std::size_t index_of(const ConfigTable& section, const std::string& value, const std::vector<std::string>& names,
                     std::size_t count, const char* what) {
  const auto at = std::find(names.begin(), names.end(), value);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number >= count)
    section.refuse("value", fmt::format("'{}' is neither the name of a {} nor a number below {}", value, what, count));
  return number;
}

/// Which examples have the property.
std::vector<char> having(const datasets::Dataset& data, const PropertySettings& settings, const ConfigTable& section) {
  std::vector<char> has(data.size());
  if (settings.kind == "class") {
    const std::size_t label = index_of(section, settings.value, data.class_names, data.classes, "class");
    for (std::size_t i = 0; i < has.size(); ++i) has[i] = static_cast<std::size_t>(data.labels[i]) == label;
  } else if (settings.kind == "group") {
    if (data.groups.empty()) section.refuse("kind", "the data have no groups");
    const std::size_t group = index_of(section, settings.value, data.group_names, data.group_names.size(), "group");
    for (std::size_t i = 0; i < has.size(); ++i) has[i] = static_cast<std::size_t>(data.groups[i]) == group;
  } else {
    const std::size_t feature = index_of(section, settings.value, data.feature_names, data.feature_size(), "feature");
    std::vector<float> values;
    for (std::size_t i = 0; i < has.size(); ++i) values.push_back(data.example(i)[feature]);
    std::vector<float> sorted = values;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    for (std::size_t i = 0; i < has.size(); ++i) has[i] = values[i] > sorted[sorted.size() / 2];
  }
  return has;
}

/// One half of the examples, by whether they have the property.
struct Half {
  Indices with, without;
  std::size_t size() const { return with.size() + without.size(); }
};

/// Examples of one update, drawn without repetition from the half.
Indices drawn(const Half& half, const PropertySettings& settings, bool holds, RandomStream& stream) {
  const auto take = [&](Indices from, std::size_t count, Indices& to) {
    stream.shuffle(std::span(from));
    to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
  };
  Indices result;
  const auto with = static_cast<std::size_t>(std::lround(settings.share * static_cast<double>(settings.examples)));
  if (holds) take(half.with, std::max<std::size_t>(with, 1), result);
  take(half.without, settings.examples - result.size(), result);
  return result;
}

class Game {
 public:
  Game(const simulation::Experiment& experiment, const PropertySettings& settings, std::filesystem::path folder,
       Progress& bar)
      : experiment_(experiment),
        settings_(settings),
        folder_(std::move(folder)),
        bar_(bar),
        data_(experiment.data()),
        exchange_({experiment.section("model").to_toml(), experiment.section("training").to_toml(),
                   experiment.section("update").to_toml(), data_.train.feature_shape, data_.train.classes}),
        pool_(experiment.threads()) {
    cut();
  }

  PropertyOutcome play() {
    const Parameters start = model();
    const Updates open = updates_of(public_, settings_.public_updates, 1, start);
    const Updates closed = updates_of(private_, settings_.private_updates, 2, start);
    outcome_.holds = closed.updates.holds;
    judge("updates", classified(open.updates, closed.updates));
    judge("labels alone", classified(open.labels, closed.labels));
    RandomStream stream = stream_of(0, 3);
    std::vector<double> guesses(outcome_.holds.size());
    for (double& guess : guesses) guess = stream.uniform();
    judge("random", guesses);
    return std::move(outcome_);
  }

 private:
  struct Updates {
    attacks::LabelledVectors updates, labels;
  };

  // Of Purpose::inference_game, from client 5 on.
  RandomStream stream_of(std::uint32_t round, std::uint32_t what) const {
    return RandomStream({experiment_.seed(), Purpose::inference_game, round, 5 + what});
  }

  void cut() {
    const ConfigTable section = experiment_.section("inference");
    const std::vector<char> has = having(data_.train, settings_, ConfigTable(section).table("property"));
    Indices order(has.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    stream_of(0, 0).shuffle(std::span(order));
    for (std::size_t i = 0; i < order.size(); ++i) {
      Half& half = i % 2 == 0 ? public_ : private_;
      (has[order[i]] != 0 ? half.with : half.without).push_back(order[i]);
    }
    for (const Half* half : {&public_, &private_})
      if (half->with.size() < settings_.examples || half->without.size() < settings_.examples)
        section.refuse("property",
                       fmt::format("{} examples of a half have it and {} have not: expected {} at least, as "
                                   "many as stand behind an update",
                                   half->with.size(), half->without.size(), settings_.examples));
    outcome_.property =
        fmt::format("{} {}{}", settings_.kind, settings_.value, settings_.kind == "feature" ? " above its median" : "");
    outcome_.private_with = private_.with.size();
    outcome_.private_size = private_.size();
  }

  /// What clients are sent: the initial model, or one that was trained on the private half.
  Parameters model() {
    if (settings_.rounds == 0) return exchange_.initial(experiment_.seed());
    datasets::TrainTest data = data_;
    Indices own = private_.with;
    own.insert(own.end(), private_.without.begin(), private_.without.end());
    std::sort(own.begin(), own.end());
    data.train.keep(own);
    const auto training = experiment_.with("coordinator.rounds", static_cast<std::int64_t>(settings_.rounds));
    const TrainedRun run = train_and_see(training.on(std::move(data)), folder_ / "training", bar_, training_units);
    return *run.seen.final_model;
  }

  Updates updates_of(const Half& half, std::size_t count, std::uint32_t what, const Parameters& start) {
    std::vector<std::vector<float>> updates(count), labels(count, std::vector<float>(data_.train.classes));
    pool_.for_each(count, [&](std::size_t i) {
      check_interrupted();
      RandomStream stream = stream_of(static_cast<std::uint32_t>(i), what);
      const datasets::Dataset client = data_.train.subset(drawn(half, settings_, i % 2 == 0, stream));
      const std::uint64_t seed = experiment_.seed() * 1'000'003 + what * 100'000 + i;
      updates[i] = exchange_.observe(start, client, seed).update();
      for (const std::int32_t label : client.labels) ++labels[i][static_cast<std::size_t>(label)];
      bar_.advance(1);
    });
    Updates result;
    for (std::size_t i = 0; i < count; ++i) {
      result.updates.add(updates[i], i % 2 == 0);
      result.labels.add(labels[i], i % 2 == 0);
    }
    return result;
  }

  static std::vector<double> classified(const attacks::LabelledVectors& open, const attacks::LabelledVectors& closed) {
    const attacks::PropertyClassifier classifier(open);
    std::vector<double> scores;
    for (std::size_t i = 0; i < closed.size(); ++i)
      scores.push_back(classifier.score(std::span(closed.values).subspan(i * closed.length, closed.length)));
    return scores;
  }

  void judge(const std::string& attacker, std::vector<double> scores) {
    outcome_.rows.push_back({attacker, attacks::Roc(scores, outcome_.holds)});
    outcome_.scores.push_back(std::move(scores));
  }

  const simulation::Experiment& experiment_;
  const PropertySettings& settings_;
  std::filesystem::path folder_;
  Progress& bar_;
  datasets::TrainTest data_;
  Exchange exchange_;
  ThreadPool pool_;
  Half public_, private_;
  PropertyOutcome outcome_;
};

}  // namespace

PropertySettings PropertySettings::from_config(ConfigTable section) {
  PropertySettings settings;
  settings.kind = section.choice("kind", {"class", "group", "feature"}, "class");
  settings.value = section.string("value");
  settings.share = section.number("share", {1e-6, 1}, 0.5);
  settings.examples = static_cast<std::size_t>(section.integer("examples", {1, 100'000}, 16));
  settings.public_updates = static_cast<std::size_t>(section.integer("public_updates", {4, 100'000}, 200));
  settings.private_updates = static_cast<std::size_t>(section.integer("private_updates", {4, 100'000}, 200));
  settings.rounds = static_cast<std::size_t>(section.integer("rounds", {0, 1'000'000}, 0));
  section.finish();
  return settings;
}

double property_work(const PropertySettings& settings) {
  return static_cast<double>(settings.public_updates + settings.private_updates) +
         (settings.rounds > 0 ? training_units : 0);
}

PropertyOutcome infer_property(const simulation::Experiment& experiment, const PropertySettings& settings,
                               const std::filesystem::path& folder, Progress& bar) {
  return Game(experiment, settings, folder, bar).play();
}

std::string property_table(const PropertyOutcome& outcome, const PropertySettings& settings, unsigned width) {
  attacks::report::TextTable table(
      {{"attacker", false, false}, {"AUC", true, false}, {"balanced accuracy", true, false}});
  for (const PropertyRow& row : outcome.rows) {
    if (row.attacker == "labels alone") table.add_rule();
    table.add_row({row.attacker, with_interval(row.roc.auc()), with_interval(row.roc.balanced_accuracy())});
  }
  return fmt::format(
      "Property: {}, which {} of {} private examples have. Of the {} examples behind an update {:g} % have it, or "
      "none.\nTrained on {} public updates, asked about {} private ones.\n\n{}\nIn brackets: 95 % intervals. Controls "
      "stand below the line.\n",
      outcome.property, outcome.private_with, outcome.private_size, settings.examples, 100 * settings.share,
      settings.public_updates, settings.private_updates, table.str(width));
}

std::string property_csv(const PropertyOutcome& outcome) {
  std::string text = "update,holds";
  for (const PropertyRow& row : outcome.rows) text += "," + row.attacker;
  text += "\n";
  for (std::size_t i = 0; i < outcome.holds.size(); ++i) {
    text += fmt::format("{},{}", i + 1, static_cast<int>(outcome.holds[i]));
    for (const auto& scores : outcome.scores) text += fmt::format(",{}", scores[i]);
    text += "\n";
  }
  return text;
}

}  // namespace tacit::evaluation
