// The grammar is RFC 9112's, without what it lets a lenient server take: lines end in CRLF and in
// nothing else, fields are not folded, and control characters are refused as they arrive.
#include "wire/http_connect.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <utility>

#include "wire/base64.hpp"

namespace fullcone::http {
namespace {

constexpr std::size_t kMaxHostName = 255;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

// token (RFC 9110 section 5.6.2)
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

// reg-name (RFC 3986 section 3.2.2) without percent-encoding, which no resolver undoes.
bool is_host_name(std::string_view text) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=";
  return !text.empty() && text.size() <= kMaxHostName && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

// Cuts off and returns what stands before `separator`; nullopt when there is none.
std::optional<std::string_view> cut(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto front = text.substr(0, at);
  text.remove_prefix(at + 1);
  return front;
}

// uri-host ":" port, the only form of a CONNECT target. Port 0 cannot be connected to.
std::optional<Destination> parse_authority(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    return std::nullopt;
  }
  if (const auto endpoint = Endpoint::parse(text)) return *endpoint;
  if (!is_host_name(host)) return std::nullopt;
  return NamedEndpoint{std::string(host), port};
}

// method SP request-target SP HTTP-version
std::optional<Malformed> parse_request_line(std::string_view line, ConnectRequest& request) {
  auto rest = line;
  const auto method = cut(rest, ' ');
  if (!method || !is_token(*method)) return Malformed{"not a request line", 0};
  const auto target = cut(rest, ' ');
  const std::size_t target_at = method->size() + 1;
  if (!target || target->empty()) return Malformed{"not a request line", target_at};
  if (rest.size() != 8 || !rest.starts_with("HTTP/1.") || rest[7] < '0' || rest[7] > '9') {
    return Malformed{"not HTTP/1", target_at + target->size() + 1};
  }
  request.method = *method;
  if (*method != "CONNECT") return std::nullopt;
  request.destination = parse_authority(*target);
  if (!request.destination) return Malformed{"bad authority", target_at};
  return std::nullopt;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// "Basic" 1*SP base64(user ":" password); nullopt for another scheme or anything unreadable.
std::optional<socks5::Credentials> parse_basic(std::string_view value) {
  const auto scheme = cut(value, ' ');
  if (!scheme || !equal_ignoring_case(*scheme, "Basic")) return std::nullopt;
  const auto decoded = decode_base64(trim(value));
  if (!decoded) return std::nullopt;
  std::string_view password = *decoded;
  const auto user = cut(password, ':');
  if (!user) return std::nullopt;
  return socks5::Credentials{std::string(*user), std::string(password)};
}

// field-name ":" OWS field-value OWS. Of several Proxy-Authorization fields the last counts.
std::optional<Malformed> parse_field(std::string_view line, std::size_t offset,
                                     ConnectRequest& request) {
  auto value = line;
  const auto name = cut(value, ':');
  if (!name || !is_token(*name)) return Malformed{"not a header field", offset};
  if (equal_ignoring_case(*name, "Proxy-Authorization")) {
    request.credentials = parse_basic(trim(value));
  }
  return std::nullopt;
}

// The line at the front of `text`, without its CRLF.
ParseResult<std::string_view> parse_line(std::string_view text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; };
  const auto end = static_cast<std::size_t>(std::ranges::find_if(text, is_control) - text.begin());
  if (end == text.size()) return NeedMore{};
  if (text[end] != '\r') return Malformed{"control character", end};
  if (end + 1 == text.size()) return NeedMore{};
  if (text[end + 1] != '\n') return Malformed{"CR without LF", end};
  return {text.substr(0, end), end + 2};
}

}  // namespace

ParseResult<ConnectRequest> parse_connect_request(ByteView input) {
  const auto head = as_text(input).substr(0, kMaxHead);
  ConnectRequest request;
  std::size_t position = 0;
  for (;;) {
    const auto line = parse_line(head.substr(position));
    if (const auto* fault = line.malformed()) {
      return Malformed{fault->why, position + fault->offset};
    }
    if (line.needs_more()) break;
    const bool ends = position > 0 && line.value().empty();
    if (ends) return {std::move(request), position + line.consumed()};
    const auto fault = position == 0 ? parse_request_line(line.value(), request)
                                     : parse_field(line.value(), position, request);
    if (fault) return *fault;
    position += line.consumed();
  }
  if (head.size() == kMaxHead) return Malformed{kHeadTooLarge, kMaxHead};
  return NeedMore{};
}

std::string_view error_response(int status) {
#define FULLCONE_END "Content-Length: 0\r\nConnection: close\r\n\r\n"
  switch (status) {
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\nAllow: CONNECT\r\n" FULLCONE_END;
    case 407:
      return "HTTP/1.1 407 Proxy Authentication Required\r\n"
             "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" FULLCONE_END;
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n" FULLCONE_END;
    case 502:
      return "HTTP/1.1 502 Bad Gateway\r\n" FULLCONE_END;
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n" FULLCONE_END;
    case 504:
      return "HTTP/1.1 504 Gateway Timeout\r\n" FULLCONE_END;
    default:
      assert(status == 400);
      return "HTTP/1.1 400 Bad Request\r\n" FULLCONE_END;
  }
#undef FULLCONE_END
}

}  // namespace fullcone::http
