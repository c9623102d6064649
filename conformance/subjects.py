"""The suite's program, and live subjects for it: our own server and client, with short times.

The programs are in $FULLCONE_BIN_DIR. What the suite is told is what the subjects are configured
with.
"""
import contextlib
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import threading
import tomllib
import xml.etree.ElementTree as ElementTree

BIN = pathlib.Path(os.environ.get("FULLCONE_BIN_DIR", pathlib.Path(__file__).parents[1] / "build/dev/bin"))
SECOND_USER = "0f1e2d3c-4b5a-4697-8897-a6b5c4d3e2f1"
SUITE_LIMIT_S = 150
START_LIMIT_S = 15

CONFORMS, MUST_FAILED, USAGE, GONE, INCONCLUSIVE = range(5)

SERVER_TABLES = """
[[users]]
name = "second"
uuid = "{second_user}"

[egress]
policy = "unrestricted"

[limits]
header_timeout = "{timer_s}s"

[limits.session]
grace = "{timer_s}s"
heard = 32
"""

# A client's command line writes its configuration first: the suite knows what to put there.
LAUNCHER = """
import os, pathlib, sys
program, folder, settings, tables, server, uuid, ca, socks = sys.argv[1:]
config = pathlib.Path(folder, f"client-{os.getpid()}.toml")
config.write_text(f'role = "client"\\nlisten = "{socks}"\\n{settings}[server]\\naddress = "{server}"\\n'
                  f'uuid = "{uuid}"\\n[tls]\\nca = "{ca}"\\n{tables}')
os.execv(program, ["fullcone", "client", "-c", str(config)])
"""


class Run:
    """One run of the suite: exit code, output, and verdicts by case, from the JUnit report."""

    def __init__(self, arguments, junit, within=()):
        """`within`: a command that runs the one behind it."""
        finished = subprocess.run([*within, BIN / "fullcone-conformance", *map(str, arguments), "--junit", junit],
                                  capture_output=True, text=True, timeout=SUITE_LIMIT_S)
        self.code, self.output = finished.returncode, finished.stdout + finished.stderr
        self.verdicts = {}
        if junit.exists():
            for case in ElementTree.parse(junit).iter("testcase"):
                self.verdicts[case.get("name")] = next((child.tag for child in case), "passed")

    def with_verdict(self, verdict):
        return [case for case, seen in self.verdicts.items() if seen == verdict]


class Server:
    """Ours. `within`: a command that runs the one behind it; `timer_s`: its header timeout and grace period;
    `first`: settings of no table.
    """

    def __init__(self, folder, host="127.0.0.1", within=(), timer_s=2, first=""):
        subprocess.run([BIN / "fullcone", "init", "--host", "localhost", "--dir", folder], check=True,
                       stdout=subprocess.DEVNULL)
        config = folder / "server.toml"
        text = config.read_text()
        settings = tomllib.loads(text)
        tables = SERVER_TABLES.format(second_user=SECOND_USER, timer_s=timer_s)
        config.write_text(first + text.replace(settings["listen"], f"{host}:0", 1) + tables)
        self.process = subprocess.Popen([*within, BIN / "fullcone", "server", "-c", config], stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True)
        self.address = next(match[1] for line in self.process.stderr
                            if (match := re.search(r"^listening on (\S+)$", line)))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.ca = folder / settings["tls"]["certificate"]
        self.arguments = ["server", "--address", self.address, "--ca", self.ca, "--header-timeout", timer_s,
                          "--grace", timer_s, "--heard-peers", 32]
        self.known_user = ["--uuid", settings["users"][0]["uuid"], "--uuid2", SECOND_USER]

    def end(self):
        self.process.terminate()
        self.process.wait(START_LIMIT_S)


# How a client is configured for each of the suite's modes.
# By mux all on one connection, of one thread, so that cases can look at its order.
MODES = {"isolated": "", "mux": 'udp = "mux"\ntcp = "mux"\nthreads = 1\n', "auto": 'udp = "auto"\n'}


def launch(folder, tables="", mode="isolated"):
    launcher = folder / "launch.py"
    launcher.write_text(LAUNCHER)
    words = [sys.executable, "-B", launcher, BIN / "fullcone", folder, MODES[mode], tables]
    client = ["client", "--launch", "exec " + shlex.join(map(str, words)) + " {server} {uuid} {ca} {socks}"]
    return client if mode == "isolated" else [*client, "--mode", mode]


@contextlib.contextmanager
def listener(context=None, behave=None):
    """A server that accepts, says nothing and reads nothing, unless it is told to `behave(connection)`,
    in a thread of its own; yields its port.
    """
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
                    if behave:
                        threading.Thread(target=behave, args=[held[-1]], daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)  # ends accept()
        for connection in held:
            connection.close()
