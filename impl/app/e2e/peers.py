"""Remote ends on loopback that a test holds in its hands: a TCP target and a UDP peer."""
import select
import socket

TIMEOUT_S = 10


class TcpTarget:
    """Listens on a port of the system's choice; a context manager that closes what it accepted."""

    def __init__(self, host="127.0.0.1"):
        self._listener = socket.create_server((host, 0))
        self._listener.settimeout(TIMEOUT_S)
        self.address = self._listener.getsockname()[:2]
        self._accepted = []

    def accept(self):
        stream, _ = self._listener.accept()
        stream.settimeout(TIMEOUT_S)
        self._accepted.append(stream)
        return stream

    def is_untouched(self):
        """Whether nobody has connected since the last accept()."""
        return not select.select([self._listener], [], [], 0)[0]

    def close(self):
        for stream in [*self._accepted, self._listener]:
            stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class UdpPeer:
    """A UDP socket; a context manager."""

    def __init__(self, host="127.0.0.1", port=0):
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, port))
        self.address = self._socket.getsockname()[:2]

    def receive(self, timeout_s=TIMEOUT_S):
        """(payload, source); throws TimeoutError."""
        self._socket.settimeout(timeout_s)
        payload, source = self._socket.recvfrom(65535)
        return payload, source[:2]

    def send(self, payload, to):
        self._socket.sendto(payload, to)

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def refusing_port(host="127.0.0.1"):
    """A socket whose address refuses connections for as long as it is open: bound, not listening."""
    bound = socket.socket()
    bound.bind((host, 0))
    return bound


def free_port(host="127.0.0.1"):
    """A TCP port that nobody had a moment ago, for programs that cannot choose one themselves."""
    with socket.create_server((host, 0)) as listener:
        return listener.getsockname()[1]
