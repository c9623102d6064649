"""Start, reload, status and end of the programs, as scripts and service managers see them."""
import json
import re
import signal
import socket
import subprocess

import pytest

from peers import TcpTarget
from program import Program, wait_until
from socks import open_tcp, receive_all, receive_exactly
from vless import Connection

LARGE = bytes(range(256)) * 4096


@pytest.fixture(params=["server", "client"])
def ended(request):
    """Which of the two programs a test ends."""
    return request.param


def test_a_transfer_under_way_ends_by_itself_before_the_program_does(proxy, ended):
    program = getattr(proxy, ended)
    address = proxy.server_address if ended == "server" else proxy.socks
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        remote = target.accept()
        remote.sendall(LARGE)
        assert receive_exactly(app, len(LARGE)) == LARGE
        program.send(signal.SIGTERM)
        program.wait_line(r"info stopping")
        wait_until(lambda: is_refused(address), "the listener closes")
        remote.sendall(LARGE)
        remote.close()
        assert receive_all(app) == LARGE
    assert program.wait() == 0


def is_refused(address):
    """False for a reset too: the system resets what it had taken in for a listener that then closes."""
    try:
        socket.create_connection(address, 10).close()
        return False
    except ConnectionResetError:
        return False
    except ConnectionRefusedError:
        return True


def test_a_transfer_that_does_not_end_is_cut_when_draining_is_over(start_proxy, ended):
    proxy = start_proxy(**{ended: 'drain = "300ms"'})
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        target.accept()
        getattr(proxy, ended).send(signal.SIGINT)
        assert receive_all(app) == b""
    assert getattr(proxy, ended).wait() == 0


def test_a_second_signal_closes_at_once(start_proxy, ended):
    proxy = start_proxy(**{ended: 'drain = "1h"'})
    program = getattr(proxy, ended)
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        target.accept()
        program.send(signal.SIGTERM)
        program.wait_line(r"info stopping")
        program.send(signal.SIGTERM)
        assert program.wait() == 0
        assert receive_all(app) == b""


def test_a_reloaded_certificate_is_for_new_connections_and_old_ones_go_on(proxy):
    subprocess.run([proxy.program, "init", "--host", "localhost", "--dir", proxy.folder / "new"], check=True,
                   stdout=subprocess.DEVNULL)
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        remote = target.accept()
        with Connection(proxy.server_address, proxy.certificate) as old:
            for name in ("certificate.pem", "key.pem"):
                (proxy.folder / "new" / name).rename(proxy.folder / name)
            proxy.server.send(signal.SIGHUP)
            proxy.server.wait_line(r"info certificate and key read again")
            with Connection(proxy.server_address, proxy.certificate) as new:
                assert new.tls.getpeercert(True) != old.tls.getpeercert(True)
        app.sendall(b"still here")
        assert receive_exactly(remote, 10) == b"still here"
        remote.sendall(b"so am I")
        assert receive_exactly(app, 7) == b"so am I"


def test_a_certificate_that_cannot_be_read_leaves_the_old_one_in_use(proxy):
    good = proxy.certificate.read_text()
    proxy.certificate.write_text("rubbish")
    proxy.server.send(signal.SIGHUP)
    proxy.server.wait_line(r"error the certificate stays as it was: .*certificate\.pem")
    proxy.certificate.write_text(good)
    with Connection(proxy.server_address, proxy.certificate):
        pass


def test_a_client_survives_sighup(proxy):
    proxy.client.send(signal.SIGHUP)
    proxy.client.wait_line(r"SIGHUP")
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address) as app:
        app.sendall(b"!")
        assert receive_exactly(target.accept(), 1) == b"!"


def test_status_is_one_line_of_json(start_proxy):
    proxy = start_proxy(client_tables="[limits]\nready_connections = 0\n")
    with TcpTarget() as target, open_tcp(proxy.socks, *target.address):
        target.accept()
        server, client = proxy.server.status(), proxy.client.status()
    assert (server["role"], server["connections"], server["sessions"], server["mappings"]) == ("server", 1, 0, 0)
    assert server["counters"]["connections_accepted"] == 1
    assert (client["role"], client["locals"], client["server_connections"]) == ("client", 1, 1)
    proxy.assert_nothing_left()
    assert proxy.server.status()["connections"] == 0


def test_status_is_logged_at_the_end(proxy, ended):
    program = getattr(proxy, ended)
    assert program.end() == 0
    assert json.loads(program.lines[-1])["role"] == ended


def test_a_quiet_log_still_tells_the_listeners(proxy):
    quiet = Program([proxy.program, "server", "-c", proxy.folder / "server.toml", "--log-level", "off"], proxy.folder)
    quiet.wait_line(r"^listening on 127\.0\.0\.1:\d+$")
    assert quiet.end() == 0
    assert len(quiet.lines) == 1, quiet.lines


def test_every_listener_is_told(start_proxy):
    proxy = start_proxy()
    config = proxy.folder / "server.toml"
    config.write_text(config.read_text().replace('"127.0.0.1:0"', '["127.0.0.1:0", "127.0.0.2:0"]'))
    two = Program([proxy.program, "server", "-c", config], proxy.folder)
    for address in ("127.0.0.1", "127.0.0.2"):
        port = int(two.wait_line(rf"^listening on {re.escape(address)}:(\d+)$")[1])
        Connection((address, port), proxy.certificate).close()
    assert two.end() == 0


def test_a_port_in_use_is_a_failure_that_names_it(proxy):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = "{}:{}".format(*holder.getsockname())
        config = proxy.folder / "taken.toml"
        config.write_text((proxy.folder / "server.toml").read_text().replace("127.0.0.1:0", taken))
        late = Program([proxy.program, "server", "-c", config], proxy.folder)
        assert late.wait() == 1
        assert any(taken in line and "in use" in line for line in late.lines), late.lines


def test_descriptors_are_as_many_as_the_system_allows(proxy):
    with open(f"/proc/{proxy.server.pid}/limits") as limits:
        soft, hard = next(line.split()[3:5] for line in limits if line.startswith("Max open files"))
    assert soft == hard
