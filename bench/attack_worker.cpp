// Tacit's side of bench/peers/attacks.py: answers JSON lines (bench/json_lines.h).
//
//   {"do": "prepare", "model": "mlp", "precision": "float", "batch": 1, "restarts": 1}
//       makes it ready: {"starts": for each restart {"value", "distance", "gradient": some elements of it, evenly
//       spread}, "floor_seconds": multiply-adds of an iteration at the rate of registers alone}
//   {"do": "measure", "seconds": 0.1, "calls": 3}
//       runs what was prepared until both are reached: {"seconds": median CPU time of an iteration of all restarts}
#include "bench/attack_work.h"
#include "bench/json_lines.h"
#include "bench/multiply_add_rate.h"
#include "bench/timing.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

using nlohmann::json;

constexpr std::size_t values_shown = 4096;

json shown(const AttackWork::Start& start) {
  std::vector<double> values;
  for (std::size_t i = 0; i < start.gradient.size(); i += start.gradient.size() / values_shown + 1)
    values.push_back(start.gradient[i]);
  return {{"value", start.value}, {"distance", start.distance}, {"gradient", values}};
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
    const AttackCase which{request.at("model"), request.at("precision"), request.at("batch"), request.at("restarts")};
    work_ = bench::prepare(which);
    json starts = json::array();
    for (std::size_t restart = 0; restart < which.restarts; ++restart) starts.push_back(shown(work_->start(restart)));
    const double rate = which.precision == "float" ? multiply_add_rate<float>() : multiply_add_rate<double>();
    return {{"starts", starts}, {"floor_seconds", work_->multiply_adds() / rate}};
  }

  json measure(const json& request) const {
    if (!work_) fail(ErrorKind::usage, "asked to measure before anything was prepared");
    const TimedCalls timed = time_calls([&] { work_->call(); }, thread_seconds, request.at("calls").get<std::size_t>(),
                                        request.at("seconds").get<double>());
    return {{"seconds", timed.median_seconds / static_cast<double>(AttackWork::iterations)}, {"calls", timed.calls}};
  }

  std::unique_ptr<AttackWork> work_;
};

}  // namespace
}  // namespace tacit::bench

int main() {
  tacit::bench::Worker worker;
  tacit::bench::answer_json_lines([&](const auto& request) { return worker.answer(request); });
}
