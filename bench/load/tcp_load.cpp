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

// A listener on loopback that gives each connection to `serve`: one after another, which are then
// closed or held open, or each on a thread of its own.
class Target {
 public:
  using Serve = std::function<void(tcp::socket&)>;
  enum class Manner { in_turn, held, apart };
  Target(std::uint16_t port, Serve serve, Manner manner = Manner::in_turn)
      : acceptor_(io_, {asio::ip::address_v4::loopback(), port}),
        serve_(std::move(serve)),
        manner_(manner),
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
      if (error) continue;
      if (manner_ == Manner::apart) {
        apart_.emplace_back([this, own = std::move(socket)]() mutable { serve_(own); });
        continue;
      }
      serve_(socket);
      if (manner_ == Manner::held) held_.push_back(std::move(socket));
    }
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  Serve serve_;
  Manner manner_;
  std::vector<tcp::socket> held_;    // the thread's
  std::vector<std::jthread> apart_;  // the thread's, until it ends
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

void answer_one(tcp::socket& socket) {
  std::uint8_t octet = 0;
  error_code error;
  asio::read(socket, asio::buffer(&octet, 1), error);
  if (!error) asio::write(socket, asio::buffer(&octet, 1), error);
}

// There and back.
tcp::socket exchange_octet(tcp::socket socket) {
  std::uint8_t octet = 7;
  asio::write(socket, asio::buffer(&octet, 1));
  asio::read(socket, asio::buffer(&octet, 1));
  return socket;
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

StreamResult run_streams(const Way& way, Direction direction, unsigned streams, double seconds) {
  std::atomic<std::uint64_t> octets = 0;
  std::atomic<bool> over = false;
  const auto never = [] { return false; };
  const auto serve = [&](tcp::socket& socket) {
    if (direction == Direction::up) return drain(socket, octets, never);
    pour(socket, [&] { return over.load(); });
  };
  const Target target(way.target_port, serve, Target::Manner::apart);
  asio::io_context io;
  std::vector<tcp::socket> sockets;
  for (unsigned i = 0; i < streams; ++i) sockets.push_back(dial(io, way, target.endpoint()));
  const auto begun = Clock::now();
  const auto is_over = [&] { return seconds_since(begun) >= seconds; };
  {
    std::vector<std::jthread> apps;
    for (tcp::socket& socket : sockets) {
      apps.emplace_back([&] {
        direction == Direction::up ? pour(socket, is_over) : drain(socket, octets, is_over);
      });
    }
  }
  const StreamResult result{octets, seconds_since(begun)};
  over = true;
  error_code ignored;
  for (tcp::socket& socket : sockets) socket.close(ignored);
  return result;
}

OpeningResult run_openings(const Way& way, unsigned apps, double seconds) {
  const Target target(way.target_port, answer_one);
  OpeningResult total;
  std::mutex guard;  // of `total` and `why`
  std::exception_ptr why;
  const auto begun = Clock::now();
  const auto open_until_over = [&] {
    OpeningResult own;
    asio::io_context io;
    while (seconds_since(begun) < seconds) {
      try {
        const auto dialled = Clock::now();
        exchange_octet(dial(io, way, target.endpoint()));
        own.took.add(Clock::now() - dialled);
        ++own.connections;
      } catch (...) {
        ++own.failed;
        const std::scoped_lock lock(guard);
        why = std::current_exception();
      }
    }
    const std::scoped_lock lock(guard);
    total.connections += own.connections;
    total.failed += own.failed;
    total.took.append(own.took);
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < apps; ++i) threads.emplace_back(open_until_over);
  }
  if (total.connections == 0 && why) std::rethrow_exception(why);
  total.seconds = seconds_since(begun);
  return total;
}

void hold_idle(const Way& way, unsigned count, const std::function<void()>& over) {
  const Target target(way.target_port, answer_one, Target::Manner::held);
  asio::io_context io;
  std::vector<tcp::socket> near;
  for (unsigned i = 0; i < count; ++i) {
    near.push_back(exchange_octet(dial(io, way, target.endpoint())));
  }
  over();
}

}  // namespace fullcone::load
