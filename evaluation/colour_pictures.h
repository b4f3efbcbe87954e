#pragma once

#include <cstddef>
#include <string>

#include "datasets/dataset.h"
#include "evaluation/reproduce/reproduction.h"

namespace tacit::evaluation {

/// Pictures [3, 32, 32] with values in [0, 1] for what was published on CIFAR-10.
struct ColourPictures {
  datasets::Dataset data;
  std::string name;
  std::string note;  ///< what differs from the paper's data; empty for CIFAR-10 itself
};

/// CIFAR-10's own test_batch.bin, if control.data_folder is given: there or in its cifar-10-batches-bin. Else the
/// bundled photographs. Throws Error(io) or Error(data) naming the file.
ColourPictures colour_pictures(const ReproductionControl& control);

/// One example of a data set, as the data of a client of a model with `classes` outputs.
datasets::Dataset client_with(const datasets::Dataset& data, std::span<const std::size_t> examples,
                              std::size_t classes);

/// PSNR (dB) and SSIM of reconstructions [n, input_size] of all pictures of a client, best assignment.
struct PictureQuality {
  double psnr = 0, ssim = 0, mse = 0;
};
PictureQuality picture_quality(std::span<const double> reconstructions, const datasets::Dataset& truth);

}  // namespace tacit::evaluation
