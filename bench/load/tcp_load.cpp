#include "bench/load/tcp_load.hpp"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "bench/load/socks_client.hpp"

namespace fullcone::load {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kBuffer = 256 * 1024;

// A listener on loopback that gives each connection to `serve`, one after another.
class Target {
 public:
  using Serve = std::function<void(tcp::socket&)>;
  enum class After { close, hold };
  Target(std::uint16_t port, Serve serve, After after = After::close)
      : acceptor_(io_, {asio::ip::address_v4::loopback(), port}),
        serve_(std::move(serve)),
        after_(after),
        thread_([this] { run(); }) {}
  // Whatever it serves ends when its far end does.
  ~Target() {
    stop_ = true;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }
  Endpoint endpoint() const {
    return {IpAddress::v4(127, 0, 0, 1), acceptor_.local_endpoint().port()};
  }

 private:
  void run() {
    while (!stop_) {
      error_code error;
      tcp::socket socket = acceptor_.accept(error);
      if (!error) serve_(socket);
      if (!error && after_ == After::hold) held_.push_back(std::move(socket));
    }
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  Serve serve_;
  After after_;
  std::vector<tcp::socket> held_;  // the thread's
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

void answer_one(tcp::socket& socket) {
  std::uint8_t octet = 0;
  error_code error;
  asio::read(socket, asio::buffer(&octet, 1), error);
  if (!error) asio::write(socket, asio::buffer(&octet, 1), error);
}

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// Writes until `until` is true or the far end is gone.
template <class Until>
void pour(tcp::socket& socket, Until&& until) {
  const Bytes buffer(kBuffer, 'x');
  error_code error;
  while (!error && !until()) asio::write(socket, asio::buffer(buffer), error);
  socket.shutdown(tcp::socket::shutdown_send, error);
}

// Reads until the end, or `until`; counts as it goes.
template <class Until>
void drain(tcp::socket& socket, std::atomic<std::uint64_t>& octets, Until&& until) {
  Bytes buffer(kBuffer);
  error_code error;
  while (!error && !until()) octets += socket.read_some(asio::buffer(buffer), error);
}

}  // namespace

StreamResult run_stream(const Way& way, Direction direction, double seconds) {
  std::atomic<std::uint64_t> octets = 0;
  std::atomic<bool> over = false;
  const auto never = [] { return false; };
  const Target target(way.target_port, [&](tcp::socket& socket) {
    if (direction == Direction::up) return drain(socket, octets, never);
    pour(socket, [&] { return over.load(); });
  });
  asio::io_context io;
  tcp::socket socket = dial(io, way, target.endpoint());
  const auto begun = Clock::now();
  const auto is_over = [&] { return seconds_since(begun) >= seconds; };
  if (direction == Direction::up) {
    pour(socket, is_over);
  } else {
    drain(socket, octets, is_over);
  }
  const StreamResult result{octets, seconds_since(begun)};
  over = true;
  error_code ignored;
  socket.close(ignored);
  return result;
}

OpeningResult run_openings(const Way& way, unsigned apps, double seconds) {
  const Target target(way.target_port, answer_one);
  OpeningResult total;
  std::mutex guard;  // of `total` and `failed`
  std::exception_ptr failed;
  const auto begun = Clock::now();
  const auto open_until_over = [&] {
    OpeningResult own;
    try {
      asio::io_context io;
      while (seconds_since(begun) < seconds) {
        const auto dialled = Clock::now();
        tcp::socket socket = dial(io, way, target.endpoint());
        std::uint8_t octet = 7;
        asio::write(socket, asio::buffer(&octet, 1));
        asio::read(socket, asio::buffer(&octet, 1));
        own.took.add(Clock::now() - dialled);
        ++own.connections;
      }
    } catch (...) {
      const std::scoped_lock lock(guard);
      failed = std::current_exception();
    }
    const std::scoped_lock lock(guard);
    total.connections += own.connections;
    total.took.append(own.took);
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < apps; ++i) threads.emplace_back(open_until_over);
  }
  if (failed) std::rethrow_exception(failed);
  total.seconds = seconds_since(begun);
  return total;
}

void hold_idle(const Way& way, unsigned count, const std::function<void()>& over) {
  const Target target(way.target_port, answer_one, Target::After::hold);
  asio::io_context io;
  std::vector<tcp::socket> near;
  for (unsigned i = 0; i < count; ++i) {
    std::uint8_t octet = 7;
    tcp::socket& socket = near.emplace_back(dial(io, way, target.endpoint()));
    asio::write(socket, asio::buffer(&octet, 1));
    asio::read(socket, asio::buffer(&octet, 1));
  }
  over();
}

}  // namespace fullcone::load
