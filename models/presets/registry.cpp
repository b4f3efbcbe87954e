#include "models/presets.h"
#include "models/presets/text.h"

namespace tacit::models {

namespace {

struct Preset {
  const char* name;
  std::string (*text)(const presets::Request& request);
};
constexpr Preset all_presets[] = {
    {"mlp", presets::mlp},
    {"lenet5", presets::lenet5},
    {"lenet_dlg", presets::lenet_dlg},
    {"cnn4", presets::cnn4},
    {"resnet8", presets::resnet8},
    {"resnet18", presets::resnet18},
    {"resnet20", presets::resnet20},
    {"vit", presets::vit},
    {"char_transformer", presets::char_transformer},
    {"vqc_classifier", presets::vqc_classifier},
    {"vqc_regressor", presets::vqc_regressor},
    {"hybrid", presets::hybrid},
    {"conv_hybrid", presets::conv_hybrid},
};

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Preset& preset : all_presets) all.emplace_back(preset.name);
    return all;
  }();
  return names;
}

std::vector<ConfigTable> preset_layers(ConfigTable& section, const Shape& input_shape, std::size_t outputs) {
  const std::string name = section.choice("preset", preset_names());
  for (const Preset& preset : all_presets)
    if (name == preset.name)
      return ConfigTable::parse_text(preset.text({section, input_shape, outputs}), "preset " + name).tables("layers");
  section.refuse("preset", "no ready model is named '" + name + "'");
}

}  // namespace tacit::models
