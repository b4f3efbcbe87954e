#include "models/losses/loss_from_config.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/losses/loss_function.h"

namespace tacit::models {

namespace {

std::vector<double> class_weights(ConfigTable& section, std::size_t classes) {
  const std::vector<double> weights = section.numbers("class_weights", {0, 1e6}, std::vector<double>());
  if (!section.has("class_weights")) return {};
  if (weights.size() != classes)
    section.refuse("class_weights",
                   fmt::format("got {} numbers, expected one for each of {} classes", weights.size(), classes));
  if (std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == 0; }))
    section.refuse("class_weights", "expected a number above 0 among them");
  return weights;
}

/// Names the losses that have a key, where it stands beside one that has not.
void only_of(const ConfigTable& section, const char* key, bool applies, const char* owners, Loss loss) {
  if (!applies && section.has(key))
    section.refuse(key, fmt::format("only {} has it, chosen is {}", owners, to_string(loss)));
}

}  // namespace

LossChoice loss_from_config(ConfigTable& section, const LearningTask& task) {
  LossChoice choice;
  if (task.is_regression()) choice.loss = Loss::mean_squared_error;
  choice.loss = loss_named(section.choice("loss", loss_names(), to_string(choice.loss)));
  if (task.is_regression() && is_of_classes(choice.loss))
    section.refuse("loss", fmt::format("{} is about classes, and the data have real-valued targets; mean_squared_error "
                                       "and huber are about those",
                                       to_string(choice.loss)));
  const bool cross_entropy = choice.loss == Loss::softmax_cross_entropy || choice.loss == Loss::binary_cross_entropy;
  const char* cross_entropies = "the loss softmax_cross_entropy or binary_cross_entropy";
  only_of(section, "label_smoothing", cross_entropy, cross_entropies, choice.loss);
  only_of(section, "class_weights", cross_entropy, cross_entropies, choice.loss);
  only_of(section, "huber_delta", choice.loss == Loss::huber, "the loss huber", choice.loss);
  only_of(section, "margin", choice.loss == Loss::hinge, "the loss hinge", choice.loss);
  if (cross_entropy) {
    choice.settings.label_smoothing = section.number("label_smoothing", {0, 0.9999}, 0.0);
    choice.settings.class_weights = class_weights(section, task.classes);
  }
  if (choice.loss == Loss::huber) choice.settings.huber_delta = section.number("huber_delta", {1e-6, 1e6}, 1.0);
  if (choice.loss == Loss::hinge) choice.settings.margin = section.number("margin", {1e-6, 1e6}, 1.0);
  return choice;
}

}  // namespace tacit::models
