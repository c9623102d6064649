"""Whoever is not a client learns nothing, costs nothing, and disturbs nobody; or meets the web server
that was put there for them."""
import os
import socket
import ssl
import struct
import uuid as uuids

import pytest

from peers import TcpTarget, UdpPeer
from program import wait_until
from socks import open_tcp, receive_all, receive_exactly
from vless import CRUMFURS, MUX, TCP, UDP, Connection, Session, header

TARGET = ("127.0.0.1", 9)
STRANGER = str(uuids.UUID(int=0x5eed))
HEADER_TIMEOUT = '[limits]\nheader_timeout = "500ms"\n'
# For some 340 requests. The allocator's own caches grow ever more slowly: 54 KiB here, 13 KiB after 3,000 requests.
HEAP_GROWTH_BYTES = 128 << 10

# What goes wrong before a whole valid header was read: name -> request, given the right UUID.
NO_HEADER = {
    "unknown uuid": lambda uuid: header(STRANGER, TCP, TARGET),
    "version 2": lambda uuid: header(uuid, TCP, TARGET, version=2),
    "random octets": lambda uuid: b"\xff" + os.urandom(999),
    "http in tls": lambda uuid: b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "command 9": lambda uuid: header(uuid, 9, TARGET),
    "mux in version 0": lambda uuid: header(uuid, MUX, version=0),
    "crumfurs in version 0": lambda uuid: header(uuid, CRUMFURS, version=0),
    "empty domain": lambda uuid: header(uuid, TCP) + struct.pack("!HBB", 80, 2, 0),
    "address type 7": lambda uuid: header(uuid, TCP) + struct.pack("!HBI", 80, 7, 0),
    "addon longer than the addons": lambda uuid: header(uuid, TCP, TARGET, addons=b"\x09\xc8\x00"),
    "half a header": lambda uuid: header(uuid, TCP, TARGET)[:20],
    "addons that never come": lambda uuid: bytes([1]) + uuids.UUID(uuid).bytes + b"\xff\x00",
    "domain that never comes": lambda uuid: header(uuid, TCP) + struct.pack("!HBB", 80, 2, 255) + b"short",
}


class Bystander:
    """Another app with a stream through the proxy, open all the while."""

    def __init__(self, proxy):
        self._target = TcpTarget()
        self._app = open_tcp(proxy.socks, *self._target.address)
        self._remote = self._target.accept()

    def __enter__(self):
        self.assert_served()
        return self

    def __exit__(self, *_):
        self._app.close()
        self._target.close()

    def assert_served(self):
        for a, b in ((self._app, self._remote), (self._remote, self._app)):
            noise = os.urandom(1000)
            a.sendall(noise)
            assert receive_exactly(b, len(noise)) == noise


@pytest.fixture
def hasty_proxy(start_proxy):
    return start_proxy(server_tables=HEADER_TIMEOUT)


@pytest.mark.parametrize("kind", NO_HEADER)
def test_what_is_no_header_gets_silence(hasty_proxy, kind):
    proxy = hasty_proxy
    with Bystander(proxy) as bystander:
        with Connection(proxy.server_address, proxy.certificate, first=NO_HEADER[kind](proxy.uuid)) as stranger:
            assert stranger.receive_all() == b""
        bystander.assert_served()


@pytest.mark.parametrize("kind", NO_HEADER)
def test_what_is_no_header_goes_to_the_fallback_with_every_byte(start_proxy, kind):
    with TcpTarget() as web:
        proxy = start_proxy(server='fallback = "{}:{}"'.format(*web.address), server_tables=HEADER_TIMEOUT)
        request = NO_HEADER[kind](proxy.uuid)
        with Bystander(proxy) as bystander:
            with Connection(proxy.server_address, proxy.certificate, first=request) as stranger:
                site = web.accept()
                assert receive_exactly(site, len(request)) == request
                stranger.send(b"and more")
                assert receive_exactly(site, 8) == b"and more"
                site.sendall(b"answer")
                site.close()
                assert stranger.receive_all() == b"answer"
            bystander.assert_served()


def test_a_browser_sees_the_fallback_web_server(start_proxy, nginx):
    (nginx.files / "index.html").write_text("just a web site")
    proxy = start_proxy(server=f'fallback = "{nginx.host}:{nginx.port}"')
    get = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for request in (get, header(STRANGER, TCP, TARGET)):
        with Connection(proxy.server_address, proxy.certificate, first=request + b"\r\n\r\n") as browser:
            page = browser.receive_all()
        assert page.startswith(b"HTTP/1.1 200 OK" if request is get else b"HTTP/1.1 400 Bad Request"), page
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        app.sendall(b"clients are served all the same")
        assert receive_exactly(target.accept(), 7) == b"clients"


@pytest.mark.parametrize("fallback", [False, True])
def test_udp_without_crumfurs_gets_silence_and_sends_nothing(start_proxy, nginx, fallback):
    proxy = start_proxy(server=f'fallback = "{nginx.host}:{nginx.port}"' if fallback else "")
    with UdpPeer() as peer:
        request = header(proxy.uuid, UDP, peer.address) + b"\x00\x02hi"
        with Connection(proxy.server_address, proxy.certificate, first=request) as client:
            assert client.receive_all() == b""
        with pytest.raises(BlockingIOError):
            peer.receive(timeout_s=0)


def test_http_without_tls_gets_no_http(proxy):
    with socket.create_connection(proxy.server_address, 10) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = receive_all(browser)
    assert len(answer) <= 7 and answer[:1] in (b"", b"\x15"), answer  # nothing, or a TLS alert


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_turned_down(proxy, version):
    with pytest.raises(ssl.SSLError, match="(?i)protocol.version|unsupported.protocol"):
        Connection(proxy.server_address, proxy.certificate, most_version=version)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_1_2_is_served(proxy):
    with TcpTarget() as target:
        request = header(proxy.uuid, TCP, target.address) + b"twelve"
        with Connection(proxy.server_address, proxy.certificate, first=request,
                        most_version=ssl.TLSVersion.TLSv1_2) as client:
            assert client.tls.version() == "TLSv1.2"
            remote = target.accept()
            assert receive_exactly(remote, 6) == b"twelve"
            remote.close()
            assert client.receive_all() == b""


def test_a_frame_that_never_ends_harms_only_its_channel(proxy):
    session = Session(proxy.server_address, proxy.certificate, proxy.uuid)
    with UdpPeer() as peer, UdpPeer() as other, Bystander(proxy) as bystander:
        with session.open_channel(*peer.address, first_payload=b"whole") as liar:
            assert peer.receive()[0] == b"whole"
            liar.send(b"\xff\xffonly this")
        with session.open_channel(*other.address, first_payload=b"fine") as channel:
            payload, source = other.receive()
            assert payload == b"fine"
            other.send(b"too", source)
            assert channel.receive_frame() == b"too"
        with pytest.raises(BlockingIOError):
            peer.receive(timeout_s=0)
        bystander.assert_served()
    session.close()


def test_many_of_them_leave_no_descriptor_and_no_memory(hasty_proxy):
    proxy = hasty_proxy
    with Bystander(proxy) as bystander:
        provoke(proxy, rounds=10)  # what is allocated once, such as OpenSSL's tables
        settled = len(proxy.server.descriptors())
        at_rest = {"connections": 1, "sessions": 0, "mappings": 0}  # the bystander's
        wait_until(lambda: proxy.server.status().items() >= at_rest.items(), proxy.server.status)
        before = proxy.server.status()["heap_bytes"]
        provoke(proxy, rounds=20)
        wait_until(lambda: len(proxy.server.descriptors()) <= settled, lambda: proxy.server.descriptors())
        wait_until(lambda: proxy.server.status().items() >= at_rest.items(), proxy.server.status)
        assert proxy.server.status()["heap_bytes"] - before < HEAP_GROWTH_BYTES
        bystander.assert_served()


def provoke(proxy, rounds):
    """Every kind of bad request, `rounds` times, some cut in the middle."""
    for _ in range(rounds):
        open_at_once = [Connection(proxy.server_address, proxy.certificate, first=make(proxy.uuid))
                        for make in NO_HEADER.values()]
        for i, stranger in enumerate(open_at_once):
            if i % 2:
                stranger.cut()
            else:
                assert stranger.receive_all() == b""
                stranger.close()
        with socket.create_connection(proxy.server_address, 10) as stranger:
            stranger.sendall(b"\x16\x03\x01\xff\xff\x01")  # a record that claims to be long
        lonely = header(proxy.uuid, UDP, TARGET) + b"\x00\x02hi"
        with Connection(proxy.server_address, proxy.certificate, first=lonely) as client:
            assert client.receive_all() == b""
        session = Session(proxy.server_address, proxy.certificate, proxy.uuid)
        session.open_channel(*TARGET, first_payload=b"whole").send(b"\xff\xffonly this")
        session.close()
