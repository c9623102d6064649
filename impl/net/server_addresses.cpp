#include "net/server_addresses.hpp"

#include <algorithm>
#include <utility>

#include "net/fact_loop.hpp"

namespace fullcone {
namespace {

constexpr Duration kGoodFor = std::chrono::seconds(60);

}  // namespace

ServerAddresses::ServerAddresses(Destination server, Duration patience, Resolver& resolver,
                                 boost::asio::io_context& context)
    : server_(std::move(server)),
      patience_(patience),
      resolver_(resolver),
      context_(context),
      timer_(context) {
  if (const auto* const endpoint = std::get_if<Endpoint>(&server_)) {
    known_ = {*endpoint};
  } else if (const auto& name = std::get<NamedEndpoint>(server_);
             const auto literal = IpAddress::parse(name.host)) {
    known_ = {{*literal, name.port}};
  }
  if (!known_.empty()) good_until_ = TimePoint::max();
}

void ServerAddresses::find(OnAnswer on_answer) {
  if (steady_now() < good_until_) return on_answer(known_);
  waiting_.push_back(std::move(on_answer));
  if (waiting_.size() == 1) {
    timer_.expires_after(patience_);
    timer_.async_wait([this](boost::system::error_code aborted) {
      if (!aborted) answer_all();
    });
  }
  if (!std::exchange(looking_up_, true)) look_up();
}

void ServerAddresses::look_up() {
  resolver_.resolve(std::get<NamedEndpoint>(server_).host, IpAddress(), patience_, context_,
                    [this](const std::vector<IpAddress>& addresses) { on_found(addresses); });
}

void ServerAddresses::on_found(const std::vector<IpAddress>& addresses) {
  looking_up_ = false;
  timer_.cancel();
  if (!addresses.empty()) {
    known_.clear();
    const std::uint16_t port = std::get<NamedEndpoint>(server_).port;
    for (const auto& ip : addresses) known_.push_back({ip, port});
    good_until_ = steady_now() + kGoodFor;
  }
  answer_all();
}

void ServerAddresses::answer_all() {
  for (const auto& on_answer : std::exchange(waiting_, {})) on_answer(known_);
}

void ServerAddresses::prefer(const Endpoint& endpoint) {
  const auto found = std::find(known_.begin(), known_.end(), endpoint);
  if (found != known_.end()) std::rotate(known_.begin(), found, found + 1);
}

void ServerAddresses::distrust() {
  if (good_until_ != TimePoint::max()) good_until_ = {};
}

void ServerAddresses::stop() {
  waiting_.clear();
  timer_.cancel();
}

}  // namespace fullcone
