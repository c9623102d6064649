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
    "fullcone-endpoint-independent": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "shadowsocks-libev": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "trojan": {"mapping": "EIM", "filtering": "EIF", "hairpin": "yes"},
    "v2ray-pair": {"mapping": "APDM", "filtering": "EIF", "hairpin": "wrong-source"},
    "v2ray-server": {},  # a VLESS server: judged by SPEC.md
    "fullcone-server": {},
}
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
    run = suite("target", TARGETS / f"{name}.toml")
    assert run.code == CONFORMS, run.output
    assert run.with_verdict("passed")
    seen = dict(re.findall(r"^  seen +(\w+) (.+)$", run.output, re.MULTILINE))
    assert SEEN[name].items() <= seen.items(), run.output


@pytest.mark.skipif(os.geteuid() != 0, reason="a network namespace of its own needs root")
@pytest.mark.parametrize(("name", "cases"), [("fullcone-server", ["*"]), ("fullcone", ["PROXY-*", "RFC4787-REQ-8"])])
def test_a_lossy_path_makes_no_honest_subject_fail(tmp_path, name, cases):
    chosen = [word for case in cases for word in ("--case", case)]
    run = Run(["target", TARGETS / f"{name}.toml", "--jobs", 4, "--timeout", 1, *chosen], tmp_path / "report.xml",
              within=["unshare", "--net", "sh", "-c", LOSSY, "sh"])
    # Of so many cases some lose a datagram at their first attempt: the path is as bad as it claims.
    assert run.code == INCONCLUSIVE or (run.code == CONFORMS and cases != ["*"]), run.output
    assert len(run.with_verdict("passed")) > 5
