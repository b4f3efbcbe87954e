#include "core/config.h"

#include "core/expect_error.h"
#include "core/files.h"

namespace tacit {
namespace {

constexpr char sample[] = R"(title = "one"
[training]
rounds = 20
learning_rate = 0.05
batch = 32
nesterov = true
schedule = "cosine"
milestones = [5, 10]
weights = [0.5, 1]
tags = ["a", "b"]
[training.optimizer]
name = "sgd"
[[attack]]
restarts = 3
[[attack]]
restarts = 4
)";

ConfigTable parse(std::string_view text) {
  return ConfigTable::parse_text(text, "run.toml");
}

void expect_refused(const std::function<void()>& action, const std::vector<std::string>& parts) {
  expect_error(action, ErrorKind::configuration, parts);
}

TEST(Config, ReadsEveryTypeOfValue) {
  ConfigTable config = parse(sample);
  EXPECT_EQ(config.string("title"), "one");
  ConfigTable training = config.table("training");
  EXPECT_EQ(training.integer("rounds", {1, 100}), 20);
  EXPECT_EQ(training.number("learning_rate", {0, 1}), 0.05);
  EXPECT_EQ(training.number("batch", {}), 32.0);
  EXPECT_TRUE(training.boolean("nesterov"));
  EXPECT_EQ(training.choice("schedule", {"constant", "cosine"}), "cosine");
  EXPECT_EQ(training.integers("milestones", {}), (std::vector<std::int64_t>{5, 10}));
  EXPECT_EQ(training.numbers("weights", {0, 1}), (std::vector<double>{0.5, 1}));
  EXPECT_EQ(training.strings("tags"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(training.table("optimizer").string("name"), "sgd");
  std::vector<ConfigTable> attacks = config.tables("attack");
  ASSERT_EQ(attacks.size(), 2u);
  EXPECT_EQ(attacks[0].integer("restarts", {}), 3);
  EXPECT_EQ(attacks[1].integer("restarts", {}), 4);
  config.finish();
}

TEST(Config, FallbacksHoldForAbsentKeysOnly) {
  ConfigTable config = parse("a = 1\nb = 'x'");
  EXPECT_EQ(config.integer("a", {}, 5), 1);
  EXPECT_EQ(config.integer("absent", {}, 5), 5);
  EXPECT_EQ(config.number("absent", {}, 0.5), 0.5);
  EXPECT_EQ(config.boolean("absent", true), true);
  EXPECT_EQ(config.string("absent", "y"), "y");
  EXPECT_EQ(config.choice("absent", {"p", "q"}, "p"), "p");
  EXPECT_EQ(config.integers("absent", {}, std::vector<std::int64_t>{1}).size(), 1u);
  EXPECT_EQ(config.numbers("absent", {}, std::vector<double>{}).size(), 0u);
  EXPECT_EQ(config.strings("absent", std::vector<std::string>{"z"}).front(), "z");
  EXPECT_TRUE(config.tables("absent").empty());
  expect_refused([&] { config.integer("b", {}, 5); }, {"run.toml:2: key 'b': got 'x', expected an integer"});
}

TEST(Config, WrongTypesNameWhatWasGotAndExpected) {
  ConfigTable training = parse(sample).table("training");
  expect_refused([&] { training.integer("learning_rate", {}); },
                 {"run.toml:4: key 'training.learning_rate': got 0.05, expected an integer"});
  expect_refused([&] { training.number("schedule", {}); },
                 {"run.toml:7: key 'training.schedule': got 'cosine', expected a finite number"});
  expect_refused([&] { training.boolean("rounds"); },
                 {"run.toml:3: key 'training.rounds': got 20, expected true or false"});
  expect_refused([&] { training.string("optimizer"); }, {"'training.optimizer': got a table, expected a string"});
  expect_refused([&] { training.integers("rounds", {}); }, {"got 20, expected an array, each element an integer"});
  expect_refused([&] { training.integers("weights", {}); },
                 {"key 'training.weights[0]': got 0.5, expected an integer"});
  expect_refused([&] { training.strings("milestones"); }, {"key 'training.milestones[0]': got 5, expected a string"});
  expect_refused([&] { training.table("rounds"); }, {"key 'training.rounds': got 20, expected a table"});
  expect_refused([&] { training.tables("rounds"); }, {"got 20, expected an array of tables"});
  expect_refused([&] { training.tables("tags"); }, {"key 'training.tags[0]': got 'a', expected a table"});
  expect_refused([&] { parse("d = 1979-05-27").string("d"); }, {"got 1979-05-27, expected a string"});
}

TEST(Config, RangesAreClosedAndNamed) {
  ConfigTable config = parse("a = 5\nb = -0.5\nc = [1, 9]");
  EXPECT_EQ(config.integer("a", {5, 5}), 5);
  expect_refused([&] { config.integer("a", {6, 9}); }, {"run.toml:1: key 'a': got 5, expected an integer from 6 to 9"});
  expect_refused([&] { config.integer("a", {.low = 6}); }, {"expected an integer of at least 6"});
  expect_refused([&] { config.integer("a", {.high = 4}); }, {"expected an integer of at most 4"});
  expect_refused([&] { config.number("b", {0, 1.5}); }, {"key 'b': got -0.5, expected a finite number from 0 to 1.5"});
  expect_refused([&] { config.integers("c", {0, 5}); }, {"run.toml:3: key 'c[1]': got 9, expected an integer from 0"});
  expect_refused([&] { config.numbers("c", {2, 9}); }, {"key 'c[0]': got 1, expected a finite number from 2"});
}

TEST(Config, NotANumberAndInfinityAreNoNumbers) {
  ConfigTable config = parse("a = nan\nb = inf\nc = -inf\nd = [1.0, nan]");
  for (const char* key : {"a", "b", "c"}) expect_refused([&] { config.number(key, {}); }, {"expected a finite number"});
  expect_refused([&] { config.numbers("d", {}); }, {"key 'd[1]': got nan"});
}

TEST(Config, MissingKeysComplainWithTheTablesPlace) {
  ConfigTable config = parse(sample);
  expect_refused(
      [&] {
        config.table("training").integer("epochs", {1, 5});
      },
      {"run.toml:2: key 'training.epochs': got nothing (the key is missing), expected an integer from 1 to 5"});
  expect_refused([&] { config.table("absent").table("below").string("name"); },
                 {"run.toml:1: key 'absent.below.name': got nothing"});
  expect_refused([&] { config.tables("attack")[1].string("name"); }, {"run.toml:15: key 'attack[1].name'"});
}

TEST(Config, AMissingKeyThatWasMisspeltIsNamedAsWritten) {
  ConfigTable table = ConfigTable::parse_text("seed = 1\nroundz = 3\n", "text");
  try {
    table.integer("rounds", {1, 10});
    FAIL() << "a missing key was accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "text:2: key 'rounds': got 'roundz' in its place, expected 'rounds' and an integer from 1 to 10");
  }
}

TEST(Config, ChoicesAreListedAndTheNearestNamed) {
  ConfigTable config = parse("o = 'admo'\nbad = 3");
  expect_refused(
      [&] {
        config.choice("o", {"sgd", "adam"});
      },
      {"run.toml:1: key 'o': got 'admo', expected one of 'sgd', 'adam' (did you mean 'adam'?)"});
  expect_refused([&] { config.choice("bad", {"sgd"}); }, {"got 3, expected one of 'sgd'"});
}

TEST(Config, UnknownKeysAreRefusedWithTheNearestKnownOne) {
  ConfigTable config = parse("[training]\nronds = 3\n[training.optimizer]\nname = 'sgd'\n");
  ConfigTable training = config.table("training");
  training.integer("rounds", {}, 1);
  training.integer("batch", {}, 1);
  training.table("optimizer").string("name");
  expect_refused([&] { config.finish(); }, {"run.toml:2: key 'training.ronds': unknown key; did you mean 'rounds'?"});
}

TEST(Config, UnknownKeysFarFromAllListTheKnown) {
  ConfigTable config = parse("zebra = 3\n");
  EXPECT_THROW(config.finish(), Error);
  config.integer("rounds", {}, 1);
  config.boolean("fast", true);
  expect_refused([&] { config.finish(); }, {"run.toml:1: key 'zebra': unknown key; known here: 'fast', 'rounds'"});
}

TEST(Config, FinishLooksIntoEveryDepth) {
  const char text[] = "[a]\n[a.b]\nx = 1\n[[c]]\ny = 1\n[[c]]\ny = 1\nz = 2\n";
  ConfigTable unasked = parse(text);
  expect_refused([&] { unasked.finish(); }, {"run.toml:1: key 'a'"});
  ConfigTable shallow = parse(text);
  shallow.tables("c");
  shallow.table("a");
  expect_refused([&] { shallow.finish(); }, {"run.toml:2: key 'a.b': unknown"});
  ConfigTable deep = parse(text);
  deep.table("a").table("b").integer("x", {});
  for (ConfigTable& item : deep.tables("c")) item.integer("y", {});
  expect_refused([&] { deep.finish(); }, {"run.toml:8: key 'c[1].z': unknown key; known here: 'y'"});
  deep.tables("c")[1].integer("z", {});
  deep.finish();
}

TEST(Config, PresenceAloneDoesNotExcuseTheContent) {
  ConfigTable config = parse("[a]\nx = 1\n");
  EXPECT_TRUE(config.has("a"));
  EXPECT_FALSE(config.has("b"));
  expect_refused([&] { config.finish(); }, {"run.toml:2: key 'a.x': unknown"});
}

TEST(Config, AcceptedTablesAreSomebodyElsesMatter) {
  ConfigTable config = parse("[a]\nx = 1\n[a.b]\ny = 2\n");
  config.table("a").accept_all();
  config.finish();
}

TEST(Config, CopiesShareWhatWasAsked) {
  ConfigTable config = parse("a = 1\n");
  ConfigTable copy = config;
  copy.integer("a", {});
  config.finish();
}

TEST(Config, SyntaxErrorsNameFileLineAndColumn) {
  expect_refused([] { parse("a = 1\nb = = 2\n"); }, {"run.toml:2:5: "});
  expect_refused([] { parse("a = 1\na = 2\n"); }, {"run.toml:2:"});
  expect_refused([] { parse("[a]\nx = 1\n[a]\n"); }, {"run.toml:3:"});
  expect_refused([] { parse("a = '\xff'\n"); }, {"run.toml:1:"});
}

TEST(Config, FilesAreReadAndNamed) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "c.toml";
  write_atomically(file, "a = 1\n");
  EXPECT_EQ(ConfigTable::parse_file(file).integer("a", {}), 1);
  EXPECT_EQ(ConfigTable::parse_file(file).place("a"), file.string() + ":1");
  expect_error([&] { ConfigTable::parse_file(folder.path() / "absent"); }, ErrorKind::io, {"absent"});
}

TEST(Config, RefuseAndPlaceSpeakOfTheKey) {
  ConfigTable training = parse(sample).table("training");
  EXPECT_EQ(training.place("batch"), "run.toml:5");
  EXPECT_EQ(training.place("absent"), "run.toml:2");
  EXPECT_EQ(training.place(), "run.toml:2");
  expect_refused([&] { training.refuse("batch", "larger than the data set"); },
                 {"run.toml:5: key 'training.batch': larger than the data set"});
}

TEST(Config, OverlaysReplaceWholeSections) {
  const ConfigTable base = parse(sample);
  const ConfigTable overlay = ConfigTable::parse_text(
      "[training]\nrounds = 7\n[privacy]\nepsilon = 1.5\n[[attack]]\nrestarts = 9\n", "overlay.toml");
  ConfigTable both = base.overlaid(overlay);
  EXPECT_EQ(both.string("title"), "one");
  EXPECT_EQ(both.table("training").integer("rounds", {}), 7);
  EXPECT_FALSE(both.table("training").has("batch"));
  EXPECT_FALSE(both.table("training").has("optimizer"));
  EXPECT_EQ(both.table("privacy").number("epsilon", {}), 1.5);
  EXPECT_EQ(both.tables("attack").size(), 1u);
  EXPECT_EQ(both.table("training").place("rounds"), "overlay.toml:2");
  EXPECT_EQ(both.place("title"), "run.toml:1");
  EXPECT_EQ(parse(sample).to_toml(), base.to_toml());
}

TEST(Config, WithoutTakesOneEntryAway) {
  const ConfigTable table = ConfigTable::parse_text("a = 1\n[b]\nc = 2\n", "text");
  EXPECT_EQ(table.without("b").to_toml(), ConfigTable::parse_text("a = 1\n", "text").to_toml());
  EXPECT_EQ(table.without("absent").to_toml(), table.to_toml());
  EXPECT_EQ(table.only({"b", "absent"}).to_toml(), ConfigTable::parse_text("[b]\nc = 2\n", "text").to_toml());
  EXPECT_TRUE(table.has("b"));
}

TEST(Config, WithSetsOneValue) {
  const ConfigTable base = parse(sample);
  ConfigTable changed = base.with("training.rounds", 99).with("run.name", "test \"x\"").with("seed", 0);
  EXPECT_EQ(changed.table("training").integer("rounds", {}), 99);
  EXPECT_EQ(changed.table("training").integer("batch", {}), 32);
  EXPECT_EQ(changed.table("run").string("name"), "test \"x\"");
  EXPECT_EQ(changed.integer("seed", {}), 0);
  ConfigTable original = base;
  EXPECT_EQ(original.table("training").integer("rounds", {}), 20);
  expect_refused(
      [&] {
        changed.table("training").integer("rounds", {1, 5});
      },
      {"command line: key 'training.rounds': got 99"});
  expect_refused([&] { base.with("title.x", 1); }, {"run.toml:1: key 'title': got 'one', expected a table"});
  expect_error([&] { base.with("a..b", 1); }, ErrorKind::usage, {"dotted key"});
  expect_error([&] { base.with("", 1); }, ErrorKind::usage, {"dotted key"});
  expect_refused([&] { base.with("a", "\xff\xfe"); }, {"command line"});
}

TEST(NearestWord, FindsTypingErrorsAndNothingElse) {
  const std::vector<std::string> words = {"rounds", "learning_rate", "batch_size", "lr"};
  EXPECT_EQ(nearest_word("ronds", words), "rounds");
  EXPECT_EQ(nearest_word("roudns", words), "rounds");
  EXPECT_EQ(nearest_word("learning-rate", words), "learning_rate");
  EXPECT_EQ(nearest_word("batchsize", words), "batch_size");
  EXPECT_EQ(nearest_word("lt", words), "lr");
  EXPECT_EQ(nearest_word("epsilon", words), "");
  EXPECT_EQ(nearest_word("", words), "");
  EXPECT_EQ(nearest_word("x", {}), "");
}

}  // namespace
}  // namespace tacit
