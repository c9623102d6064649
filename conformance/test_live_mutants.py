"""The suite, tested on live subjects: with a mutant's tamperer before it, each fails a case of the rule that is
broken, and with an idle one it passes. And who only pretends passes nothing.
"""
import random
import re
import ssl
import subprocess

import pytest
from subjects import BIN, CONFORMS, GONE, MUST_FAILED, SUITE_LIMIT_S, USAGE, launch, listener

MATRIX = BIN / "fullcone-kill-matrix"
HURRY = ["--jobs", "8", "--timeout", "0.5"]
PATIENTLY = [*HURRY[:3], "3"]  # a client dials mux again after a pause
# A row of the table: side, rule, fault, and the cases that it fails.
ROW = re.compile(r"^\| (\w+) \| (\S+) \| (.+?) \| (.+) \|$", re.MULTILINE)


def matrix_of(*subject, pace=HURRY):
    finished = subprocess.run([MATRIX, "--live", *map(str, subject), *pace], capture_output=True, text=True,
                              timeout=SUITE_LIMIT_S)
    rows = [row for row in ROW.findall(finished.stdout) if row[0] != "side"]
    return finished.returncode, rows, finished.stdout + finished.stderr


def assert_all_killed(code, rows, output, least):
    assert code == CONFORMS, output
    assert len(rows) >= least, output
    for _, rule, fault, killers in rows:
        assert rule in {case.partition(".")[0] for case in killers.split()}, f"{rule}: {fault} lives"


def test_every_mutant_of_our_server_is_killed(server):
    assert_all_killed(*matrix_of(*server.arguments, *server.known_user), least=90)


@pytest.mark.parametrize(("mode", "least", "pace"), [("isolated", 19, HURRY), ("mux", 20, PATIENTLY)])
def test_every_mutant_of_our_client_is_killed(tmp_path, mode, least, pace):
    assert_all_killed(*matrix_of(*launch(tmp_path, mode=mode), pace=pace), least=least)


def test_the_matrix_is_of_honest_subjects_alone(server):
    code, rows, output = matrix_of(*server.arguments, "--uuid", "00000000-0000-4000-8000-000000000000",
                                   "--case", "HDR-1")
    assert code == MUST_FAILED and not rows
    assert "The honest subject fails HDR-1" in output


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--list", "--live"]])
def test_an_unknown_argument_is_named(arguments):
    finished = subprocess.run([MATRIX, *arguments], capture_output=True, text=True, timeout=SUITE_LIMIT_S)
    assert finished.returncode == USAGE
    assert finished.stderr.startswith(f'unknown argument "{arguments[-1]}"\n')


@pytest.mark.parametrize("arguments", [["sim"], ["list"], ["server"], []])
def test_usage(arguments):
    assert subprocess.run([MATRIX, "--live", *arguments], capture_output=True).returncode == USAGE


def test_nobody_there(server):
    with listener() as port:  # no TLS
        assert matrix_of("server", "--address", f"127.0.0.1:{port}", "--ca", server.ca, *server.known_user)[0] == GONE


# ----- who only pretends


def garbage(connection):
    while connection.recv(4096):
        connection.sendall(random.Random(1).randbytes(64))


def echo(connection):
    while octets := connection.recv(4096):
        connection.sendall(octets)


def yes(connection):
    connection.recv(4096)
    connection.sendall(b"\x0e")  # CRUMFURS_ESTABLISHED
    echo(connection)


@pytest.mark.parametrize("behave", [garbage, echo, yes])
def test_a_pretender_passes_nothing(server, suite, behave):
    def quietly(connection):
        try:
            behave(connection)
        except OSError:  # the suite has left
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.ca, server.ca.parent / "key.pem")
    cases = ["HDR-1.both-versions", "AUTH-1.judged-late", "RSP-0", "TCP-1", "TCP-3.refused", "UDP-8.order", "CRUM-2",
             "CONE-5.stranger", "CONE-1.same-port"]
    with listener(context, quietly) as port:
        run = suite("server", "--address", f"127.0.0.1:{port}", "--ca", server.ca, *server.known_user, "--jobs", 4,
                    "--timeout", 0.2, *[word for case in cases for word in ("--case", case)])
    assert run.code == MUST_FAILED, run.output
    assert not run.with_verdict("passed")
