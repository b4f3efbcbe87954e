#include <limits>
#include <regex>

#include "attacks/report/html_report.h"
#include "attacks/report_markup.h"
#include "attacks/report_sample.h"
#include "core/error.h"

namespace tacit::attacks::report {
namespace {

constexpr const char* kHostile = "<script>alert(\"x\")</script> & 'quoted' \x1b[2J \xff";

// Every text of the sample replaced by something that would break out of the page.
ReportData hostile_report() {
  ReportData data = sample_report();
  data.title = data.when = data.software_version = data.configuration = kHostile;
  for (AuditCase& audited : data.cases) {
    audited.name = audited.model = audited.model_sha256 = audited.threat_model.description = kHostile;
    for (KnowledgeRow& row : audited.threat_model.knowledge) row.name = row.note = kHostile;
    for (auto* rows : {&audited.attacks, &audited.baselines})
      for (ResultRow& row : *rows) row.name = row.source = row.scenario = row.note = kHostile;
    for (PictureRow& row : audited.pictures) {
      row.label = kHostile;
      for (Picture& picture : row.pictures) picture.caption = kHostile;
    }
  }
  return data;
}

// Text between tags, for looking at what a reader sees.
std::string visible(const std::string& html) {
  std::string text;
  bool inside_tag = false;
  for (const char c : html.substr(html.find("<body>"))) {
    if (c == '<') inside_tag = true;
    if (!inside_tag) text += c;
    if (c == '>') inside_tag = false;
  }
  return text;
}

TEST(MarkupFault, FindsFaults) {
  EXPECT_EQ(markup_fault("<p class=\"a\">x &amp; y<br></p>"), "");
  for (const char* faulty : {"<p>", "</p>", "<b><i></b></i>", "<p a=b></p>", "a < b", "a > b", "a & b",
                             "<p a=\"1\" a=\"2\"></p>", "<p", "<p a=\"x></p>"})
    EXPECT_NE(markup_fault(faulty), "") << faulty;
}

TEST(HtmlReport, IsWellFormed) {
  EXPECT_EQ(markup_fault(render_html(sample_report())), "");
  EXPECT_EQ(markup_fault(render_html({})), "");
  ReportData bare;
  bare.cases.resize(2);
  EXPECT_EQ(markup_fault(render_html(bare)), "");
}

TEST(HtmlReport, HasEverySection) {
  const std::string html = render_html(sample_report());
  for (const char* id : {"verdict", "summary", "case-1", "case-2", "reading", "configuration"}) {
    EXPECT_NE(html.find(fmt::format("<section id=\"{}\"", id)), std::string::npos) << id;
    EXPECT_NE(html.find(fmt::format("href=\"#{}\"", id)), std::string::npos) << id;
  }
  for (const char* text :
       {"5 of 5 examples exactly", "2,410", "95.6%", "1.01 MB", "ε = 3.20, δ = 1.00e-5", "Geiping et al. 2020",
        "round 20 FedAvg update of 287 examples", "learning_rate = 0.1", "Noise gradient",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "hidden"})
    EXPECT_NE(html.find(text), std::string::npos) << text;
}

TEST(HtmlReport, EscapesEveryText) {
  const std::string html = render_html(hostile_report());
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
  EXPECT_EQ(html.find('\xff'), std::string::npos);
  EXPECT_GT(count(html, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quoted&#39;"), 50u);
}

TEST(HtmlReport, LoadsNothingAndRunsNothing) {
  ReportData data = sample_report();
  data.configuration = "server = \"https://example.org\"";
  const std::string html = render_html(data);
  const std::regex reference(R"re((src|href|action|data|srcset|poster)="([^"]{0,30}))re");
  std::size_t pictures = 0;
  for (std::sregex_iterator it(html.begin(), html.end(), reference), end; it != end; ++it) {
    const std::string target = (*it)[2];
    const bool picture = target.starts_with("data:image/png;base64,");
    pictures += picture;
    EXPECT_TRUE(picture || target.starts_with("#")) << target;
  }
  EXPECT_EQ(pictures, 21u);
  for (const char* loader : {"<script", "<link", "<iframe", "@import", "url(", "onload", "onclick", "javascript:"})
    EXPECT_EQ(html.find(loader), std::string::npos) << loader;
  EXPECT_EQ(count(html, "https://"), 1u);
  EXPECT_EQ(count(html, "http://"), 0u);
}

TEST(HtmlReport, ShowsAbsentAndInfiniteValuesInWords) {
  ReportData data = sample_report();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  ResultRow& row = data.cases[0].attacks[0];
  row.mean = {0.0, std::numeric_limits<double>::infinity(), nan, nan};
  row.best = {nan, nan, nan, nan};
  row.label_accuracy = row.seconds = nan;
  data.cases[1].final_test_accuracy = nan;
  data.cases[1].curve[3].test_loss = nan;
  data.cases[1].pictures[0].pictures[1].image.pixels[5] = std::numeric_limits<float>::quiet_NaN();
  const std::string text = visible(render_html(data));
  EXPECT_NE(text.find("exact (∞)"), std::string::npos);
  EXPECT_NE(text.find("1 of 64 values not finite"), std::string::npos);
  EXPECT_FALSE(std::regex_search(text, std::regex(R"re(\b(nan|NaN|NAN|inf|INF)\b)re")));
}

TEST(HtmlReport, NamesThePictureWhoseSizesDisagree) {
  ReportData data = sample_report();
  data.cases[0].pictures[1].pictures[2].image.pixels.pop_back();
  try {
    render_html(data);
    FAIL() << "the picture was drawn";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("Picture 3 of row 'Example 2'"), std::string::npos) << error.what();
  }
}

TEST(HtmlReport, SaysSoWhenNothingWasAttacked) {
  ReportData data = sample_report();
  data.cases.resize(1);
  data.cases[0].attacks.clear();
  data.cases[0].baselines.clear();
  const std::string html = render_html(data);
  EXPECT_NE(html.find("No attack was run, so nothing can be said"), std::string::npos);
  EXPECT_EQ(markup_fault(html), "");
}

}  // namespace
}  // namespace tacit::attacks::report
