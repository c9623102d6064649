"""How the suite behaves as a program: what it selects, when it stops, what it keeps, what it returns."""
import datetime
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import threading
import xml.etree.ElementTree as ElementTree

import pytest
from subjects import BIN, CONFORMS, GONE, INCONCLUSIVE, MUST_FAILED, SUITE_LIMIT_S, USAGE, launch

PROGRAM = BIN / "fullcone-conformance"
UNKNOWN_USER = ["--uuid", "00000000-0000-4000-8000-000000000000", "--timeout", 0.3]


def ids(run):
    return list(run.verdicts)


# ----- selection

def test_cases_are_picked_and_skipped(suite):
    assert set(ids(suite("sim", "--case", "CONE-5"))) >= {"CONE-5.stranger", "CONE-5.again"}
    run = suite("sim", "--case", "CONE-5", "--case", "HDR-1.*", "--skip", "*.stranger")
    assert {case.split(".")[0] for case in ids(run)} == {"CONE-5", "HDR-1"}
    assert "CONE-5.stranger" not in ids(run)


def test_several_profiles(suite):
    one, other = (ids(suite("sim", "--profile", name)) for name in ("v0", "cone-e"))
    assert one and other
    assert sorted(ids(suite("sim", "--profile", "v0", "--profile", "cone-e"))) == sorted(one + other)


def test_a_dry_run_tells_what_would_run_and_runs_nothing(suite):
    run = suite("sim", "--case", "CONE-5", "--dry-run")
    assert run.code == CONFORMS and not run.verdicts
    assert [line.split()[0] for line in run.output.splitlines()] == ids(suite("sim", "--case", "CONE-5"))


def test_list_takes_the_same_filters():
    listed = subprocess.run([PROGRAM, "list", "--profile", "v0", "--skip", "RSP-0.tcp"], capture_output=True, text=True)
    assert listed.returncode == CONFORMS
    assert "RSP-0.udp (MUST, server, v0)" in listed.stdout and "RSP-0.tcp" not in listed.stdout
    assert subprocess.run([PROGRAM, "list", "--case", "NO-SUCH"], capture_output=True).returncode == USAGE


def test_rules_lead_to_cases_and_mutants():
    listed = subprocess.run([PROGRAM, "list", "--rules"], capture_output=True, text=True)
    assert listed.returncode == CONFORMS, listed.stdout
    assert re.search(r"^CONE-5 \(MUST, server\): CONE-5\.stranger .*\n  mutants: .+; .+$", listed.stdout, re.MULTILINE)


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--quiet", "--verbose"], ["--case", "NO-SUCH", "--dry-run"],
                                       ["--expected-failures", "/no/such/file"], ["--junit", "/no/such/folder/x"]])
def test_usage(suite, arguments):
    assert suite("sim", *arguments).code == USAGE


def test_ids_are_stable():
    """Others name cases in their lists: no id is given up, and a new one is written down."""
    known = (pathlib.Path(__file__).parent / "cases/ids.txt").read_text().split()
    listed = subprocess.run([PROGRAM, "list"], capture_output=True, text=True).stdout.splitlines()
    now = [line.split()[0] for line in listed]
    assert not set(known) - set(now), "renamed or gone"
    assert not set(now) - set(known), "write them into cases/ids.txt"
    assert sum(bool(re.match(r"\S+ \(\w+, (server|client),", line)) for line in listed) >= 120


# ----- order and seed

def test_jobs_change_nothing_but_the_time(suite):
    one, four = suite("sim", "--seed", 5), suite("sim", "--seed", 5, "--jobs", 4)
    assert one.code == four.code == CONFORMS, four.output
    assert list(one.verdicts.items()) == list(four.verdicts.items())
    assert one.output == four.output


def test_jobs_on_a_live_server(server, suite):
    run = suite(*server.arguments, *server.known_user, "--jobs", 4, "--skip", "CRUM-8", "--skip", "CRUM-11")
    assert run.code == CONFORMS, run.output
    listed = ids(suite(*server.arguments, *server.known_user, "--dry-run"))
    assert [case for case in listed if case in run.verdicts] == [case for case in ids(run) if case in listed]


def test_jobs_on_clients_of_their_own(suite, tmp_path):
    run = suite(*launch(tmp_path), "--jobs", 3, "--case", "SOCKS-*", "--case", "CONE-*")
    assert run.code == CONFORMS, run.output


# ----- what it says

def test_quiet_and_verbose(suite):
    words = ["sim", "--case", "CONE-5.stranger"]
    assert suite(*words, "--quiet").output == "  all     1 pass\n"
    assert "| " not in suite(*words).output
    assert re.search(r"\| \d+\.\d{3} ms  peer 2 \(\S+\) sends \"hello-", suite(*words, "--verbose").output)


def terminal_output(arguments):
    """What the suite writes to a terminal."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], stdout=terminal, stdin=terminal,
                               env={**os.environ, "TERM": "xterm"})
    os.close(terminal)
    written = b""
    try:
        while chunk := os.read(controller, 4096):
            written += chunk
    except OSError:  # the other side is closed
        pass
    os.close(controller)
    assert process.wait(SUITE_LIMIT_S) == CONFORMS
    return written.decode()


def test_a_terminal_has_progress_and_colour_and_others_plain_lines(suite):
    words = ["sim", "--case", "CONE-5"]
    shown = terminal_output(words)
    assert re.search(r"  0 of \d+ …\r\x1b\[K", shown) and "\033[32mpass" in shown
    assert not re.search(r"[\r\x1b]", suite(*words).output)


# ----- expected failures

def known(tmp_path, text="", case="AUTH-1.judged-late", expires="2999-12-31"):
    file = tmp_path / "known.toml"
    file.write_text(f'# what we know\n\n[[failure]]\ncase = "{case}"\ncontains = "{text}"\n'
                    f'link = "https://example.org/17"\nexpires = {expires}\n')
    return ["--expected-failures", file]


def test_an_expected_failure_counts_for_nothing(server, suite, tmp_path):
    words = [*server.arguments, *UNKNOWN_USER, "--case", "HDR-1.both-versions"]
    assert suite(*words).code == MUST_FAILED
    run = suite(*words, *known(tmp_path, "", "HDR-1"))
    assert run.code == CONFORMS, run.output
    assert run.with_verdict("skipped") == ["HDR-1.both-versions"]
    assert "https://example.org/17" in run.output and f"{tmp_path}/known.toml:3" in run.output


def test_another_failure_than_the_expected_one_counts(server, suite, tmp_path):
    run = suite(*server.arguments, *UNKNOWN_USER, "--case", "HDR-1.both-versions", *known(tmp_path, "a pink elephant", "HDR-1"))
    assert run.code == MUST_FAILED, run.output


def test_an_expected_failure_that_passes_is_an_error(suite, tmp_path):
    run = suite("sim", "--case", "CONE-5.stranger", *known(tmp_path, case="CONE-5.*"))
    assert run.code == MUST_FAILED, run.output
    assert run.with_verdict("failure") == ["CONE-5.stranger"]
    assert "passed, but is expected to fail" in run.output


def test_an_expired_expectation_is_an_error(suite, tmp_path):
    yesterday = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
    run = suite("sim", *known(tmp_path, expires=yesterday))
    assert run.code == USAGE and not run.verdicts
    assert f"{tmp_path}/known.toml:3: " in run.output and "has expired" in run.output


# ----- what counts

def test_a_should_counts_where_it_is_strict(suite):
    words = ["sim", "--side", "nat", "--nat", "pooling=arbitrary", "--case", "RFC4787-REQ-2", "--case", "RFC4787-REQ-1"]
    run = suite(*words)
    assert run.code == CONFORMS and {case.split(".")[0] for case in run.with_verdict("failure")} == {"RFC4787-REQ-2"}
    assert suite(*words, "--strict").code == MUST_FAILED


def test_where_nothing_was_judged_nothing_conforms(suite):
    run = suite("sim", "--case", "CRUM-11.keepalive")  # it needs a kernel
    assert run.code == USAGE and run.with_verdict("skipped") == ["CRUM-11.keepalive"]


def test_a_failure_has_its_evidence_in_words_and_octets(suite):
    run = suite("sim", "--side", "nat", "--nat", "mapping=APDM", "--case", "RFC4787-REQ-1")
    assert run.code == MUST_FAILED
    assert re.search(r"^ +expected: .+\n +seen: +\S+.+against", run.output, re.MULTILINE), run.output
    assert re.search(r"\| \d+\.\d{3} ms  internal endpoint .+ sends .+ \(\d+ octets: [0-9a-f]+\)", run.output), run.output


# ----- ends before the end

@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_keeps_what_was_done(server, tmp_path, how):
    report = tmp_path / "report.jsonl"
    suite = subprocess.Popen([PROGRAM, *map(str, [*server.arguments, *server.known_user, "--case", "CRUM-2", "--case",
                                                  "CRUM-8.grace-ends", "--jsonl", report])],
                             stdout=subprocess.PIPE, text=True)
    for line in suite.stdout:
        if "CRUM-2" in line:  # the next one waits for seconds
            suite.send_signal(how)
            break
    rest = suite.stdout.read()
    assert suite.wait(SUITE_LIMIT_S) == 128 + how
    assert "interrupted" in rest
    events = [json.loads(line) for line in report.read_text().splitlines()]
    assert events[-1] == {"event": "end", "exit_code": 128 + how, "why": "interrupted"}
    verdicts = {event["id"]: event["verdict"] for event in events if event["event"] == "case"}
    assert verdicts["CRUM-2.answer"] == "pass" and verdicts.get("CRUM-8.grace-ends") in (None, "inconclusive")


def test_killed_it_leaves_reports_that_can_be_read(server, tmp_path):
    junit, lines, page = (tmp_path / f"report.{suffix}" for suffix in ("xml", "jsonl", "html"))
    suite = subprocess.Popen([PROGRAM, *map(str, [*server.arguments, *server.known_user, "--case", "CRUM-2", "--case",
                                                  "CRUM-8.grace-ends", "--junit", junit, "--jsonl", lines,
                                                  "--html", page])], stdout=subprocess.PIPE, text=True)
    for line in suite.stdout:
        if "CRUM-2" in line:
            break
    suite.kill()  # what is on the terminal is in the files
    suite.wait(SUITE_LIMIT_S)
    suite.stdout.close()
    assert [case.get("name") for case in ElementTree.parse(junit).iter("testcase")] == ["CRUM-2.answer"]
    assert [json.loads(line).get("id") for line in lines.read_text().splitlines()] == [None, "CRUM-2.answer"]
    text = page.read_text()
    assert "CRUM-2.answer" in text and "The run has not ended." in text and text.endswith("</html>\n")


def test_the_whole_run_has_a_time(server, suite):
    run = suite(*server.arguments, *server.known_user, "--case", "CRUM-2", "--case", "CRUM-8.grace-ends",
                "--total-timeout", 1)
    assert run.code == INCONCLUSIVE, run.output
    assert "CRUM-2.answer" in run.with_verdict("passed")
    assert "the run's time is over" in run.output


def test_a_case_has_a_time(server, suite):
    run = suite(*server.arguments, *server.known_user, "--case", "CRUM-2", "--case", "CRUM-8.grace-ends",
                "--case-timeout", 1)
    assert run.code == INCONCLUSIVE, run.output
    assert "the case was not over within 1000 ms" in run.output


def test_a_subject_that_dies_leaves_whole_reports(server, suite, tmp_path):
    timer = threading.Timer(1, server.process.kill)
    timer.start()
    html, tap = tmp_path / "report.html", tmp_path / "report.tap"
    run = suite(*server.arguments, *server.known_user, "--case", "HDR-*", "--html", html, "--tap", tap)
    timer.cancel()
    assert run.code == GONE, run.output
    assert "the subject is gone; not every case was tried" in run.output
    assert tap.read_text().splitlines()[-1] == "Bail out! the subject is gone; not every case was tried"
    assert html.read_text().endswith("</html>\n") and "the subject is gone" in html.read_text()
