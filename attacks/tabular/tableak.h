#pragma once

#include <memory>

#include "attacks/methods/method.h"

namespace tacit::attacks {

/// TabLeak (Vero et al., ICML 2023, arXiv 2210.01785): gradient matching on the rows of a table. Categories are relaxed
/// by a softmax and numbers bounded by a sigmoid (table_columns.h), `members` independent runs are matched row by row
/// to the best of them and pooled (ensemble.h). Needs the meaning of the columns (`categories`) and the bounds of the
/// features. The rows of the result are the members and, last and chosen, the pooled table with its own score.
///
///   method = "tableak"
///   members = 30
///   categories = ["4-7", "8-10"]   # first and last feature of each
///   [objective] [solver] [labels]  # as for gradient_matching; labels: not "joint", the first candidate is taken
std::unique_ptr<const Method> make_tableak(ConfigTable file);

}  // namespace tacit::attacks
