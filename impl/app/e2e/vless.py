"""VLESS over TLS, octet by octet: a client that can also be wrong. The grammar:

    version 1 | uuid 16 | addons-length 1 | addons N | command 1 | [port 2 | atyp 1 | address] | payload…
"""
import contextlib
import ipaddress
import socket
import ssl
import struct
import uuid as uuids

from socks import receive_all, receive_exactly

TIMEOUT_S = 10
TCP, UDP, MUX, CRUMFURS = 1, 2, 3, 4
CRUMFURS_ESTABLISHED = b"\x14"
ADDON_SESSION, ADDON_MAPPING = 1, 2


def encode_address(host, port):
    """port | atyp | address; whatever is not an IP address goes as a domain name."""
    try:
        ip = ipaddress.ip_address(host)
        return struct.pack("!HB", port, 1 if ip.version == 4 else 3) + ip.packed
    except ValueError:
        name = host.encode()
        return struct.pack("!HBB", port, 2, len(name)) + name


def addon(kind, value):
    return bytes([kind, len(value)]) + value


def header(uuid, command, target=None, version=1, addons=b""):
    """A request; `uuid` is text or 16 octets, `target` (host, port) or None for none."""
    octets = uuid if isinstance(uuid, bytes) else uuids.UUID(uuid).bytes
    address = encode_address(*target) if target else b""
    return bytes([version]) + octets + bytes([len(addons)]) + addons + bytes([command]) + address


def frame(payload):
    return struct.pack("!H", len(payload)) + payload


class Connection:
    """A TLS connection to the server; a context manager that closes it cleanly."""

    def __init__(self, server, ca, name="localhost", first=b"", most_version=None):
        """`first` goes out in one TLS record; `server` is (host, port), `ca` a PEM file."""
        context = ssl.create_default_context(cafile=ca)
        if most_version:
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.maximum_version = most_version
        stream = socket.create_connection(server, TIMEOUT_S)
        try:
            self.tls = context.wrap_socket(stream, server_hostname=name)
        except BaseException:
            stream.close()
            raise
        if first:
            self.send(first)

    def send(self, octets):
        """One TLS record, up to 16 KiB."""
        self.tls.sendall(octets)

    def receive(self, size):
        return receive_exactly(self.tls, size)

    def receive_frame(self):
        return self.receive(struct.unpack("!H", self.receive(2))[0])

    def receive_umfurs(self):
        """(payload, (host, port))"""
        message = self.receive_frame()
        size = {1: 4, 3: 16}[message[0]]
        host = str(ipaddress.ip_address(message[1:1 + size]))
        port = struct.unpack_from("!H", message, 1 + size)[0]
        return message[3 + size:], (host, port)

    def receive_all(self):
        """Everything until the server has closed."""
        with contextlib.suppress(ssl.SSLError):  # cut without close_notify
            return receive_all(self.tls)
        return b""

    def close(self):
        """With close_notify, and waits for the server's; on a TCP relay that is when the target has ended."""
        with contextlib.suppress(OSError, ValueError):
            self.tls.unwrap()
        self.tls.close()

    def cut(self):
        """With a TCP reset, as a lost link ends."""
        self.tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.tls.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Session:
    """One user's UDP session: its CRUMFURS channel, established, and a way to isolated channels."""

    def __init__(self, server, ca, uuid, session=None, mapping=None, name="localhost"):
        self._open = dict(server=server, ca=ca, name=name)
        self._uuid = uuid
        self._addons = addon(ADDON_SESSION, session) if session else b""
        begin = self._addons + (addon(ADDON_MAPPING, bytes([mapping])) if mapping is not None else b"")
        self.crumfurs = Connection(**self._open, first=header(uuid, CRUMFURS, addons=begin))
        answer = self.crumfurs.receive(1)
        assert answer == CRUMFURS_ESTABLISHED, answer.hex()

    def open_channel(self, host, port, first_payload=None):
        request = header(self._uuid, UDP, (host, port), addons=self._addons)
        return Connection(**self._open, first=request + (b"" if first_payload is None else frame(first_payload)))

    def close(self):
        self.crumfurs.close()
