#!/usr/bin/python3
"""Judges every subject of conformance/targets/ whose programs are installed, and writes what came of it as
one page: subjects beside each other, rule by rule.

    judge_targets.py BIN_DIR REPORT_DIR     for each target NAME.jsonl and NAME.log; targets.md, targets.html

Exits with 1 when a subject is not what it is known to be.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib
from html import escape

TARGETS = pathlib.Path(__file__).resolve().parents[1] / "conformance/targets"
LIMIT_S = 600
# The worst verdict of a rule's cases stands for it.
BADNESS = ["pass", "skipped", "unsupported", "inconclusive", "fail"]
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em;
       color: #222; background: #fff }
table { border-collapse: collapse } th, td { padding: .2em .7em; text-align: left; border-bottom: 1px solid #ccc }
.fail { background: #f6c7bd } .pass { background: #cfe8cf }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181a1b } .fail { background: #7a2f22 } .pass { background: #27472a } }
"""


def judge(file, programs, report):
    """What became of one target: its exit code, what it was seen to be, and verdicts by rule."""
    log, lines = report / f"{file.stem}.log", report / f"{file.stem}.jsonl"
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    with open(log, "w") as out:
        code = subprocess.run([programs / "fullcone-conformance", "target", file, "--jsonl", lines],
                              stdout=out, stderr=out, env=environment, timeout=LIMIT_S).returncode
    seen, rules = {}, {}
    for line in lines.read_text().splitlines() if lines.exists() else []:
        event = json.loads(line)
        if event["event"] == "nat":
            seen = {key: value for key, value in event.items() if key != "event"}
        elif event["event"] == "case":
            worst = max(rules.get(event["rule"], "pass"), event["verdict"], key=BADNESS.index)
            rules[event["rule"]] = worst
    return code, seen, rules


def table(results):
    """Header and rows of the page, as texts."""
    rules = list(dict.fromkeys(rule for _, _, verdicts in results.values() for rule in verdicts))
    kinds = list(dict.fromkeys(kind for _, seen, _ in results.values() for kind in seen))
    rows = [["as known"] + ["yes" if code == 0 else f"no ({code})" for code, _, _ in results.values()]]
    rows += [[kind] + [str(seen.get(kind, "")) for _, seen, _ in results.values()] for kind in kinds]
    rows += [[rule] + [verdicts.get(rule, "") for _, _, verdicts in results.values()] for rule in rules]
    return ["", *results], rows


def as_markdown(header, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]]
    return "# Subjects and rules\n\n" + "\n".join(lines) + "\n"


def as_html(header, rows):
    def cells(row):
        first, *rest = map(escape, row)
        return f"<tr><th scope=row>{first}" + "".join(f'<td class="{each}">{each}' for each in rest)
    head = "<tr>" + "".join(f"<th scope=col>{escape(name)}" for name in header)
    return (f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Subjects and rules</title>\n'
            f"<style>{STYLE}</style>\n<h1>Subjects and rules</h1>\n<table>\n{head}\n"
            + "\n".join(map(cells, rows)) + "\n</table>\n</html>\n")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    programs, report = (pathlib.Path(argument).resolve() for argument in arguments)
    report.mkdir(parents=True, exist_ok=True)
    results = {}
    for file in sorted(TARGETS.glob("*.toml")):
        if file.stem.endswith(".failures"):
            continue
        needs = tomllib.loads(file.read_text())["needs"]
        if absent := [each for each in needs if not shutil.which(each, path=f"{programs}:{os.environ['PATH']}")]:
            print(f"{file.stem}: left out, {', '.join(absent)} is not installed")
            continue
        results[file.stem] = judge(file, programs, report)
        print(f"{file.stem}: {'as known' if results[file.stem][0] == 0 else 'NOT as known, see its log'}")
    header, rows = table(results)
    (report / "targets.md").write_text(as_markdown(header, rows))
    (report / "targets.html").write_text(as_html(header, rows))
    return 0 if all(code == 0 for code, _, _ in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
