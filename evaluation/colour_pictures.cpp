#include "evaluation/colour_pictures.h"

#include <fmt/format.h>

#include <filesystem>

#include "attacks/score.h"

namespace tacit::evaluation {

ColourPictures colour_pictures(const ReproductionControl& control) {
  if (control.data_folder.empty()) {
    const ConfigTable section = ConfigTable::parse_text("source = \"natural32\"\ntest_fraction = 0.0", "the pictures");
    return {datasets::load(section, control.seed).train, "bundled photographs",
            "Bundled 32x32 photographs instead of CIFAR-10."};
  }
  const std::filesystem::path folder(control.data_folder);
  std::filesystem::path file = folder / "test_batch.bin";
  if (!std::filesystem::exists(file)) file = folder / "cifar-10-batches-bin" / "test_batch.bin";
  ConfigTable section = ConfigTable::parse_text(
      fmt::format("source = \"cifar10\"\nfiles = ['{}']\ntest_fraction = 0.0", file.string()), "the pictures");
  return {datasets::load(section, control.seed).train, "CIFAR-10", ""};
}

datasets::Dataset client_with(const datasets::Dataset& data, std::span<const std::size_t> examples,
                              std::size_t classes) {
  datasets::Dataset client = data.subset(examples);
  client.classes = classes;
  client.class_names.clear();
  return client;
}

PictureQuality picture_quality(std::span<const double> reconstructions, const datasets::Dataset& truth) {
  const attacks::GroundTruth known{{truth.features.begin(), truth.features.end()}, truth.labels};
  const attacks::Features features{truth.feature_shape, attacks::Bounds{0, 1}, false};
  const attacks::Score score = attacks::score(reconstructions, {}, known, features);
  return {score.mean_psnr.value_or(0), score.mean_ssim.value_or(0), score.mean_mse};
}

}  // namespace tacit::evaluation
