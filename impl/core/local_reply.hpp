// What an app is answered once its request is on its way, or cannot be. VLESS does not say whether
// the target was reached, so success is claimed of the way there only, and of a failure nothing
// that would speak of the target (SOCKS5's general failure, HTTP's 502 and 504).
#pragma once

#include "base/bytes.hpp"
#include "core/client_actions.hpp"
#include "core/client_settings.hpp"
#include "core/local_handshake.hpp"

namespace fullcone {

// Views as an action's.
ByteView success_reply(LocalProtocol protocol, ClientActions& out);
ByteView failure_reply(LocalProtocol protocol, ConnectFailure why, ClientActions& out);

}  // namespace fullcone
