#include "net/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "net/socket_address.hpp"

namespace fullcone {
namespace {

using Clock = std::chrono::steady_clock;

std::optional<IpAddress> address_of(const addrinfo& info) {
  if (info.ai_family == AF_INET) {
    const auto* const name = reinterpret_cast<const sockaddr_in*>(info.ai_addr);
    return IpAddress::from_octets(
        {reinterpret_cast<const std::uint8_t*>(&name->sin_addr), sizeof name->sin_addr});
  }
  if (info.ai_family == AF_INET6) {
    const auto* const name = reinterpret_cast<const sockaddr_in6*>(info.ai_addr);
    return IpAddress::from_octets(
        {reinterpret_cast<const std::uint8_t*>(&name->sin6_addr), sizeof name->sin6_addr});
  }
  return std::nullopt;
}

}  // namespace

std::vector<IpAddress> Resolver::ask_system(const std::string& host) {
  if (host.find('\0') != std::string::npos) return {};  // the system would see another name
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return {};
  std::vector<IpAddress> addresses;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    const auto address = address_of(*info);
    if (address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
      addresses.push_back(*address);
    }
  }
  ::freeaddrinfo(found);
  return addresses;
}

// Outlives the resolver for as long as a thread still works at it.
struct Resolver::Desk {
  struct Question {
    std::string host;
    boost::asio::io_context* reply_to;
    OnAnswer on_answer;
    Clock::time_point give_up_at;
  };
  // What one asker wants to know.
  struct Lane {
    std::deque<Question> waiting;
    unsigned running = 0;
  };

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      auto [asker, question] = take(lock);
      if (closed) return;
      ++lanes[asker].running;
      lock.unlock();
      auto addresses = look_up(question->host);
      lock.lock();
      if (closed) return;
      answer(std::move(*question), std::move(addresses));
      --lanes[asker].running;
      leave(asker);
      changed.notify_one();
    }
  }

  // Waits for a question that may be dealt with now. Askers take turns.
  std::pair<IpAddress, std::optional<Question>> take(std::unique_lock<std::mutex>& lock) {
    for (;; changed.wait(lock)) {
      if (closed) return {};
      for (std::size_t left = turns.size(); left > 0; --left) {
        const IpAddress asker = turns.front();
        turns.pop_front();
        auto question = take_of(asker);
        if (question) return {asker, std::move(question)};
      }
    }
  }

  // The asker's next question, unless it has enough under way; what is too old is forgotten.
  std::optional<Question> take_of(const IpAddress& asker) {
    Lane& lane = lanes[asker];
    while (!lane.waiting.empty() && lane.waiting.front().give_up_at <= Clock::now()) {
      answer(std::move(lane.waiting.front()), {});
      lane.waiting.pop_front();
      --waiting_in_all;
    }
    std::optional<Question> next;
    if (!lane.waiting.empty() && lane.running < running_most_of_one) {
      next = std::move(lane.waiting.front());
      lane.waiting.pop_front();
      --waiting_in_all;
    }
    if (!lane.waiting.empty()) turns.push_back(asker);
    if (!next) leave(asker);
    return next;
  }

  void leave(const IpAddress& asker) {
    const auto lane = lanes.find(asker);
    if (lane->second.waiting.empty() && lane->second.running == 0) lanes.erase(lane);
  }

  // Under the lock: once closed, nobody's event loop may be there any more.
  void answer(Question question, std::vector<IpAddress> addresses) const {
    if (closed) return;
    boost::asio::post(*question.reply_to, [on_answer = std::move(question.on_answer),
                                           addresses = std::move(addresses)]() mutable {
      on_answer(std::move(addresses));
    });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::map<IpAddress, Lane> lanes;  // askers with a question waiting or under way
  std::deque<IpAddress> turns;      // those with one waiting, each once
  LookUp look_up;
  std::size_t waiting_in_all = 0;
  std::size_t waiting_most = 0;
  unsigned running_most_of_one = 1;
  bool closed = false;
};

Resolver::Resolver(unsigned threads, std::size_t waiting_most, LookUp look_up)
    : desk_(std::make_shared<Desk>()) {
  desk_->look_up = std::move(look_up);
  desk_->waiting_most = waiting_most;
  desk_->running_most_of_one = std::max(1u, threads / 2);
  for (unsigned i = 0; i < threads; ++i) std::thread([desk = desk_] { desk->work(); }).detach();
}

Resolver::~Resolver() {
  const std::lock_guard lock(desk_->mutex);
  desk_->closed = true;
  desk_->lanes.clear();
  desk_->turns.clear();
  desk_->changed.notify_all();
}

void Resolver::resolve(std::string host, const IpAddress& asker, Duration patience,
                       boost::asio::io_context& reply_to, OnAnswer on_answer) {
  const std::lock_guard lock(desk_->mutex);
  Desk::Question question{std::move(host), &reply_to, std::move(on_answer),
                          Clock::now() + patience};
  if (desk_->waiting_in_all >= desk_->waiting_most) {
    return desk_->answer(std::move(question), {});
  }
  auto& waiting = desk_->lanes[asker].waiting;
  if (waiting.empty()) desk_->turns.push_back(asker);
  waiting.push_back(std::move(question));
  ++desk_->waiting_in_all;
  desk_->changed.notify_one();
}

}  // namespace fullcone
