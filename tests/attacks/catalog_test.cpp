#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr const char* quick =
    "method = \"gradient_matching\"\n[objective]\nname = \"cosine\"\n[solver]\nname = \"lbfgs\"\niterations = 1\n"
    "[initialiser]\nname = \"normal\"\n[labels]\nname = \"joint\"\n";

TEST(Catalog, EveryAttackReadsAndNamesItsPaper) {
  const auto names = catalog_names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(
      names, ::testing::IsSupersetOf({"algebraic", "analytic", "april", "dimitrov", "dlg", "fishing", "idlg", "imprint",
                                      "inverting_gradients", "inverting_gradients_fedavg", "loki", "low_pass", "modern",
                                      "r_gap", "snapshot", "trap_weights", "vqc_matching", "wei"}));
  for (const std::string& name : names) {
    const AttackSettings attack = AttackSettings::from_catalog(name);
    EXPECT_EQ(attack.name, name);
    EXPECT_FALSE(attack.paper.empty()) << name;
  }
  expect_error([] { AttackSettings::from_catalog("dgl"); }, ErrorKind::usage,
               {"'dgl'", "did you mean 'dlg'", "analytic"});
}

TEST(SettingsFiles, RefuseUnknownAndMissingKeys) {
  expect_error([] { settings(std::string("restart = 3\n") + quick); }, ErrorKind::configuration,
               {"restart", "test.toml:1"});
  expect_error([] { settings("method = \"gradient_matching\""); }, ErrorKind::configuration, {"objective.name"});
  expect_error([] { settings("method = \"magic\""); }, ErrorKind::configuration, {"magic", "analytic_linear"});
  expect_error([] { settings("method = \"algebraic\"\ntolerance = 0.0"); }, ErrorKind::configuration, {"tolerance"});
  expect_error([] { settings("method = \"analytic_linear\"\nrestarts = 2"); }, ErrorKind::configuration, {"restarts"});
}

}  // namespace
}  // namespace tacit::attacks
