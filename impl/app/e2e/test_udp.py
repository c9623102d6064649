"""UDP end to end: a SOCKS5 app, real TLS, and peers on 127.x.y.z and ::1. One test a CONE rule, and
what the app must see besides. That nothing more has come is told by the next thing that does."""
import contextlib
import time

import pytest

from peers import UdpPeer
from socks import UdpApp
from program import wait_until

FIRST, SECOND, THIRD = "127.1.0.1", "127.2.0.2", "127.3.0.3"
SIZES = (0, 1, 1472, 9000, 65497)


def reach(app, peer, payload=b"ping"):
    """Sends from app to peer; the external endpoint that the peer sees."""
    app.send(payload, *peer.address)
    received, source = peer.receive()
    assert received == payload
    return source


def reaches(peer, external, app, payload=b"pong"):
    """Sends from peer to an external endpoint; the app receives that next, from the peer."""
    peer.send(payload, external)
    assert app.receive() == (payload, peer.address)


@pytest.fixture
def app(proxy):
    with UdpApp(proxy.socks) as opened:
        yield opened


@pytest.fixture
def peers():
    """Five peers: three addresses of their own, one more port of the first, one more of the third."""
    hosts = (FIRST, SECOND, THIRD, FIRST, THIRD)
    opened = [UdpPeer(host) for host in hosts]
    yield opened
    for peer in opened:
        peer.close()


# ----- the cone

def test_cone_1_a_destination_keeps_its_port(app, peers):
    first, second, *_ = peers
    port = reach(app, first)
    reach(app, second)
    assert reach(app, first) == port


def test_cone_2_a_heard_peer_is_answered_from_the_port_that_it_last_sent_to(app, peers):
    first, second, stranger, *_ = peers
    ports = [reach(app, first), reach(app, second)]
    reaches(stranger, ports[0], app)
    reaches(stranger, ports[1], app)
    assert reach(app, stranger) == ports[1]


def test_cone_3_and_4_a_new_destination_gets_a_port_of_its_own(app, peers):
    seen = [reach(app, peer) for peer in peers]
    assert len(set(seen)) == len(peers)


def test_cone_5_a_stranger_arrives_once_with_its_address(app, peers):
    first, stranger, *_ = peers
    port = reach(app, first)
    reaches(stranger, port, app, b"hello")
    reaches(first, port, app, b"next")  # and not "hello" again


def test_cone_6_a_known_source_arrives_once_whichever_port_it_sent_to(app, peers):
    first, second, *_ = peers
    ports = [reach(app, first), reach(app, second)]
    for port in reversed(ports):
        reaches(first, port, app, b"%d" % port[1])
    reaches(second, ports[1], app, b"next")


def test_cone_7_the_answer_leaves_from_the_port_that_the_stranger_knew(app, peers):
    first, stranger, *_ = peers
    port = reach(app, first)
    reaches(stranger, port, app)
    assert reach(app, stranger, b"answer") == port
    reaches(stranger, port, app, b"more")


def test_cone_8_another_port_of_an_address_is_another_peer(app, peers):
    first, _, _, neighbour, _ = peers
    port = reach(app, first)
    reaches(neighbour, port, app, b"not first")
    assert reach(app, neighbour) == port
    reaches(first, port, app)


def test_cone_8_a_mapped_address_is_its_ipv4_address(app, peers):
    first = peers[0]
    port = reach(app, first)
    app.send(b"mapped", "::ffff:" + first.address[0], first.address[1])
    assert first.receive() == (b"mapped", port)


def test_cone_9_two_associations_to_one_destination_do_not_mix(proxy, peers):
    first, stranger, *_ = peers
    with UdpApp(proxy.socks) as one, UdpApp(proxy.socks) as other:
        ports = [reach(one, first), reach(other, first)]
        assert ports[0] != ports[1]
        for app, port in ((one, ports[0]), (other, ports[1]), (one, ports[0])):
            reaches(first, port, app, b"known %d" % port[1])
            reaches(stranger, port, app, b"unknown %d" % port[1])


def test_cone_10_a_closed_channel_keeps_its_port(start_proxy, peers):
    """A client that may hold one channel closes the first destination's for the second."""
    proxy = start_proxy(client_tables="[limits]\nchannels = 1\n")
    first, second, *_ = peers
    with UdpApp(proxy.socks) as app:
        port = reach(app, first)
        reach(app, second)
        wait_until(lambda: proxy.server.status()["connections"] == 2, "CRUMFURS and one channel")
        reaches(first, port, app, b"without a channel")
        assert reach(app, first) == port


def test_cone_11_an_idle_mapping_lives_120_s_and_no_traffic_less(start_proxy, peers):
    """As short as RFC 4787 REQ-5 lets it be set; the other mapping is refreshed by outbound traffic."""
    proxy = start_proxy(server_tables='[limits.session]\nmapping_idle = "120s"\n')
    idle, used, *_ = peers
    with UdpApp(proxy.socks) as app:
        before = time.monotonic()
        idle_port, used_port = reach(app, idle), reach(app, used)
        wait_until(lambda: reach(app, used) == used_port and proxy.server.status()["mappings"] == 1,
                   "the idle mapping's end", deadline_s=150, pause_s=2)
        assert time.monotonic() - before >= 120
        idle.send(b"too late", idle_port)
        reaches(used, used_port, app)
        assert reach(app, idle) != idle_port


def test_cone_12_strangers_do_not_push_out_a_destination(start_proxy, peers):
    proxy = start_proxy(server_tables="[limits.session]\nheard = 2\n")
    first, *strangers = peers
    with UdpApp(proxy.socks) as app:
        port = reach(app, first)
        for stranger in strangers[:3]:
            reaches(stranger, port, app)
        assert reach(app, strangers[0]) != port  # the least recently heard is forgotten
        assert reach(app, strangers[2]) == port
        assert reach(app, first) == port


def test_cone_e_one_port_for_every_destination(start_proxy, peers):
    proxy = start_proxy(client='mapping = "endpoint-independent"')
    first, second, stranger, *_ = peers
    with UdpApp(proxy.socks) as app, UdpPeer("::1") as six:
        port = reach(app, first)
        assert reach(app, second) == port
        reaches(stranger, port, app)
        assert reach(app, stranger) == port
        assert reach(app, six)[0] == "::1"
        reaches(second, port, app)


# ----- payloads, families, names

@pytest.mark.parametrize("size", SIZES)
def test_payloads_arrive_whole(app, peers, size):
    first, stranger, *_ = peers
    payload = bytes(i * 31 % 251 for i in range(size))
    port = reach(app, first, payload)
    reaches(first, port, app, payload)
    if size > 0:  # an empty one has no form by CRUMFURS (CRUM-9)
        reaches(stranger, port, app, payload)


def test_ipv6_with_strangers(app):
    with UdpPeer("::1") as first, UdpPeer("::1") as stranger:
        port = reach(app, first)
        reaches(first, port, app)
        reaches(stranger, port, app, b"hello")
        assert reach(app, stranger, b"answer") == port


def test_an_empty_probe_still_makes_its_sender_known(app, peers):
    first, stranger, *_ = peers
    port = reach(app, first)
    stranger.send(b"", port)
    reaches(first, port, app)  # behind the probe
    assert reach(app, stranger) == port


def test_a_reply_names_the_domain_as_the_app_wrote_it(app):
    with UdpPeer() as peer:
        app.send(b"ping", "LocalHost", peer.address[1])
        payload, source = peer.receive()
        peer.send(b"pong", source)
        assert app.receive() == (b"pong", ("LocalHost", peer.address[1]))


# ----- the association

def test_the_association_ends_with_its_control_connection(proxy, peers):
    with UdpApp(proxy.socks) as app:
        reach(app, peers[0])
        assert proxy.server.status()["sessions"] == 1
        app.control.close()
        wait_until(lambda: proxy.server.status()["mappings"] == 0, "released ports")
        assert proxy.server.status()["sessions"] == 0


def test_fragments_and_neighbours_are_dropped(app, peers):
    first = peers[0]
    app.send(b"fragment", *first.address, fragment=1)
    reach(app, first)
    with UdpPeer() as neighbour:  # same address, another port than the one pinned
        neighbour.send(b"\0\0\0\1" + bytes([127, 1, 0, 1]) + first.address[1].to_bytes(2) + b"foreign",
                       app.relay)
    reach(app, first, b"next")


def test_a_hundred_destinations_at_once(app):
    opened = [UdpPeer(f"127.9.{i}.1") for i in range(100)]
    try:
        for peer in opened:
            app.send(b"to %s" % peer.address[0].encode(), *peer.address)
        seen = set()
        for peer in opened:
            payload, source = peer.receive()
            assert payload == b"to %s" % peer.address[0].encode()
            seen.add(source)
            peer.send(payload, source)
        assert len(seen) == 100
        answers = {app.receive() for _ in opened}
        assert answers == {(b"to %s" % peer.address[0].encode(), peer.address) for peer in opened}
    finally:
        for peer in opened:
            peer.close()


def test_a_server_that_restarts_is_found_again(proxy, peers):
    first, stranger, *_ = peers
    with UdpApp(proxy.socks) as app:
        reach(app, first)
        proxy.restart_server()

        def through():
            app.send(b"again", *first.address)
            with contextlib.suppress(TimeoutError):
                return first.receive(timeout_s=0.3)

        payload, port = wait_until(through, "a new session")
        assert payload == b"again"
        reaches(stranger, port, app)
