"""Real subjects, each from its file in targets/: Debian's v2ray, trojan, shadowsocks-libev and dante, and
our own client and server, judged and found as it is written beside them. And what a bad path does to a
verdict: nothing.
"""
import os
import pathlib
import re

import pytest
from subjects import BIN, CONFORMS, INCONCLUSIVE, Run

TARGETS = pathlib.Path(__file__).parent / "targets"

# What each is seen to be, in RFC 4787's words. Their failures stand in NAME.failures.toml; a run
# conforms when it fails those and nothing else.
SEEN = {
    "dante": {"mapping": "EIM", "filtering": "APDF", "hairpin": "yes"},
    "fullcone": {"mapping": "APDM", "filtering": "EIF", "hairpin": "yes"},
    "fullcone-mux": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "fullcone-endpoint-independent": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "shadowsocks-libev": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "trojan": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "v2ray-pair": {"mapping": "APDM", "filtering": "EIF", "hairpin": "wrong-source"},
    "v2ray-server": {},  # a VLESS server: judged by SPEC.md
    "fullcone-server": {},
}
# v2ray opens its external ports with SO_REUSEPORT, so that the kernel may give one that another of its
# own mappings has; datagrams then reach one of the two. With the 70 mappings of a run that befalls about
# one run in ten, in whichever case it may be; four in a row, next to none.
BY_CHANCE = {"v2ray-pair": 4, "v2ray-server": 4}
# A twentieth of all datagrams gets lost, on every way through the machine.
LOSSY = """ip link set lo up
nft 'add table ip loss; add chain ip loss in { type filter hook input priority 0; };
     add rule ip loss in meta l4proto udp numgen random mod 100 < 5 drop'
exec "$@"
"""


@pytest.fixture(autouse=True)
def our_programs_on_the_path(monkeypatch):
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")


def test_each_target_is_told_of_here():
    files = {file.stem for file in TARGETS.glob("*.toml") if not file.stem.endswith(".failures")}
    assert files == set(SEEN)


@pytest.mark.parametrize("name", SEEN)
def test_a_target_is_what_it_is_known_to_be(suite, name):
    for _ in range(BY_CHANCE.get(name, 1)):
        run = suite("target", TARGETS / f"{name}.toml")
        if run.code == CONFORMS:
            break
    assert run.code == CONFORMS, run.output
    assert run.with_verdict("passed")
    seen = dict(re.findall(r"^  seen +(\w+) (.+)$", run.output, re.MULTILINE))
    assert SEEN[name].items() <= seen.items(), run.output


@pytest.mark.skipif(os.geteuid() != 0, reason="a network namespace of its own needs root")
def test_a_lossy_path_makes_no_honest_proxy_fail(tmp_path):
    """A server's paths are test_bad_path.py's."""
    run = Run(["target", TARGETS / "fullcone.toml", "--jobs", 4, "--timeout", 1, "--case", "PROXY-*", "--case",
               "RFC4787-REQ-8"], tmp_path / "report.xml", within=["unshare", "--net", "sh", "-c", LOSSY, "sh"])
    assert run.code in (CONFORMS, INCONCLUSIVE), run.output
    assert len(run.with_verdict("passed")) > 5
