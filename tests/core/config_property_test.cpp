#include <rapidcheck.h>

#include <cmath>

#include "core/config.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "core/toml_tree.h"

namespace tacit {
namespace {

bool equal(const TomlNode& a, const TomlNode& b);

bool equal(const TomlTable& a, const TomlTable& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
           return x.first == y.first && equal(*x.second, *y.second);
         });
}

/// Equal as values; doubles by their bits, NaN equal to NaN.
bool equal(const TomlNode& a, const TomlNode& b) {
  if (a.value.index() != b.value.index()) return false;
  if (a.table() != nullptr) return equal(*a.table(), *b.table());
  if (a.array() != nullptr)
    return std::equal(a.array()->begin(), a.array()->end(), b.array()->begin(), b.array()->end(),
                      [](const TomlPointer& x, const TomlPointer& y) { return equal(*x, *y); });
  if (const auto* x = std::get_if<double>(&a.value)) {
    const double y = std::get<double>(b.value);
    return std::isnan(*x) ? std::isnan(y) : std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(y);
  }
  return a.value == b.value;
}

std::string any_text(RandomStream& random) {
  static const char* const pieces[] = {"a",    "Z",  "0",   "_",        "-",    ".",   " ",      "\n",
                                       "\t",   "\"", "'",   "\\",       "\r",   "#",   "=",      "\x01",
                                       "\x7f", "[",  "]",   "\xc3\xa4", "{",    "key", "\"\"\"", "'''",
                                       "\b",   "\f", "\\n", "\\u",      "true", "1",   "nan",    "\xe2\x82\xac"};
  std::string text;
  for (std::uint64_t count = random.below(8); count > 0; --count) text += pieces[random.below(std::size(pieces))];
  return text;
}

TomlPointer any_value(RandomStream& random, int depth);

TomlTable any_table(RandomStream& random, int depth) {
  TomlTable table;
  for (std::uint64_t count = random.below(5); count > 0; --count) table[any_text(random)] = any_value(random, depth);
  return table;
}

TomlArray any_array(RandomStream& random, int depth) {
  TomlArray array;
  const bool tables = random.below(2) == 0;
  for (std::uint64_t count = random.below(4); count > 0; --count)
    array.push_back(tables ? std::make_shared<TomlNode>(TomlNode{any_table(random, depth), {}})
                           : any_value(random, depth));
  return array;
}

TomlPointer any_value(RandomStream& random, int depth) {
  TomlNode node{false, {}};
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0:
      node.value = random.below(2) == 0;
      break;
    case 1:
      node.value = static_cast<std::int64_t>(random.next_u64()) >> random.below(64);
      break;
    case 2:
      node.value = std::bit_cast<double>(random.next_u64());
      break;
    case 3:
      node.value = static_cast<double>(random.below(100)) / 8;
      break;
    case 4:
      node.value = any_text(random);
      break;
    case 5:
      node.value = TomlDate{random.below(2) == 0 ? "1979-05-27" : "1979-05-27T07:32:00.5Z"};
      break;
    case 6:
      node.value = any_array(random, depth - 1);
      break;
    default:
      node.value = any_table(random, depth - 1);
      break;
  }
  return std::make_shared<const TomlNode>(std::move(node));
}

TEST(ConfigProperty, WhatIsWrittenIsReadBackEqual) {
  EXPECT_TRUE(rc::check([] {
    RandomStream random({*rc::gen::arbitrary<std::uint64_t>(), Purpose::test, 0, 0});
    const TomlTable table = any_table(random, 4);
    const std::string text = write_toml(table);
    const TomlPointer again = parse_toml(text, "again");
    RC_ASSERT(equal(*again->table(), table));
    // Equal tables have one text.
    RC_ASSERT(write_toml(*again->table()) == text);
  }));
}

TEST(ConfigProperty, EveryFiniteDoubleSurvives) {
  RandomStream random({31, Purpose::test, 0, 0});
  for (int i = 0; i < 2000; ++i) {
    const auto value = std::bit_cast<double>(random.next_u64());
    if (!std::isfinite(value)) continue;
    const TomlTable table = {{"x", std::make_shared<const TomlNode>(TomlNode{value, {}})}};
    ConfigTable config = ConfigTable::parse_text(write_toml(table), "x");
    ASSERT_EQ(std::bit_cast<std::uint64_t>(config.number("x", {})), std::bit_cast<std::uint64_t>(value));
  }
}

/// Asks a table everything there is to ask, whatever its content.
void interrogate(ConfigTable config, int depth) {
  for (const char* key : {"a", "key", "", "x", "training"}) {
    const auto tolerate = [](const auto& question) {
      try {
        question();
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::configuration) << error.what();
      }
    };
    config.has(key);
    tolerate([&] { config.integer(key, {}, 1); });
    tolerate([&] { config.number(key, {}); });
    tolerate([&] { config.choice(key, {"b"}); });
    tolerate([&] { config.strings(key); });
    tolerate([&] { config.numbers(key, {}); });
    tolerate([&] {
      if (depth > 0) interrogate(config.table(key), depth - 1);
    });
    tolerate([&] {
      for (const ConfigTable& item : config.tables(key)) interrogate(item, 0);
    });
    tolerate([&] { config.finish(); });
  }
  EXPECT_EQ(ConfigTable::parse_text(config.to_toml(), "again").to_toml(), config.to_toml());
}

void expect_text_or_error(const std::string& text) {
  try {
    interrogate(ConfigTable::parse_text(text, "fuzz"), 2);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::configuration) << error.what();
    EXPECT_EQ(std::string(error.what()).rfind("fuzz:", 0), 0u) << error.what();
  }
}

TEST(ConfigProperty, RandomBytesAreReadOrRefused) {
  RandomStream random({32, Purpose::test, 0, 0});
  for (int i = 0; i < 1500; ++i) {
    std::string text(random.below(60), '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    expect_text_or_error(text);
  }
}

TEST(ConfigProperty, RandomTokensAreReadOrRefused) {
  static const char* const tokens[] = {"a",          "key",       "x",
                                       "training",   "=",         "=",
                                       "\n",         "\n",        "\n",
                                       "[",          "]",         "[[",
                                       "]]",         "{",         "}",
                                       ",",          ".",         "\"",
                                       "'",          "1",         "-",
                                       "+",          "0x",        "1e5",
                                       "nan",        "inf",       "true",
                                       "1979-05-27", "T07:32:00", "Z",
                                       "#",          "\"\"\"",    "'''",
                                       "\\",         "\\u00e4",   "\\UFFFFFFFF",
                                       "\xc3",       "\xa4",      "\xef\xbb\xbf",
                                       "_",          " ",         "99999999999999999999",
                                       "1e400",      "\r\n",      "a = 1\n",
                                       "[a]\n",      "[[key]]\n", "x = { a = [1, 2], key = 'b' }\n"};
  RandomStream random({33, Purpose::test, 0, 0});
  for (int i = 0; i < 1500; ++i) {
    std::string text;
    for (std::uint64_t count = random.below(16); count > 0; --count) text += tokens[random.below(std::size(tokens))];
    expect_text_or_error(text);
  }
}

TEST(ConfigProperty, DamagedConfigurationsAreReadOrRefused) {
  const std::string sample =
      "a = 1\nkey = [0.5, 1e-3]\n[training]\nx = \"text\\n\"\n[training.key]\na = 1979-05-27T07:32:00Z\n[[x]]\na = "
      "{key = "
      "true}\n[[x]]\n";
  RandomStream random({34, Purpose::test, 0, 0});
  for (int i = 0; i < 1500; ++i) {
    std::string text = sample;
    for (std::uint64_t count = 1 + random.below(3); count > 0; --count) {
      const std::size_t at = random.below(text.size());
      switch (random.below(3)) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random.below(5));
          break;
        default:
          text.insert(at, text.substr(random.below(text.size()), random.below(12)));
          break;
      }
      if (text.empty()) break;
    }
    expect_text_or_error(text);
  }
}

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// Readers of trees recurse: an unbounded depth would end the process by its stack.
TEST(ConfigProperty, DepthIsRefusedBeforeItHurts) {
  const auto refused = [](const std::string& text) {
    expect_error([&] { ConfigTable::parse_text(text, "deep"); }, ErrorKind::configuration, {"deep:"});
  };
  refused("a = " + repeated("[", 200000));
  refused("a = " + repeated("{a = ", 200000));
  refused("[" + repeated("a.", 200000) + "a]\n");
  refused(repeated("a.", 200000) + "a = 1\n");
  refused(repeated("\"a\" . ", 200000) + "a = 1\n");
  refused(repeated("'' . ", 200000) + "a = 1\n");
  // The fourth quote belongs to the string: what follows is outside.
  refused("x = [\"\"\"a\"\"\"\", {" + repeated("a.", 200000) + "a = 1}]\n");
  refused("x = ['''a'''', {" + repeated("a.", 200000) + "a = 1}]\n");
  refused("[" + repeated("a.", 40) + "a]\n" + repeated("x = {" + repeated("b.", 30) + "b = ", 60));
  ConfigTable::parse_text("a = " + repeated("[", 30) + repeated("]", 30) + "\n[" + repeated("a1.", 30) + "b]\n",
                          "fine");
  // Depth inside strings and comments is no depth.
  ConfigTable::parse_text("# " + repeated("[a.", 500) + "\na = \"" + repeated("[.{", 500) + "\"\nb = '''\n" +
                              repeated("a.[\n", 500) + "'''\nc = [" + repeated("0.5, ", 5000) + "]\n",
                          "fine");
}

}  // namespace
}  // namespace tacit
