"""The suite on live subjects: our own server and client, which conform, and others that do not."""
import socket
import ssl
import subprocess
import threading
import time

import pytest
from subjects import BIN, CONFORMS, GONE, MUST_FAILED, SECOND_USER, USAGE, launch, listener


def test_our_server_conforms(server, suite):
    run = suite(*server.arguments, *server.known_user)
    assert run.code == CONFORMS, run.output
    assert len(run.with_verdict("passed")) > 110
    assert {"CONE-5.stranger", "CONE-9.two-users", "CRUM-8.grace-ends", "CRUM-11.keepalive",
            "CONE-12.least-recent-first"} <= set(run.with_verdict("passed"))


def test_our_client_conforms(suite, tmp_path):
    run = suite(*launch(tmp_path))
    assert run.code == CONFORMS, run.output
    assert len(run.with_verdict("passed")) > 38
    assert "SOCKS-5.credentials" in run.with_verdict("skipped")


def test_a_client_that_asks_for_credentials(suite, tmp_path):
    credentials = '[[credentials]]\nuser = "app"\npassword = "secret"\n'
    run = suite(*launch(tmp_path, credentials), "--socks-user", "app:secret", "--case", "SOCKS-*")
    assert run.code == CONFORMS, run.output
    assert "SOCKS-5.credentials" in run.with_verdict("passed")


def test_a_server_that_knows_nobody_passes_nothing(server, suite):
    run = suite(*server.arguments, "--uuid", "00000000-0000-4000-8000-000000000000", "--timeout", 0.3,
                "--case", "AUTH-*", "--case", "HDR-3", "--case", "CRUM-2", "--case", "TCP-3")
    assert run.code == MUST_FAILED, run.output
    assert not run.with_verdict("passed")


def test_a_mute_server_passes_nothing(server, suite):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.ca, server.ca.parent / "key.pem")
    with listener(context) as port:
        run = suite("server", "--address", f"127.0.0.1:{port}", "--ca", server.ca, *server.known_user,
                    "--timeout", 0.3, "--case", "CRUM-2", "--case", "AUTH-1.judged-late", "--case", "HDR-1")
    assert run.code == MUST_FAILED, run.output
    assert not run.with_verdict("passed")


def test_a_server_that_dies_midway(server, suite):
    timer = threading.Timer(1, server.process.kill)
    timer.start()
    run = suite(*server.arguments, *server.known_user, "--case", "HDR-*")  # HDR-6 takes two seconds
    timer.cancel()
    assert run.code == GONE, run.output
    assert run.with_verdict("passed")  # what was there before is kept
    assert run.with_verdict("failure")


def test_nobody_there(server, suite):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    run = suite("server", "--address", f"127.0.0.1:{port}", "--ca", server.ca, *server.known_user)
    assert run.code == GONE, run.output


def test_not_tls(server, suite):
    with listener() as port:
        run = suite("server", "--address", f"127.0.0.1:{port}", "--ca", server.ca, *server.known_user)
    assert run.code == GONE, run.output


def test_another_authority(server, suite, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run([BIN / "fullcone", "init", "--host", "localhost", "--dir", other], check=True,
                   stdout=subprocess.DEVNULL)
    run = suite("server", "--address", server.address, "--ca", other / "certificate.pem", *server.known_user)
    assert run.code == GONE, run.output
    assert "certificate" in run.output


def test_the_servers_name(server, suite):
    named = [*server.arguments, *server.known_user, "--case", "CRUM-2", "--server-name"]
    assert suite(*named, "localhost").code == CONFORMS
    assert suite(*named, "elsewhere.example").code == GONE


def test_a_client_that_does_not_start(suite):
    begun = time.monotonic()
    run = suite("client", "--launch", "echo no such luck; exit 5")
    assert run.code == GONE, run.output
    assert "exited with 5" in run.output and "no such luck" in run.output
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("arguments", [
    ["server"],
    ["server", "--address", "localhost", "--uuid", SECOND_USER, "--ca", "/dev/null"],
    ["server", "--address", "127.0.0.1:1", "--uuid", "nobody", "--ca", "/dev/null"],
    ["sim", "--case", "NO-SUCH.case"],
    ["sim", "--skip", "*"],
    ["sim", "--side", "middle"],
    ["conform"],
])
def test_usage(suite, arguments):
    assert suite(*arguments).code == USAGE


def test_the_simulated_subjects_conform(suite):
    begun = time.monotonic()
    run = suite("sim")
    assert run.code == CONFORMS, run.output
    assert time.monotonic() - begun < 3
    assert "\033" not in run.output  # not a terminal
