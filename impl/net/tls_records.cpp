#include "net/tls_records.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace fullcone {
namespace {

using Direction = TlsRecordCipher::Direction;
using Status = Transport::Status;

}  // namespace

TlsRecords::TlsRecords(SslPtr ssl, const TlsSuite& suite, const TlsHandshakeSecrets& secrets,
                       int fd, std::uint64_t records_per_key)
    : ssl_(std::move(ssl)),
      opener_(Direction::open, suite,
              SSL_is_server(ssl_.get()) == 1 ? secrets.client() : secrets.server(), 0),
      sealer_(Direction::seal, suite,
              SSL_is_server(ssl_.get()) == 1 ? secrets.server() : secrets.client(), secrets.sent()),
      input_(fd),
      output_(fd),
      post_handshake_(SSL_is_server(ssl_.get()) == 0),
      records_per_key_(records_per_key) {
  if (SSL_is_server(ssl_.get()) == 1) {
    ssl_.reset();
  } else {
    SSL_set0_wbio(ssl_.get(), BIO_new(BIO_s_null()));
  }
}

// ----- what comes in

Transport::Result TlsRecords::read(std::span<std::uint8_t> into) {
  std::size_t filled = 0;
  for (bool asked = false; input_end_ == End::none;) {
    const auto record = input_.next();
    if (!record) {
      refuse(input_.overflows() ? Alert::record_overflow : Alert::unexpected_message);
    } else if (!record->empty()) {
      if (into.size() - filled < record->size()) break;
      filled += open(*record, into.subspan(filled));
      input_.drop(*record);
      if (opener_.records() == 0) break;  // a new key costs what many records do
    } else if (std::exchange(asked, true)) {
      break;
    } else {
      using Outcome = TlsRecordInput::Outcome;
      const Outcome outcome = input_.read();
      if (outcome == Outcome::nothing) break;
      if (outcome != Outcome::some) input_end_ = End::cut;
    }
  }
  const Transport::Result result = told(filled);
  if (input_end_ != End::none) input_.drop_all();
  input_.settle();
  return result;
}

// An end that comes behind octets is told by the next read.
Transport::Result TlsRecords::told(std::size_t octets) const {
  if (input_end_ != End::none) {
    if (octets != 0) return {Status::done, octets};
    return {input_end_ == End::closed ? Status::ended : Status::failed};
  }
  const auto record = input_.next();
  const bool empty = record && record->empty();
  return {empty && input_.drained() ? Status::wants_read : Status::done, octets};
}

std::size_t TlsRecords::open(ByteView record, std::span<std::uint8_t> into) {
  const auto opened = opener_.open(record, into);
  if (!opened) {
    refuse(Alert::bad_record_mac);
    return 0;
  }
  const ByteView content = ByteView(into).first(opened->octets);
  if (content.size() > tls_record::kMostContent) {
    refuse(Alert::record_overflow);
    return 0;
  }
  if (post_handshake_.amid_message() && opened->type != TlsContent::handshake) {
    refuse(Alert::unexpected_message);
    return 0;
  }
  switch (opened->type) {
    case TlsContent::application_data:
      ssl_.reset();
      return content.size();
    case TlsContent::alert:
      on_alert(content);
      return 0;
    case TlsContent::handshake:
      on_handshake(record, content);
      return 0;
  }
  refuse(Alert::unexpected_message);
  return 0;
}

void TlsRecords::on_alert(ByteView content) {
  if (content.size() != 2) return refuse(Alert::decode_error);
  if (content[1] == static_cast<std::uint8_t>(Alert::user_canceled)) return;
  const bool closed = content[1] == static_cast<std::uint8_t>(Alert::close_notify);
  input_end_ = closed ? End::closed : End::fatal_alert;
}

void TlsRecords::on_handshake(ByteView record, ByteView content) {
  using Event = TlsPostHandshake::Event;
  const Event event = post_handshake_.read(content);
  switch (event) {
    case Event::none:
      return take_ticket(record);
    case Event::key_request:
      owes_key_update_ = true;
      [[fallthrough]];
    case Event::key_update:
      ssl_.reset();
      return opener_.next_key();
    case Event::unexpected:
      return refuse(Alert::unexpected_message);
    case Event::malformed:
      return refuse(Alert::decode_error);
    case Event::illegal:
      return refuse(Alert::illegal_parameter);
  }
}

// OpenSSL opens it again, as its next record, and tells the context's callback of the session.
void TlsRecords::take_ticket(ByteView record) {
  if (ssl_ == nullptr) return;
  BIO* const input = BIO_new_mem_buf(record.data(), static_cast<int>(record.size()));
  if (input == nullptr) return ssl_.reset();
  BIO_set_mem_eof_return(input, -1);
  SSL_set0_rbio(ssl_.get(), input);
  ERR_clear_error();
  std::array<char, 1> none{};
  std::size_t octets = 0;
  const int returned = SSL_read_ex(ssl_.get(), none.data(), none.size(), &octets);
  if (SSL_get_error(ssl_.get(), returned) != SSL_ERROR_WANT_READ) ssl_.reset();
}

// Whoever sent it learns why, if the socket takes it.
void TlsRecords::refuse(Alert why) {
  input_end_ = End::fatal_alert;
  if (!output_.empty() || std::exchange(end_sealed_, true)) return;
  seal_alert(why);
  output_.send(false);
}

// ----- what goes out

// Nothing follows a fatal alert, whoever sent it (RFC 8446 section 6.2).
Transport::Result TlsRecords::write(ByteView from) {
  if (input_end_ == End::fatal_alert) return {Status::failed};
  Status status = output_.send(false);
  std::size_t taken = 0;
  while (status == Status::done && taken < from.size()) {
    while (taken < from.size() && output_.has_room()) {
      // The KeyUpdate is the last record of its key.
      if (owes_key_update_ || sealer_.records() + 1 >= records_per_key_) update_own_key();
      const auto content =
          from.subspan(taken, std::min(tls_record::kMostContent, from.size() - taken));
      seal(TlsContent::application_data, content);
      taken += content.size();
    }
    status = output_.send(taken < from.size());
  }
  return {status, taken};
}

Transport::Status TlsRecords::send_end() {
  const Status status = output_.send(false);
  if (status != Status::done || std::exchange(end_sealed_, true)) return status;
  seal_alert(Alert::close_notify);
  return output_.send(false);
}

void TlsRecords::seal(TlsContent type, ByteView content) {
  sealer_.seal(type, content, output_.add(content.size() + tls_record::kOverhead));
}

void TlsRecords::seal_alert(Alert alert) {
  constexpr std::uint8_t kWarning = 1, kFatal = 2;
  const std::array<std::uint8_t, 2> content{alert == Alert::close_notify ? kWarning : kFatal,
                                            static_cast<std::uint8_t>(alert)};
  seal(TlsContent::alert, content);
}

// The far end need not do the same: update_not_requested.
void TlsRecords::update_own_key() {
  seal(TlsContent::handshake, std::array<std::uint8_t, 5>{24, 0, 0, 1, 0});
  sealer_.next_key();
  owes_key_update_ = false;
}

}  // namespace fullcone
