"""An end that does not read stops the other end, and costs bounded memory meanwhile."""
import socket
import threading
import time

import pytest

from peers import TcpTarget
from program import wait_until
from socks import open_tcp

STALLED_AFTER_S = 1.0
IN_FLIGHT_BYTES = 64 << 20  # the kernel's buffers of six sockets, and ours
RSS_GROWTH_BYTES = 16 << 20
MOST_BYTES = 1 << 30


def send_until_stalled(stream):
    """How many octets went before none did for a second."""
    chunk = bytes(1 << 18)
    stream.settimeout(STALLED_AFTER_S)
    sent = 0
    while sent < MOST_BYTES:
        try:
            sent += stream.send(chunk)
        except TimeoutError:
            break
    return sent


def receive_counting(stream, size):
    received = 0
    while received < size and (some := len(stream.recv(1 << 18))):
        received += some
    return received


@pytest.mark.parametrize("reader", ["app", "target"])
def test_a_reader_that_sleeps(proxy, reader):
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        remote = target.accept()
        before = [program.rss_bytes() for program in (proxy.server, proxy.client)]
        writing, reading = (remote, app) if reader == "app" else (app, remote)
        sent = send_until_stalled(writing)
        grown = [program.rss_bytes() - rss for program, rss in zip((proxy.server, proxy.client), before)]
        assert sent < IN_FLIGHT_BYTES
        assert max(grown) < RSS_GROWTH_BYTES
        # Nothing was lost: awake again, it gets the rest.
        writing.shutdown(socket.SHUT_WR)
        assert receive_counting(reading, MOST_BYTES) == sent


def test_a_reader_that_sleeps_holds_up_nobody_else(proxy):
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address):
        remote_of_sleeper = target.accept()
        with open_tcp(proxy.socks, *target.address) as awake:
            remote = target.accept()
            assert send_until_stalled(remote_of_sleeper) < IN_FLIGHT_BYTES
            remote.sendall(bytes(1_000_000))
            assert receive_counting(awake, 1_000_000) == 1_000_000


@pytest.mark.parametrize("size", [2_000_000, 3_700_000])
def test_a_reader_that_pauses_after_both_ends_have_ended_gets_all(proxy, size):
    """The pause is longer than any flush or drain of a connection whose far end is not an app."""
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        remote = target.accept()
        app.shutdown(socket.SHUT_WR)
        assert remote.recv(1) == b""
        sender = threading.Thread(target=lambda: (remote.sendall(bytes(size)), remote.close()))
        sender.start()
        until = time.monotonic() + 16
        wait_until(lambda: time.monotonic() > until, "the pause", deadline_s=20, pause_s=0.5)
        assert receive_counting(app, MOST_BYTES) == size
        sender.join(10)
