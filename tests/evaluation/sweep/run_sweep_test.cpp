#include "evaluation/sweep/run_sweep.h"

#include <algorithm>
#include <fstream>

#include "attacks/rows/cell_summary.h"
#include "attacks/rows/raw_rows_csv.h"
#include "core/expect_error.h"
#include "core/files.h"
#include "evaluation/sweep/findings.h"
#include "evaluation/sweep/sweep_report.h"

namespace tacit::evaluation {
namespace {

namespace fs = std::filesystem;

/// A network that gives its input away and one that does not: with a bias, and without.
const std::string text =
    "[data]\nsource = \"digits\"\n"
    "[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 12\n[[model.layers]]\ntype = \"tanh\"\n"
    "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n"
    "[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n"
    "[sweep]\nquestion = \"Does <it> leak?\"\ntrials = 4\n"
    "[axes]\nmodel.layers.0.bias = [true, false]\nattack = [\"analytic\"]\n";

Sweep sweep_of(const std::string& more = "") {
  return Sweep::from_config(ConfigTable::parse_text(text + more, "sweep.toml"));
}

attacks::RawTable run_in(const fs::path& folder, std::size_t threads, const std::string& more = "") {
  Sweep sweep = sweep_of(more);
  TrialLog log(folder);
  run_sweep(sweep, folder, log, threads, Progress::Style::silent);
  return table_of(sweep, log);
}

/// The table without what a clock decides.
std::string timeless(attacks::RawTable table) {
  for (attacks::RawRow& row : table.rows) row.seconds = 0;
  return attacks::raw_rows_csv(table, {});
}

TEST(RunSweep, MeasuresWhatLeaksAndWhatDoesNot) {
  const TemporaryFolder folder;
  const attacks::RawTable table = run_in(folder.path(), 2);
  const auto summaries = attacks::summarise(table, {});
  const auto find = [&](const std::string& bias, const std::string& attack, attacks::Seen seen) {
    for (const attacks::CellSummary& cell : summaries)
      if (cell.setting[0] == bias && cell.attack == attack && cell.seen == seen) return cell;
    ADD_FAILURE() << bias << " " << attack;
    return attacks::CellSummary();
  };
  const attacks::CellSummary leaks = find("true", "analytic", attacks::Seen::update);
  EXPECT_EQ(leaks.count(attacks::Outcome::recovered), 4u);
  EXPECT_EQ(leaks.identified->value, 1);
  EXPECT_GT(leaks.registered_psnr_db->value, 100);
  EXPECT_EQ(find("true", "analytic", attacks::Seen::noise).count(attacks::Outcome::recovered), 0u);
  EXPECT_EQ(find("true", "grey image", attacks::Seen::nothing).count(attacks::Outcome::recovered), 0u);
  EXPECT_EQ(find("false", "mean image", attacks::Seen::nothing).observations, 4u);
  const attacks::CellSummary refused = find("false", "analytic", attacks::Seen::update);
  EXPECT_FALSE(refused.ran());
  EXPECT_NE(refused.note.find("bias"), std::string::npos) << refused.note;

  const std::vector<Finding> findings = findings_of(summaries);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].leak, Leak::recovered);
  EXPECT_EQ(findings[1].leak, Leak::not_measured);
}

std::string report_of(Sweep& sweep, const fs::path& folder) {
  TrialLog log(folder);
  run_sweep(sweep, folder, log, 2, Progress::Style::silent);
  // From the disk, as a resumed evaluation reads it.
  const attacks::RawTable table = table_of(sweep, log);
  return render_sweep_html(sweep, log, table, attacks::summarise(table, sweep.thresholds), {"", "test"});
}

TEST(RunSweep, DrawsTheLandscapeOfACircuitAndWhatWasFoundInIt) {
  const std::string circuit =
      "[data]\nsource = \"breast_cancer\"\nscaling = \"standardise\"\npca = 1\nrange = [0.0, 6.28]\nangles = true\n"
      "[model]\nloss = \"mean_squared_error\"\n[[model.layers]]\ntype = \"quantum\"\nqubits = 1\nlayers = 2\n"
      "encoding = \"angle\"\nobservables = \"z_first\"\n[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n"
      "[sweep]\ntrials = 2\nnoise_control = false\n[axes]\nattack = [\"vqc_matching\"]\n";
  Sweep sweep = Sweep::from_config(ConfigTable::parse_text(circuit, "sweep.toml"));
  const TemporaryFolder folder;
  const std::string html = report_of(sweep, folder.path());
  EXPECT_NE(html.find("Landscape of trial 0"), std::string::npos);
  EXPECT_NE(html.find("found by vqc_matching"), std::string::npos);
  EXPECT_EQ(html.find("Right entries"), html.rfind("Right entries")) << "explained, but no column: angles are no table";
  EXPECT_TRUE(report_of(sweep, folder.path()) == html) << "read back from the log";
}

TEST(RunSweep, CountsTheRightEntriesOfRowsOfATable) {
  const std::string rows =
      "[data]\nsource = \"breast_cancer\"\nscaling = \"min_max\"\n"
      "[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 12\n[[model.layers]]\ntype = \"tanh\"\n"
      "[[model.layers]]\ntype = \"linear\"\noutputs = 2\n[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n"
      "[sweep]\ntrials = 3\n";
  Sweep sweep = Sweep::from_config(ConfigTable::parse_text(rows + "[axes]\nattack = [\"analytic\"]\n", "sweep.toml"));
  const TemporaryFolder folder;
  const std::string html = report_of(sweep, folder.path());
  EXPECT_NE(html.find("Right entries</th>"), std::string::npos);
  EXPECT_EQ(html.find("Landscape"), std::string::npos);
  TrialLog log(folder.path());
  for (const attacks::CellSummary& cell : attacks::summarise(table_of(sweep, log), {})) {
    ASSERT_TRUE(cell.feature_accuracy) << cell.attack;
    if (cell.attack == "analytic" && cell.seen == attacks::Seen::update)
      EXPECT_EQ(cell.feature_accuracy->value, 1);
    else
      EXPECT_LT(cell.feature_accuracy->value, 0.7) << cell.attack;
  }
  expect_error([&] { Sweep::from_config(ConfigTable::parse_text(rows + "categories = [\"3-40\"]\n", "sweep.toml")); },
               ErrorKind::configuration, {"40"});
  expect_error([] { sweep_of("[sweep.x]\n"); }, ErrorKind::configuration, {"sweep"});
}

// Promise P1.
TEST(RunSweep, GivesTheSameTableForAnyNumberOfThreads) {
  const TemporaryFolder one, three;
  EXPECT_EQ(timeless(run_in(one.path(), 1)), timeless(run_in(three.path(), 3)));
}

TEST(RunSweep, RunsNothingTwiceAndTakesOverWhatIsThere) {
  const TemporaryFolder folder;
  const std::string first = timeless(run_in(folder.path(), 2));
  const std::string log = read_text(folder.path() / "trials.jsonl");
  EXPECT_EQ(timeless(run_in(folder.path(), 2)), first);
  EXPECT_EQ(read_text(folder.path() / "trials.jsonl"), log) << "nothing was done again";
  // Another axis point and fewer trials than there are: the old cells are taken over.
  Sweep wider = Sweep::from_config(ConfigTable::parse_text(text + "training.batch_size = [1, 2]\n", "sweep.toml"));
  TrialLog opened(folder.path());
  std::size_t there = 0;
  for (const Cell& cell : wider.cells) there += opened.has(cell.key, 0);
  EXPECT_EQ(there, wider.cells.size() / 2);
}

TEST(TrialLog, DropsALineThatWasCutOff) {
  const TemporaryFolder folder;
  const std::string whole = timeless(run_in(folder.path(), 2));
  const fs::path file = folder.path() / "trials.jsonl";
  const std::string log = read_text(file);
  // As a kill leaves it: the last line half written.
  const std::size_t last = log.rfind('\n', log.size() - 2) + 1;
  for (const std::size_t kept : {last + 1, last + (log.size() - last) / 2, log.size() - 1}) {
    write_atomically(file, log.substr(0, kept));
    EXPECT_EQ(timeless(run_in(folder.path(), 2)), whole) << kept;
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), [&] {
      const std::string now = read_text(file);
      return std::count(now.begin(), now.end(), '\n');
    }()) << kept;
  }
}

TEST(TrialLog, RefusesWhatItDidNotWrite) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "trials.jsonl")
      << "{\"training\": \"a\", \"rounds\": 1, \"test_accuracy\": null}\nwhat\n";
  expect_error([&] { TrialLog log(folder.path()); }, ErrorKind::data, {"trials.jsonl:2"});
  std::ofstream(folder.path() / "trials.jsonl") << "{\"cell\": \"a\", \"trial\": 0, \"rows\": [\"a,b\"]}\n";
  expect_error([&] { TrialLog log(folder.path()); }, ErrorKind::data, {"trials.jsonl:1", "2 fields"});
}

TEST(TrialLog, BelongsToOneProcessAtATime) {
  const TemporaryFolder folder;
  const TrialLog log(folder.path());
  expect_error([&] { TrialLog second(folder.path()); }, ErrorKind::state, {"another process"});
}

TEST(RunSweep, TrainsFirstWhereItIsAsked) {
  const TemporaryFolder folder;
  const std::string training = "sweep.model = [\"trained\"]\n[coordinator]\nrounds = 2\n[simulation]\nclients = 2\n";
  const attacks::RawTable table = run_in(folder.path(), 2, training);
  ASSERT_TRUE(table.rows.at(0).test_accuracy);
  EXPECT_GT(*table.rows.at(0).test_accuracy, 0);
  const auto written = fs::last_write_time(folder.path() / "trials.jsonl");
  EXPECT_EQ(timeless(run_in(folder.path(), 1, training)), timeless(table));
  EXPECT_EQ(fs::last_write_time(folder.path() / "trials.jsonl"), written);
}

TEST(SweepReport, StandsAloneAndEscapes) {
  const TemporaryFolder folder;
  Sweep sweep = sweep_of();
  TrialLog log(folder.path());
  run_sweep(sweep, folder.path(), log, 2, Progress::Style::silent);
  const attacks::RawTable table = table_of(sweep, log);
  const auto summaries = attacks::summarise(table, sweep.thresholds);
  const std::string html = render_sweep_html(sweep, log, table, summaries, {"tacit 1", "x = \"<b>\""});
  EXPECT_NE(html.find("Does &lt;it&gt; leak?"), std::string::npos);
  EXPECT_EQ(html.find("<it>"), std::string::npos);
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http:"), std::string::npos);
  EXPECT_EQ(html.find("https:"), std::string::npos);
  EXPECT_EQ(html.find("nan"), std::string::npos);
  for (const char* part : {"href=\"rows.csv\"", "4 of 4", "analytic on noise", "grey image", "data:image/png;base64",
                           "recovered by tolerance", "fit and error", "A coordinator that follows"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
  EXPECT_EQ(std::count(html.begin(), html.end(), '<'), std::count(html.begin(), html.end(), '>'));
}

}  // namespace
}  // namespace tacit::evaluation
