#include "coordinator/engine/waiting_room.h"

namespace tacit::coordinator {

void WaitingRoom::hold(const std::string& client, std::chrono::milliseconds patience, WorkReply reply) {
  if (const auto earlier = waiting_.extract(client)) earlier.mapped().reply(desk_.wait());
  if (auto work = desk_.work(client)) return reply(std::move(*work));
  if (patience.count() <= 0) return reply(desk_.wait());
  const std::uint64_t number = ++calls_;
  auto timer = std::make_unique<boost::asio::steady_timer>(strand_, patience);
  timer->async_wait([this, client, number](const boost::system::error_code& error) {
    const auto found = waiting_.find(client);
    if (error || found == waiting_.end() || found->second.number != number) return;
    const auto over = waiting_.extract(found);
    over.mapped().reply(desk_.wait());
  });
  waiting_.emplace(client, Waiting{std::move(reply), std::move(timer), number});
}

void WaitingRoom::review() {
  for (auto position = waiting_.begin(); position != waiting_.end();) {
    auto work = desk_.work(position->first);
    if (!work) {
      ++position;
      continue;
    }
    const WorkReply reply = std::move(position->second.reply);
    position = waiting_.erase(position);
    reply(std::move(*work));
  }
}

void WaitingRoom::dismiss(const Error& error) {
  for (auto& [client, call] : std::exchange(waiting_, {})) call.reply(error);
}

void WaitingRoom::release() {
  for (auto& [client, call] : std::exchange(waiting_, {})) call.reply(desk_.wait());
}

}  // namespace tacit::coordinator
