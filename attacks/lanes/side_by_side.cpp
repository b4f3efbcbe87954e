#include "attacks/lanes/side_by_side.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "attacks/require_equal_sizes.h"
#include "models/graph.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;

/// Writes part `index` of equal parts.
void put(std::span<const double> part, std::size_t index, std::vector<double>& all) {
  std::ranges::copy(part, all.begin() + static_cast<std::ptrdiff_t>(index * part.size()));
}

void take(const std::vector<double>& all, std::size_t index, std::span<double> part) {
  std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(index * part.size()), part.size(), part.begin());
}

}  // namespace

bool gains_from_lanes(const models::Model<double>& model) {
  return model.takes_lanes() &&
         std::ranges::any_of(model.graph().nodes(), [](const auto& node) { return node.layer->type() == "quantum"; });
}

/// One run, and the pass that it waits for.
class SideBySide::Lane final : public ModelPasses<double> {
 public:
  enum class Asks : std::uint8_t { gradient, pull_back };

  Lane(std::size_t index, const Run& run) : fiber_([this, index, &run] { run(index, *this, seconds); }) {}

  void gradient(const models::Examples<double>& candidates_in, std::span<double> g) override {
    asks = Asks::gradient;
    candidates = candidates_in;
    result = g;
    fiber_.pause();
  }
  void pull_back(const models::Examples<double>& candidates_in, std::span<const double> direction_in,
                 std::span<double> inputs, std::span<double> targets) override {
    asks = Asks::pull_back;
    candidates = candidates_in;
    direction = direction_in;
    result = inputs;
    target_result = targets;
    fiber_.pause();
  }
  /// Until it asks again, or ends: false.
  bool go_on() { return fiber_.resume(); }

  Asks asks = Asks::gradient;
  models::Examples<double> candidates;
  std::span<const double> direction;
  std::span<double> result, target_result;
  double seconds = 0;

 private:
  Fiber fiber_;  // last: what it unwinds uses the rest
};

SideBySide::SideBySide(const models::Model<double>& model, std::span<const double> theta, std::size_t count,
                       std::size_t most)
    : evaluation_(model),
      theta_(theta),
      count_(count),
      input_size_(model.input_size()),
      target_size_(model.target_size()),
      most_(std::max<std::size_t>(most, 1)) {}

void SideBySide::for_each(const std::function<std::optional<std::size_t>()>& next, const Run& run) {
  std::list<Lane> lanes;  // fibers do not move
  bool more = true;
  while (true) {
    while (more && lanes.size() < most_) {
      const std::optional<std::size_t> index = next();
      more = index.has_value();
      if (!more) break;
      lanes.emplace_back(*index, run);
      if (!lanes.back().go_on()) lanes.pop_back();
    }
    if (lanes.empty()) return;
    serve(lanes);
  }
}

void SideBySide::gather() {
  const std::size_t lanes = served_.size(), parameters = theta_.size();
  inputs_.resize(std::max(inputs_.size(), lanes * count_ * input_size_));
  targets_.resize(std::max(targets_.size(), lanes * count_ * target_size_));
  vectors_.resize(std::max(vectors_.size(), lanes * parameters));
  losses_.resize(std::max(losses_.size(), lanes));
  input_gradients_.resize(inputs_.size());
  target_gradients_.resize(targets_.size());
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    require_equal_sizes("a run's candidates", count_ * input_size_, served_[lane]->candidates.inputs.size());
    require_equal_sizes("a run's targets", count_ * target_size_, served_[lane]->candidates.targets.size());
    put(served_[lane]->candidates.inputs, lane, inputs_);
    put(served_[lane]->candidates.targets, lane, targets_);
  }
}

void SideBySide::serve(std::list<Lane>& lanes) {
  // What most of them ask for; the others wait, and are soon in step.
  const auto gradients = std::ranges::count(lanes, Lane::Asks::gradient, &Lane::asks);
  const auto asked =
      2 * static_cast<std::size_t>(gradients) >= lanes.size() ? Lane::Asks::gradient : Lane::Asks::pull_back;
  served_.clear();
  for (Lane& lane : lanes)
    if (lane.asks == asked) served_.push_back(&lane);

  const auto start = Clock::now();
  gather();
  const std::size_t size = served_.size(), parameters = theta_.size();
  const models::Examples<double> all{std::span(inputs_).first(size * count_ * input_size_),
                                     std::span(targets_).first(size * count_ * target_size_), size * count_};
  const std::span<double> vectors = std::span(vectors_).first(size * parameters);
  if (asked == Lane::Asks::gradient) {
    evaluation_.lane_gradients(theta_, all, size, vectors, std::span(losses_).first(size));
    for (std::size_t lane = 0; lane < size; ++lane) take(vectors_, lane, served_[lane]->result);
  } else {
    for (std::size_t lane = 0; lane < size; ++lane) put(served_[lane]->direction, lane, vectors_);
    evaluation_.lane_tangents(theta_, all, size, vectors, std::span(input_gradients_).first(all.inputs.size()),
                              std::span(target_gradients_).first(all.targets.size()));
    for (std::size_t lane = 0; lane < size; ++lane) {
      take(input_gradients_, lane, served_[lane]->result);
      take(target_gradients_, lane, served_[lane]->target_result);
    }
  }
  const double share = std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(size);
  for (Lane* lane : served_) lane->seconds += share;
  for (auto lane = lanes.begin(); lane != lanes.end();) {
    const bool was_served = std::ranges::find(served_, &*lane) != served_.end();
    lane = was_served && !lane->go_on() ? lanes.erase(lane) : std::next(lane);
  }
}

}  // namespace tacit::attacks
