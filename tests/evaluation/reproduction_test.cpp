#include "evaluation/reproduce/reproduction.h"

#include <set>

#include "core/expect_error.h"

namespace tacit::evaluation {
namespace {

TEST(Reproductions, HaveNamesInOrderAndSources) {
  std::string last;
  for (const Reproduction& one : reproductions()) {
    EXPECT_LT(last, std::string(one.name));
    last = one.name;
    EXPECT_NE(one.paper.find("arXiv"), std::string::npos) << one.name;
    EXPECT_FALSE(one.what.empty());
    EXPECT_EQ(&reproduction(one.name), &one);
  }
}

TEST(Reproductions, OfAnUnknownNameListWhatThereIs) {
  expect_error([] { reproduction("idlgg"); }, ErrorKind::usage, {"idlgg", "did you mean 'idlg'"});
}

TEST(Reproductions, ArePrintedWithNotesNumberedBelow) {
  const Reproduction paper{"some", "A paper, arXiv 1", "something", nullptr};
  const std::string text = reproduction_table(paper,
                                              {{"T1", "a", "m", 1.5, 2.25, 2, 2.5, "first note"},
                                               {"T1", "b", "m", {}, 3, {}, {}, "second note"},
                                               {"T1", "c", "m", 4, {}, {}, {}, "first note"}},
                                              120);
  EXPECT_NE(text.find("2 to 2.5"), std::string::npos) << text;
  EXPECT_NE(text.find("  1  first note\n  2  second note\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace tacit::evaluation
