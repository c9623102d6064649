"""What the suite writes, read as strictly as whoever gets it: a schema for JUnit, parsers for TAP, JSON
lines and Markdown. The page is test_page.py's.
"""
import collections
import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
import yaml
from report_runs import VERDICTS, conforming, failing, run, verdicts_of  # noqa: F401 (fixtures)
from subjects import CONFORMS, MUST_FAILED

SCHEMA = pathlib.Path(__file__).parent / "reports/junit.xsd"


def test_the_runs_are_what_they_are_meant_to_be(conforming, failing):
    assert conforming.code == CONFORMS, conforming.output
    assert len(conforming.cases) > 150
    assert failing.code == MUST_FAILED, failing.output
    assert sum(case["failure"] for case in failing.cases) > 5


# ----- JUnit

def test_junit_satisfies_its_schema(run):
    checked = subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, run.junit], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_junit_counts_are_those_of_its_cases(run):
    for suite in ElementTree.parse(run.junit).getroot():
        tags = collections.Counter(child.tag for case in suite for child in case)
        assert [int(suite.get(key)) for key in ("tests", "failures", "skipped")] \
            == [len(suite), tags["failure"], tags["skipped"]]


@pytest.mark.parametrize("broken", [
    '<testcase classname="HDR-1" name="HDR-1.x" time="0"/><testcase classname="HDR-1" name="HDR-1.x" time="0"/>',
    '<testcase classname="HDR-1" name="HDR-1.x" time="0"><failure/></testcase>',
    '<testcase classname="HDR-1" name="HDR-1.x" time="-1"/>', '<properties/>'])
def test_the_schema_refuses(broken, tmp_path):
    file = tmp_path / "broken.xml"
    file.write_text('<testsuites name="fullcone-conformance"><testsuite name="s" tests="1" failures="0" errors="0" '
                    f'skipped="0" time="0">{broken}</testsuite></testsuites>')
    assert subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, file], capture_output=True).returncode != 0


# ----- TAP

POINT = re.compile(r"(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)(?: # (SKIP|TODO) (?:[^#\\]|\\.)*)?")


def parse_tap(text):
    """[(id, is ok, directive, diagnostics)], by the letter of TAP 14; plan last, points numbered from 1."""
    lines = text.split("\n")
    assert lines[0] == "TAP version 14" and lines[-1] == ""
    points, plan, block = [], None, None
    for line in lines[1:-1]:
        assert plan is None, "something behind the plan"
        if block is not None:
            if line == "  ...":
                points[-1][3], block = yaml.safe_load("\n".join(block)), None
            else:
                assert line.startswith("  ")
                block.append(line)
        elif line == "  ---":
            assert points and points[-1][3] is None
            block = []
        elif match := POINT.fullmatch(line):
            points.append([match[3], not match[1], match[4], None])
            assert int(match[2]) == len(points)
        elif match := re.fullmatch(r"1\.\.(\d+)", line):
            plan = int(match[1])
        else:
            assert line.startswith("# "), line
    assert block is None and plan == len(points)
    return points


def test_tap_is_valid_and_tells_the_same(run):
    points = parse_tap(run.tap.read_text())
    assert [point[0] for point in points] == [case["id"] for case in run.cases]
    for (_, ok, directive, diagnostics), case in zip(points, run.cases):
        assert ok != case["failure"]
        assert (directive == "SKIP") == (case["verdict"] not in ("pass", "fail"))
        assert (diagnostics is not None) == case["failure"]
        if diagnostics:
            assert diagnostics["message"] == case["reason"] and len(diagnostics["journal"]) == len(case["journal"])


# ----- JSON lines

def test_json_lines_are_a_story(run):
    events = [json.loads(line) for line in run.jsonl.read_text().splitlines()]
    assert events[0]["event"] == "begin" and events[-1] == {"event": "end", "exit_code": run.code, "why": ""}
    assert sum(event["cases"] for event in events if event["event"] == "begin") == len(run.cases)
    for case in run.cases:
        assert case["verdict"] in VERDICTS and case["level"] in ("MUST", "SHOULD", "MAY")
        assert case["id"].startswith(case["rule"] + ".")
        assert ("journal" in case) == case["failure"]
        for entry in case.get("journal", []):
            assert entry["kind"] in ("remark", "sent", "received") and bytes.fromhex(entry["octets"]) is not None


# ----- Markdown and badge

def test_markdown_tables_are_whole(run):
    text = run.markdown.read_text()
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1
    totals = re.search(r"^\| \*\*all\*\* \|(.*)\|$", text, re.MULTILINE)[1].split("|")
    counts = collections.Counter(verdicts_of(run).values())
    assert [int(cell or 0) for cell in map(str.strip, totals)] == [counts[verdict] for verdict in VERDICTS]
    assert text.count("<details>") == text.count("</details>") == sum(case["failure"] for case in run.cases)
    assert "<script" not in text and "http://y" not in text


def test_the_badge_is_an_image(run):
    root = ElementTree.parse(run.badge).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("aria-label").startswith("UDP conformance: ")
    failures = sum(case["failure"] for case in run.cases)
    assert (f"{failures} of {len(run.cases)} failed" if failures else "passed") in root.get("aria-label")
