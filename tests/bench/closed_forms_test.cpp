#include "bench/closed_forms.h"

#include <cmath>

#include "core/error.h"

namespace tacit::bench {
namespace {

TEST(ClosedForms, FindTheInput) {
  const auto work = prepare_closed_form("analytic");
  EXPECT_EQ(work->error(), INFINITY);
  work->call();
  EXPECT_LT(work->error(), 1e-10);
}

/// Updates that went over the wire are rounded to float.
TEST(ClosedForms, FindTheInputFromTheWire) {
  std::size_t told = 0;
  const auto measured = measure_closed_forms(Extent::quick, [&](const MeasuredClosedForm& row, std::size_t of) {
    EXPECT_EQ(of, closed_forms(Extent::quick).size());
    EXPECT_EQ(row.name, closed_forms(Extent::quick)[told++]);
    EXPECT_GT(row.seconds, 0) << row.name;
    EXPECT_LT(row.error, 1e-3) << row.name;
  });
  EXPECT_EQ(told, measured.size());
}

TEST(ClosedForms, RefuseNamesThatThereAreNot) {
  for (const char* name : {"analytical", "snapshot_n", "snapshot_n1", "snapshot_nx", "snapshot_n100", "r_gap"})
    EXPECT_THROW(prepare_closed_form(name), Error) << name;
}

}  // namespace
}  // namespace tacit::bench
