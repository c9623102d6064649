// fullcone-load: UDP echo round trips, straight or through a SOCKS5 proxy, with a fixed number in
// flight. It brings its own echo peer on a thread, runs for a bounded time, and prints one JSON
// line. A round trip that takes over a second counts as lost.
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/load/batch_socket.hpp"
#include "wire/socks5.hpp"

namespace {

using fullcone::Bytes;
using fullcone::ByteView;
using fullcone::Endpoint;
using fullcone::IpAddress;
using fullcone::load::BatchSocket;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace socks5 = fullcone::socks5;

struct Settings {
  std::string proxy;
  std::size_t window = 64;
  std::size_t size = 100;
  double seconds = 3;
};

struct Result {
  std::uint64_t round_trips = 0;
  std::uint64_t lost = 0;
  std::vector<std::uint32_t> rtt_us;
  double seconds = 0;
};

// Echoes until told to stop.
class EchoPeer {
 public:
  EchoPeer() : socket_(IpAddress::v4(127, 0, 0, 1)), thread_([this] { run(); }) {}
  ~EchoPeer() {
    stop_ = true;
    thread_.join();
  }
  Endpoint endpoint() const { return socket_.local(); }

 private:
  void run() {
    while (!stop_) {
      if (!socket_.receive(50).empty()) socket_.echo();
    }
  }

  BatchSocket socket_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// A UDP association; it lasts as long as its control connection.
class Association {
 public:
  explicit Association(const Endpoint& proxy) : control_(io_) {
    control_.connect({asio::ip::make_address(proxy.ip.to_string()), proxy.port});
    Bytes out;
    socks5::encode_greeting(false, out);
    exchange(out, 2);
    out.clear();
    socks5::encode_request(socks5::Command::udp_associate, Endpoint{}, out);
    const auto reply = socks5::parse_reply(exchange(out, 10));
    if (!reply.parsed() || reply.value().reply != socks5::Reply::succeeded) {
      throw std::runtime_error("the proxy refuses UDP ASSOCIATE");
    }
    relay_ = reply.value().bound;
  }
  Endpoint relay() const { return relay_; }

 private:
  Bytes exchange(const Bytes& out, std::size_t answer_octets) {
    asio::write(control_, asio::buffer(out));
    Bytes answer(answer_octets);
    asio::read(control_, asio::buffer(answer));
    return answer;
  }

  asio::io_context io_;
  asio::ip::tcp::socket control_;
  Endpoint relay_;
};

// Keeps `window` datagrams in flight; each carries its slot and the time it left.
class Echoer {
 public:
  Echoer(const Settings& settings, const Endpoint& to, ByteView head)
      : settings_(settings), socket_(IpAddress::v4(127, 0, 0, 1)), head_(head.size()) {
    socket_.connect(to);
    Bytes datagram = fullcone::to_bytes(head);
    datagram.resize(head.size() + std::max<std::size_t>(settings.size, 16));
    outgoing_.assign(BatchSocket::kBatch, datagram);
    left_.resize(settings.window);
  }

  Result run() {
    Result result;
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration<double>(settings_.seconds);
    for (std::size_t slot = 0; slot < settings_.window; ++slot) queue(slot);
    flush();
    for (auto now = begin; now < end; now = Clock::now()) {
      for (const auto& datagram : socket_.receive(100)) take(datagram.payload, result);
      retry_lost(result);
      flush();
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return result;
  }

 private:
  void queue(std::size_t slot) {
    if (queued_ == BatchSocket::kBatch) flush();
    Bytes& datagram = outgoing_[queued_++];
    const auto now = Clock::now();
    left_[slot] = now;
    const std::uint64_t stamp = static_cast<std::uint64_t>(now.time_since_epoch().count());
    std::memcpy(datagram.data() + head_, &slot, 8);
    std::memcpy(datagram.data() + head_ + 8, &stamp, 8);
  }

  void flush() {
    if (queued_ > 0) socket_.send(outgoing_, queued_);
    queued_ = 0;
  }

  void take(ByteView datagram, Result& result) {
    if (datagram.size() != outgoing_[0].size()) throw std::runtime_error("a reply was changed");
    std::uint64_t slot = 0;
    std::uint64_t stamp = 0;
    std::memcpy(&slot, datagram.data() + head_, 8);
    std::memcpy(&stamp, datagram.data() + head_ + 8, 8);
    const auto left = static_cast<std::uint64_t>(left_.at(slot).time_since_epoch().count());
    if (stamp != left) return;  // answers a datagram already given up
    ++result.round_trips;
    const auto rtt = Clock::now() - left_[slot];
    result.rtt_us.push_back(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(rtt).count()));
    queue(slot);
  }

  void retry_lost(Result& result) {
    const auto now = Clock::now();
    if (now - last_check_ < 200ms) return;
    last_check_ = now;
    for (std::size_t slot = 0; slot < left_.size(); ++slot) {
      if (now - left_[slot] < 1s) continue;
      ++result.lost;
      queue(slot);
    }
  }

  Settings settings_;
  BatchSocket socket_;
  std::size_t head_;
  std::vector<Bytes> outgoing_;
  std::size_t queued_ = 0;
  std::vector<Clock::time_point> left_;
  Clock::time_point last_check_ = Clock::now();
};

void print(const Settings& settings, Result result) {
  std::ranges::sort(result.rtt_us);
  const auto percentile = [&](double p) {
    if (result.rtt_us.empty()) return 0u;
    return result
        .rtt_us[static_cast<std::size_t>(p * static_cast<double>(result.rtt_us.size() - 1))];
  };
  std::printf(
      "{\"proxy\":\"%s\",\"window\":%zu,\"size\":%zu,\"round_trips_per_s\":%.0f,\"lost\":%llu,"
      "\"rtt_us\":{\"p50\":%u,\"p99\":%u}}\n",
      settings.proxy.c_str(), settings.window, settings.size,
      static_cast<double>(result.round_trips) / result.seconds,
      static_cast<unsigned long long>(result.lost), percentile(0.5), percentile(0.99));
}

int run(const Settings& settings) {
  EchoPeer peer;
  std::optional<Association> association;
  Endpoint to = peer.endpoint();
  fullcone::socks5::UdpHead head;
  if (!settings.proxy.empty()) {
    const auto proxy = Endpoint::parse(settings.proxy);
    if (!proxy) throw std::runtime_error("--proxy: not an address and port: " + settings.proxy);
    association.emplace(*proxy);
    to = association->relay();
    head = socks5::encode_udp_head(peer.endpoint());
  }
  const Result result = Echoer(settings, to, head.view()).run();
  print(settings, result);
  return result.round_trips > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("UDP echo round trips, straight or through a SOCKS5 proxy");
  Settings settings;
  app.add_option("--proxy", settings.proxy, "address:port of the SOCKS5 proxy; without: straight");
  app.add_option("--window", settings.window, "datagrams in flight")->check(CLI::Range(1, 4096));
  app.add_option("--size", settings.size, "payload octets")->check(CLI::Range(16, 60000));
  app.add_option("--seconds", settings.seconds)->check(CLI::Range(0.1, 600.0));
  CLI11_PARSE(app, argc, argv);
  try {
    return run(settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fullcone-load: %s\n", error.what());
    return 1;
  }
}
