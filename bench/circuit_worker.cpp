// Tacit's side of bench/peers/: reads one JSON object a line from standard input and answers each with one line. The
// other simulators' workers (bench/peers/worker.py) speak the same.
//
//   {"do": "prepare", "work": "gradient", "precision": "float", "qubits": 8, "batch": 256, "threads": 1}
//       compiles and calls: {"routes": {NAME: {"seconds": wall time of a call, "values": what it wrote}}}; values are
//       <Z_0> of each sample for forward, the gradient of their sum by the parameters otherwise
//   {"do": "measure", "route": NAME, "seconds": 0.1, "calls": 3}
//       calls what was prepared until both are reached: {"seconds": median wall time of a call, "calls": ..}
//
// An error is {"error": "sentence"}; the worker goes on. It ends at the end of its input.
#include "bench/circuit_work.h"
#include "bench/json_lines.h"
#include "bench/timing.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

using nlohmann::json;

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
    work_ = bench::prepare({work_from_string(request.at("work")), request.at("precision"), request.at("qubits"),
                            request.at("batch"), request.at("threads")});
    work_->call();
    const double seconds = time_calls([&] { work_->call(); }, wall_seconds, 1, 0).median_seconds;
    const char* route = request.at("batch") == 1 ? "single" : "batch";
    const std::vector<double> values = request.at("work") == "forward" ? work_->outputs() : work_->gradient();
    return {{"routes", {{route, {{"seconds", seconds}, {"values", values}}}}}};
  }

  json measure(const json& request) const {
    if (!work_) fail(ErrorKind::usage, "asked to measure before anything was prepared");
    const TimedCalls timed = time_calls([&] { work_->call(); }, wall_seconds, request.at("calls").get<std::size_t>(),
                                        request.at("seconds").get<double>());
    return {{"seconds", timed.median_seconds}, {"calls", timed.calls}};
  }

  std::unique_ptr<CircuitWork> work_;
};

}  // namespace
}  // namespace tacit::bench

int main() {
  tacit::bench::Worker worker;
  tacit::bench::answer_json_lines([&](const auto& request) { return worker.answer(request); });
}
