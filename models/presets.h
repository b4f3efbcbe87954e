#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "core/parameters.h"

namespace tacit::models {

/// Ready models that a [model] section may name by `preset`. Some read further keys of the section. Parameter counts
/// are those of the usual input and number of classes.
///
/// Any features, as a flat vector:
///   mlp        linear layers of `hidden` ([64, 64]) units with `activation` (tanh; relu, gelu) behind each, and one of
///              the outputs
/// Images [channels, height, width]:
///   lenet5     LeCun et al. 1998, as it is usually trained today (tanh, average pooling without parameters, all maps
///              connected): 61,706 parameters for 1x28x28 and 10 classes
///   lenet_dlg  the LeNet of Deep Leakage from Gradients (Zhu, Liu, Han, NeurIPS 2019): three convolutions 5x5 of 12
///              channels with strides 2, 2, 1 and sigmoids, start values uniform in [-0.5, 0.5): 85,036 parameters for
///              3x32x32 and 100 classes
///   cnn4       two convolutions 3x3 of 32 and 64 channels, pooling, 128 units: 1,199,882 parameters for 1x28x28 and 10
///              classes
///   resnet8, resnet20   the residual networks of He et al. (CVPR 2016) for 32x32 images with one or three blocks in
///   each
///              of three stages of 16, 32, 64 channels, projections where the size changes: 78,042 and 272,474
///              parameters for 3x32x32 and 10 classes
///   resnet18   theirs for ImageNet with the stem that 32x32 images are customarily given, 3x3 without pooling: two
///              blocks in each of four stages of 64 to 512 channels: 11,173,962 parameters for 3x32x32 and 10 classes
///              All three: normalization = "group_norm" (8 groups; resnet18: 32) as federated training wants it (Hsieh
///              et al., ICML 2020), or "batch_norm" with statistics = "averaged", "local" or "frozen".
///   vit        a small vision transformer (Dosovitskiy et al., ICLR 2021; pre-norm, MLPs of four times the width):
///   patch
///              (4), width (128), depth (4), heads (4): 809,354 parameters for 3x32x32 and 10 classes
///   conv_hybrid  two convolutions with pooling, then as `hybrid` with 8 qubits
/// Sequences [tokens] of whole numbers:
///   char_transformer  a causal transformer that answers from the last token: vocabulary, width (128), depth (2), heads
///              (4). With as many classes as the vocabulary it predicts the next character
/// Features, as a flat vector:
///   vqc_classifier  angle encoding on a qubit a feature, an expectation value a class: circuit_layers (2), reuploads
///   (2),
///              input_scale (pi), output_scale (4)
///   vqc_regressor   the same with one output, the mean of Z over the qubits
///   hybrid     a linear layer to `qubits` (4) angles within plus and minus input_scale (1.5), a circuit, a linear
///   layer:
///              circuit_layers (2), reuploads (1), output_scale (3)
const std::vector<std::string>& preset_names();

/// The [[model.layers]] tables of the ready model that the section names, for examples of `input_shape`, with an output
/// a class or a real-valued target. Throws Error(configuration) with the place of the key that does not fit.
std::vector<ConfigTable> preset_layers(ConfigTable& section, const Shape& input_shape, std::size_t outputs);

}  // namespace tacit::models
