#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "coordinator/reply.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::coordinator {

/// Calls of PullWork that are held until there is something to say: one a client, each for its own patience. Used on
/// the strand only.
class WaitingRoom {
 public:
  using WorkReply = Reply<v1::WorkOrder>;
  /// The work of a client now, or nothing; and what a client is told whose patience is over.
  struct Desk {
    std::function<std::optional<v1::WorkOrder>(const std::string& client)> work;
    std::function<v1::WorkOrder()> wait;
  };

  WaitingRoom(boost::asio::any_io_executor strand, Desk desk) : strand_(std::move(strand)), desk_(std::move(desk)) {}

  /// Answers at once if there is work, else holds the call. An earlier call of the same client is told to wait: it was
  /// abandoned or repeated.
  void hold(const std::string& client, std::chrono::milliseconds patience, WorkReply reply);
  /// Answers everyone for whom there is work now.
  void review();
  /// Answers everyone with the error.
  void dismiss(const Error& error);
  /// Answers everyone with `wait`.
  void release();

 private:
  struct Waiting {
    WorkReply reply;
    std::unique_ptr<boost::asio::steady_timer> timer;
    std::uint64_t number;  ///< tells a call from a later one of the same client
  };

  boost::asio::any_io_executor strand_;
  Desk desk_;
  std::map<std::string, Waiting> waiting_;
  std::uint64_t calls_ = 0;
};

}  // namespace tacit::coordinator
