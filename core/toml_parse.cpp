#include <toml++/toml.h>

#include <sstream>

#include "core/error.h"
#include "core/toml_depth.h"
#include "core/toml_tree.h"

namespace tacit {
namespace {

using File = std::shared_ptr<const std::string>;

TomlPointer convert(const toml::node& node, const File& file);

TomlArray convert_array(const toml::array& array, const File& file) {
  TomlArray result;
  for (const toml::node& item : array) result.push_back(convert(item, file));
  return result;
}

TomlTable convert_table(const toml::table& table, const File& file) {
  TomlTable result;
  for (const auto& [key, value] : table) {
    TomlPointer converted = convert(value, file);
    result.emplace(std::string(key.str()), std::move(converted));
  }
  return result;
}

template <class DateOrTime>
TomlDate convert_date(const DateOrTime& value) {
  std::ostringstream text;
  text << value;
  return {text.str()};
}

TomlPointer convert(const toml::node& node, const File& file) {
  TomlNode result{false, {file, static_cast<std::uint32_t>(node.source().begin.line)}};
  if (const auto* table = node.as_table())
    result.value = convert_table(*table, file);
  else if (const auto* array = node.as_array())
    result.value = convert_array(*array, file);
  else if (const auto* text = node.as_string())
    result.value = text->get();
  else if (const auto* integer = node.as_integer())
    result.value = integer->get();
  else if (const auto* number = node.as_floating_point())
    result.value = number->get();
  else if (const auto* boolean = node.as_boolean())
    result.value = boolean->get();
  else if (const auto* date = node.as_date())
    result.value = convert_date(date->get());
  else if (const auto* time = node.as_time())
    result.value = convert_date(time->get());
  else if (const auto* date_time = node.as_date_time())
    result.value = convert_date(date_time->get());
  return std::make_shared<const TomlNode>(std::move(result));
}

}  // namespace

TomlPointer parse_toml(std::string_view text, std::string origin) {
  const auto file = std::make_shared<const std::string>(std::move(origin));
  check_toml_depth(text, *file);
  try {
    const toml::table table = toml::parse(text, std::string_view(*file));
    return std::make_shared<const TomlNode>(TomlNode{convert_table(table, file), {file, 1}});
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    fail(ErrorKind::configuration, "{}:{}:{}: {}", *file, begin.line, begin.column, error.description());
  }
}

}  // namespace tacit
