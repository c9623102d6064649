#!/usr/bin/python3
"""Plants faults in copies of source files, each behind a switch, and never in the sources themselves.

    plant_faults.py list FAULTS…         prints the source files that the lists name
    plant_faults.py into DIR FAULTS…     writes to DIR a copy of each, and planted_faults.cpp, a table of all
    plant_faults.py cover SPEC FAULTS…   fails unless each rule of SPEC has a fault, or a reason to have none
    plant_faults.py self-test

Run from the repository's root. A list is a text file of paragraphs, in which `#` begins a comment line:

    fault: a-word-or-more
    rule: CONE-1
    why: A sentence: how one comes to write this.
    file: impl/core/cone_table.cpp
    after: bool ConeTable::dial(
    old: return peer.dialled ? peer.dialled : peer.heard;
    new: return peer.heard ? peer.heard : peer.dialled;

or of two lines for rules that none can be planted for, `none: TLS-1 TLS-2` and `why: …`.

`old` is a part of one line: a statement with its semicolon, or an expression, for which `new` is one of
the same type. It must stand in the file exactly once, or, with `after`, is the first behind a text that
does; `new` may be nothing in a statement's place. Which fault is in effect is asked at run time
(simulator/faults/planted.hpp).
"""
import dataclasses
import pathlib
import re
import sys
import tempfile

KEYS = ["fault", "rule", "why", "file", "after", "old", "new", "none"]
MAY_BE_MISSING = {"after", "new", "none"}


class Wrong(Exception):
    """A list that cannot be planted: where, and why."""


@dataclasses.dataclass
class Fault:
    fault: str
    rule: str
    why: str
    file: str
    old: str
    after: str = ""
    new: str = ""
    number: int = 0


def paragraphs(path):
    """The entries of each paragraph of a list."""
    for paragraph in re.split(r"\n\s*\n", pathlib.Path(path).read_text()):
        lines = [line for line in paragraph.splitlines() if line.strip() and not line.startswith("#")]
        entries = {}
        for line in lines:
            key, colon, value = line.partition(":")
            if not colon or key not in KEYS or key in entries:
                raise Wrong(f"{path}: not one of {', '.join(KEYS)}, or twice: {line}")
            entries[key] = value.strip()
        if entries:
            yield entries


def read_list(path):
    """The faults of one list."""
    faults = []
    for entries in paragraphs(path):
        if "none" in entries:
            continue
        if missing := [key for key in KEYS if not entries.get(key) and key not in MAY_BE_MISSING]:
            raise Wrong(f"{path}: {entries.get('fault', entries)} has no {', '.join(missing)}")
        faults.append(Fault(**entries))
    return faults


def read_lists(paths):
    """The faults of all lists, numbered in order."""
    faults = [fault for path in paths for fault in read_list(path)]
    for number, fault in enumerate(faults):
        fault.number = number
        if any(fault.fault == other.fault for other in faults[:number]):
            raise Wrong(f"{fault.fault}: the name of two faults")
    return faults


def uncovered(spec, paths):
    """What is wrong with how the lists cover the rules of the specification's text."""
    rules = set(re.findall(r"^\*\*([A-Z0-9]+-[A-Z0-9]+)\*\* \(", spec, re.MULTILINE))
    planted = {fault.rule for fault in read_lists(paths)} & rules
    excused = [entries for path in paths for entries in paragraphs(path) if "none" in entries]
    without = {rule for entries in excused for rule in entries["none"].split()}
    return ([f"{rule} has neither a fault nor a reason to have none" for rule in sorted(rules - planted - without)]
            + [f"{rule} has a fault, and a reason to have none" for rule in sorted(planted & without)]
            + [f"{rule} is no rule" for rule in sorted(without - rules)]
            + [f"no reason why {entries['none']} has no fault" for entries in excused if not entries.get("why")])


def place_of(fault, text):
    """Where `old` begins in the text of its file."""
    start = 0
    for part, sought in (("after", fault.after), ("old", fault.old)):
        times = text.count(sought) if not start else min(text.count(sought, start), 1)
        if sought and times != 1:
            raise Wrong(f"{fault.fault}: `{part}` stands {times} times, not once, in {fault.file}: {sought}")
        start = text.index(sought, start) + (len(sought) if part == "after" else 0)
    return start


def behind_switch(fault, otherwise):
    """What takes the place of `otherwise`: the fault, while it is the one in effect."""
    question = f"::fullcone::faults::planted({fault.number})"
    if fault.old.endswith(";"):
        return f"{{ if ({question}) {{ {fault.new} }} else {{ {otherwise} }} }}"
    return f"({question} ? ({fault.new}) : ({otherwise}))"


def plant(path, text, faults):
    """The text of `path` with all its faults, line for line as it was."""
    spans = {}
    for fault in faults:
        start = place_of(fault, text)
        spans.setdefault((start, start + len(fault.old)), []).append(fault)
    last_end = 0
    pieces = [f'#include "simulator/faults/planted.hpp"\n#line 1 "{path}"\n']
    for (start, end), here in sorted(spans.items()):
        if start < last_end:
            raise Wrong(f"{here[0].fault}: overlaps with another fault in {path}")
        planted = text[start:end]
        for fault in here:
            planted = behind_switch(fault, planted)
        pieces += [text[last_end:start], planted]
        last_end = end
    return "".join(pieces) + text[last_end:]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(faults):
    rows = "".join(f"    {{{', '.join(map(quoted, (f.fault, f.rule, f.why, f.file, f.old, f.new)))}}},\n" for f in faults)
    return ('#include "simulator/faults/planted.hpp"\n\nnamespace fullcone::faults {\n\n'
            f"static constexpr Fault kAll[] = {{\n{rows}}};\n"
            "std::span<const Fault> all() { return kAll; }\n\n}  // namespace fullcone::faults\n")


def affected(faults):
    return sorted({fault.file for fault in faults})


def write_all(root, folder, faults):
    for path in affected(faults):
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(plant(path, (root / path).read_text(), [f for f in faults if f.file == path]))
    (folder / "planted_faults.cpp").write_text(table(faults))


def self_test():
    source = "int f(int a) {\n  if (a > 1) return a;\n  return a + 1;\n}\nint g(int a) {\n  return a + 1;\n}\n"

    def fault(name, **changed):
        return dataclasses.replace(Fault(name, "R-1", "why", "f.cpp", "a > 1", new="a > 2"), **changed)

    def planted(*faults):
        for number, each in enumerate(faults):
            each.number = number
        return plant("f.cpp", source, faults)

    def refused(*faults):
        try:
            planted(*faults)
        except Wrong as wrong:
            return str(wrong)
        return ""

    asked = "::fullcone::faults::planted"
    checks = {
        "an expression": f"if (({asked}(0) ? (a > 2) : (a > 1))) return" in planted(fault("x")),
        "two at one place": f"({asked}(1) ? (a) : (({asked}(0) ? (a > 2)" in planted(fault("x"), fault("y", new="a")),
        "a statement": f"{{ if ({asked}(0)) {{  }} else {{ return a; }} }}" in planted(fault("x", old="return a;", new="")),
        "the one behind another": planted(fault("x", after="int g", old="return a + 1;", new="return a;"))
                                  .index(asked) > source.index("int g"),
        "lines stay lines": planted(fault("x")).count("\n") == source.count("\n") + 2,
        "absent": "stands 0 times" in refused(fault("x", old="a < 1")),
        "ambiguous": "x: `old` stands 2 times, not once, in f.cpp" in refused(fault("x", old="return a + 1;")),
        "an absent `after`": "`after` stands 0 times" in refused(fault("x", after="int h")),
        "absent behind `after`": "`old` stands 0 times" in refused(fault("x", after="int g")),
        "overlapping": "overlaps" in refused(fault("x"), fault("y", old="(a > 1) return a;", new=";")),
    }
    with tempfile.TemporaryDirectory() as folder:
        written = pathlib.Path(folder, "list.faults")
        written.write_text("# a comment\nfault: x\nrule: R-1\nwhy: so: it is\nfile: f.cpp\nold: a;\n\n\n")
        checks["a list"] = read_lists([written]) == [Fault("x", "R-1", "so: it is", "f.cpp", "a;")]
        for name, text in {"an unknown key": "fault: x\nrule: R\nrula: x\n", "a missing key": "fault: x\nrule: R\n"}.items():
            written.write_text(text)
            try:
                read_lists([written])
                checks[name] = False
            except Wrong:
                checks[name] = True
        spec = "**R-1** (MUST) One.\n**R-2** (MUST) Two, as R-3.\n"
        planted_one = "fault: x\nrule: R-1\nwhy: y\nfile: f\nold: a;\n\n"
        for name, text, wrong in (("covered", "none: R-2\nwhy: y\n", ""),
                                  ("a rule left out", "", "R-2 has neither"),
                                  ("an excuse too many", "none: R-1 R-2\nwhy: y\n", "R-1 has a fault, and"),
                                  ("no such rule", "none: R-2 R-3\nwhy: y\n", "R-3 is no rule"),
                                  ("no reason", "none: R-2\n", "no reason why R-2")):
            written.write_text(planted_one + text)
            found = "; ".join(uncovered(spec, [written]))
            checks[name] = wrong in found if wrong else not found
    for name, good in checks.items():
        print(f"{'ok' if good else 'WRONG':6}{name}")
    return all(checks.values())


def main(arguments):
    if arguments == ["self-test"]:
        return 0 if self_test() else 1
    try:
        if len(arguments) >= 2 and arguments[0] == "list":
            print("\n".join(affected(read_lists(arguments[1:]))))
        elif len(arguments) >= 3 and arguments[0] == "cover":
            if wrong := uncovered(pathlib.Path(arguments[1]).read_text(), arguments[2:]):
                raise Wrong("\n".join(wrong))
        elif len(arguments) >= 3 and arguments[0] == "into":
            write_all(pathlib.Path(), pathlib.Path(arguments[1]), read_lists(arguments[2:]))
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except (Wrong, OSError) as wrong:
        print(f"plant_faults.py: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
