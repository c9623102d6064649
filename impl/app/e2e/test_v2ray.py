"""VLESS v0 with v2ray on the other side, over TLS: as a client of our server and as a server behind
our client. v0 has no CRUMFURS: strangers stay out, which is not this project's to mend."""
import contextlib
import json
import shutil
import socket
import subprocess

import pytest

from files import edit, sha256
from peers import UdpPeer, free_port
from program import Program, wait_until
from socks import UdpApp

SIZES = (1, 512, 1472)  # v2ray cuts datagrams at its buffers of 2 KiB


def accepts(port):
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True


@pytest.fixture
def start_v2ray(tmp_path):
    """A factory: starts v2ray with one inbound, whose port it adds, and gives back that port."""
    assert shutil.which("v2ray"), "v2ray is not installed: scripts/setup"
    started = []

    def start(inbound, outbound):
        port = free_port()  # v2ray cannot be told to choose one itself
        config = tmp_path / f"v2ray-{len(started)}.json"
        config.write_text(json.dumps({
            "log": {"loglevel": "warning", "error": "/dev/stderr"},
            "inbounds": [{"listen": "127.0.0.1", "port": port, **inbound}], "outbounds": [outbound]}))
        program = Program(["v2ray", "-config", config], tmp_path)
        started.append(program)
        wait_until(lambda: not program.is_running() or accepts(port), lambda: program.lines)
        return port if program.is_running() else start(inbound, outbound)

    yield start
    for program in started:
        program.end()


@pytest.fixture
def behind_v2ray(start_proxy, start_v2ray):
    """The SOCKS5 address of a v2ray client that uses our server."""
    proxy = start_proxy()
    host, port = proxy.server_address
    user = {"id": proxy.uuid, "encryption": "none"}
    return "127.0.0.1", start_v2ray(
        {"protocol": "socks", "settings": {"auth": "noauth", "udp": True, "ip": "127.0.0.1"}},
        {"protocol": "vless",
         "settings": {"vnext": [{"address": host, "port": port, "users": [user]}]},
         "streamSettings": {"network": "tcp", "security": "tls",
                            "tlsSettings": {"serverName": "localhost", "allowInsecure": True}}})


@pytest.fixture
def before_v2ray(start_proxy, start_v2ray):
    """The SOCKS5 address of our client, `version = 0`, that uses a v2ray server."""
    proxy = start_proxy(version=0)
    key = proxy.folder / "key.pem"
    port = start_v2ray(
        {"protocol": "vless", "settings": {"clients": [{"id": proxy.uuid}], "decryption": "none"},
         "streamSettings": {"network": "tcp", "security": "tls", "tlsSettings": {"certificates": [
             {"certificateFile": str(proxy.certificate), "keyFile": str(key)}]}}},
        {"protocol": "freedom"})
    ours = "{}:{}".format(*proxy.server_address)
    assert proxy.client.end() == 0
    edit(proxy.folder / "client.toml", replace=[(ours, f"127.0.0.1:{port}")])
    proxy.start_client()
    return proxy.socks


@pytest.fixture(params=["behind_v2ray", "before_v2ray"])
def socks(request):
    return request.getfixturevalue(request.param)


def curl(socks, *arguments):
    command = ["curl", "-sS", "--fail", "--noproxy", "", "--proxy", "socks5h://{}:{}".format(*socks)]
    subprocess.run([*command, *map(str, arguments)], check=True, timeout=120)


def test_tcp(socks, nginx, large_file, tmp_path):
    (nginx.files / "large").symlink_to(large_file)
    curl(socks, "-o", tmp_path / "got", nginx.url("large"))
    curl(socks, "-T", large_file, nginx.url("put"))
    assert sha256(tmp_path / "got") == sha256(nginx.files / "put") == sha256(large_file)


def test_udp(socks):
    with UdpApp(socks) as app, UdpPeer("127.1.0.1") as first, UdpPeer("127.2.0.2") as second:
        for size in SIZES:
            for peer in (first, second):
                payload = bytes(i % 251 for i in range(size))
                app.send(payload, *peer.address)
                received, source = peer.receive()
                assert received == payload
                peer.send(payload[::-1], source)
                assert app.receive() == (payload[::-1], peer.address)
