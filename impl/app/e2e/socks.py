"""The app's side of the client's local port: SOCKS5 for TCP and UDP (RFC 1928, RFC 1929)."""
import contextlib
import ipaddress
import socket
import struct

TIMEOUT_S = 10
CONNECT, UDP_ASSOCIATE = 1, 3


class SocksError(Exception):
    """The proxy refused. `reply` is its octet, or "method" or "credentials" where it got no further."""

    def __init__(self, reply):
        super().__init__(f"the proxy answered {reply!r}")
        self.reply = reply


def receive_exactly(stream, size):
    received = b""
    while len(received) < size:
        some = stream.recv(size - len(received))
        if not some:
            raise EOFError(f"ended after {len(received)} of {size} octets")
        received += some
    return received


def receive_all(stream):
    """Everything until the peer has ended; a reset counts as an end."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while some := stream.recv(1 << 16):
            received += some
    return bytes(received)


def encode_address(host, port):
    """atyp | address | port; whatever is not an IP address goes as a domain name."""
    try:
        ip = ipaddress.ip_address(host)
        return bytes([1 if ip.version == 4 else 4]) + ip.packed + struct.pack("!H", port)
    except ValueError:
        name = host.encode()
        return bytes([3, len(name)]) + name + struct.pack("!H", port)


def decode_address(octets):
    """((host, port), rest)"""
    atyp = octets[0]
    if atyp == 3:
        end = 2 + octets[1]
        host = octets[2:end].decode()
    else:
        end = 1 + {1: 4, 4: 16}[atyp]
        host = str(ipaddress.ip_address(octets[1:end]))
    return (host, struct.unpack_from("!H", octets, end)[0]), octets[end + 2:]


def _greet(stream, credentials):
    stream.sendall(b"\x05\x01\x02" if credentials else b"\x05\x01\x00")
    method = receive_exactly(stream, 2)[1]
    if method == 0xff:
        raise SocksError("method")
    if method == 2:
        user, password = (text.encode() for text in credentials)
        stream.sendall(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if receive_exactly(stream, 2) != b"\x01\x00":
            raise SocksError("credentials")


def _request(stream, command, host, port):
    """The bound address."""
    stream.sendall(bytes([5, command, 0]) + encode_address(host, port))
    head = receive_exactly(stream, 4)
    if head[1] != 0:
        raise SocksError(head[1])
    rest = receive_exactly(stream, {1: 4, 4: 16}[head[3]] + 2)
    return decode_address(head[3:] + rest)[0]


def open_tcp(proxy, host, port, credentials=None):
    """A TCP stream to host:port through the proxy at (host, port) `proxy`. Throws SocksError."""
    stream = socket.create_connection(proxy, TIMEOUT_S)
    try:
        _greet(stream, credentials)
        _request(stream, CONNECT, host, port)
        return stream
    except BaseException:
        stream.close()
        raise


def open_tcp_by_http(proxy, host, port):
    """The same by HTTP CONNECT. Throws SocksError with the status line."""
    stream = socket.create_connection(proxy, TIMEOUT_S)
    stream.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += receive_exactly(stream, 1)
    if not head.startswith(b"HTTP/1.1 200 "):
        stream.close()
        raise SocksError(head.split(b"\r\n")[0])
    return stream


class UdpApp:
    """An app with one UDP association; a context manager.

    `control` is the TCP connection that the association ends with, `relay` where datagrams go,
    `local` the app's own address.
    """

    def __init__(self, proxy, credentials=None):
        self.control = socket.create_connection(proxy, TIMEOUT_S)
        try:
            _greet(self.control, credentials)
            self.relay = _request(self.control, UDP_ASSOCIATE, "0.0.0.0", 0)
        except BaseException:
            self.control.close()
            raise
        family = socket.AF_INET6 if ":" in self.relay[0] else socket.AF_INET
        self._datagrams = socket.socket(family, socket.SOCK_DGRAM)
        self._datagrams.bind((self.control.getsockname()[0], 0))
        self.local = self._datagrams.getsockname()[:2]

    def send(self, payload, host, port, fragment=0):
        self.send_raw(bytes([0, 0, fragment]) + encode_address(host, port) + payload)

    def send_raw(self, datagram):
        self._datagrams.sendto(datagram, self.relay)

    def receive(self, timeout_s=TIMEOUT_S):
        """(payload, (host, port)); throws TimeoutError."""
        self._datagrams.settimeout(timeout_s)
        datagram, source = self._datagrams.recvfrom(65535)
        assert source[:2] == self.relay, f"from {source}, not from the relay {self.relay}"
        assert datagram[:3] == b"\0\0\0", datagram[:3].hex()
        address, payload = decode_address(datagram[3:])
        return payload, address

    def close(self):
        self._datagrams.close()
        self.control.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
