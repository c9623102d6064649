"""What an app is told when it does not get through. VLESS v1 has no answer to a request, so whatever
the server cannot reach shows as a stream that ends without a byte; what the client itself knows, it says."""
import socket
import subprocess

import pytest

from files import edit
from peers import TcpTarget, UdpPeer, refusing_port
from socks import SocksError, UdpApp, open_tcp, receive_all, receive_exactly

# RFC 1928: of the target nothing is known when it is the server that fails.
GENERAL_FAILURE = 1
CREDENTIALS = '[[credentials]]\nuser = "alice"\npassword = "open sesame"\n'


def ends_without_a_byte(proxy, host, port):
    with open_tcp(proxy.socks, host, port) as app:
        return receive_all(app) == b""


def assert_serves(proxy):
    """What can be reached is reached, so that the proxy does not just turn everybody down."""
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        app.sendall(b"?")
        assert receive_exactly(target.accept(), 1) == b"?"


def test_a_target_that_refuses(proxy):
    with refusing_port() as nobody:
        assert ends_without_a_byte(proxy, *nobody.getsockname())
    assert_serves(proxy)


def test_a_name_that_does_not_resolve(start_proxy):
    proxy = start_proxy(server_tables='[limits]\ndial_timeout = "2s"\n')
    assert ends_without_a_byte(proxy, "nowhere.invalid", 80)
    assert_serves(proxy)


@pytest.mark.parametrize("request_octets, reply", [
    (b"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50", 7),  # BIND: command not supported
    (b"\x05\x01\x00\x09\x7f\x00\x00\x01\x00\x50", 8),  # address type 9: not supported
    (b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x00", 1)])  # port 0: nobody can be there
def test_a_request_that_the_client_itself_turns_down(proxy, request_octets, reply):
    with socket.create_connection(proxy.socks, 10) as app:
        app.sendall(b"\x05\x01\x00" + request_octets)
        answer = receive_all(app)
    assert answer[:2] == b"\x05\x00"
    assert answer[2:4] == bytes([5, reply])
    assert_serves(proxy)


def test_a_target_that_the_policy_denies(start_proxy):
    proxy = start_proxy(policy="public")
    with TcpTarget() as target:
        assert ends_without_a_byte(proxy, *target.address)
        assert ends_without_a_byte(proxy, "localhost", target.address[1])
        assert target.is_untouched()
    proxy.server.end()
    edit(proxy.folder / "server.toml", replace=[('"public"', '"unrestricted"'),
                                                ("127.0.0.1:0", "{}:{}".format(*proxy.server_address))])
    proxy.start_server()
    assert_serves(proxy)


def test_a_server_that_is_gone(proxy):
    assert proxy.server.end() == 0
    with pytest.raises(SocksError) as refusal:
        open_tcp(proxy.socks, "127.0.0.1", 80)
    assert refusal.value.reply == GENERAL_FAILURE
    result = proxy.curl("-w", "%{http_connect}", "http://127.0.0.1:80", scheme="http")
    assert result.returncode != 0
    assert result.stdout == b"502"


def test_a_server_whose_name_does_not_resolve(start_proxy):
    proxy = start_proxy()
    proxy.client.end()
    text = (proxy.folder / "client.toml").read_text()
    address = "{}:{}".format(*proxy.server_address)
    (proxy.folder / "client.toml").write_text(text.replace(address, "nowhere.invalid:443"))
    proxy.start_client()
    with pytest.raises(SocksError) as refusal:
        open_tcp(proxy.socks, "127.0.0.1", 80)
    assert refusal.value.reply == GENERAL_FAILURE


def test_a_server_that_is_not_the_pinned_one(proxy):
    subprocess.run([proxy.program, "init", "--host", "localhost", "--dir", proxy.folder / "impostor"], check=True,
                   stdout=subprocess.DEVNULL)
    for name in ("certificate.pem", "key.pem"):
        (proxy.folder / "impostor" / name).rename(proxy.folder / name)
    proxy.restart_server()
    with TcpTarget() as target, pytest.raises(SocksError) as refusal:
        open_tcp(proxy.socks, *target.address)
    assert refusal.value.reply == GENERAL_FAILURE


@pytest.mark.parametrize("credentials, refused_at", [
    (None, "method"), (("alice", "wrong"), "credentials"), (("bob", "open sesame"), "credentials")])
def test_credentials_are_asked_for(start_proxy, credentials, refused_at):
    proxy = start_proxy(client_tables=CREDENTIALS)
    with TcpTarget() as target:
        with pytest.raises(SocksError) as refusal:
            open_tcp(proxy.socks, *target.address, credentials)
        assert refusal.value.reply == refused_at
    with pytest.raises(SocksError) as refusal:
        UdpApp(proxy.socks, credentials)
    assert refusal.value.reply == refused_at


def test_the_right_credentials_open_tcp_and_udp(start_proxy):
    proxy = start_proxy(client_tables=CREDENTIALS)
    known = ("alice", "open sesame")
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address, known) as app:
        app.sendall(b"in")
        assert receive_exactly(target.accept(), 2) == b"in"
    with UdpPeer() as peer, UdpApp(proxy.socks, known) as app:
        app.send(b"in", *peer.address)
        payload, source = peer.receive()
        assert payload == b"in"
        peer.send(b"out", source)
        assert app.receive() == (b"out", peer.address)


def test_http_connect_asks_for_credentials_too(start_proxy, nginx):
    proxy = start_proxy(client_tables=CREDENTIALS)
    (nginx.files / "page").write_text("hello")
    asked = proxy.curl("-w", "%{http_connect}", nginx.url("page"), scheme="http")
    assert asked.returncode != 0
    assert asked.stdout == b"407"
    wrong = proxy.curl("-w", "%{http_connect}", "--proxy-user", "alice:wrong", nginx.url("page"), scheme="http")
    assert wrong.stdout == b"407"
    right = proxy.curl("--proxy-user", "alice:open sesame", nginx.url("page"), scheme="http")
    assert right.stdout == b"hello", right.stderr
