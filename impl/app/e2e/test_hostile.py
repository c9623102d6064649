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

NOWHERE = ("127.0.0.1", 9)
STRANGER = str(uuids.UUID(int=0x5eed))
HEADER_TIMEOUT = '[limits]\nheader_timeout = "500ms"\n'
# The allocator's own caches grow ever more slowly, a leak does not: in one of so many rounds, each of some 150
# requests, the heap has to grow by less than a hundred octets for each.
MOST_ROUNDS = 8
HEAP_GROWTH_BYTES = 15_000

# What goes wrong before a whole valid header was read: name -> request, given the right UUID and a target.
NO_HEADER = {
    "unknown uuid": lambda uuid, target: header(STRANGER, TCP, target),
    "version 2": lambda uuid, target: header(uuid, TCP, target, version=2),
    "random octets": lambda uuid, target: b"\xff" + os.urandom(999),
    "http in tls": lambda uuid, target: b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "command 9": lambda uuid, target: header(uuid, 9, target),
    "mux in version 0": lambda uuid, target: header(uuid, MUX, version=0),
    "crumfurs in version 0": lambda uuid, target: header(uuid, CRUMFURS, version=0),
    "empty domain": lambda uuid, target: header(uuid, TCP) + struct.pack("!HBB", 80, 2, 0),
    "address type 7": lambda uuid, target: header(uuid, TCP) + struct.pack("!HBI", 80, 7, 0),
    "addon longer than the addons": lambda uuid, target: header(uuid, TCP, target, addons=b"\x09\xc8\x00"),
    "half a header": lambda uuid, target: header(uuid, TCP, target)[:20],
    "addons that never come": lambda uuid, target: bytes([1]) + uuids.UUID(uuid).bytes + b"\xff\x00",
    "domain that never comes": lambda uuid, target: header(uuid, TCP) + struct.pack("!HBB", 80, 2, 255) + b"short",
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
    with Bystander(proxy) as bystander, TcpTarget() as target:
        request = NO_HEADER[kind](proxy.uuid, target.address)
        with Connection(proxy.server_address, proxy.certificate, first=request) as stranger:
            assert stranger.receive_all() == b""
        assert target.is_untouched()
        bystander.assert_served()


@pytest.mark.parametrize("kind", NO_HEADER)
def test_what_is_no_header_goes_to_the_fallback_with_every_byte(start_proxy, kind):
    with TcpTarget() as web:
        proxy = start_proxy(server='fallback = "{}:{}"'.format(*web.address), server_tables=HEADER_TIMEOUT)
        request = NO_HEADER[kind](proxy.uuid, NOWHERE)
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
    for request in (get, header(STRANGER, TCP, NOWHERE)):
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
        session = Session(proxy.server_address, proxy.certificate, proxy.uuid)
        with session.open_channel(*peer.address, first_payload=b"with crumfurs"):
            assert peer.receive()[0] == b"with crumfurs"  # the first that came
        session.close()


def ask_without_tls(proxy):
    """What a plain HTTP request is answered with."""
    with socket.create_connection(proxy.server_address, 10) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return receive_all(browser)


def test_http_without_tls_gets_no_http(proxy):
    with Bystander(proxy) as bystander:
        answer = ask_without_tls(proxy)
        assert len(answer) <= 7 and answer[:1] in (b"", b"\x15"), answer  # nothing, or a TLS alert
        bystander.assert_served()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_turned_down(proxy, version):
    with Bystander(proxy) as bystander:
        with pytest.raises(ssl.SSLError, match="(?i)protocol.version|unsupported.protocol"):
            Connection(proxy.server_address, proxy.certificate, most_version=version)
        bystander.assert_served()


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


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("fallback", [False, True])
def test_many_of_them_leave_no_descriptor_and_no_memory(start_proxy, nginx, fallback):
    proxy = start_proxy(server=f'fallback = "{nginx.host}:{nginx.port}"' if fallback else "",
                        server_tables=HEADER_TIMEOUT)
    at_rest = {"connections": 1, "sessions": 0, "mappings": 0}  # the bystander's
    growths = []
    with Bystander(proxy) as bystander:
        provoke(proxy, fallback)  # what is allocated once, such as OpenSSL's tables
        wait_until(lambda: proxy.server.status().items() >= at_rest.items(), proxy.server.status)
        settled = len(proxy.server.descriptors())
        before = proxy.server.status()["heap_bytes"]
        while len(growths) < MOST_ROUNDS and min(growths, default=HEAP_GROWTH_BYTES) >= HEAP_GROWTH_BYTES:
            provoke(proxy, fallback)
            wait_until(lambda: len(proxy.server.descriptors()) <= settled, lambda: proxy.server.descriptors())
            wait_until(lambda: proxy.server.status().items() >= at_rest.items(), proxy.server.status)
            after = proxy.server.status()["heap_bytes"]
            growths.append(after - before)
            before = after
        assert min(growths) < HEAP_GROWTH_BYTES, growths
        bystander.assert_served()


def provoke(proxy, fallback):
    """Every kind of bad request, eight times, some cut in the middle."""
    for _ in range(8):
        ask_without_tls(proxy)
        with pytest.raises(ssl.SSLError):
            Connection(proxy.server_address, proxy.certificate, most_version=ssl.TLSVersion.TLSv1_1)
        open_at_once = [Connection(proxy.server_address, proxy.certificate, first=make(proxy.uuid, NOWHERE))
                        for make in NO_HEADER.values()]
        for i, stranger in enumerate(open_at_once):
            if i % 2:
                stranger.cut()
            elif fallback:
                stranger.cut()  # the web server may have more to say, or wait for more
            else:
                assert stranger.receive_all() == b""
                stranger.close()
        with socket.create_connection(proxy.server_address, 10) as stranger:
            stranger.sendall(b"\x16\x03\x01\xff\xff\x01")  # a record that claims to be long
        lonely = header(proxy.uuid, UDP, NOWHERE) + b"\x00\x02hi"
        with Connection(proxy.server_address, proxy.certificate, first=lonely) as client:
            assert client.receive_all() == b""
        session = Session(proxy.server_address, proxy.certificate, proxy.uuid)
        session.open_channel(*NOWHERE, first_payload=b"whole").send(b"\xff\xffonly this")
        session.close()
