"""What the end-to-end tests share: the program, a running server and client, nginx, curl.

    def test_x(proxy): …                 `fullcone init`'s files with free ports and no egress policy
    def test_y(start_proxy):
        proxy = start_proxy(server='fallback = "127.0.0.1:80"', client_tables='[[credentials]]\\n…')

What a test starts ends with it, by SIGTERM, with exit code 0 and with nothing left behind.
"""
import os
import pathlib
import subprocess
import tomllib

import pytest

from files import edit
from nginx import Nginx
from program import Program, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[3]
LARGE_BYTES = 100_000_000


@pytest.fixture(scope="session")
def fullcone():
    program = pathlib.Path(os.environ.get("FULLCONE_BIN_DIR", ROOT / "build/dev/bin"), "fullcone")
    assert program.exists(), f"{program} is not there: build it, or set FULLCONE_BIN_DIR"
    return program


def listening(program):
    """(host, port) of the first listener."""
    host, port = program.wait_line(r"^listening on (\S+)$")[1].rsplit(":", 1)
    return host.strip("[]"), int(port)


def with_short_ready_idle(tables):
    limits, setting = "[limits]\n", 'ready_idle = "200ms"\n'
    if "ready_idle" in tables:
        return tables
    return tables.replace(limits, limits + setting) if limits in tables else tables + limits + setting


class Proxy:
    """A server and a client that use each other, made by `fullcone init` in `folder`.

    `server` and `client` are Programs, `server_address` and `socks` where they listen; `uuid` and
    `certificate` let others talk to the server. `way` turns the server's address into the one that
    the client dials. What the client keeps ready it gives up soon, unless `client_tables` say when.
    """

    def __init__(self, program, folder, server="", server_tables="", client="", client_tables="",
                 policy="unrestricted", version=1, way=lambda address: address):
        self.program, self.folder = program, folder
        self.sessions_may_linger = False
        subprocess.run([program, "init", "--host", "localhost", "--dir", folder], check=True,
                       stdout=subprocess.DEVNULL)
        self.certificate = folder / "certificate.pem"
        self.uuid = tomllib.loads((folder / "server.toml").read_text())["users"][0]["uuid"]
        egress = f'[egress]\npolicy = "{policy}"\n'
        edit(folder / "server.toml", server, egress + server_tables, [("0.0.0.0:443", "127.0.0.1:0")])
        edit(folder / "client.toml", client, with_short_ready_idle(client_tables),
             [("127.0.0.1:1080", "127.0.0.1:0"), ("[server]\n", f"[server]\nversion = {version}\n")])
        self.start_server()
        edit(folder / "client.toml", replace=[("localhost:443", "{}:{}".format(*way(self.server_address)))])
        self.start_client()

    def start_server(self):
        self.server = Program([self.program, "server", "-c", self.folder / "server.toml"], self.folder)
        self.server_address = listening(self.server)
        self._server_descriptors = len(self.server.descriptors())

    def restart_server(self):
        """Ends the server and starts another at the same address."""
        address = "{}:{}".format(*self.server_address)
        assert self.server.end() == 0
        edit(self.folder / "server.toml", replace=[("127.0.0.1:0", address)])
        self.start_server()

    def start_client(self):
        self.client = Program([self.program, "client", "-c", self.folder / "client.toml"], self.folder)
        self.socks = listening(self.client)
        self._client_descriptors = len(self.client.descriptors())

    def curl(self, *arguments, scheme="socks5h", **options):
        """Runs curl through the client; `scheme` is socks5h or http (CONNECT)."""
        return subprocess.run(self.curl_command(*arguments, scheme=scheme), capture_output=True,
                              timeout=120, **options)

    def curl_command(self, *arguments, scheme="socks5h"):
        tunnel = ["--proxytunnel"] if scheme == "http" else []
        proxy = "{}://{}:{}".format(scheme, *self.socks)
        return ["curl", "-sS", "--fail", "--noproxy", "", "--proxy", proxy, *tunnel, *map(str, arguments)]

    def assert_nothing_left(self):
        """Waits until both programs have as few descriptors as after their start, and no child."""
        for program, at_start in ((self.client, self._client_descriptors), (self.server, self._server_descriptors)):
            if program.is_running():
                wait_until(lambda: len(program.descriptors()) <= at_start,
                           lambda: f"{at_start} descriptors; there are {program.descriptors()}")
                assert program.children() == []

    def end(self):
        """`sessions_may_linger`: a session whose CRUMFURS was cut keeps its ports for a grace period."""
        try:
            if not self.sessions_may_linger:
                self.assert_nothing_left()
        finally:
            codes = [program.end() for program in (self.client, self.server)]
        assert codes == [0, 0], "\n".join(self.client.lines + self.server.lines)


@pytest.fixture
def start_proxy(fullcone, tmp_path):
    """A factory of Proxy; takes its keyword arguments."""
    started = []

    def start(**settings):
        folder = tmp_path / f"proxy-{len(started)}"
        started.append(Proxy(fullcone, folder, **settings))
        return started[-1]

    yield start
    for proxy in started:
        proxy.end()


@pytest.fixture
def proxy(start_proxy):
    return start_proxy()


@pytest.fixture
def nginx(tmp_path):
    server = Nginx(tmp_path / "nginx")
    yield server
    server.end()


@pytest.fixture(scope="session")
def large_file(tmp_path_factory):
    """100 MB of noise."""
    path = tmp_path_factory.mktemp("large") / "large"
    with open(path, "wb") as file:
        for _ in range(LARGE_BYTES // 1_000_000):
            file.write(os.urandom(1_000_000))
    yield path
    path.unlink()
