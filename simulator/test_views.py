"""What fullcone-simulate writes for others to read: captures for tshark, JSON, files of lives.

The program is in $FULLCONE_BIN_DIR.
"""
import json
import os
import pathlib
import subprocess

import pytest

BIN = pathlib.Path(os.environ.get("FULLCONE_BIN_DIR", pathlib.Path(__file__).parents[1] / "build/dev/bin"))
CLEAN, RULE_BROKE, USAGE = 0, 1, 2
# A stream holds the plaintext of TLS and a datagram what an app says, whatever the port may suggest.
AS_DATA = ["-d", "tcp.port==1-65535,data", "-d", "udp.port==1-65535,data"]
# TCP's reset is a warning to tshark; a run that cuts streams has them, and they are what happened.
RESET = "Connection reset (RST)"

LIFE = """\
# Somebody greets a friend, and a stranger cuts in.
seed 5
server 1
client 1 delay=20ms
peer 1 manner=echo
peer 2 family=ipv6
peer 3
target 1
at 0s app 1 opens on client 1
at 100ms app 1 sends 0B to peer 1
at 200ms app 1 sends 65000B to peer 1
at 300ms app 1 sends 100B to peer 2 x3
at 1s peer 3 writes 65507B to app 1 on the port that peer 1 knows
at 2s tcp 1 connects from client 1 to target 1
at 2s tcp 1 sends 20000B x3
at 2.5s stream 1 of client 1 is cut
at 3s tcp 1 ends its side
at 5s app 1 quits
"""


def simulate(*arguments, code=CLEAN):
    done = subprocess.run([BIN / "fullcone-simulate", *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def tshark(capture, *arguments, as_data=True):
    done = subprocess.run(["tshark", "-n", "-r", capture, *(AS_DATA if as_data else []),
                           *(word for name in ("ip", "udp", "tcp") for word in ("-o", f"{name}.check_checksum:TRUE")),
                           *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "Running as user" not in line], done.stderr
    return done.stdout.splitlines()


def complaints(capture, as_data=True):
    """What tshark warns of, but for resets of TCP."""
    rows = tshark(capture, "-Y", "_ws.expert.severity >= 6291456 || _ws.malformed", "-T", "fields",
                  "-E", "aggregator=;", "-e", "frame.number", "-e", "tcp.flags.reset", "-e", "_ws.expert.message",
                  as_data=as_data)
    found = []
    for row in rows:
        number, reset, messages = row.split("\t")
        wrong = [each for each in messages.split(";") if each != RESET or reset not in ("1", "True")]
        # Notes stand among the messages of a frame that has a warning too.
        found += [f"frame {number}: {each}" for each in wrong if not each.startswith("This frame ")]
    return found


def bad_checksums(capture):
    return tshark(capture, "-Y", 'ip.checksum.status == "Bad" || udp.checksum.status == "Bad" || tcp.checksum.status == "Bad"')


@pytest.mark.parametrize("seed", [*range(1, 9)])
def test_tshark_reads_a_drawn_life_without_a_warning(tmp_path, seed):
    capture = tmp_path / "swarm.pcap"
    simulate("--swarm", "--seeds", str(seed), "--pcap", capture)
    assert tshark(capture, "-c", "1")
    assert complaints(capture) == []
    assert bad_checksums(capture) == []


@pytest.mark.parametrize("story", ["a-port-for-each-destination", "crumfurs-cut-mid-burst", "dns-burst", "slow-phone",
                                   "game-lobby-with-hole-punching", "tcp-target-fails", "webrtc-call"])
def test_what_tshark_makes_of_a_story_by_itself_is_no_complaint(tmp_path, story):
    capture = tmp_path / "story.pcap"
    simulate("--scenario", story, "--seeds", "3", "--pcap", capture)
    assert complaints(capture, as_data=False) == []


def test_tshark_reads_a_replay_and_finds_what_was_sent(tmp_path):
    life = tmp_path / "greeting.life"
    life.write_text(LIFE)
    capture = tmp_path / "greeting.pcap"
    simulate("--replay", life, "--pcap", capture)
    assert complaints(capture) == []
    assert bad_checksums(capture) == []
    lengths = tshark(capture, "-Y", "udp && ip.src == 46.0.0.3", "-T", "fields", "-e", "udp.length")
    assert lengths == ["65515"]
    assert tshark(capture, "-Y", "ipv6 && udp.length == 108")
    checked = tshark(capture, "-Y", 'udp.checksum.status == "Good"')
    assert len(checked) == len(tshark(capture, "-Y", "udp")) > 10
    # Nothing of a stream is missing, and none is there twice.
    assert tshark(capture, "-Y", "tcp.analysis.retransmission || tcp.analysis.lost_segment || "
                                 "tcp.analysis.out_of_order || tcp.analysis.ack_lost_segment") == []
    assert tshark(capture, "-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 1")


def test_a_broken_capture_would_be_noticed(tmp_path):
    capture = tmp_path / "swarm.pcap"
    simulate("--swarm", "--seeds", "1", "--pcap", capture)
    octets = bytearray(capture.read_bytes())
    octets[-1] ^= 0x40
    capture.write_bytes(octets)
    assert bad_checksums(capture)
    assert complaints(capture)


def test_what_breaks_is_told_at_its_place(tmp_path):
    life = tmp_path / "unheard.life"
    life.write_text(LIFE.replace("client 1 delay=20ms", "client 1 user=2") + "heals within 5s\n")
    simulate("--replay", life)  # the app has quit: nobody is left to be heard
    life.write_text(life.read_text().replace("at 5s app 1 quits\n", ""))
    played = simulate("--replay", life, "--chart", code=RULE_BROKE).stdout
    assert "!!!! BROKEN STORY: app 1 reaches 46.0.0.1:7000" in played
    assert "BROKEN  " + str(life) in played


def test_a_file_that_was_changed_is_told(tmp_path):
    life = tmp_path / "greeting.life"
    life.write_text("hash 0123456789abcdef\n" + LIFE)
    assert "changed since" in simulate("--replay", life).stderr
    life.write_text(LIFE.replace("quits", "quit"))
    told = simulate("--replay", life, code=USAGE).stderr
    assert f'{life}:18: found "quit"; expected: ' in told and '"quits"' in told


def test_the_summary_for_programs(tmp_path):
    summary = tmp_path / "summary.json"
    simulate("--swarm", "--seeds", "1..20", "--jobs", "2", "--json", summary)
    read = json.loads(summary.read_text())
    assert (read["scenario"], read["runs"], read["broken"], read["failures"]) == ("swarm", 20, 0, [])
    assert read["events"] > 1000 and read["virtual_s"] > read["real_s"]


def test_an_interrupted_sweep_goes_on(tmp_path):
    journal = tmp_path / "journal"
    simulate("--swarm", "--seeds", "1..10", "--resume", journal)
    lines = journal.read_text().splitlines(keepends=True)
    assert len(lines) == 11
    journal.write_text("".join(lines[:5]) + "7")  # the last line was not finished
    again = simulate("--swarm", "--seeds", "1..10", "--resume", journal).stdout
    assert "6 runs" in again and "before: 4 runs" in again
    assert len(journal.read_text().splitlines()) == 11
    other = simulate("--swarm", "--seeds", "1..11", "--resume", journal, code=USAGE)
    assert "seeds 1..10" in other.stderr and "seeds 1..11" in other.stderr


def test_shards_are_the_whole(tmp_path):
    def seeds(*arguments):
        summary = tmp_path / "summary.json"
        simulate("--scenario", "v0", "--seeds", "1..10", "--json", summary, *arguments)
        read = json.loads(summary.read_text())
        return read["runs"], read["events"]

    whole = seeds()
    parts = [seeds("--shard", f"{i}/3") for i in (1, 2, 3)]
    assert [runs for runs, events in parts] == [4, 3, 3]
    assert tuple(map(sum, zip(*parts))) == whole
