#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/known_labels.h"
#include "attacks/linear_layers.h"
#include "attacks/part.h"
#include "attacks/threat_model.h"
#include "core/config.h"
#include "models/model.h"

namespace tacit::attacks {

/// What a label rule may look at.
struct LabelEvidence {
  std::span<const double> gradient;       ///< observed, up to a positive factor; [parameters]
  std::optional<LinearLayer> last_layer;  ///< the layer that makes the outputs, if fully connected
  models::Loss loss = models::Loss::softmax_cross_entropy;
  std::size_t classes = 0;
  std::size_t count = 0;               ///< examples to label
  const KnownLabels* known = nullptr;  ///< under a threat model that grants them
  // For rules that ask the model itself.
  const models::Model<double>* model = nullptr;
  std::span<const double> theta = {};  ///< as sent, [parameters]
  bool has_scale = false;              ///< whether `gradient` is of the size of a gradient
  double change_scale = 0;             ///< theta - change_scale * gradient came back; 0 if a gradient was sent
  std::optional<Bounds> bounds = {};   ///< of the features, if granted
};

/// What an attack does about labels.
struct LabelGuess {
  bool joint = false;  ///< optimise soft labels together with the inputs
  /// Otherwise: lists of `count` labels, to be tried one after another; the gradient-match score decides.
  std::vector<std::vector<std::int32_t>> candidates;
};

/// How labels are found. Stateless.
class LabelRule : public Part {
 public:
  /// Throws Error(configuration) with one sentence if the rule does not apply to such a model, loss or batch.
  virtual LabelGuess guess(const LabelEvidence& evidence) const = 0;
};

/// The rule that a section names: name = "known", "joint", "idlg", "negative_bias", "bias_corrected", "wainakh", "yin",
/// "counts" or "try_all".
std::unique_ptr<const LabelRule> make_label_rule(ConfigTable section);

}  // namespace tacit::attacks
