"""What every test of the suite as a program starts from."""
import pytest
from subjects import Run, Server


@pytest.fixture
def suite(tmp_path):
    return lambda *arguments: Run(arguments, tmp_path / "report.xml")


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    server.end()


@pytest.fixture
def server_without_mux(tmp_path):
    server = Server(tmp_path, first="mux = false\n")
    yield server
    server.end()
