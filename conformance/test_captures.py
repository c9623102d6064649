"""`--pcap DIR`: what passed in each case, decrypted and as captured, read by a parser of the test's own and,
where it is installed, by tshark with the TLS key log.
"""
import struct
import subprocess

import pytest
from subjects import CONFORMS, USAGE, launch


def packets_of(file):
    """The IP packets of a pcap file with nanoseconds, linktype RAW."""
    octets = file.read_bytes()
    magic, link_type = struct.unpack_from("<I", octets)[0], struct.unpack_from("<I", octets, 20)[0]
    assert (magic, link_type) == (0xA1B23C4D, 101)
    packets, at, latest = [], 24, 0
    while at < len(octets):
        seconds, nanoseconds, captured, length = struct.unpack_from("<IIII", octets, at)
        assert captured == length and seconds * 10**9 + nanoseconds >= latest
        latest = seconds * 10**9 + nanoseconds
        packets.append(octets[at + 16:at + 16 + length])
        at += 16 + length
    return packets


def texts(file):
    return b"".join(packets_of(file))


@pytest.fixture
def captured(server, suite, tmp_path):
    folder = tmp_path / "captures"
    run = suite(*server.arguments, *server.known_user, "--pcap", folder, "--jobs", 2, "--case", "CONE-5.stranger",
                "--case", "TCP-1.both-ways")
    assert run.code == CONFORMS, run.output
    [subject] = folder.iterdir()
    assert subject.name == "server-" + server.address.replace(":", "-")
    return subject


def test_each_case_has_its_files(captured):
    assert {file.name for file in captured.iterdir()} == {
        "CONE-5.stranger.decrypted.pcap", "CONE-5.stranger.captured.pcap", "TCP-1.both-ways.decrypted.pcap",
        "TCP-1.both-ways.captured.pcap", "tls_keys.log"}


def test_streams_are_decrypted_in_one_and_not_in_the_other(captured):
    decrypted, wire = (texts(captured / f"CONE-5.stranger.{kind}.pcap") for kind in ("decrypted", "captured"))
    assert decrypted.count(b"hello-") == 2  # the stranger's datagram, and on CRUMFURS
    assert wire.count(b"hello-") == 1
    assert b"\x16\x03" in wire and b"\x16\x03" not in decrypted  # TLS handshake records


def test_nothing_is_missing_of_a_long_stream(captured):
    def most(file):
        by_flow = {}
        for packet in packets_of(file):
            if packet[9] == 6:
                flow = packet[12:24]
                by_flow[flow] = by_flow.get(flow, 0) + len(packet) - 40
        return sorted(by_flow.values())[-2:]
    assert all(size > 200_000 for size in most(captured / "TCP-1.both-ways.decrypted.pcap"))
    assert all(size > 200_000 for size in most(captured / "TCP-1.both-ways.captured.pcap"))


def test_tshark_decrypts_what_was_captured_with_the_key_log(captured):
    def read(*more):
        return subprocess.run(["tshark", "-r", captured / "CONE-5.stranger.captured.pcap", *more], check=True,
                              capture_output=True, text=True).stdout
    keys = ["-o", f"tls.keylog_file:{captured}/tls_keys.log", "-o", "tcp.relative_sequence_numbers:TRUE"]
    assert "Encrypted Extensions" in read(*keys) and "Encrypted Extensions" not in read()
    assert not read(*keys, "-Y", "tcp.analysis.lost_segment || _ws.malformed")


def test_a_simulated_run_has_its_world(suite, tmp_path):
    folder = tmp_path / "captures"
    run = suite("sim", "--pcap", folder, "--case", "CONE-5.stranger", "--case", "RFC4787-REQ-8")
    assert run.code == CONFORMS, run.output
    names = {str(file.relative_to(folder)) for file in folder.glob("*/*")}
    assert "simulated-server/CONE-5.stranger.decrypted.pcap" in names
    assert not [name for name in names if "captured" in name or "keys" in name]  # no TLS in virtual time
    assert texts(folder / "simulated-server/CONE-5.stranger.decrypted.pcap").count(b"hello-") == 2
    assert len({name.partition("/")[0] for name in names}) == 3


def test_of_a_client_the_suite_is_the_server(suite, tmp_path):
    run = suite(*launch(tmp_path), "--pcap", tmp_path / "captures", "--case", "CONE-8")
    assert run.code == CONFORMS, run.output
    [keys] = (tmp_path / "captures").glob("*/tls_keys.log")
    assert "CLIENT_TRAFFIC_SECRET_0 " in keys.read_text()
    assert list((tmp_path / "captures").glob("*/CONE-8.*.decrypted.pcap"))


def test_a_folder_that_cannot_be_made(suite, tmp_path):
    (tmp_path / "file").write_text("")
    assert suite("sim", "--pcap", tmp_path / "file" / "folder", "--case", "CONE-5").code == USAGE
