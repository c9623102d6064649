"""The suite on live subjects: our own server and client, which conform, and others that do not."""
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree

import pytest
from subjects import BIN, CONFORMS, GONE, MUST_FAILED, SECOND_USER, SUITE_LIMIT_S, USAGE, launch, listener


def test_our_server_conforms(server, suite):
    run = suite(*server.arguments, *server.known_user)
    assert run.code == CONFORMS, run.output
    assert len(run.with_verdict("passed")) > 160
    assert {"CONE-5.stranger", "CONE-9.two-users", "CRUM-8.grace-ends", "CRUM-11.keepalive",
            "CONE-12.least-recent-first"} <= set(run.with_verdict("passed"))


def test_the_whole_profile_takes_seconds(server, suite):
    begun = time.monotonic()
    run = suite(*server.arguments, *server.known_user, "--jobs", 4)
    assert run.code == CONFORMS, run.output
    assert time.monotonic() - begun < 20


def test_our_client_conforms(suite, tmp_path):
    run = suite(*launch(tmp_path))
    assert run.code == CONFORMS, run.output
    assert len(run.with_verdict("passed")) > 38
    assert "SOCKS-5.credentials" in run.with_verdict("skipped")


@pytest.mark.parametrize(("mode", "least"), [("mux", 19), ("auto", 3)])
def test_our_client_conforms_by_mux(suite, tmp_path, mode, least):
    run = suite(*launch(tmp_path, mode=mode))
    assert run.code == CONFORMS, run.output
    assert len(run.with_verdict("passed")) >= least
    assert len(run.verdicts) == len(run.with_verdict("passed"))


def test_a_server_without_mux_conforms(server_without_mux, suite):
    run = suite(*server_without_mux.arguments, *server_without_mux.known_user, "--profile", "mux")
    assert run.code == CONFORMS, run.output
    assert run.with_verdict("passed") == ["HDR-3.mux-refused"]


def test_a_client_of_another_mode_is_not_judged(suite, tmp_path):
    run = suite(*launch(tmp_path), "--case", "MUX-5", "--case", "HDR-1")
    assert run.code == CONFORMS, run.output
    assert run.verdicts == {"HDR-1.client": "passed"}
    assert suite(*launch(tmp_path), "--case", "MUX-5").code == USAGE


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


def test_a_client_that_dies_midway(tmp_path):
    report = tmp_path / "report.xml"
    words = [*launch(tmp_path), "--case", "HDR-1", "--case", "CRUM-8.client-not-evicted", "--junit", report]
    suite = subprocess.Popen([BIN / "fullcone-conformance", *map(str, words)], stdout=subprocess.PIPE, text=True)
    for line in suite.stdout:
        if "HDR-1" in line:  # the next one waits for seconds
            [config] = tmp_path.glob("client-*.toml")
            os.kill(int(config.stem.partition("-")[2]), signal.SIGKILL)
            break
    rest = suite.stdout.read()
    assert suite.wait(SUITE_LIMIT_S) == GONE, rest
    verdicts = {case.get("name"): [child.tag for child in case] for case in ElementTree.parse(report).iter("testcase")}
    assert [] in verdicts.values()  # what was there before is kept
    assert verdicts["CRUM-8.client-not-evicted"] == ["failure"]


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
