#include "attacks/threat_model.h"

#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

ThreatModel parsed(const std::string& text) {
  ConfigTable table = ConfigTable::parse_text(text, "test.toml");
  const ThreatModel model = ThreatModel::from_config(table);
  table.finish();
  return model;
}

TEST(ThreatModels, DefaultsGrantNoLabelsAndNoBounds) {
  const ThreatModel model = parsed("");
  EXPECT_EQ(model.observer, Observer::honest_but_curious_coordinator);
  EXPECT_TRUE(model.grants(Need::individual_update));
  EXPECT_TRUE(model.grants(Need::batch_size));
  EXPECT_FALSE(model.grants(Need::labels));
  EXPECT_FALSE(model.grants(Need::feature_bounds));
}

TEST(ThreatModels, ReadEveryKey) {
  const ThreatModel model = parsed(
      "observer = \"eavesdropper\"\nknows_labels = true\nknows_batch_size = false\nknows_learning_rate = false\n"
      "knows_local_steps = false\nfeature_bounds = [-1.0, 2.0]\nfeatures_are_angles = true\n");
  EXPECT_EQ(model.observer, Observer::eavesdropper);
  EXPECT_TRUE(model.grants(Need::labels));
  EXPECT_FALSE(model.grants(Need::batch_size));
  EXPECT_FALSE(model.grants(Need::learning_rate));
  EXPECT_FALSE(model.grants(Need::local_steps));
  EXPECT_EQ(model.feature_bounds, (Bounds{-1, 2}));
  EXPECT_TRUE(model.features_are_angles);
}

TEST(ThreatModels, RefuseUnknownObserversKeysAndBounds) {
  expect_error([] { parsed("observer = \"god\""); }, ErrorKind::configuration,
               {"test.toml:1", "honest_but_curious_coordinator", "eavesdropper", "member"});
  expect_error([] { parsed("knows_label = true"); }, ErrorKind::configuration, {"knows_label"});
  expect_error([] { parsed("feature_bounds = [2.0, 1.0]"); }, ErrorKind::configuration, {"feature_bounds", "lower"});
  expect_error([] { parsed("knows_feature_bounds = false\nfeature_bounds = [0.0, 1.0]"); }, ErrorKind::configuration,
               {"feature_bounds"});
}

TEST(ThreatModels, TakeOfferedBoundsUnlessDeniedOrNamed) {
  ThreatModel open = parsed(""), denied = parsed("knows_feature_bounds = false"),
              named = parsed("feature_bounds = [0.0, 2.0]");
  for (ThreatModel* model : {&open, &denied, &named}) model->offer_feature_bounds({0, 1}, true);
  EXPECT_EQ(open.feature_bounds, (Bounds{0, 1}));
  EXPECT_TRUE(open.features_are_angles);
  EXPECT_FALSE(denied.grants(Need::feature_bounds));
  EXPECT_FALSE(denied.features_are_angles);
  EXPECT_EQ(named.feature_bounds, (Bounds{0, 2}));
}

TEST(ThreatModels, AMismatchIsOneSentence) {
  expect_error([] { parsed("").require(Need::labels, "the label rule"); }, ErrorKind::configuration,
               {"the label rule needs the labels of the examples, which the threat model denies to the "
                "honest_but_curious_coordinator"});
  expect_error([] { parsed("observer = \"member\"").require(Need::individual_update, "attack 'dlg'"); },
               ErrorKind::configuration, {"update of a single client", "member"});
}

TEST(ThreatModels, PrintOneFactALine) {
  const std::string table = parsed("feature_bounds = [0.0, 1.0]").table();
  EXPECT_NE(table.find("labels                     unknown\n"), std::string::npos) << table;
  EXPECT_NE(table.find("[0, 1]"), std::string::npos) << table;
  EXPECT_NE(table.find("sees                       one_update\n"), std::string::npos) << table;
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 16);
}

TEST(ThreatModels, OfEachObserverSeeAndCraftWhatItsPlaceAllows) {
  const ThreatModel honest = parsed(""), malicious = parsed("observer = \"malicious_coordinator\""),
                    client = parsed("observer = \"malicious_client\""),
                    eavesdropper = parsed("observer = \"eavesdropper\"\nobserves = \"many_rounds\"");
  EXPECT_FALSE(honest.is_malicious());
  EXPECT_FALSE(honest.grants(Need::crafted_parameters));
  EXPECT_TRUE(malicious.is_malicious());
  EXPECT_TRUE(malicious.grants(Need::individual_update));
  EXPECT_TRUE(malicious.grants(Need::crafted_parameters));
  EXPECT_TRUE(malicious.grants(Need::crafted_model));
  EXPECT_FALSE(parsed("observer = \"malicious_coordinator\"\ncrafts = \"parameters\"").grants(Need::crafted_model));
  EXPECT_FALSE(client.grants(Need::individual_update));
  EXPECT_TRUE(client.grants(Need::global_models));
  EXPECT_TRUE(client.grants(Need::crafted_updates));
  EXPECT_FALSE(client.grants(Need::crafted_parameters));
  EXPECT_TRUE(eavesdropper.grants(Need::many_rounds));
  EXPECT_TRUE(eavesdropper.grants(Need::individual_update));
  const ThreatModel aggregate = parsed("observes = \"aggregate\"");
  EXPECT_TRUE(aggregate.grants(Need::aggregate_update));
  EXPECT_FALSE(aggregate.grants(Need::individual_update));
}

TEST(ThreatModels, RefuseViewsAndCraftsThatAPlaceDoesNotHave) {
  expect_error([] { parsed("observer = \"member\"\nobserves = \"one_update\""); }, ErrorKind::configuration,
               {"test.toml:2", "observes", "member", "one_update"});
  expect_error([] { parsed("observer = \"eavesdropper\"\nobserves = \"aggregate\""); }, ErrorKind::configuration,
               {"eavesdropper", "aggregate"});
  expect_error([] { parsed("crafts = \"model\""); }, ErrorKind::configuration,
               {"crafts", "honest_but_curious_coordinator"});
  expect_error([] { parsed("observer = \"malicious_coordinator\"\ncrafts = \"updates\""); }, ErrorKind::configuration,
               {"crafts", "malicious_coordinator"});
}

TEST(ThreatModels, TakeStatisticsInPairs) {
  const ThreatModel model = parsed("feature_mean = [0.5, 0.25]\nfeature_deviation = [0.1, 0.2]");
  EXPECT_TRUE(model.grants(Need::data_statistics));
  EXPECT_FALSE(parsed("").grants(Need::data_statistics));
  expect_error([] { parsed("feature_mean = [0.5]"); }, ErrorKind::configuration, {"feature_deviation", "1", "0"});
  expect_error([] { parsed("feature_mean = [0.5]\nfeature_deviation = [0.0]"); }, ErrorKind::configuration,
               {"feature_deviation"});
}

TEST(ThreatModels, NameEveryNeed) {
  for (const Need need :
       {Need::individual_update, Need::many_rounds, Need::aggregate_update, Need::global_models, Need::crafted_updates,
        Need::crafted_parameters, Need::crafted_model, Need::labels, Need::batch_size, Need::learning_rate,
        Need::local_steps, Need::pipeline, Need::normalisation_statistics, Need::feature_bounds, Need::data_statistics,
        Need::table_columns, Need::public_data})
    EXPECT_NE(to_string(need), "unknown");
}

}  // namespace
}  // namespace tacit::attacks
