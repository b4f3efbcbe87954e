#include "client/slow_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "core/error.h"

namespace tacit::client {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool readable(int socket) {
  pollfd waiting{socket, POLLIN, 0};
  return poll(&waiting, 1, 10) == 1;
}

/// Moves what is there; false at the end of the stream.
bool move_bytes(int from, int to) {
  if (!readable(from)) return true;
  std::array<char, 65536> buffer;
  const ssize_t size = read(from, buffer.data(), buffer.size());
  return size > 0 && send(to, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace

SlowRelay::SlowRelay(int target, std::chrono::milliseconds delay) : listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listening_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listening_, 1) != 0 ||
      getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail(ErrorKind::io, "cannot listen on a loopback port");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this, target, delay](const std::stop_token& stop) { relay(target, delay, stop); });
}

SlowRelay::~SlowRelay() {
  thread_.request_stop();
  thread_.join();
  close(listening_);
}

void SlowRelay::relay(int target, std::chrono::milliseconds delay, const std::stop_token& stop) const {
  while (!readable(listening_)) {
    if (stop.stop_requested()) return;
  }
  const int near_end = accept(listening_, nullptr, nullptr);
  std::this_thread::sleep_for(delay);
  const int far_end = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(target);
  if (connect(far_end, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    while (!stop.stop_requested() && move_bytes(near_end, far_end) && move_bytes(far_end, near_end)) {
    }
  }
  close(far_end);
  close(near_end);
}

}  // namespace tacit::client
