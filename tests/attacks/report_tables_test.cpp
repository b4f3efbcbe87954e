#include <limits>
#include <sstream>

#include "attacks/report/console_table.h"
#include "attacks/report/csv.h"
#include "attacks/report/json.h"
#include "attacks/report/text.h"
#include "attacks/report/text_table.h"
#include "attacks/report_markup.h"
#include "attacks/report_sample.h"
#include "core/error.h"

namespace tacit::attacks::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// A reader of RFC 4180: records of fields.
std::vector<std::vector<std::string>> parsed_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records(1);
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] != '"') {
        field += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[i++];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == ',') {
      records.back().push_back(std::exchange(field, ""));
    } else if (text.compare(i, 2, "\r\n") == 0) {
      records.back().push_back(std::exchange(field, ""));
      records.emplace_back();
      ++i;
    } else {
      field += text[i];
    }
  }
  records.pop_back();
  return records;
}

TEST(Csv, QuotesByRfc4180) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

TEST(Csv, ReadsBackFieldByField) {
  ReportData data = sample_report();
  const std::string awkward = "a, \"b\"\r\nc";
  data.cases[0].attacks[0].name = awkward;
  data.cases[0].name = "";
  data.cases[0].attacks[0].mean = {
      0.1, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), {}};
  const auto records = parsed_csv(render_csv(data));
  // 11 results, each with a mean, a best and 5 examples, below the header.
  ASSERT_EQ(records.size(), 1u + 11u * 7u);
  for (const auto& record : records) ASSERT_EQ(record.size(), 17u);
  const std::vector<std::string> expected = {"",
                                             data.cases[0].model_sha256,
                                             "attack",
                                             awkward,
                                             "Phong et al. 2018",
                                             "one example gradient",
                                             "mean",
                                             "",
                                             "1",
                                             "0.1",
                                             "inf",
                                             "",
                                             "",
                                             "1",
                                             "1",
                                             "0.0021",
                                             ""};
  EXPECT_EQ(records[1], expected);
  EXPECT_EQ(records[3][6], "example");
  EXPECT_EQ(records[3][7], "0");
  EXPECT_EQ(std::stod(records[3][9]), *data.cases[0].attacks[0].examples[0].mse);
}

TEST(TextTable, AlignsByDisplayWidth) {
  TextTable table({{"Name", false, true}, {"Value", true, false}});
  table.add_row({"Größe", "1.0"});
  table.add_row({"数据", "∞"});
  table.add_row({"plain", "exact (∞)"});
  for (const std::string& line : lines_of(table.str(60))) EXPECT_EQ(display_width(line), 5u + 2u + 9u) << line;
}

TEST(TextTable, WrapsFlexibleColumnsToTheWidth) {
  TextTable table({{"Name", false, true}, {"Value", true, false}});
  table.add_row({"  an indented name of many words that needs several lines", "0.123"});
  const std::vector<std::string> lines = lines_of(table.str(30));
  ASSERT_GT(lines.size(), 4u);
  for (const std::string& line : lines) EXPECT_LE(display_width(line), 30u) << line;
  for (std::size_t i = 2; i < lines.size(); ++i) EXPECT_TRUE(lines[i].starts_with("  ")) << lines[i];
  EXPECT_THROW(table.add_row({"one"}), Error);
  EXPECT_THROW(table.add_spanning_row({"one", "two"}), Error);
}

TEST(ConsoleTable, FitsAHundredColumnsAndKeepsItsColumns) {
  const std::string text = render_table(sample_report(), 100);
  std::size_t width = 0;
  for (const std::string& line : lines_of(text)) {
    EXPECT_LE(display_width(line), 100u) << line;
    EXPECT_EQ(line, line.substr(0, line.find_last_not_of(' ') + 1));
    if (line.starts_with("─")) width = display_width(line);
    // Result rows end in the last column, so they are as wide as the rule.
    const bool result =
        line.find("· Mean image") != std::string::npos || line.find("L-BFGS matching  ") != std::string::npos;
    EXPECT_TRUE(!result || display_width(line) == width) << line;
  }
  for (const char* piece : {"MLP", "2,410", "95.6%", "one example gradient", "100.0%", "2.52e-13", "· Noise gradient",
                            "VQC", "1.57", "Of 3 scenarios attacked"})
    EXPECT_NE(text.find(piece), std::string::npos) << piece;
}

TEST(ConsoleTable, ShowsAbsentAndInfiniteValues) {
  ReportData data = sample_report();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  data.cases[0].attacks[0].mean = {0.0, std::numeric_limits<double>::infinity(), nan, nan};
  data.cases[1].final_test_accuracy = std::nullopt;
  const std::string text = render_table(data, 100);
  EXPECT_NE(text.find("exact (∞)"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_NE(text.find("–"), std::string::npos);
}

TEST(ConsoleTable, NeverPrintsControlCharacters) {
  ReportData data = sample_report();
  data.cases[0].name = data.cases[0].attacks[0].name = data.cases[0].attacks[0].scenario = "evil\x1b[2J\r\nname";
  for (const char c : render_table(data, 100)) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(ConsoleTable, OfNothingIsStillATable) {
  EXPECT_NE(render_table({}, 100).find("No attack was run"), std::string::npos);
  ReportData bare;
  bare.cases.resize(1);
  EXPECT_NE(render_table(bare, 0).find("no attack was run"), std::string::npos);
}

TEST(AttacksJson, HoldsEveryRowWithNullForWhatIsAbsent) {
  ReportData data = sample_report();
  data.cases[0].attacks[0].name = "quote \" and \xff";
  data.cases[0].attacks[0].mean = {
      0.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), {}};
  const std::string json = render_attacks_json(data);
  EXPECT_EQ(count(json, "\"kind\": \"attack\""), 4u);
  EXPECT_EQ(count(json, "\"kind\": \"baseline\""), 7u);
  EXPECT_NE(json.find("\"name\": \"quote \\\" and \xef\xbf\xbd\""), std::string::npos);
  EXPECT_NE(
      json.find("\"mse\": 0.0,\n    \"psnr_db\": null,\n    \"ssim\": null,\n    \"circular_distance_rad\": null,\n"
                "    \"exact\": true"),
      std::string::npos);
  EXPECT_EQ(json.find("nan"), std::string::npos);
  EXPECT_EQ(json.find("inf"), std::string::npos);
  EXPECT_EQ(render_attacks_json({}), "[]");
}

TEST(VerdictsJson, HoldsOneObjectAScenario) {
  const std::string json = render_verdicts_json(sample_report());
  EXPECT_EQ(count(json, "\"leakage\": "), 3u);
  EXPECT_NE(json.find("\"leakage\": \"no better than a guess\""), std::string::npos);
  EXPECT_NE(json.find("\"exact_examples\": 5"), std::string::npos);
  EXPECT_EQ(count(json, "\"labels_leak\": true"), 3u);
}

}  // namespace
}  // namespace tacit::attacks::report
