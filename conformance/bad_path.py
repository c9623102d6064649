"""A bad path: two network namespaces with a relay between them that loses and delays what it carries.

`BadPath` makes them, for a test; the relay is this file run as a program. It reads IP packets from a TUN
device in either namespace and writes them to the other one: a datagram is lost by chance and delayed by
chance, so that some overtake each other; of TCP nothing is lost, and each connection keeps its order. Needs
root, iproute2 and /dev/net/tun.
"""
import argparse
import fcntl
import heapq
import os
import pathlib
import random
import select
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MOST_OCTETS = 65535  # of a packet, and the devices' MTU: what is lost is a datagram, not a fragment
UDP = 17
SIDES = {"near": ["10.78.0.1", "10.78.0.2", "fd78::1"], "far": ["10.78.1.1", "10.78.1.2", "fd78:1::1"]}
START_LIMIT_S = 10


def is_possible():
    return os.geteuid() == 0 and os.access("/dev/net/tun", os.R_OK | os.W_OK)


# ----- the relay


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def connect(namespace, device, addresses):
    """Moves the device into the namespace and leads everything through it."""
    subprocess.run(["ip", "link", "set", device, "netns", namespace], check=True)
    commands = ["link set lo up", f"link set {device} mtu {MOST_OCTETS} up"]
    commands += [f"addr add {address} dev {device} {'nodad' if ':' in address else ''}" for address in addresses]
    commands += [f"route add default dev {device}", f"route add ::/0 dev {device}"]
    subprocess.run(["ip", "-n", namespace, "-batch", "-"], input="\n".join(commands), text=True, check=True)


def flow_of(packet):
    """(protocol, addresses and ports) of a packet without options or extension headers."""
    if packet[0] >> 4 == 4:
        return packet[9], packet[12:24]
    return packet[6], packet[8:44]


class Relay:
    def __init__(self, tuns, chance, loss, delay_s, jitter_s):
        self.other = {tuns[0]: tuns[1], tuns[1]: tuns[0]}
        self.chance, self.loss, self.delay_s, self.jitter_s = chance, loss, delay_s, jitter_s
        self.under_way = []  # (due, number, where to, packet)
        self.number = 0
        self.latest = {}  # of each TCP connection's direction, when its last packet is due
        self.seen = self.lost = 0

    def take(self, tun):
        """All that waits at the device."""
        while True:
            try:
                packet = os.read(tun, MOST_OCTETS)
            except BlockingIOError:
                return
            protocol, flow = flow_of(packet)
            due = time.monotonic() + self.delay_s + self.chance.uniform(0, self.jitter_s)
            if protocol == UDP:
                self.seen += 1
                if self.chance.random() < self.loss:
                    self.lost += 1
                    continue
            else:
                due = self.latest[flow] = max(due, self.latest.get(flow, 0))
            self.number += 1
            heapq.heappush(self.under_way, (due, self.number, self.other[tun], packet))

    def give(self):
        """What is due; returns how long the next one takes, in seconds."""
        while self.under_way:
            left = self.under_way[0][0] - time.monotonic()
            if left > 0:
                return left
            _, _, tun, packet = heapq.heappop(self.under_way)
            try:
                os.write(tun, packet)
            except OSError:  # its namespace is going down
                pass
        return None

    def run(self):
        parent = os.getppid()
        while os.getppid() == parent:
            left = self.give()
            for tun in select.select(list(self.other), [], [], 1 if left is None else min(left, 1))[0]:
                self.take(tun)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("near", help="a network namespace")
    parser.add_argument("far", help="another one")
    parser.add_argument("--loss", type=float, required=True, help="of datagrams, 0 to 1")
    parser.add_argument("--delay", type=float, required=True, help="ms, each way")
    parser.add_argument("--jitter", type=float, required=True, help="ms at most, added to the delay")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    devices = {"near": f"n{os.getpid()}", "far": f"f{os.getpid()}"}
    tuns = [open_tun(device) for device in devices.values()]
    for side, device in devices.items():
        connect(getattr(given, side), device, SIDES[side])
    relay = Relay(tuns, random.Random(given.seed), given.loss, given.delay / 1000, given.jitter / 1000)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    print("ready", flush=True)
    try:
        relay.run()
    finally:
        print(relay.seen, relay.lost, flush=True)


# ----- for tests


class BadPath:
    """`near` is for the suite, `far` for the subject: `within("near")` runs a command there.

    After end(), `datagrams` of them were sent and `lost` of these were lost.
    """

    def __init__(self, loss, delay_ms, jitter_ms):
        self.names = {side: f"bad{os.getpid()}{side}" for side in SIDES}
        self.relay = None
        try:
            for name in self.names.values():
                subprocess.run(["ip", "netns", "add", name], check=True)
            self.relay = subprocess.Popen(
                [sys.executable, "-B", pathlib.Path(__file__), *self.names.values(), "--loss", str(loss),
                 "--delay", str(delay_ms), "--jitter", str(jitter_ms)], stdout=subprocess.PIPE, text=True)
            assert self.relay.stdout.readline() == "ready\n"
        except BaseException:
            self.end()
            raise

    def within(self, side):
        return ["ip", "netns", "exec", self.names[side]]

    def end(self):
        if self.relay:
            self.relay.terminate()
            counts = self.relay.communicate(timeout=START_LIMIT_S)[0].split()
            if len(counts) == 2:
                self.datagrams, self.lost = map(int, counts)
        for name in self.names.values():
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
