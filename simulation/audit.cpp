#include "simulation/audit.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "attacks/observation.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/thread_pool.h"
#include "simulation/audit_settings.h"
#include "simulation/model_words.h"
#include "simulation/run.h"
#include "simulation/run_progress.h"
#include "simulation/scenario.h"

namespace tacit::simulation {
namespace {

namespace report = attacks::report;

// Shares of the bar: what the parts of a case cost on the bundled examples, roughly.
constexpr double training_work = 6, probe_work = 2, attack_work = 8;

/// One case, with everything that can be wrong about it already checked.
struct Case {
  std::string name;
  Experiment experiment;
  AuditSettings settings;
  attacks::ThreatModel threat_model;
};

std::vector<Case> cases_of(const Experiment& experiment) {
  std::vector<Case> cases;
  for (auto& [name, single] : experiment.cases()) {
    single.validate_simulation();
    cases.push_back({name, single, AuditSettings::from_config(single.section("audit")),
                     threat_model_of(single, single.data().train)});
  }
  return cases;
}

/// The experiment that collects gradients of single examples from the trained model.
Experiment probe_of(const Case& audited) {
  const std::size_t clients = audited.experiment.clients();
  const auto rounds = static_cast<std::int64_t>((audited.settings.probe_gradients + clients - 1) / clients);
  // What shapes steps has no place beside one gradient, and neither have cohorts: everybody sends one of one example.
  ConfigTable training = audited.experiment.section("training");
  for (const char* key :
       {"local_epochs", "optimizer", "momentum", "nesterov", "beta_1", "beta_2", "epsilon", "weight_decay", "schedule",
        "schedule_over", "schedule_every", "schedule_factor", "schedule_length", "schedule_floor", "warmup",
        "warmup_over", "cohorts", "cohort_seed", "learning_rate"})
    training = training.without(key);
  ConfigTable config = audited.experiment.config()
                           .with("training", training)
                           .with("training.algorithm", "fedsgd")
                           .with("training.batch_size", 1);
  if (config.table("coordinator").has("algorithm")) config = config.with("coordinator.algorithm", "fedsgd");
  // Everybody is asked: a probe is about what one gradient gives away, not about who is chosen.
  // A guard may withhold: then whatever is sent is attacked.
  const bool is_guarded = config.has("leakage_guard");
  config = config.with("coordinator.cohort_size", 0).with("coordinator.minimum_updates", is_guarded ? 1 : 0);
  return Experiment::from_config(config.with("coordinator.rounds", rounds));
}

/// What the report says about a case before anything was attacked.
report::AuditCase described(const Case& audited, const RunResult& run) {
  report::AuditCase result;
  result.name = audited.name;
  result.model = model_in_words(audited.experiment.section("model"));
  result.parameter_count = run.parameters;
  result.clients = audited.experiment.clients();
  result.rounds = run.rounds;
  for (const CurvePoint& point : run.curve) result.curve.push_back({point.round, point.test_accuracy, point.test_loss});
  result.final_test_accuracy = run.test_accuracy();
  result.bytes_up = run.bytes_up;
  result.bytes_down = run.bytes_down;
  result.model_sha256 = run.model_sha256;
  result.threat_model = threat_model_in_words(audited.threat_model);
  return result;
}

void append(const ScenarioResult& from, report::AuditCase& to) {
  to.attacks.insert(to.attacks.end(), from.attacks.begin(), from.attacks.end());
  to.baselines.insert(to.baselines.end(), from.baselines.begin(), from.baselines.end());
  to.pictures.insert(to.pictures.end(), from.pictures.begin(), from.pictures.end());
}

/// Drives one case; each step advances the bar by its share.
class CaseAudit {
 public:
  CaseAudit(const Case& audited, const std::filesystem::path& folder, Progress& bar, ThreadPool& pool,
            std::vector<attacks::RawRow>& raw_rows)
      : audited_(audited), folder_(folder), bar_(bar), pool_(pool), raw_rows_(raw_rows) {}

  RunResult train() { return run_experiment(audited_.experiment, folder_ / audited_.name, {}, training_work); }

  report::AuditCase attack(const RunResult& trained) {
    report::AuditCase result = described(audited_, trained);
    const bool probe = audited_.settings.probe_gradients > 0, update = !audited_.settings.update_attacks.empty();
    if (probe) append(attack_probe(trained, attack_work * (update ? 0.5 : 1.0)), result);
    if (update) append(attack_update(trained, attack_work * (probe ? 0.5 : 1.0)), result);
    return result;
  }

 private:
  RunResult run_experiment(const Experiment& experiment, const std::filesystem::path& run_folder,
                           std::optional<std::filesystem::path> initial_model, double work) {
    RunProgress progress(bar_, work);
    RunOptions options{run_folder, std::move(initial_model)};
    options.on_progress = [&](const RunResult& result) { progress.show(result, experiment.clients()); };
    return run(experiment, options);
  }

  ScenarioResult attack_probe(const RunResult& trained, double work) {
    const Experiment probe = probe_of(audited_);
    const std::filesystem::path run_folder = folder_ / (audited_.name + "-probe");
    const std::size_t withheld = collect(probe, run_folder, trained.run_folder / "model.safetensors");
    Scenario scenario = scenario_of(
        audited_.settings.attacks,
        withheld == 0 ? "gradient of one example"
                      : fmt::format("gradient of one example, of which the leakage guard withheld {}", withheld));
    for (const attacks::RecordedUpdate& update : attacks::list_updates(run_folder / "recording.bin"))
      if (scenario.observations.size() < audited_.settings.probe_gradients)
        scenario.observations.push_back(
            attacks::Observation::read(run_folder / "recording.bin", update.round, update.client));
    if (scenario.observations.empty()) return nothing_seen(scenario, work);
    return run_with_progress(scenario, Truth(probe), work, trained);
  }

  /// Runs the probe; how many gradients were withheld. Where all of a round are, the run ends, and with it the probe.
  std::size_t collect(const Experiment& probe, const std::filesystem::path& run_folder,
                      const std::filesystem::path& model) {
    try {
      return run_experiment(probe, run_folder, model, probe_work).updates_withheld;
    } catch (const Error&) {
      RunFollower told(run_folder);
      told.poll();
      if (interrupted() || told.result().updates_withheld == 0) throw;
      return told.result().updates_withheld;
    }
  }

  ScenarioResult nothing_seen(const Scenario& scenario, double work) {
    ScenarioResult result;
    for (const attacks::AttackSettings& attack : scenario.attacks) {
      report::ResultRow row;
      row.name = attack.name;
      row.source = attack.paper;
      row.scenario = scenario.description;
      row.note = "the leakage guard withheld every gradient";
      result.attacks.push_back(std::move(row));
    }
    bar_.advance(work, audited_.name + ": every gradient was withheld");
    return result;
  }

  /// The first update of the last round: what the configuration under audit really sends.
  ScenarioResult attack_update(const RunResult& trained, double work) {
    const std::filesystem::path recording = trained.run_folder / "recording.bin";
    const std::vector<attacks::RecordedUpdate> updates = attacks::list_updates(recording);
    const auto last = std::find_if(updates.begin(), updates.end(), [&](const attacks::RecordedUpdate& update) {
      return update.round == trained.rounds;
    });
    if (last == updates.end())
      fail(ErrorKind::data, "{}: holds no update of round {}", recording.string(), trained.rounds);
    const attacks::Observation observation = attacks::Observation::read(recording, last->round, last->client);
    Scenario scenario =
        scenario_of(audited_.settings.update_attacks,
                    fmt::format("round {} update of {} examples", observation.round(), observation.examples()));
    scenario.observations.push_back(observation);
    return run_with_progress(scenario, Truth(audited_.experiment), work, trained);
  }

  Scenario scenario_of(const std::vector<attacks::AttackSettings>& attacks, std::string description) const {
    Scenario scenario;
    scenario.description = std::move(description);
    scenario.attacks = attacks;
    scenario.threat_model = audited_.threat_model;
    scenario.seed = audited_.experiment.seed();
    scenario.noise_control = audited_.settings.noise_control;
    scenario.pictures = audited_.settings.update_examples;
    return scenario;
  }

  ScenarioResult run_with_progress(const Scenario& scenario, const Truth& truth, double work,
                                   const RunResult& trained) {
    const double step = work / static_cast<double>(std::max<std::size_t>(scenario.steps(), 1));
    const std::string detail = audited_.name + ": attacking the " + scenario.description;
    ScenarioResult result = run_scenario(scenario, truth, pool_, [&] { bar_.advance(step, detail); });
    for (attacks::RawRow& row : result.raw_rows) {
      row.setting = {audited_.name, scenario.description};
      row.test_accuracy = trained.test_accuracy();
      raw_rows_.push_back(std::move(row));
    }
    return result;
  }

  const Case& audited_;
  std::filesystem::path folder_;
  Progress& bar_;
  ThreadPool& pool_;
  std::vector<attacks::RawRow>& raw_rows_;
};

}  // namespace

double audit_work(const Experiment& experiment) {
  double work = 0;
  for (const auto& [name, single] : experiment.cases()) {
    const AuditSettings settings = AuditSettings::from_config(single.section("audit"));
    work += training_work;
    if (settings.probe_gradients > 0) work += probe_work;
    if (settings.probe_gradients > 0 || !settings.update_attacks.empty()) work += attack_work;
  }
  return work;
}

AuditResult audit(const Experiment& experiment, const std::filesystem::path& folder, Progress& bar) {
  const std::vector<Case> cases = cases_of(experiment);
  ThreadPool pool(experiment.threads());
  AuditResult result;
  result.raw_rows.axes = {"case", "scenario"};
  result.report.title = "Privacy audit: " + experiment.name();
  result.report.when = fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::chrono::system_clock::now()));
  result.report.configuration = experiment.config().to_toml();
  for (const Case& audited : cases) {
    CaseAudit work(audited, folder, bar, pool, result.raw_rows.rows);
    result.runs.push_back(work.train());
    result.report.cases.push_back(work.attack(result.runs.back()));
  }
  return result;
}

}  // namespace tacit::simulation
