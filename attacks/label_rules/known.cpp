#include "attacks/label_rules/known.h"

#include "core/error.h"

namespace tacit::attacks {

LabelGuess Known::guess(const LabelEvidence& evidence) const {
  if (evidence.known == nullptr) fail(ErrorKind::usage, "label rule 'known' was given no labels");
  const auto& labels = evidence.known->labels;
  if (labels.size() != evidence.count) {
    fail(ErrorKind::usage, "label rule 'known' was given {} labels for {} examples", labels.size(), evidence.count);
  }
  for (const std::int32_t label : labels) {
    if (label < 0 || static_cast<std::size_t>(label) >= evidence.classes) {
      fail(ErrorKind::usage, "label rule 'known' was given label {}, the run has {} classes", label, evidence.classes);
    }
  }
  return {false, {labels}};
}

}  // namespace tacit::attacks
