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
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 9);
}

}  // namespace
}  // namespace tacit::attacks
