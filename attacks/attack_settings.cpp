#include "attacks/attack_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"

namespace tacit::attacks {

AttackSettings AttackSettings::from_config(ConfigTable file, std::string default_name) {
  AttackSettings settings;
  settings.name = default_name.empty() ? file.string("name") : file.string("name", std::move(default_name));
  settings.paper = file.string("paper", "");
  settings.reconstruct_examples = static_cast<std::size_t>(file.integer("reconstruct_examples", {0, 1'000'000}, 0));
  settings.method = make_method(file);
  file.finish();
  return settings;
}

AttackSettings AttackSettings::from_file(const std::filesystem::path& file) {
  return from_config(ConfigTable::parse_file(file), file.stem().string());
}

AttackSettings AttackSettings::from_catalog(const std::string& name) {
  const std::vector<std::string> names = catalog_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = nearest_word(name, names);
    fail(ErrorKind::usage, "the catalog has no attack '{}'{}; it has: {}", name,
         near.empty() ? "" : " (did you mean '" + near + "'?)", fmt::join(names, ", "));
  }
  return from_file(share_folder() / "catalog" / (name + ".toml"));
}

std::vector<std::string> catalog_names() {
  const std::filesystem::path folder = share_folder() / "catalog";
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  if (error) fail(ErrorKind::io, "cannot read the attack catalog {}: {}", folder.string(), error.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tacit::attacks
