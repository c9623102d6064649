"""No verdict is false because a path is bad, or the machine busy: between suite and server stands a relay that
loses 5% of the datagrams, and delays everything by 10 to 40 ms. An honest server never fails there.

Six runs, of the cases that a lost or late datagram could mislead; FULLCONE_BAD_PATH_RUNS=200 makes it two
hundred. simulated: loss_test.cpp.
"""
import concurrent.futures
import contextlib
import os
import subprocess
import sys

import pytest
from bad_path import SIDES, BadPath, is_possible
from subjects import CONFORMS, INCONCLUSIVE, MUST_FAILED, Run, Server

RUNS = int(os.environ.get("FULLCONE_BAD_PATH_RUNS", 6))
AT_A_TIME = 6
LOSS = 0.05
CASES = ["UDP-1", "UDP-4", "UDP-5.empty", "CONE-1", "CONE-2.heard", "CONE-5.stranger", "CONE-6", "CONE-8.*",
         "CRUM-3.layout-ipv4", "CRUM-9.empty", "HDR-1.both-versions"]

pytestmark = pytest.mark.skipif(not is_possible(), reason="network namespaces and /dev/net/tun are needed")


@pytest.fixture
def far_server(tmp_path):
    path = BadPath(LOSS, delay_ms=10, jitter_ms=30)
    try:
        server = Server(tmp_path, SIDES["far"][0], path.within("far"), timer_s=10)
        yield server, path
        server.end()
    finally:
        path.end()


@contextlib.contextmanager
def busy_cores():
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
    yield
    for each in spinning:
        each.kill()
        each.wait()


def judge(server, path, report, *more):
    return Run([*server.arguments, "--peer-address", ",".join(SIDES["near"]), "--timeout", 1, "--jobs", 4, *more],
               report, path.within("near"))


@pytest.mark.parametrize("busy", [False, True], ids=["quiet", "busy"])
def test_no_honest_server_fails(far_server, tmp_path, busy):
    server, path = far_server
    chosen = [word for case in CASES for word in ("--case", case)]
    with busy_cores() if busy else contextlib.nullcontext(), concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        runs = list(pool.map(lambda number: judge(server, path, tmp_path / f"{number}.xml", *server.known_user, *chosen),
                             range(RUNS // 2)))
    path.end()
    for run in runs:
        assert run.code in (CONFORMS, INCONCLUSIVE), run.output
        assert not run.with_verdict("failure") and len(run.with_verdict("passed")) > 5, run.output
    assert 0.02 < path.lost / path.datagrams < 0.08
    if RUNS >= 6:
        assert any(run.code == INCONCLUSIVE for run in runs), "no case lost a datagram that it needed"


def test_a_server_that_does_not_conform_fails_there_too(far_server, tmp_path):
    server, path = far_server
    run = judge(server, path, tmp_path / "report.xml", "--uuid", "00000000-0000-4000-8000-000000000000", "--case", "CRUM-2",
                "--case", "AUTH-1.judged-late")
    assert run.code == MUST_FAILED, run.output
    assert not run.with_verdict("passed")
