#include "core/crumfurs_channel.hpp"

#include <utility>

#include "wire/umfurs.hpp"

namespace fullcone {

void CrumfursChannel::establish(ConnectionId connection, ServerActions& out) {
  if (connection_) out.push(server::Close{*connection_});
  connection_ = connection;
  grace_ends_.reset();
  budget_ = SendBudget(limits_.crumfurs_queue_bytes);
  FrameHead answer;
  answer.u8(kCrumfursEstablished);
  budget_.add(answer.size());
  out.push(server::Write{connection, answer, {}});

  counters_.queued_in_grace -= waiting_.size();
  counters_.delivered_on_crumfurs += waiting_.size();
  for (auto& message : waiting_) {
    budget_.add(message.size());
    out.push(server::Write{connection, {}, out.keep(std::move(message))});
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

void CrumfursChannel::on_cut(TimePoint now) {
  connection_.reset();
  grace_ends_ = now + limits_.grace;
}

void CrumfursChannel::deliver(const Endpoint& source, ByteView payload, ServerActions& out) {
  if (payload.empty()) {
    ++counters_.dropped_empty;
    return;
  }
  if (payload.size() > max_umfurs_payload(source.family())) {
    ++counters_.dropped_too_large_in;
    return;
  }
  const FrameHead head = umfurs_head(source, payload.size());
  if (!connection_) {
    queue(head, payload);
  } else if (budget_.take(head.size() + payload.size())) {
    ++counters_.delivered_on_crumfurs;
    out.push(server::Write{*connection_, head, payload});
  } else {
    ++counters_.dropped_crumfurs_full;
  }
}

void CrumfursChannel::close(ServerActions& out) {
  if (connection_) out.push(server::Close{*connection_});
  connection_.reset();
  grace_ends_.reset();
  counters_.queued_in_grace -= waiting_.size();
  counters_.dropped_session_ended += waiting_.size();
  waiting_.clear();
  waiting_bytes_ = 0;
}

void CrumfursChannel::queue(const FrameHead& head, ByteView payload) {
  Bytes message;
  message.reserve(head.size() + payload.size());
  append(message, head.view());
  append(message, payload);
  waiting_bytes_ += message.size();
  waiting_.push_back(std::move(message));
  ++counters_.queued_in_grace;
  while (waiting_bytes_ > limits_.crumfurs_queue_bytes && waiting_.size() > 1) drop_oldest();
}

void CrumfursChannel::drop_oldest() {
  waiting_bytes_ -= waiting_.front().size();
  waiting_.pop_front();
  --counters_.queued_in_grace;
  ++counters_.dropped_grace_full;
}

}  // namespace fullcone
