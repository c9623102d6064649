"""The suite on live subjects: our own server and client, which conform, and others that do not.

The programs are in $FULLCONE_BIN_DIR. What the suite is told is what the subjects are configured
with; their times are short, so that a run is.
"""
import contextlib
import os
import pathlib
import re
import shlex
import socket
import ssl
import subprocess
import sys
import threading
import time
import tomllib
import xml.etree.ElementTree as ElementTree

import pytest

BIN = pathlib.Path(os.environ.get("FULLCONE_BIN_DIR", pathlib.Path(__file__).parents[1] / "build/dev/bin"))
SECOND_USER = "0f1e2d3c-4b5a-4697-8897-a6b5c4d3e2f1"
SUITE_LIMIT_S = 150
START_LIMIT_S = 15

CONFORMS, MUST_FAILED, USAGE, GONE = 0, 1, 2, 3

SERVER_TABLES = f"""
[[users]]
name = "second"
uuid = "{SECOND_USER}"

[egress]
policy = "unrestricted"

[limits]
header_timeout = "2s"

[limits.session]
grace = "2s"
heard = 32
"""

# A client's command line writes its configuration first: the suite knows what to put there.
LAUNCHER = """
import os, pathlib, sys
program, folder, tables, server, uuid, ca, socks = sys.argv[1:]
config = pathlib.Path(folder, f"client-{os.getpid()}.toml")
config.write_text(f'role = "client"\\nlisten = "{socks}"\\n[server]\\naddress = "{server}"\\n'
                  f'uuid = "{uuid}"\\n[tls]\\nca = "{ca}"\\n{tables}')
os.execv(program, ["fullcone", "client", "-c", str(config)])
"""


class Run:
    """One run of the suite: exit code, output, and verdicts by case, from the JUnit report."""

    def __init__(self, arguments, junit):
        finished = subprocess.run([BIN / "fullcone-conformance", *map(str, arguments), "--junit", junit],
                                  capture_output=True, text=True, timeout=SUITE_LIMIT_S)
        self.code, self.output = finished.returncode, finished.stdout + finished.stderr
        self.verdicts = {}
        if junit.exists():
            for case in ElementTree.parse(junit).iter("testcase"):
                self.verdicts[case.get("name")] = next((child.tag for child in case), "passed")

    def with_verdict(self, verdict):
        return [case for case, seen in self.verdicts.items() if seen == verdict]


@pytest.fixture
def suite(tmp_path):
    return lambda *arguments: Run(arguments, tmp_path / "report.xml")


class Server:
    def __init__(self, folder):
        subprocess.run([BIN / "fullcone", "init", "--host", "localhost", "--dir", folder], check=True,
                       stdout=subprocess.DEVNULL)
        config = folder / "server.toml"
        text = config.read_text()
        settings = tomllib.loads(text)
        config.write_text(text.replace(settings["listen"], "127.0.0.1:0", 1) + SERVER_TABLES)
        self.process = subprocess.Popen([BIN / "fullcone", "server", "-c", config], stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True)
        self.address = next(match[1] for line in self.process.stderr
                            if (match := re.search(r"^listening on (\S+)$", line)))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.ca = folder / settings["tls"]["certificate"]
        self.arguments = ["server", "--address", self.address, "--ca", self.ca, "--header-timeout", 2,
                          "--grace", 2, "--heard-peers", 32]
        self.known_user = ["--uuid", settings["users"][0]["uuid"], "--uuid2", SECOND_USER]

    def end(self):
        self.process.terminate()
        self.process.wait(START_LIMIT_S)


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    server.end()


def launch(folder, tables=""):
    launcher = folder / "launch.py"
    launcher.write_text(LAUNCHER)
    words = [sys.executable, "-B", launcher, BIN / "fullcone", folder, tables]
    return ["client", "--launch", "exec " + shlex.join(map(str, words)) + " {server} {uuid} {ca} {socks}"]


@contextlib.contextmanager
def listener(context=None):
    """A server that accepts, says nothing and reads nothing; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held = []

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection = listening.accept()[0]
                    held.append(connection)
                    if context:
                        with contextlib.suppress(OSError):
                            held.append(context.wrap_socket(connection, server_side=True))
        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


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
