#pragma once

#include <string>

#include "core/config.h"
#include "core/parameters.h"

namespace tacit::models::presets {

/// What a ready model is made for. Keys of its own it reads from the section.
struct Request {
  ConfigTable& section;
  const Shape& input_shape;
  std::size_t outputs;  ///< classes, or real-valued targets
};

/// A [[layers]] table with these lines.
std::string layer(const std::string& type, const std::string& keys = "");
std::string convolution(int channels, int kernel, int stride, int padding, const std::string& more = "");
std::string linear(std::size_t outputs, const std::string& more = "");

// Each returns the [[layers]] tables of a model.
std::string mlp(const Request& request);
std::string lenet5(const Request& request);
std::string lenet_dlg(const Request& request);
std::string cnn4(const Request& request);
std::string resnet8(const Request& request);
std::string resnet18(const Request& request);
std::string resnet20(const Request& request);
std::string vit(const Request& request);
std::string char_transformer(const Request& request);
std::string vqc_classifier(const Request& request);
std::string vqc_regressor(const Request& request);
std::string hybrid(const Request& request);
std::string conv_hybrid(const Request& request);

}  // namespace tacit::models::presets
