#include <map>

#include "client/session.h"
#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/random.h"
#include "simulation/client_file.h"
#include "simulation/client_guard.h"
#include "simulation/coordinator_setup.h"
#include "simulation/event_queue.h"
#include "simulation/in_process_transport.h"
#include "simulation/run.h"

namespace tacit::simulation {
namespace {

using namespace std::chrono_literals;

/// One simulated client: the very session a client process runs. It holds its examples only while it is at work, so
/// that a simulation of many clients takes the memory of one data set and not of two.
class Participant {
 public:
  /// Everything must outlive the participant.
  Participant(coordinator::Coordinator& coordinator, const Experiment& experiment, std::size_t index,
              const datasets::Partition& partition, const datasets::Dataset& train,
              const std::filesystem::path& run_folder, const MaliciousClient* malicious)
      : experiment_(experiment),
        index_(index),
        partition_(partition),
        train_(train),
        malicious_(malicious),
        transport_(coordinator, Experiment::client_name(index)),
        session_(transport_, settings_of(experiment, index), data_, clock_, client::Backoff({})) {
    if (malicious_ != nullptr) {
      session_.craft_with(malicious_->craft);
      return;
    }
    auto section = LeakageGuardSection::from_config(experiment.config());
    if (!section) return;
    section->log = leakage_log_file(run_folder, index).string();
    session_.guard_with(guard_.emplace(*section).guard());
  }

  void join() {
    at_work([this] {
      if (held_out_.size() > 0) session_.agree_to_evaluate(held_out_);
      session_.join();
    });
  }
  void step() {
    at_work([this] { session_.step(); });
  }

 private:
  template <class Work>
  void at_work(const Work& work) {
    if (malicious_ != nullptr) {
      data_ = malicious_->data;
      return work();
    }
    datasets::ClientParts parts = experiment_.parts(partition_, train_, index_);
    held_out_ = part_of(parts, experiment_.evaluation().report);
    data_ = std::move(parts.train);
    work();
    // Moved into, not copied: a copy of nothing would keep the memory.
    data_ = datasets::Dataset();
    held_out_ = datasets::Dataset();
  }

  static client::ClientSettings settings_of(const Experiment& experiment, std::size_t index) {
    client::ClientSettings settings;
    settings.seed = experiment.seed();
    settings.index = static_cast<std::uint32_t>(index);
    settings.received_model = experiment.received_model();
    return settings;
  }

  const Experiment& experiment_;
  std::size_t index_;
  const datasets::Partition& partition_;
  const datasets::Dataset& train_;
  const MaliciousClient* malicious_;   ///< null: an honest client
  datasets::Dataset data_, held_out_;  ///< of train_, while at work
  client::SystemClock clock_;
  InProcessTransport transport_;
  std::optional<ClientGuard> guard_;
  client::Session session_;
};

class InProcessRun {
 public:
  InProcessRun(const Experiment& experiment, const RunOptions& options)
      : experiment_(experiment),
        options_(options),
        follower_(options.run_folder),
        pool_(experiment.threads()),
        setup_(experiment, options.run_folder, options.initial_model, options.crafted, pool_,
               [this](const coordinator::Event& event) { events_.push(event); }),
        partition_(experiment.partition(setup_.data().train)),
        workers_(experiment.threads()) {
    for (std::size_t i = 0; i < experiment.clients() + experiment.extra_clients(); ++i) {
      const MaliciousClient* malicious = i < experiment.clients() ? nullptr : &*options.malicious_client;
      participants_.push_back(std::make_unique<Participant>(setup_.coordinator(), experiment, i, partition_,
                                                            setup_.data().train, options.run_folder, malicious));
      by_name_[Experiment::client_name(i)] = i;
    }
  }

  RunResult run() {
    setup_.coordinator().start();
    workers_.for_each(participants_.size(), [this](std::size_t i) { participants_[i]->join(); });
    // The run may have ended in a former life, so the coordinator is asked and not only listened to.
    while (!setup_.coordinator().wait(0ms)) {
      check_interrupted();
      if (const auto event = events_.pop(20ms)) take(*event);
    }
    setup_.coordinator().stop();
    follower_.poll();
    return follower_.result();
  }

 private:
  void take(const coordinator::Event& event) {
    if (follower_.poll() && options_.on_progress) options_.on_progress(follower_.result());
    // Also told when a run is taken up in the middle of a round; whoever's update is in then waits for the next one.
    if (const auto* round = std::get_if<coordinator::RoundStarted>(&event)) train(round->round, round->cohort);
  }

  void train(std::uint32_t round, const std::vector<std::string>& cohort) {
    std::vector<std::size_t> order;
    for (const std::string& name : cohort) order.push_back(by_name_.at(name));
    if (experiment_.arrival() == Experiment::Arrival::shuffled)
      RandomStream({experiment_.seed(), Purpose::arrival_order, round, 0}).shuffle(std::span(order));
    workers_.for_each(order.size(), [&](std::size_t i) {
      check_interrupted();
      participants_[order[i]]->step();
    });
  }

  const Experiment& experiment_;
  const RunOptions& options_;
  RunFollower follower_;
  EventQueue events_;
  ThreadPool pool_;  ///< the coordinator's: decoding, folding, evaluating
  CoordinatorSetup setup_;
  datasets::Partition partition_;
  ThreadPool workers_;  ///< the clients': a session blocks while the coordinator's pool works for it
  std::vector<std::unique_ptr<Participant>> participants_;
  std::map<std::string, std::size_t> by_name_;
};

}  // namespace

RunResult run_in_process(const Experiment& experiment, const RunOptions& options) {
  std::filesystem::create_directories(options.run_folder);
  InProcessRun run(experiment, options);
  // Once the folder is ours: whoever scores attacks on it later needs to know how every client was made.
  write_atomically(options.run_folder / "experiment.toml", experiment.config().to_toml());
  return run.run();
}

}  // namespace tacit::simulation
