// Tacit's side of bench/peers/training.py: answers JSON lines (bench/json_lines.h).
//
//   {"do": "prepare", "network": "lenet5", "task": "step", "batch": 32}
//       makes it ready and calls once: {"loss": mean loss of that call, "norm": Euclidean norm of its result, "values":
//       some elements of the result, evenly spread, "floor_seconds": multiply-adds at the rate of registers alone}
//   {"do": "measure", "seconds": 0.1, "calls": 3}
//       calls what was prepared until both are reached: {"seconds": median CPU time of a call, "calls": ..}
#include <cmath>

#include "bench/json_lines.h"
#include "bench/multiply_add_rate.h"
#include "bench/timing.h"
#include "bench/training_work.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

using nlohmann::json;

constexpr std::size_t values_shown = 4096;

double norm_of(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

class Worker {
 public:
  json answer(const json& request) {
    const auto what = request.at("do").get<std::string>();
    if (what == "prepare") return prepare(request);
    if (what == "measure") return measure(request);
    fail(ErrorKind::usage, "asked to do '{}': prepare or measure", what);
  }

 private:
  json prepare(const json& request) {
    work_.reset();
    work_ = bench::prepare({request.at("network"), training_task_from_string(request.at("task")), request.at("batch")});
    work_->call();
    const std::vector<float>& result = work_->result();
    std::vector<float> values;
    for (std::size_t i = 0; i < result.size(); i += result.size() / values_shown + 1) values.push_back(result[i]);
    return {{"loss", work_->loss()},
            {"norm", norm_of(result)},
            {"values", values},
            {"floor_seconds", work_->multiply_adds() / multiply_add_rate<float>()}};
  }

  json measure(const json& request) const {
    if (!work_) fail(ErrorKind::usage, "asked to measure before anything was prepared");
    const TimedCalls timed = time_calls([&] { work_->call(); }, thread_seconds, request.at("calls").get<std::size_t>(),
                                        request.at("seconds").get<double>());
    return {{"seconds", timed.median_seconds}, {"calls", timed.calls}};
  }

  std::unique_ptr<TrainingWork> work_;
};

}  // namespace
}  // namespace tacit::bench

int main() {
  tacit::bench::Worker worker;
  tacit::bench::answer_json_lines([&](const auto& request) { return worker.answer(request); });
}
