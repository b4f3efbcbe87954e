#pragma once

#include <string>
#include <vector>

#include "core/config.h"

namespace tacit::models {

/// Ready models that a [model] section may name by `preset`. All of them take images [channels, height, width]; the
/// parameter counts are those of the usual image and number of classes.
///
///   lenet5     LeCun et al. 1998, as it is usually trained today (tanh, average pooling without parameters, all maps
///              connected): 61,706 parameters for 1x28x28 and 10 classes
///   lenet_dlg  the LeNet of Deep Leakage from Gradients (Zhu, Liu, Han, NeurIPS 2019): three convolutions 5x5 of 12
///              channels with strides 2, 2, 1 and sigmoids, start values uniform in [-0.5, 0.5): 85,036 parameters for
///              3x32x32 and 100 classes
///   cnn4       two convolutions 3x3 of 32 and 64 channels, pooling, 128 units: 1,199,882 parameters for 1x28x28 and 10
///              classes
///   resnet8    the residual network of He et al. (CVPR 2016) for 32x32 images with one block in each of three stages,
///              projections where the size changes, and GroupNorm (8 groups) in place of BatchNorm, as federated
///              training wants it (Hsieh et al., ICML 2020): 78,042 parameters for 3x32x32 and 10 classes
const std::vector<std::string>& preset_names();

/// The [[model.layers]] tables of a ready model, `name` one of preset_names().
std::vector<ConfigTable> preset_layers(const std::string& name, std::size_t classes);

}  // namespace tacit::models
