#include "core/config.h"
#include "core/expect_error.h"

namespace tacit {
namespace {

const std::string text =
    "[model]\n"
    "loss = \"huber\"\n"
    "[[model.layers]]\n"
    "type = \"linear\"\n"
    "outputs = 3\n"
    "[[model.layers]]\n"
    "type = \"tanh\"\n";

ConfigTable file() {
  return ConfigTable::parse_text(text, "run.toml");
}

/// The values of a sweep's axis, from line 2 on.
ConfigValue values(const std::string& toml) {
  return ConfigTable::parse_text("\n" + toml, "sweep.toml").value();
}

ConfigValue value(const std::string& toml) {
  return values("x = " + toml + "\n").members().at(0).second;
}

TEST(ConfigValues, AreSetByPathsThroughTablesAndArrays) {
  ConfigTable changed =
      file().with_value("model.layers.0.outputs", value("7")).with_value("data.source", value("'iris'"));
  EXPECT_EQ(changed.table("model").tables("layers").at(0).integer("outputs", {}), 7);
  EXPECT_EQ(changed.table("model").tables("layers").at(1).string("type"), "tanh");
  EXPECT_EQ(changed.table("data").string("source"), "iris");
  EXPECT_EQ(file().table("model").tables("layers").at(0).integer("outputs", {}), 3) << "the original is as it was";
}

TEST(ConfigValues, ATableIsMergedAndAnArrayReplaces) {
  ConfigTable changed = file().with_value("model", value("{ loss = 'hinge', layers.1.type = 'relu', \"a.b\" = 1 }"));
  ConfigTable model = changed.table("model");
  EXPECT_EQ(model.string("loss"), "hinge");
  EXPECT_EQ(model.tables("layers").size(), 2u);
  EXPECT_EQ(model.tables("layers").at(1).string("type"), "relu");
  EXPECT_EQ(model.tables("layers").at(0).integer("outputs", {}), 3);
  EXPECT_EQ(model.table("a").integer("b", {}), 1);
  ConfigTable replaced = file().with_value("model.layers", value("[{ type = 'relu' }]"));
  EXPECT_EQ(replaced.table("model").tables("layers").size(), 1u);
}

TEST(ConfigValues, KeepTheLineThatTheyStandOn) {
  ConfigTable changed =
      file().with_value("model.layers.0.outputs", value("'many'")).with_value("model.layers.0.outpts", value("3"));
  ConfigTable layer = changed.table("model").tables("layers").at(0);
  expect_error([&] { layer.integer("outputs", {}); }, ErrorKind::configuration,
               {"sweep.toml:2", "model.layers[0].outputs", "'many'"});
  layer.string("type");
  expect_error([&] { layer.finish(); }, ErrorKind::configuration, {"sweep.toml:2", "outpts", "did you mean 'outputs'"});
}

TEST(ConfigValues, RefusePathsThatLeadNowhere) {
  const auto refused = [](const std::string& path, const std::vector<std::string>& words) {
    expect_error([&] { file().with_value(path, value("1")); }, ErrorKind::configuration, words);
  };
  refused("model.layers.2.outputs", {"sweep.toml:2", "model.layers.2", "array of 2", "0 to 1"});
  refused("model.layers.first.outputs", {"sweep.toml:2", "model.layers.first"});
  refused("model.layers.-1.outputs", {"sweep.toml:2"});
  refused("model.loss.delta", {"sweep.toml:2", "model.loss.delta", "'huber'"});
  refused("model..loss", {"sweep.toml:2", "empty part"});
  refused("model.", {"sweep.toml:2", "empty part"});
  refused("", {"sweep.toml:2", "empty part"});
}

TEST(ConfigValues, TellTheirFormAndOrder) {
  const auto members = values("b = 1\na = [1, 'two']\n[c]\nd = 2.5\n").members();
  ASSERT_EQ(members.size(), 3u);
  EXPECT_EQ(members[0].first, "b");
  EXPECT_EQ(members[1].first, "a");
  EXPECT_EQ(members[1].second.place(), "sweep.toml:3");
  EXPECT_TRUE(members[1].second.is_array());
  EXPECT_EQ(members[1].second.elements().at(1).text(), "two");
  EXPECT_TRUE(members[1].second.elements().at(1).is_string());
  EXPECT_EQ(members[1].second.text(), "[1, \"two\"]");
  EXPECT_TRUE(members[2].second.is_table());
  EXPECT_EQ(members[2].second.members().at(0).second.text(), "2.5");
  EXPECT_TRUE(members[0].second.elements().empty());
  expect_error([&] { members[0].second.refuse("b", "is too small"); }, ErrorKind::configuration,
               {"sweep.toml:2: key 'b': is too small"});
}

}  // namespace
}  // namespace tacit
