"""The loads of bench/compare: how fullcone-load is called for each, which figure of its line counts,
and what is wanted of this proxy beside the others."""
import typing

TCP_CONNECTIONS = 200
UDP_DESTINATIONS = 1000
HAPROXY = "haproxy"
WITHOUT_TLS = {"v2ray, VMess", "shadowsocks-libev"}  # a new connection costs them no handshake


class Want(typing.NamedTuple):
    """What is wanted of a ratio to the best rival, or of the figure itself where `of_figure`."""
    at_least: float | None = None
    at_most: float | None = None
    of_figure: bool = False
    cpu_at_most: float | None = None  # of CPU time for the same work, to the same rival


class Load(typing.NamedTuple):
    arguments: list[str]  # of fullcone-load
    figure: typing.Callable[[dict], float] | None  # of the line that it prints; None: what it holds costs room
    unit: str
    want: Want | None = None
    work: float | None = None  # how much of the figure CPU seconds are told for; None: they are not
    less_is_better: bool = False
    udp: bool = False
    rival: str | None = None  # compared with this one; None: with the best that encrypts
    tls_only: bool = False  # and speaks TLS
    times_as_long: int = 1  # as others: a p99 is made of thousands
    held: int = 0  # what it keeps open while room is measured, in the first round only


def _told(*names):
    def figure(told):
        for name in names:
            told = told[name]
        return told
    return figure


def _echo(*arguments, want):
    return Load(["udp", *arguments], _told("round_trips_per_s"), "round trips/s", want, 1e6, udp=True)


def _stream(*arguments):
    return Load([*arguments], _told("mib_per_s"), "MiB/s", Want(at_least=1.4, cpu_at_most=0.7), 1024, rival=HAPROXY)


ECHO = Want(at_least=4, cpu_at_most=0.2)
MANY = Want(at_least=3)

# Room first: what a later load has left free would be used again.
LOADS = {
    "tcp-room": Load(["idle", "--connections", str(TCP_CONNECTIONS)], None, "KiB of RSS per idle TCP connection",
                     Want(at_most=40, of_figure=True), less_is_better=True, held=TCP_CONNECTIONS),
    "udp-room": Load(["hold", "--destinations", str(UDP_DESTINATIONS)], None, "KiB of RSS per UDP destination",
                     Want(at_most=45, of_figure=True), less_is_better=True, udp=True, held=UDP_DESTINATIONS),
    "udp-100": _echo("--window", "64", "--size", "100", want=ECHO),
    "udp-1200": _echo("--window", "64", "--size", "1200", want=ECHO),
    "udp-100-singly": _echo("--window", "64", "--size", "100", "--singly", want=None),
    "udp-1200-singly": _echo("--window", "64", "--size", "1200", "--singly", want=None),
    "udp-1-in-flight": _echo("--window", "1", "--size", "100", want=None),
    "udp-to-16": _echo("--window", "64", "--size", "100", "--destinations", "16", want=MANY),
    "udp-to-1000": _echo("--window", "64", "--size", "100", "--destinations", "1000", want=MANY),
    "udp-1000-per-s": Load(["udp", "--rate", "1000", "--size", "100"], _told("rtt_us", "p99"),
                           "us, RTT p99 at 1,000 datagrams/s", Want(at_most=1), less_is_better=True, udp=True,
                           times_as_long=5),
    "udp-first": Load(["first"], _told("first_us", "p50"), "us, first datagram to a new destination, p50",
                      Want(at_most=1), less_is_better=True, udp=True, tls_only=True),
    "udp-burst": Load(["burst", "--datagrams", "1000", "--size", "1200"], lambda told: 100 * told["share_back"],
                      "% back of 1,000 datagrams at once", Want(at_least=95, of_figure=True), udp=True),
    "tcp-up": _stream("up"),
    "tcp-down": _stream("down"),
    "tcp-up-8": _stream("up", "--streams", "8"),
    "tcp-down-8": _stream("down", "--streams", "8"),
    "tcp-open": Load(["open"], _told("connections_per_s"), "connections/s", Want(at_least=2), 1e3, tls_only=True),
}

MUX_ROOM = Want(at_most=1, of_figure=True)


def want_of(load, subject):
    """By mux a destination costs a table's entry, not a connection."""
    return MUX_ROOM if load == "udp-room" and "mux" in subject else LOADS[load].want


def is_met(want, figure, ratio, cpu_ratio):
    """None: it cannot be told, since there was no rival."""
    value = figure if want.of_figure else ratio
    if value is None or (want.cpu_at_most and cpu_ratio is None):
        return None
    return ((want.at_least is None or value >= want.at_least) and (want.at_most is None or value <= want.at_most)
            and (want.cpu_at_most is None or cpu_ratio <= want.cpu_at_most))


def said(want):
    """`want` in words."""
    of = "" if want.of_figure else " times"
    words = [f">= {want.at_least:g}{of}"] if want.at_least is not None else []
    words += [f"<= {want.at_most:g}{of}"] if want.at_most is not None else []
    words += [f"<= {want.cpu_at_most:g} of the CPU"] if want.cpu_at_most is not None else []
    return ", ".join(words)
