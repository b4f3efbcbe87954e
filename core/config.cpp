#include "core/config.h"

#include <algorithm>
#include <cmath>

#include "core/config_state.h"
#include "core/error.h"
#include "core/files.h"

namespace tacit {
namespace {

// A configuration is written by a person, or comes from a peer: no honest one comes near this.
constexpr std::size_t largest_file = std::size_t{16} << 20;

template <class Number>
std::string expected_number(const char* noun, const Range<Number>& range) {
  const bool low = range.low != Range<Number>{}.low, high = range.high != Range<Number>{}.high;
  if (low && high) return fmt::format("{} from {} to {}", noun, range.low, range.high);
  if (low) return fmt::format("{} of at least {}", noun, range.low);
  if (high) return fmt::format("{} of at most {}", noun, range.high);
  return noun;
}

std::string expected_choice(const std::vector<std::string>& allowed) {
  std::string text = "one of";
  for (const std::string& word : allowed) text += (&word == &allowed.front() ? " '" : ", '") + word + "'";
  return text;
}

// Each reader gives the value if the node has the type and lies in the range.
std::optional<std::int64_t> read(const TomlNode& node, const Range<std::int64_t>& range) {
  const auto* value = std::get_if<std::int64_t>(&node.value);
  if (value == nullptr || *value < range.low || *value > range.high) return {};
  return *value;
}

std::optional<double> read(const TomlNode& node, const Range<double>& range) {
  double value = 0;
  if (const auto* number = std::get_if<double>(&node.value))
    value = *number;
  else if (const auto* integer = std::get_if<std::int64_t>(&node.value))
    value = static_cast<double>(*integer);
  else
    return {};
  if (!std::isfinite(value) || value < range.low || value > range.high) return {};
  return value;
}

template <class Value>
std::optional<Value> read(const TomlNode& node) {
  const auto* value = std::get_if<Value>(&node.value);
  return value == nullptr ? std::optional<Value>{} : *value;
}

[[noreturn]] void complain(const TomlPlace& place, const std::string& name, const std::string& got,
                           const std::string& expected) {
  fail(ErrorKind::configuration, "{}: key '{}': got {}, expected {}", to_string(place), name, got, expected);
}

}  // namespace

/// Reads one key of a State with any reader, and words every complaint.
struct ConfigTable::Question {
  State& state;
  std::string_view key;
  const std::string& expected;

  template <class Value, class Reader>
  Value one(const Reader& reader, const std::optional<Value>& fallback) const {
    const TomlPointer* node = state.ask(key);
    if (node == nullptr) return absent(fallback);
    if (auto value = reader(**node)) return *value;
    complain((*node)->place, state.dotted(key), describe(**node), expected);
  }

  template <class Value, class Reader>
  std::vector<Value> many(const Reader& reader, const std::optional<std::vector<Value>>& fallback) const {
    const TomlPointer* node = state.ask(key);
    if (node == nullptr) return absent(fallback);
    const TomlArray* array = (*node)->array();
    if (array == nullptr)
      complain((*node)->place, state.dotted(key), describe(**node), "an array, each element " + expected);
    std::vector<Value> values;
    for (const TomlPointer& item : *array) {
      auto value = reader(*item);
      if (!value)
        complain(item->place, fmt::format("{}[{}]", state.dotted(key), values.size()), describe(*item), expected);
      values.push_back(std::move(*value));
    }
    return values;
  }

  template <class Value>
  Value absent(const std::optional<Value>& fallback) const {
    if (fallback) return *fallback;
    // A required key that is missing was often only misspelt.
    std::vector<std::string> unasked;
    for (const auto& [name, value] : state.table())
      if (!state.asked.contains(name)) unasked.push_back(name);
    const std::string near = nearest_word(key, unasked);
    if (near.empty()) complain(state.node->place, state.dotted(key), "nothing (the key is missing)", expected);
    complain((*state.find(near))->place, state.dotted(key), fmt::format("'{}' in its place", near),
             fmt::format("'{}' and {}", key, expected));
  }
};

ConfigTable::ConfigTable(std::shared_ptr<State> state) : state_(std::move(state)) {}

ConfigTable ConfigTable::parse_file(const std::filesystem::path& file) {
  std::error_code unknown;
  if (std::filesystem::is_directory(file, unknown))
    fail(ErrorKind::io, "{}: is a folder, expected a configuration file in TOML", file.string());
  return parse_text(read_text(file, largest_file), file.string());
}

ConfigTable ConfigTable::parse_text(std::string_view toml, std::string origin) {
  if (toml.size() > largest_file)
    fail(ErrorKind::configuration, "{}: larger than the {} bytes allowed for a configuration", origin, largest_file);
  auto state = std::make_shared<State>();
  state->node = parse_toml(toml, std::move(origin));
  return ConfigTable(std::move(state));
}

bool ConfigTable::has(std::string_view key) const {
  return state_->ask(key) != nullptr;
}

std::int64_t ConfigTable::integer(std::string_view key, Range<std::int64_t> range,
                                  std::optional<std::int64_t> fallback) {
  const std::string expected = expected_number("an integer", range);
  return Question{*state_, key, expected}.one([&](const TomlNode& node) { return read(node, range); }, fallback);
}

double ConfigTable::number(std::string_view key, Range<double> range, std::optional<double> fallback) {
  const std::string expected = expected_number("a finite number", range);
  return Question{*state_, key, expected}.one([&](const TomlNode& node) { return read(node, range); }, fallback);
}

bool ConfigTable::boolean(std::string_view key, std::optional<bool> fallback) {
  const std::string expected = "true or false";
  return Question{*state_, key, expected}.one(read<bool>, fallback);
}

std::string ConfigTable::string(std::string_view key, std::optional<std::string> fallback) {
  const std::string expected = "a string";
  return Question{*state_, key, expected}.one(read<std::string>, fallback);
}

std::string ConfigTable::choice(std::string_view key, const std::vector<std::string>& allowed,
                                std::optional<std::string> fallback) {
  std::string expected = expected_choice(allowed);
  if (const TomlPointer* node = state_->find(key))
    if (const auto* word = std::get_if<std::string>(&(*node)->value))
      if (const std::string near = nearest_word(*word, allowed); !near.empty())
        expected += fmt::format(" (did you mean '{}'?)", near);
  const auto reader = [&](const TomlNode& node) {
    auto word = read<std::string>(node);
    if (word && std::find(allowed.begin(), allowed.end(), *word) == allowed.end()) word.reset();
    return word;
  };
  return Question{*state_, key, expected}.one(reader, fallback);
}

std::vector<std::int64_t> ConfigTable::integers(std::string_view key, Range<std::int64_t> range,
                                                std::optional<std::vector<std::int64_t>> fallback) {
  const std::string expected = expected_number("an integer", range);
  return Question{*state_, key, expected}.many([&](const TomlNode& node) { return read(node, range); }, fallback);
}

std::vector<double> ConfigTable::numbers(std::string_view key, Range<double> range,
                                         std::optional<std::vector<double>> fallback) {
  const std::string expected = expected_number("a finite number", range);
  return Question{*state_, key, expected}.many([&](const TomlNode& node) { return read(node, range); }, fallback);
}

std::vector<std::string> ConfigTable::strings(std::string_view key, std::optional<std::vector<std::string>> fallback) {
  const std::string expected = "a string";
  return Question{*state_, key, expected}.many(read<std::string>, fallback);
}

ConfigTable ConfigTable::table(std::string_view key) {
  const TomlPointer* node = state_->ask(key);
  if (node != nullptr && (*node)->table() == nullptr)
    complain((*node)->place, state_->dotted(key), describe(**node), "a table");
  auto& below = state_->below[std::string(key)];
  if (below.empty()) {
    auto child = std::make_shared<State>();
    child->node = node != nullptr ? *node : std::make_shared<TomlNode>(TomlNode{TomlTable{}, state_->node->place});
    child->name = state_->dotted(key);
    below.push_back(std::move(child));
  }
  return ConfigTable(below.front());
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key) {
  const TomlPointer* node = state_->ask(key);
  if (node == nullptr) return {};
  const TomlArray* array = (*node)->array();
  if (array == nullptr) complain((*node)->place, state_->dotted(key), describe(**node), "an array of tables ([[...]])");
  auto& below = state_->below[std::string(key)];
  std::vector<ConfigTable> result;
  for (const TomlPointer& item : *array) {
    const std::size_t index = result.size();
    const std::string name = fmt::format("{}[{}]", state_->dotted(key), index);
    if (item->table() == nullptr) complain(item->place, name, describe(*item), "a table");
    if (below.size() == index) {
      below.push_back(std::make_shared<State>());
      below.back()->node = item;
      below.back()->name = name;
    }
    result.push_back(ConfigTable(below[index]));
  }
  return result;
}

void ConfigTable::refuse(std::string_view key, const std::string& why) const {
  fail(ErrorKind::configuration, "{}: key '{}': {}", place(key), state_->dotted(key), why);
}

std::string ConfigTable::place(std::string_view key) const {
  const TomlPointer* node = key.empty() ? nullptr : state_->find(key);
  return to_string(node != nullptr ? (*node)->place : state_->node->place);
}

}  // namespace tacit
