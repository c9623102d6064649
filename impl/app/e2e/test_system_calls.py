"""System calls of both programs, counted by strace: per datagram and per MiB. A bound leaves
room for turns that come early and find little; one call per datagram, or two per record, is over it."""
import contextlib
import signal
import subprocess

import pytest

from peers import UdpPeer
from socks import UdpApp

BATCH, ROUNDS, SIZE = 48, 10, 1200
MIB = 2**20


class Counting:
    """strace on all threads of a program; the number of their calls afterwards."""

    def __init__(self, program, report):
        self._report, self.calls = report, None
        self._strace = subprocess.Popen(["strace", "-f", "-c", "-o", report, "-p", str(program.pid)],
                                        stderr=subprocess.PIPE, text=True)
        told = self._strace.stderr.readline()
        if "attached" not in told:
            self._strace.wait()
            pytest.skip(f"strace may not look: {told.strip()}")

    def end(self):
        self._strace.send_signal(signal.SIGINT)
        self._strace.communicate(timeout=20)
        lines = [line.split() for line in self._report.read_text().splitlines()]
        self.calls = next(int(fields[3]) for fields in lines if fields[-1:] == ["total"])


@contextlib.contextmanager
def counting(proxy, folder):
    counts = {name: Counting(program, folder / f"{name}.calls")
              for name, program in (("client", proxy.client), ("server", proxy.server))}
    yield counts
    for each in counts.values():
        each.end()


@contextlib.contextmanager
def standing_still(program):
    """What arrives meanwhile waits for the program."""
    program.send(signal.SIGSTOP)
    yield
    program.send(signal.SIGCONT)


def test_datagrams_share_system_calls(proxy, tmp_path):
    with UdpApp(proxy.socks) as app, contextlib.closing(UdpPeer()) as peer:
        app.send(b"first", *peer.address)
        _, external = peer.receive()
        with counting(proxy, tmp_path) as counts:
            for number in range(ROUNDS):
                payloads = [bytes([number, index]) * (SIZE // 2) for index in range(BATCH)]
                with standing_still(proxy.client):
                    for payload in payloads:
                        app.send(payload, *peer.address)
                assert [peer.receive()[0] for _ in payloads] == payloads
                with standing_still(proxy.server):
                    for payload in payloads:
                        peer.send(payload, external)
                assert [app.receive()[0] for _ in payloads] == payloads
    for name, count in counts.items():
        per_datagram = count.calls / (2 * BATCH * ROUNDS)
        print(f"{name}: {per_datagram:.2f} system calls per datagram")
        assert per_datagram <= 0.4, (tmp_path / f"{name}.calls").read_text()


def test_a_stream_reads_and_writes_much_at_once(proxy, nginx, large_file, tmp_path):
    (nginx.files / "large").symlink_to(large_file)
    with counting(proxy, tmp_path) as counts:
        done = proxy.curl("-o", tmp_path / "got", nginx.url("large"))
        assert done.returncode == 0, done.stderr
    mib = large_file.stat().st_size / MIB
    assert (tmp_path / "got").stat().st_size == large_file.stat().st_size
    for name, bound in (("client", 120), ("server", 120)):  # a TLS record is written by one call: 64
        per_mib = counts[name].calls / mib
        print(f"{name}: {per_mib:.0f} system calls per MiB")
        assert per_mib <= bound, (tmp_path / f"{name}.calls").read_text()
