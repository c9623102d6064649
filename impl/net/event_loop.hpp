// One shard's event loop and its dealings with other threads: work is posted to it, questions are
// answered on its thread, and whatever was posted before its end is still run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <utility>

namespace fullcone {

class EventLoop {
 public:
  boost::asio::io_context& context() { return context_; }

  // Runs on the calling thread, once, until nothing is left to wait for. The thread takes no
  // SIGPIPE from then on: a broken connection is an error of the write.
  void run();

  // From any thread. Dropped when the loop has come to its end.
  template <class Work>
  void post(Work&& work) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::idle || phase_ == Phase::running) {
      boost::asio::post(context_, std::forward<Work>(work));
    }
  }

  // From any thread but the loop's own: what `question` returns, asked between two events.
  template <class Question>
  auto ask(Question question) -> decltype(question()) {
    std::promise<decltype(question())> answer;
    auto answered = answer.get_future();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return phase_ != Phase::ending; });
      if (phase_ != Phase::running) return question();
      boost::asio::post(context_, [&] { answer.set_value(question()); });
    }
    return answered.get();
  }

 private:
  enum class Phase : std::uint8_t { idle, running, ending, ended };

  void enter(Phase phase);

  boost::asio::io_context context_{1};
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::idle;  // guarded by mutex_
};

}  // namespace fullcone
