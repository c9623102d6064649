"""What apps send and fetch arrives whole: by SOCKS5 and by HTTP CONNECT, one and eight at once."""
import socket
import subprocess

import pytest

from files import sha256
from peers import TcpTarget
from socks import open_tcp, open_tcp_by_http, receive_all, receive_exactly

SCHEMES = ["socks5h", "http"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_downloads_100_mb(proxy, nginx, large_file, tmp_path, scheme):
    (nginx.files / "large").symlink_to(large_file)
    result = proxy.curl("-o", tmp_path / "got", nginx.url("large"), scheme=scheme)
    assert result.returncode == 0, result.stderr
    assert sha256(tmp_path / "got") == sha256(large_file)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_uploads_100_mb(proxy, nginx, large_file, scheme):
    result = proxy.curl("-T", large_file, nginx.url("put"), scheme=scheme)
    assert result.returncode == 0, result.stderr
    assert sha256(nginx.files / "put") == sha256(large_file)


def test_eight_at_once(proxy, nginx, large_file, tmp_path):
    (nginx.files / "large").symlink_to(large_file)
    commands = [proxy.curl_command("-o", tmp_path / f"got-{i}", nginx.url("large"), scheme=SCHEMES[i % 2])
                for i in range(4)]
    commands += [proxy.curl_command("-T", large_file, nginx.url(f"put-{i}"), scheme=SCHEMES[i % 2]) for i in range(4)]
    transfers = [subprocess.Popen(command) for command in commands]
    assert [transfer.wait(120) for transfer in transfers] == [0] * 8
    arrived = [*tmp_path.glob("got-*"), *nginx.files.glob("put-*")]
    assert len(arrived) == 8
    assert {sha256(path) for path in arrived} == {sha256(large_file)}


@pytest.mark.parametrize("open_stream", [open_tcp, open_tcp_by_http])
def test_an_app_that_has_said_all_still_hears_the_answer(proxy, open_stream):
    with TcpTarget() as target, open_stream(proxy.socks, *target.address) as app:
        remote = target.accept()
        app.sendall(b"question")
        app.shutdown(socket.SHUT_WR)
        assert receive_all(remote) == b"question"
        remote.sendall(b"answer")
        remote.close()
        assert receive_all(app) == b"answer"


@pytest.mark.parametrize("open_stream", [open_tcp, open_tcp_by_http])
def test_a_target_that_has_said_all_still_hears_the_app(proxy, open_stream):
    with TcpTarget() as target, open_stream(proxy.socks, *target.address) as app:
        remote = target.accept()
        remote.sendall(b"greeting")
        remote.shutdown(socket.SHUT_WR)
        assert receive_all(app) == b"greeting"
        app.sendall(b"afterthought")
        app.shutdown(socket.SHUT_WR)
        assert receive_all(remote) == b"afterthought"


def test_names_are_resolved_by_the_server(proxy):
    with TcpTarget() as target, open_tcp(proxy.socks, "localhost", target.address[1]) as app:
        remote = target.accept()
        app.sendall(b"by name")
        assert receive_exactly(remote, 7) == b"by name"


def test_version_0_carries_tcp(start_proxy, nginx, large_file, tmp_path):
    proxy = start_proxy(version=0)
    (nginx.files / "large").symlink_to(large_file)
    result = proxy.curl("-o", tmp_path / "got", nginx.url("large"))
    assert result.returncode == 0, result.stderr
    assert sha256(tmp_path / "got") == sha256(large_file)
