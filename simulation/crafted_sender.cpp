#include "simulation/crafted_sender.h"

#include <algorithm>

#include "core/error.h"
#include "models/weight_files.h"

namespace tacit::simulation {

CraftedSender::CraftedSender(const CraftOptions& options, const models::Model<float>& model, const Parameters& initial,
                             std::uint64_t seed, std::filesystem::path recording)
    : model_(model), seed_(seed), recording_(std::move(recording)) {
  for (const auto& [client, file] : options.client_models) {
    own_.emplace(client, models::read_weights(file, model.schema()));
    audit_ += fmt::format("{}client '{}' is sent the model {}", audit_.empty() ? "" : "; ", client,
                          to_hex(own_.at(client).hash()));
  }
  if (options.craft_toml.empty()) return;
  const ConfigTable table = ConfigTable::parse_text(options.craft_toml, "the craft");
  craft_ = attacks::make_craft(table);
  table.finish();
  Parameters trial = initial;
  craft_->write_for({}, model_, seed_, trial.values());
  std::string keys = table.to_toml();
  std::replace(keys.begin(), keys.end(), '\n', ' ');
  while (keys.ends_with(' ')) keys.pop_back();
  audit_ += fmt::format("{}every {}client is sent models crafted by: {}", audit_.empty() ? "" : "; ",
                        own_.empty() ? "" : "other ", keys);
}

std::vector<attacks::Observation> CraftedSender::answers_of(const std::string& client, std::uint32_t before) const {
  if (before == 1) return {};
  const auto updates = attacks::list_updates(recording_);
  const auto earlier = [&](const attacks::RecordedUpdate& update) {
    return update.client == client && update.round < before;
  };
  if (std::none_of(updates.begin(), updates.end(), earlier)) return {};
  auto answers = attacks::Observation::read_rounds(recording_, client);
  std::erase_if(answers, [&](const attacks::Observation& one) { return one.round() >= before; });
  return answers;
}

coordinator::CraftedModels CraftedSender::models_of(std::uint32_t round, const Parameters& model,
                                                    const std::vector<std::string>& cohort) const {
  coordinator::CraftedModels sent;
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    if (const auto found = own_.find(cohort[i]); found != own_.end()) {
      sent.insert(*found);
    } else if (craft_) {
      Parameters crafted = model;
      craft_->write_for({i, answers_of(cohort[i], round)}, model_, seed_, crafted.values());
      sent.emplace(cohort[i], std::move(crafted));
    }
  }
  return sent;
}

}  // namespace tacit::simulation
