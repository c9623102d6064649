#!/usr/bin/python3
"""Runs the conformance suite on our own proxy: in the simulator, as a live server, as a live client.

    run_conformance.py BIN_DIR REPORT_DIR     for each subject NAME.xml (JUnit), NAME.html and NAME.log,
                                              and summary.md
    run_conformance.py --client BIN_DIR FOLDER SERVER UUID CA SOCKS
                                              becomes a client; this is what the suite launches

What is known of the configuration files stands in the first functions. Exits with the worst of
the suite's codes, or 3 when a subject did not start.
"""
import contextlib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from uuid import uuid4

START_LIMIT_S = 10
SUBJECT_LIMIT_S = 1800
VERDICTS = {0: "conforms", 1: "a MUST failed", 2: "usage, or no case matched",
            3: "unreachable or died", 4: "inconclusive"}


def server_settings(config):
    """Makes `fullcone init`'s server.toml fit for one machine: a port of the system's choice, loopback
    peers allowed, and a second user."""
    text = config.read_text()
    settings = tomllib.loads(text)
    second = str(uuid4())
    text = text.replace(settings["listen"], "127.0.0.1:0", 1)
    config.write_text(f'{text}\n[[users]]\nname = "second"\nuuid = "{second}"\n\n'
                      '[egress]\npolicy = "unrestricted"\n')
    return ["--uuid", settings["users"][0]["uuid"], "--uuid2", second,
            "--ca", str(config.parent / settings["tls"]["certificate"]), "--server-name", "localhost"]


def client_settings(server, uuid, ca, socks):
    return (f'role = "client"\nlisten = "{socks}"\n\n[server]\naddress = "{server}"\nuuid = "{uuid}"\n\n'
            f'[tls]\nca = "{ca}"\n')


def become_client(programs, folder, server, uuid, ca, socks):
    config = pathlib.Path(folder, f"client-{os.getpid()}.toml")
    config.write_text(client_settings(server, uuid, ca, socks))
    os.execv(programs / "fullcone", ["fullcone", "client", "-c", str(config)])


@contextlib.contextmanager
def running_server(programs, report):
    """Our server on loopback; yields the suite's arguments for it."""
    log_path = report / "server-output.log"
    with tempfile.TemporaryDirectory(prefix="fullcone-server-") as folder, open(log_path, "w") as log:
        subprocess.run([programs / "fullcone", "init", "--host", "localhost"], cwd=folder, check=True,
                       stdout=log, stderr=log)
        arguments = server_settings(pathlib.Path(folder, "server.toml"))
        server = subprocess.Popen([programs / "fullcone", "server", "-c", "server.toml"], cwd=folder,
                                  stdout=log, stderr=log)
        try:
            yield ["--address", listening_address(server, log_path), *arguments]
        finally:
            server.terminate()
            try:
                server.wait(START_LIMIT_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def listening_address(process, log_path):
    """What the server says that it listens on, once it does."""
    until = time.monotonic() + START_LIMIT_S
    while time.monotonic() < until and process.poll() is None:
        said = re.search(r"^listening on (\S+)$", log_path.read_text(), re.MULTILINE)
        if said:
            return said[1]
        time.sleep(0.05)
    raise RuntimeError(f"the server did not begin to listen; its exit status: {process.poll()}")


@contextlib.contextmanager
def launched_client(programs, _report):
    """The suite starts our client itself, through this file."""
    with tempfile.TemporaryDirectory(prefix="fullcone-client-") as folder:
        command = shlex.join([sys.executable, "-B", os.path.abspath(__file__), "--client", str(programs), folder])
        yield ["--launch", command + " {server} {uuid} {ca} {socks}"]


@contextlib.contextmanager
def simulated(_programs, _report):
    yield []


SUBJECTS = {"sim": simulated, "server": running_server, "client": launched_client}


def run(name, programs, report):
    """The suite's exit code for one subject."""
    with open(report / f"{name}.log", "w") as log:
        try:
            with SUBJECTS[name](programs, report) as arguments:
                command = [programs / "fullcone-conformance", name, *arguments, "--jobs", "4",
                           "--junit", report / f"{name}.xml", "--html", report / f"{name}.html"]
                return subprocess.run(command, stdout=log, stderr=log, timeout=SUBJECT_LIMIT_S).returncode
        except (OSError, RuntimeError, KeyError, ValueError, subprocess.SubprocessError) as failure:
            print(f"{type(failure).__name__}: {failure}", file=log)
            return 3


def tally(junit):
    """({passed, failed, skipped} counts, [(case id, first line of why)…]) of a JUnit report."""
    counts, failures = {"passed": 0, "failed": 0, "skipped": 0}, []
    try:
        cases = ElementTree.parse(junit).iter("testcase")
    except (OSError, ElementTree.ParseError):
        return counts, failures
    for case in cases:
        fault = next((child for child in case if child.tag in {"failure", "error"}), None)
        if fault is not None:
            counts["failed"] += 1
            why = (fault.get("message") or fault.text or "").strip().split("\n")[0]
            failures.append((case.get("name"), why))
        else:
            counts["skipped" if case.find("skipped") is not None else "passed"] += 1
    return counts, failures


def main(arguments):
    if len(arguments) == 7 and arguments[0] == "--client":
        become_client(pathlib.Path(arguments[1]), *arguments[2:])
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    programs, report = (pathlib.Path(argument).resolve() for argument in arguments)
    report.mkdir(parents=True, exist_ok=True)
    lines = ["| subject | verdict | passed | failed | skipped |", "|---|---|---|---|---|"]
    details, codes = [], []
    for name in SUBJECTS:
        code = run(name, programs, report)
        counts, failures = tally(report / f"{name}.xml")
        if code == 0 and not counts["passed"]:
            code = 2  # a verdict needs at least one case behind it
        codes.append(code)
        lines.append(f"| {name} | {VERDICTS.get(code, f'ended with {code}')} | {counts['passed']} "
                     f"| {counts['failed']} | {counts['skipped']} |")
        details += [f"- {name}: `{case}`: {why}" for case, why in failures]
    table = "\n".join(lines + ([""] + details if details else [])) + "\n"
    (report / "summary.md").write_text(f"# Conformance of fullcone\n\n{table}")
    print(table, end="")
    # The worst: a crash, then a broken MUST, a dead target, wrong usage, inconclusive.
    return next((code for code in [*(c for c in codes if c not in VERDICTS), 1, 3, 2, 4] if code in codes), 0) & 0xff


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
