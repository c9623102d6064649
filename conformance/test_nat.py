"""The suite on what stands between an inside and an outside: our own client and server seen through
SOCKS5, and Linux's NAT in several settings, between network namespaces that the test makes.

The programs are in $FULLCONE_BIN_DIR. The namespaces need root, iproute2 and nftables.
"""
import os
import re
import socket
import subprocess
import threading
import time
import tomllib

import pytest
from subjects import BIN, CONFORMS, GONE, MUST_FAILED, START_LIMIT_S, USAGE

# Of RFC4787.md; the others are SHOULD or MAY.
MUST = {f"RFC4787-REQ-{number}" for number in ("1", "3", "5", "6", "9", "9A", "11", "12", "14")}


def seen(run):
    """What the run says that it saw: {"mapping": "EIM", …}."""
    return dict(re.findall(r"^  seen +(\w+) (.+)$", run.output, re.MULTILINE))


def failed(run):
    return set(run.with_verdict("failure"))


def failed_rules(run):
    return {case.partition(".")[0] for case in failed(run)}


# ----- our own client and server


class Pair:
    """A server and a client of its, as `fullcone init` configures them, but for ports and egress."""

    def __init__(self, folder, mapping):
        subprocess.run([BIN / "fullcone", "init", "--host", "localhost", "--dir", folder], check=True,
                       stdout=subprocess.DEVNULL)
        self.processes = []
        server, client = folder / "server.toml", folder / "client.toml"
        self.configure(server, 'listen = "127.0.0.1:0"', '\n[egress]\npolicy = "unrestricted"\n')
        address = self.start("server", server)
        self.configure(client, f'listen = "127.0.0.1:0"\nmapping = "{mapping}"')
        port = address.rpartition(":")[2]
        text, told = client.read_text(), tomllib.loads(client.read_text())
        client.write_text(text.replace(f'"{told["server"]["address"]}"', f'"localhost:{port}"', 1))
        self.socks = self.start("client", client)

    @staticmethod
    def configure(file, listen, tables=""):
        text = file.read_text()
        line = next(line for line in text.splitlines() if line.startswith("listen"))
        file.write_text(text.replace(line, listen, 1) + tables)

    def start(self, role, config):
        process = subprocess.Popen([BIN / "fullcone", role, "-c", config], stderr=subprocess.PIPE,
                                   stdin=subprocess.DEVNULL, text=True)
        self.processes.append(process)
        listening = next(match[1] for line in process.stderr
                         if (match := re.search(r"^listening on (\S+)$", line)))
        threading.Thread(target=process.stderr.read, daemon=True).start()
        return listening

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(START_LIMIT_S)


@pytest.fixture
def pair(tmp_path, request):
    pair = Pair(tmp_path, request.param)
    yield pair
    pair.end()


@pytest.mark.parametrize("pair", ["by-destination"], indirect=True)
def test_our_pair_is_a_seed_cone(pair, suite):
    begun = time.monotonic()
    run = suite("socks5", "--proxy", pair.socks)
    assert time.monotonic() - begun < 20
    assert {"mapping": "APDM", "filtering": "EIF", "hairpin": "yes"}.items() <= seen(run).items()
    assert run.code == MUST_FAILED, run.output
    assert failed(run) == {"RFC4787-REQ-1.other-port", "RFC4787-REQ-1.other-address"}, run.output
    asserted = suite("socks5", "--proxy", pair.socks, "--profile", "seed-cone", "--profile", "socks5",
                     "--expect", "mapping=APDM,filtering=EIF,hairpin=yes")
    assert asserted.code == CONFORMS, asserted.output
    assert "SEED-CONE-2.answered" in asserted.verdicts


@pytest.mark.parametrize("pair", ["endpoint-independent"], indirect=True)
def test_our_pair_is_a_full_cone(pair, suite):
    run = suite("socks5", "--proxy", pair.socks, "--profile", "rfc4787", "--profile", "socks5",
                "--profile", "full-cone", "--expect", "mapping=EIM,filtering=EIF,hairpin=yes,lifetime>=4s")
    assert {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"}.items() <= seen(run).items()
    assert run.code == CONFORMS, run.output
    assert not failed(run)


@pytest.mark.parametrize("pair", ["endpoint-independent"], indirect=True)
def test_every_mutant_of_our_pair_is_killed(pair):
    finished = run_quietly(BIN / "fullcone-kill-matrix", "--live", "socks5", "--proxy", pair.socks, "--jobs", "4",
                           "--timeout", "0.5")
    assert finished.returncode == CONFORMS, finished.stdout + finished.stderr
    assert finished.stdout.count("\n| nat | PROXY-") >= 9, finished.stdout


@pytest.mark.parametrize(("pair", "expected"), [("by-destination", "mapping=APDM"),
                                                ("endpoint-independent", "mapping=EIM")], indirect=["pair"])
def test_our_pair_gets_the_same_verdicts_on_both_testbeds(pair, expected, suite):
    run = suite("parity", "socks5", "--proxy", pair.socks, "--jobs", 4, "--profile", "rfc4787", "--profile", "socks5",
                "--expect", expected)
    assert run.code == CONFORMS, run.output
    assert re.search(r"^  parity +\d\d same, 0 differ", run.output, re.MULTILINE), run.output


@pytest.mark.parametrize("pair", ["by-destination"], indirect=True)
def test_an_expectation_that_does_not_hold(pair, suite):
    run = suite("socks5", "--proxy", pair.socks, "--expect", "mapping=EIM,filtering=EIF")
    assert run.code == MUST_FAILED, run.output
    assert failed(run) == {"EXPECTED-1.mapping"}


@pytest.mark.parametrize("pair", ["by-destination"], indirect=True)
def test_a_proxy_that_dies_midway(pair, suite):
    timer = threading.Timer(2, pair.processes[1].kill)
    timer.start()
    run = suite("socks5", "--proxy", pair.socks, "--timeout", 0.5)
    timer.cancel()
    assert run.code == GONE, run.output


def test_nobody_there(suite):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert suite("socks5", "--proxy", f"127.0.0.1:{port}").code == GONE


@pytest.mark.parametrize("arguments", [
    ["socks5"],
    ["socks5", "--proxy", "localhost:1080"],
    ["socks5", "--proxy", "127.0.0.1:1", "--expect", "mapping=full"],
    ["socks5", "--proxy", "127.0.0.1:1", "--peer-address", "everywhere"],
    ["nat", "--client-netns", "a"],
])
def test_usage(suite, arguments):
    assert suite(*arguments).code == USAGE


# ----- Linux's NAT


def run_quietly(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def may_make_namespaces():
    return os.geteuid() == 0 and run_quietly("unshare", "--net", "true").returncode == 0


needs_namespaces = pytest.mark.skipif(not may_make_namespaces(), reason="not permitted to make network namespaces")


class Realm:
    """Three network namespaces: inside (10.77.0.2, .5), router (198.51.100.1, .2) and outside.

    The kernel picks one of several addresses by a hash of internal and remote address; these differ.
    """
    OUTER = ["198.51.100.1", "198.51.100.2"]

    def __init__(self, rules, timeout_s):
        self.name = f"fc{os.getpid()}"
        self.inside, self.router, self.outside = (self.name + side for side in ("i", "r", "o"))
        self.made = []
        try:
            self.build(rules, timeout_s)
        except BaseException:
            self.remove()
            raise

    def build(self, rules, timeout_s):
        for namespace in (self.inside, self.router, self.outside):
            self.ip("netns", "add", namespace)
            self.made.append(namespace)
            self.ip("-n", namespace, "link", "set", "lo", "up")
        self.wire(self.inside, ["10.77.0.2/24", "10.77.0.5/24"], "in", ["10.77.0.1/24"])
        self.wire(self.outside, [f"198.51.100.{n}/24" for n in range(10, 14)], "out",
                  [address + "/24" for address in self.OUTER])
        self.ip("-n", self.inside, "route", "add", "default", "via", "10.77.0.1")
        self.ip("-n", self.outside, "route", "add", "10.77.0.0/24", "via", self.OUTER[0])
        self.set("net/ipv4/ip_forward", 1)
        if rules:
            run_quietly("ip", "netns", "exec", self.router, "nft", "-f", "-", input=rules, check=True)
            for timer in ("udp_timeout", "udp_timeout_stream"):
                self.set(f"net/netfilter/nf_conntrack_{timer}", timeout_s)

    def ip(self, *arguments):
        subprocess.run(["ip", *arguments], check=True)

    def wire(self, namespace, addresses, port, router_addresses):
        self.ip("link", "add", port, "netns", self.router, "type", "veth", "peer", "name", "wire",
                "netns", namespace)
        for where, device, given in ((namespace, "wire", addresses), (self.router, port, router_addresses)):
            for address in given:
                self.ip("-n", where, "addr", "add", address, "dev", device)
            self.ip("-n", where, "link", "set", device, "up")

    def set(self, key, value):
        subprocess.run(["ip", "netns", "exec", self.router, "sh", "-c", f"echo {value} >/proc/sys/{key}"],
                       check=True)

    def remove(self):
        for namespace in self.made:
            run_quietly("ip", "netns", "delete", namespace)


def nat_rules(translation, more=""):
    return f"""table ip nat {{
      chain post {{ type nat hook postrouting priority srcnat; oifname "out" {translation}; }}
      {more}
    }}"""


# To 10.77.0.2, whoever asks; from inside as well, and then from the external address.
FORWARDING = """
  chain pre { type nat hook prerouting priority dstnat;
              ip daddr 198.51.100.1 udp dport 1024-65535 dnat to 10.77.0.2; }
  chain back { type nat hook postrouting priority srcnat; oifname "in" ip saddr 10.77.0.0/24 snat to 198.51.100.1; }
"""

# How each is set, what is seen of it, and which MUST requirements it breaks. Linux hairpins nothing by
# itself. It keeps a port per destination: two internal endpoints share one (REQ-3), and whose port is
# taken at a destination has another one there than elsewhere (REQ-11).
FILTERED = {"filtering": "APDF", "hairpin": "no"}
SHORT = {"RFC4787-REQ-5"}  # the timer is set so, for the sake of the test
KERNEL_NATS = {
    "none": (None, {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes", "ports": "untranslated"}, set()),
    "masquerade": (nat_rules("masquerade"),
                   FILTERED | {"mapping": "EIM", "ports": "overloading", "pooling": "one-address"},
                   SHORT | {"RFC4787-REQ-3", "RFC4787-REQ-9", "RFC4787-REQ-11"}),
    "masquerade random": (nat_rules("masquerade random"), FILTERED | {"mapping": "APDM", "ports": "random"},
                          SHORT | {"RFC4787-REQ-1", "RFC4787-REQ-9"}),
    "masquerade fully-random": (nat_rules("masquerade fully-random"),
                                FILTERED | {"mapping": "APDM", "ports": "random"},
                                SHORT | {"RFC4787-REQ-1", "RFC4787-REQ-9"}),
    "snat to two": (nat_rules("snat to 198.51.100.1-198.51.100.2"),
                    FILTERED | {"mapping": "EIM", "pooling": "arbitrary"}, None),
    "snat to two, persistent": (nat_rules("snat to 198.51.100.1-198.51.100.2 persistent"),
                                FILTERED | {"mapping": "EIM", "ports": "preservation", "pooling": "paired"},
                                SHORT | {"RFC4787-REQ-9"}),
    "masquerade and forwarding": (nat_rules("masquerade", FORWARDING),
                                  {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
                                  {"RFC4787-REQ-3", "RFC4787-REQ-11"}),
}


@pytest.fixture
def realm():
    made = []

    def make(rules, timeout_s=1):
        made.append(Realm(rules, timeout_s))
        return made[-1]

    yield make
    for each in made:
        each.remove()


@needs_namespaces
@pytest.mark.parametrize("name", KERNEL_NATS)
def test_a_kernel_nat_is_classified(name, realm, suite):
    rules, behaviour, broken = KERNEL_NATS[name]
    between = realm(rules)
    run = suite("nat", "--client-netns", between.inside, "--peer-netns", between.outside, "--hairpin",
                "--patience", 2, "--jobs", 4)
    assert behaviour.items() <= seen(run).items(), run.output
    if broken is None:  # it depends on which peers the hash puts together
        assert "RFC4787-REQ-2" in failed_rules(run), run.output
        return
    assert failed_rules(run) & MUST == broken, run.output
    assert run.code == (MUST_FAILED if broken else CONFORMS)


@needs_namespaces
def test_several_cases_at_a_time_see_the_same(realm, suite):
    between = realm(nat_rules("masquerade"))
    words = ["nat", "--client-netns", between.inside, "--peer-netns", between.outside, "--hairpin", "--patience", 2]
    took, runs = [], []
    for jobs in (1, 6):
        begun = time.monotonic()
        runs.append(suite(*words, "--jobs", jobs))
        took.append(time.monotonic() - begun)
    assert list(runs[0].verdicts.items()) == list(runs[1].verdicts.items())
    assert seen(runs[0]) == seen(runs[1])
    assert took[1] < took[0]


@needs_namespaces
def test_every_mutant_of_a_kernel_nat_is_killed(realm):
    between = realm(None)  # a router changes nothing, and so it conforms
    finished = run_quietly(BIN / "fullcone-kill-matrix", "--live", "nat", "--client-netns", between.inside,
                           "--peer-netns", between.outside, "--hairpin", "--jobs", "6", "--patience", "2")
    assert finished.returncode == CONFORMS, finished.stdout + finished.stderr
    assert finished.stdout.count("\n| nat | RFC4787-REQ-") >= 5, finished.stdout


@needs_namespaces
def test_a_timer_is_measured(realm, suite):
    between = realm(nat_rules("masquerade"), timeout_s=3)
    run = suite("nat", "--client-netns", between.inside, "--peer-netns", between.outside, "--patience", 6,
                "--profile", "rfc4787", "--case", "RFC4787-REQ-6", "--case", "RFC4787-REQ-6A",
                "--case", "EXPECTED-1", "--expect", "lifetime>=5s")
    assert failed(run) == {"EXPECTED-1.lifetime"}, run.output
    assert run.verdicts["RFC4787-REQ-6.outbound"] == run.verdicts["RFC4787-REQ-6A.inbound"] == "passed"


@needs_namespaces
def test_hairpinning_is_probed_on_request_only(realm, suite):
    between = realm(nat_rules("masquerade"))
    run = suite("nat", "--client-netns", between.inside, "--peer-netns", between.outside,
                "--case", "RFC4787-REQ-9", "--case", "RFC4787-REQ-1")
    assert run.code == CONFORMS, run.output
    assert run.verdicts["RFC4787-REQ-9.hairpin"] == "skipped"


def test_no_such_namespace(suite):
    run = suite("nat", "--client-netns", "no-such-namespace", "--peer-netns", "neither")
    assert run.code == GONE and "no-such-namespace" in run.output
