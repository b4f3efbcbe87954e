#include "simulation/client_file.h"

#include <limits>

#include "core/error.h"
#include "datasets/partition.h"

namespace tacit::simulation {

ClientFile ClientFile::load(const std::filesystem::path& file) {
  ConfigTable config = ConfigTable::parse_file(file);
  ClientFile result;
  result.settings = client::ClientSettings::from_config(config.table("client"));
  const bool shared = config.has("shard") || config.has("partition");
  ConfigTable shard = config.table("shard");
  std::int64_t of = 1, part = 0, seed = 0;
  if (shared) {
    of = shard.integer("of", {1, 100000});
    part = shard.integer("part", {0, of - 1});
    seed = shard.integer("seed", {0, std::numeric_limits<std::int64_t>::max()});
  }
  config.table("data").accept_all();
  config.table("partition").accept_all();
  config.table("evaluation").accept_all();
  config.table("leakage_guard").accept_all();
  config.finish();
  result.guard = LeakageGuardSection::from_config(config);

  datasets::TrainTest all = datasets::load(config.only({"data"}).table("data"), static_cast<std::uint64_t>(seed));
  if (shared) {
    const datasets::Partition partition(config.only({"partition"}).table("partition"), all.train,
                                        static_cast<std::size_t>(of), static_cast<std::uint64_t>(seed));
    // What [data] holds out of a shared source is the coordinator's, not this client's.
    all = {partition.examples(all.train, static_cast<std::size_t>(part)), {}, {}};
  }
  if (all.train.size() == 0) fail(ErrorKind::data, "{}: the client has no training examples", file.string());
  const auto evaluation =
      EvaluationSettings::from_config(config.only({"evaluation"}).table("evaluation"),
                                      {.validation = all.validation.size() > 0, .test = all.test.size() > 0});
  datasets::ClientParts parts = datasets::divide_client(
      all.train, evaluation.fractions, static_cast<std::uint64_t>(seed), static_cast<std::size_t>(part));
  if (parts.validation.size() == 0) parts.validation = std::move(all.validation);
  if (parts.test.size() == 0) parts.test = std::move(all.test);
  result.reported = part_of(parts, evaluation.report);
  result.data = std::move(parts.train);
  return result;
}

std::string client_file_text(const Experiment& experiment, std::size_t index, const std::string& coordinator,
                             const std::filesystem::path& certificates, const std::filesystem::path& run_folder) {
  const wire::TlsFiles tls = wire::files_of(certificates, Experiment::client_name(index));
  const auto seed = static_cast<std::int64_t>(experiment.seed());
  const auto number = static_cast<std::int64_t>(index);
  ConfigTable config = ConfigTable::parse_text("", "client file");
  config = config.with("client.coordinator", coordinator)
               .with("client.certificate", tls.certificate.string())
               .with("client.key", tls.key.string())
               .with("client.authority", tls.authority.string())
               .with("client.seed", seed)
               .with("client.index", number)
               .with("client.received_model", std::string(to_string(experiment.received_model())))
               .with("shard.part", number)
               .with("shard.of", static_cast<std::int64_t>(experiment.clients()))
               .with("shard.seed", seed);
  config = config.overlaid(experiment.config().only({"data", "partition", "evaluation", "leakage_guard"}));
  if (config.has("leakage_guard"))
    config = config.with("leakage_guard.log", leakage_log_file(run_folder, index).string());
  return config.to_toml();
}

std::filesystem::path leakage_log_file(const std::filesystem::path& run_folder, std::size_t index) {
  const std::filesystem::path folder = std::filesystem::absolute(run_folder) / "leakage";
  std::filesystem::create_directories(folder);
  return folder / (Experiment::client_name(index) + ".csv");
}

}  // namespace tacit::simulation
