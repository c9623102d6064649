// What a server must do about one TCP request: dial what was asked for, pass on octets and the end
// of each direction, and close when the target fails. Part of the reference model, which tells it
// the facts and shows it the orders. Rules: TCP-1..3, RSP-0, RSP-1, EGRESS-1.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "wire/address.hpp"

namespace fullcone::sim {

class ReferenceTcp {
 public:
  struct Bounds {
    Duration dial_timeout{};  // of one address, and of the resolution
    std::function<bool(const Endpoint&)> egress_allows;
  };
  using Report = std::function<void(std::string_view rule, std::string_view what)>;

  // `early`: octets that came with the request.
  ReferenceTcp(std::uint8_t version, const Destination& target, Bytes early, TimePoint now,
               const Bounds& bounds);

  // ----- facts
  void on_client_bytes(ByteView bytes) { append(to_target_, bytes); }
  void on_client_end() { client_ended_ = true; }
  void on_resolved(std::span<const IpAddress> addresses);
  void on_target_connected();
  void on_target_failed();
  void on_target_bytes(ByteView bytes) { append(to_client_, bytes); }
  void on_target_end() { target_ended_ = true; }
  void on_target_lost();
  void on_deadline(TimePoint now);

  // ----- orders
  void on_dialled(const Endpoint& target, TimePoint now, const Report& report);
  void on_target_written(ByteView octets, const Report& report);
  void on_target_half_closed(const Report& report);
  void on_written(ByteView octets, const Report& report);
  void on_half_closed(const Report& report);
  // Its target is lost or cannot be had.
  bool has_failed() const { return close_due_.has_value(); }
  // Nothing more comes from the target, and all that came is written.
  bool has_said_all() const { return (close_due_ || target_ended_) && to_client_.empty(); }
  // Whether there is a reason to close it, and which rule it breaks to do so without one.
  bool may_close() const { return close_due_ || (client_ended_ && target_ended_); }
  std::string_view rule_of_close() const { return target_ended_ ? "TCP-2" : "TCP-1"; }

  // All orders of a fact have been carried out, and it is still open. `held_back`: what is for the
  // client may wait, as on a mux connection.
  void on_settled(const Report& report, bool held_back = false);
  // When it must have got on with its dial or resolution, if one is under way.
  std::optional<TimePoint> due() const { return waits_until_; }

 private:
  void next_address();
  void must_close(std::string_view rule);

  const Bounds* bounds_;
  Destination asked_;
  std::vector<Endpoint> addresses_;       // that may be dialled, and have not been
  std::optional<TimePoint> waits_until_;  // for the resolver or a dial
  bool dial_due_ = false;
  bool connected_ = false;
  bool answer_due_;  // v0: the response header has not been written
  bool any_written_ = false;
  bool client_ended_ = false;
  bool target_ended_ = false;
  bool target_told_ = false;                   // of the client's end
  bool client_told_ = false;                   // of the target's
  std::optional<std::string_view> close_due_;  // by this rule
  Bytes to_target_;
  Bytes to_client_;
};

}  // namespace fullcone::sim
