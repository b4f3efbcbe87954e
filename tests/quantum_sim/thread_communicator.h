#pragma once

#include <barrier>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "quantum_sim/distributed/communicator.h"

namespace tacit::quantum_sim::test {

/// Ranks that are threads of one process.
class ThreadRanks {
 public:
  explicit ThreadRanks(std::size_t size) : barrier_(static_cast<std::ptrdiff_t>(size)), posted_(size) {}

  /// Runs body on every rank and waits for all.
  void run(const std::function<void(Communicator&)>& body) {
    std::vector<std::thread> threads;
    for (std::size_t rank = 0; rank < posted_.size(); ++rank)
      threads.emplace_back([this, rank, &body] {
        Rank own(*this, rank);
        body(own);
      });
    for (std::thread& thread : threads) thread.join();
  }

 private:
  struct Posted {
    const std::byte* data = nullptr;
    const std::size_t* offsets = nullptr;
  };

  class Rank final : public Communicator {
   public:
    Rank(ThreadRanks& all, std::size_t rank) : all_(all), rank_(rank) {}
    std::size_t rank() const noexcept override { return rank_; }
    std::size_t size() const noexcept override { return all_.posted_.size(); }
    void exchange(std::size_t item_bytes, std::span<const std::byte> send, std::span<const std::size_t> send_offsets,
                  std::span<std::byte> receive, std::span<const std::size_t> receive_offsets) override {
      all_.posted_[rank_] = {send.data(), send_offsets.data()};
      all_.barrier_.arrive_and_wait();
      for (std::size_t from = 0; from < size(); ++from) {
        const Posted& there = all_.posted_[from];
        const std::size_t count = there.offsets[rank_ + 1] - there.offsets[rank_];
        ASSERT_EQ(count, receive_offsets[from + 1] - receive_offsets[from]);
        if (count > 0)
          std::memcpy(receive.data() + receive_offsets[from] * item_bytes,
                      there.data + there.offsets[rank_] * item_bytes, count * item_bytes);
      }
      all_.barrier_.arrive_and_wait();
    }
    void gather_all(std::span<const double> own, std::span<double> all) override {
      all_.posted_[rank_] = {reinterpret_cast<const std::byte*>(own.data()), nullptr};
      all_.barrier_.arrive_and_wait();
      for (std::size_t from = 0; from < size(); ++from)
        std::memcpy(all.data() + from * own.size(), all_.posted_[from].data, own.size_bytes());
      all_.barrier_.arrive_and_wait();
    }

   private:
    ThreadRanks& all_;
    std::size_t rank_;
  };

  std::barrier<> barrier_;
  std::vector<Posted> posted_;
};

}  // namespace tacit::quantum_sim::test
