#include "models/losses/loss_function.h"

#include "core/error.h"
#include "models/losses/mean_squared_error.h"
#include "models/losses/softmax_cross_entropy.h"

namespace tacit::models {

template <class T>
const LossFunction<T>& loss_function(Loss loss) {
  static const SoftmaxCrossEntropy<T> softmax_cross_entropy;
  static const MeanSquaredError<T> mean_squared_error;
  switch (loss) {
    case Loss::softmax_cross_entropy:
      return softmax_cross_entropy;
    case Loss::mean_squared_error:
      return mean_squared_error;
  }
  fail(ErrorKind::usage, "loss number {} does not exist", static_cast<int>(loss));
}

template const LossFunction<float>& loss_function<float>(Loss);
template const LossFunction<double>& loss_function<double>(Loss);

}  // namespace tacit::models
