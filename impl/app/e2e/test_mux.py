"""Everything on one connection: tcp = "mux", udp = "mux" and udp = "auto", with real TLS and sockets."""
import socket
import subprocess

import pytest

from files import sha256
from peers import TcpTarget, UdpPeer
from program import wait_until
from socks import UdpApp, open_tcp, receive_all, receive_exactly
from test_backpressure import receive_counting, send_until_stalled
from test_udp import reach, reaches

SHORT_IDLE = '[limits]\nmux_idle = "1s"\n'
HOSTS = ("127.1.0.1", "127.2.0.2", "127.3.0.3", "127.4.0.4")


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(client='tcp = "mux"\nudp = "mux"\n', client_tables=SHORT_IDLE)


@pytest.fixture
def peers():
    opened = [UdpPeer(host) for host in HOSTS]
    yield opened
    for peer in opened:
        peer.close()


# ----- TCP

@pytest.mark.parametrize("scheme", ["socks5h", "http"])
def test_downloads_and_uploads_100_mb(proxy, nginx, large_file, tmp_path, scheme):
    (nginx.files / "large").symlink_to(large_file)
    for arguments, arrived in ((("-o", tmp_path / "got", nginx.url("large")), tmp_path / "got"),
                               (("-T", large_file, nginx.url("put")), nginx.files / "put")):
        result = proxy.curl(*arguments, scheme=scheme)
        assert result.returncode == 0, result.stderr
        assert sha256(arrived) == sha256(large_file)


def test_eight_at_once_on_one_connection(start_proxy, nginx, large_file, tmp_path):
    """One thread, so one shard and one connection."""
    proxy = start_proxy(client='tcp = "mux"\nthreads = 1\n', client_tables=SHORT_IDLE)
    (nginx.files / "large").symlink_to(large_file)
    commands = [proxy.curl_command("-o", tmp_path / f"got-{i}", nginx.url("large")) for i in range(4)]
    commands += [proxy.curl_command("-T", large_file, nginx.url(f"put-{i}")) for i in range(4)]
    transfers = [subprocess.Popen(command) for command in commands]
    assert [transfer.wait(120) for transfer in transfers] == [0] * 8
    arrived = [*tmp_path.glob("got-*"), *nginx.files.glob("put-*")]
    assert len(arrived) == 8
    assert {sha256(path) for path in arrived} == {sha256(large_file)}
    counters = proxy.server.status()["counters"]
    assert (counters["mux_connections"], counters["mux_streams"]) == (1, 8)
    assert counters["mux_violations"] == 0


def test_each_direction_ends_by_itself(proxy):
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        remote = target.accept()
        app.sendall(b"question")
        app.shutdown(socket.SHUT_WR)
        assert receive_all(remote) == b"question"
        remote.sendall(b"answer")
        remote.close()
        assert receive_all(app) == b"answer"


@pytest.mark.parametrize("reader", ["app", "target"])
def test_a_reader_that_sleeps_costs_little_and_holds_up_nobody(start_proxy, reader):
    proxy = start_proxy(client='tcp = "mux"\nthreads = 1\n', client_tables=SHORT_IDLE)
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        remote = target.accept()
        before = [program.rss_bytes() for program in (proxy.server, proxy.client)]
        writing, reading = (remote, app) if reader == "app" else (app, remote)
        sent = send_until_stalled(writing)
        grown = [program.rss_bytes() - rss for program, rss in zip((proxy.server, proxy.client), before)]
        assert max(grown) < 16 << 20
        with open_tcp(proxy.socks, *target.address) as awake:
            other = target.accept()
            other.sendall(bytes(1_000_000))
            assert receive_counting(awake, 1_000_000) == 1_000_000
        writing.shutdown(socket.SHUT_WR)
        assert receive_counting(reading, 1 << 30) == sent


def test_a_target_that_refuses_is_a_reset(proxy):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with open_tcp(proxy.socks, *bound.getsockname()) as app:
            assert receive_all(app) == b""


# ----- UDP

def test_one_port_for_all_and_anyone_may_answer(proxy, peers):
    first, second, stranger, _ = peers
    with UdpApp(proxy.socks) as app:
        port = reach(app, first)
        assert reach(app, second) == port
        reaches(stranger, port, app, b"from a stranger")
        assert reach(app, stranger, b"to it") == port
        for size in (0, 1, 1472, 65497):
            assert reach(app, first, bytes(size)) == port
            reaches(first, port, app, bytes(size))


def test_a_name_goes_to_the_server_and_the_answer_bears_an_address(proxy, peers):
    with UdpPeer() as peer, UdpApp(proxy.socks) as app:
        app.send(b"by name", "localhost", peer.address[1])
        payload, port = peer.receive()
        assert payload == b"by name"
        reaches(peer, port, app)


def test_auto_keeps_the_first_channels_and_shares_a_port_from_then_on(start_proxy, peers):
    proxy = start_proxy(client='udp = "auto"\n', client_tables=SHORT_IDLE + "mux_after = 2\n")
    first, second, third, fourth = peers
    with UdpApp(proxy.socks) as app:
        ports = [reach(app, peer) for peer in peers]
        assert len(set(ports)) == 3 and ports[2] == ports[3]
        assert [reach(app, peer) for peer in peers] == ports
        with UdpPeer("127.5.0.5") as stranger, UdpPeer("127.6.0.6") as other:
            reaches(stranger, ports[0], app)
            assert reach(app, stranger) == ports[0]
            reaches(other, ports[2], app)
            assert reach(app, other) == ports[2]
        for peer, port in zip((first, second, third, fourth), ports):
            reaches(peer, port, app)


# ----- the loss of the connection

def test_a_server_that_restarts(start_proxy, peers):
    proxy = start_proxy(client='tcp = "mux"\nudp = "mux"\n', client_tables=SHORT_IDLE, server='drain = "0s"\n')
    first, stranger, *_ = peers
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app, UdpApp(proxy.socks) as game:
        remote = target.accept()
        before = reach(game, first)
        app.sendall(b"under way")
        assert receive_exactly(remote, 9) == b"under way"
        proxy.restart_server()
        with pytest.raises(ConnectionResetError):
            app.recv(1)

        def answered():
            game.send(b"again", *first.address)
            try:
                return first.receive(timeout_s=0.2)
            except TimeoutError:
                return None
        payload, after = wait_until(answered, "the association goes on")
        assert payload == b"again" and after != before
        reaches(stranger, after, game, b"ahoy")
