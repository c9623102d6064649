#!/usr/bin/python3
"""Adds up a folder of results: STEP.exit holds a step's exit status, STEP.xml its JUnit report.

Prints a line per step and, last, `N passed, N failed`. A step that failed without a failed test
(a broken build, a crash) counts as one failure. Fails when anything failed or nothing ran.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def verdict(case):
    """passed, failed or skipped, for one <testcase> of ctest or pytest."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    skipped = case.find("skipped")
    if case.get("status") == "notrun":  # ctest: a test that could not start, or skipped itself
        by_itself = skipped is not None and skipped.get("message", "").startswith("SKIP_")
        return "skipped" if by_itself else "failed"
    return "passed" if skipped is None and case.get("status") != "disabled" else "skipped"


def count(step):
    """(passed, failed, skipped) of the step whose exit status is in `step`."""
    verdicts = []
    report = step.with_suffix(".xml")
    if report.exists():
        try:
            verdicts = [verdict(case) for case in ElementTree.parse(report).iter("testcase")]
        except ElementTree.ParseError:
            verdicts = ["failed"]
    failed = verdicts.count("failed")
    if step.read_text().strip() != "0":
        failed = max(failed, 1)
    return verdicts.count("passed"), failed, verdicts.count("skipped")


def main(folder):
    totals = [0, 0, 0]
    for step in sorted(pathlib.Path(folder).glob("*.exit"), key=lambda path: path.stat().st_mtime_ns):
        counts = count(step)
        totals = [a + b for a, b in zip(totals, counts)]
        if any(counts):
            print("{:24} {:5} passed {:4} failed {:4} skipped".format(step.stem, *counts))
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 0 if totals[0] and not totals[1] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
