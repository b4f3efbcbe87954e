#include "core/config_state.h"
#include "core/error.h"

namespace tacit {
namespace {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "'" : ", '") + word + "'";
  return text;
}

std::string advice(std::string_view unknown, const std::vector<std::string>& known) {
  if (known.empty()) return "no key is known here";
  if (const std::string near = nearest_word(unknown, known); !near.empty())
    return fmt::format("did you mean '{}'?", near);
  return fmt::format("known here: {}", listed(known));
}

}  // namespace

void ConfigTable::finish() const {
  if (state_->accepted) return;
  // The first in the file, not in the alphabet: there the reader starts to look.
  const TomlTable::value_type* first = nullptr;
  for (const auto& entry : state_->table())
    if (!state_->asked.contains(entry.first) &&
        (first == nullptr || entry.second->place.line < first->second->place.line))
      first = &entry;
  if (first != nullptr) {
    const std::vector<std::string> known(state_->asked.begin(), state_->asked.end());
    refuse(first->first, "unknown key; " + advice(first->first, known));
  }
  for (const auto& [key, value] : state_->table()) {
    // A table of which no more than its presence was asked holds unknown keys only.
    ConfigTable self(state_);
    if (value->table() != nullptr) self.table(key).finish();
    if (state_->below.contains(key) && value->array() != nullptr)
      for (const ConfigTable& item : self.tables(key)) item.finish();
  }
}

void ConfigTable::accept_all() const {
  state_->accepted = true;
}

}  // namespace tacit
