"""`parity`: the same cases on a live subject and on the simulated one, and where their verdicts differ."""
import re

import pytest
from subjects import CONFORMS, GONE, MUST_FAILED, USAGE, launch, listener


def counts(run):
    """(same, different, not compared)"""
    return tuple(map(int, re.search(r"^  parity +(\d+) same, (\d+) differ, (\d+) not compared$", run.output,
                                    re.MULTILINE).groups()))


def test_our_server_gets_the_same_verdicts_on_both_testbeds(server, suite):
    run = suite("parity", *server.arguments, *server.known_user, "--jobs", 4)
    assert run.code == CONFORMS, run.output
    same, different, left = counts(run)
    assert same > 160 and different == 0 and left < 20


@pytest.mark.parametrize(("mode", "least"), [("isolated", 39), ("mux", 19), ("auto", 3)])
def test_our_client_gets_the_same_verdicts_on_both_testbeds(suite, tmp_path, mode, least):
    run = suite("parity", *launch(tmp_path, mode=mode), "--jobs", 4)
    assert run.code == CONFORMS, run.output
    assert counts(run)[0] >= least and counts(run)[1] == 0


def test_a_difference_is_told_with_both_verdicts(server, suite):
    run = suite("parity", *server.arguments, "--uuid", "00000000-0000-4000-8000-000000000000",
                "--timeout", 0.3, "--case", "HDR-1.both-versions", "--case", "CRUM-2.answer")
    assert run.code == MUST_FAILED, run.output
    assert counts(run) == (0, 2, 0)
    assert re.search(r"^  differs  CRUM-2\.answer\n    simulated: pass\n    live: fail, expected ", run.output, re.MULTILINE)


def test_what_is_known_to_fail_is_no_difference(server, suite, tmp_path):
    known = tmp_path / "known.toml"
    known.write_text('[[failure]]\ncase = "CRUM-2.answer"\ncontains = ""\nlink = "https://example.org/17"\n'
                     'expires = 2999-12-31\n')
    run = suite("parity", *server.arguments, "--uuid", "00000000-0000-4000-8000-000000000000", "--timeout", 0.3,
                "--case", "CRUM-2.answer", "--expected-failures", known)
    assert run.code == USAGE, run.output  # nothing else was there to be compared
    assert counts(run) == (0, 0, 1)


def test_nobody_there(server, suite):
    with listener() as port:  # no TLS
        run = suite("parity", "server", "--address", f"127.0.0.1:{port}", "--ca", server.ca, *server.known_user,
                    "--case", "CRUM-2")
    assert run.code == GONE, run.output


@pytest.mark.parametrize("arguments", [[], ["sim"], ["list"], ["parity", "sim"], ["server"]])
def test_usage(suite, arguments):
    assert suite("parity", *arguments).code == USAGE
