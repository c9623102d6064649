"""README.md's pipeline, taken out of it and run: its target file, and the commands of its GitHub Actions
and GitLab CI files, on our own server in the place of the reader's.

What would take a network or minutes is stood in for: apt-get, git, and cmake, which "builds" by
linking to the programs that are there.
"""
import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
import yaml
from subjects import BIN, SUITE_LIMIT_S

PROJECT = pathlib.Path(__file__).parents[1]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (PROJECT / "conformance/README.md").read_text(), re.DOTALL | re.MULTILINE)

# Takes the arguments that the target file gives it, and becomes our server.
MY_SERVER = f"""#!/usr/bin/python3
import argparse, os, pathlib
parser = argparse.ArgumentParser()
for option in ("--listen", "--certificate", "--key"):
    parser.add_argument(option, required=True)
parser.add_argument("--user", action="append", required=True)
given = parser.parse_args()
users = "".join(f'[[users]]\\nname = "user{{number}}"\\nuuid = "{{uuid}}"\\n' for number, uuid in enumerate(given.user))
config = pathlib.Path("server.toml")
config.write_text(f'role = "server"\\nlisten = "{{given.listen}}"\\n{{users}}[tls]\\n'
                  f'certificate = "{{given.certificate}}"\\nkey = "{{given.key}}"\\n'
                  '[egress]\\npolicy = "unrestricted"\\n')
os.execv("{BIN}/fullcone", ["fullcone", "server", "-c", str(config)])
"""

STAND_INS = {
    "sudo": 'exec "$@"',
    "apt-get": 'echo "$*" >> "$CALLS/apt-get"',
    "git": 'echo "$*" >> "$CALLS/git"; mkdir "${@: -1}"',
    "cmake": f'echo "$*" >> "$CALLS/cmake"; mkdir -p fullcone/build/release; ln -sfn "{BIN}" fullcone/build/release/bin',
}


def block(language, mark):
    """The README's only block of that language with `mark` in it."""
    [text] = [text for kind, text in BLOCKS if kind == language and mark in text]
    return text


def github_commands():
    job = yaml.safe_load(block("yaml", "runs-on"))["jobs"]["conformance"]
    return job["env"], [step["run"] for step in job["steps"] if "run" in step]


def gitlab_commands():
    job = yaml.safe_load(block("yaml", "before_script"))["conformance"]
    return job["variables"], job["before_script"] + job["script"]


@pytest.fixture
def checkout(tmp_path):
    """A reader's repository, and a PATH with the stand-ins first."""
    folder, calls, tools = tmp_path / "checkout", tmp_path / "calls", tmp_path / "tools"
    for each in (folder, calls, tools):
        each.mkdir()
    (folder / "conformance.toml").write_text(block("toml", "my server"))
    (folder / "my-server").write_text(MY_SERVER)
    (folder / "my-server").chmod(0o755)
    for name, body in STAND_INS.items():
        (tools / name).write_text(f"#!/bin/bash\n{body}\n")
        (tools / name).chmod(0o755)
    return folder, {"PATH": f"{tools}:/usr/bin:/bin", "CALLS": str(calls), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}


def run_all(folder, environment, commands):
    """The first command that fails, or the last one, as CI would."""
    for command in commands:
        finished = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", command], cwd=folder, env=environment,
                                  capture_output=True, text=True, timeout=SUITE_LIMIT_S)
        if finished.returncode != 0:
            break
    return finished


@pytest.mark.parametrize("commands_of", [github_commands, gitlab_commands])
def test_the_pipeline_is_green_for_a_server_that_conforms(commands_of, checkout, tmp_path):
    folder, environment = checkout
    variables, commands = commands_of()
    finished = run_all(folder, environment | variables, commands)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    cases = ElementTree.parse(folder / "conformance.xml").findall(".//testcase")
    assert sum(len(case) == 0 for case in cases) > 100
    assert (folder / "conformance.html").read_text().endswith("</html>\n")
    if commands_of is github_commands:
        assert (tmp_path / "summary").read_text().startswith("# Conformance: ")


def test_the_pipeline_is_red_for_a_server_that_does_not(checkout):
    folder, environment = checkout
    program = folder / "my-server"
    program.write_text(MY_SERVER.replace("enumerate(given.user)", "enumerate(given.user[:1])"))  # one user is unknown
    variables, commands = gitlab_commands()
    commands = [command.replace("--jobs 4", "--jobs 4 --timeout 0.3 --case CONE-9 --case AUTH-1") for command in commands]
    finished = run_all(folder, environment | variables, commands)
    assert finished.returncode == 1, finished.stdout + finished.stderr


def test_what_the_stand_ins_hide_exists(checkout, tmp_path):
    folder, environment = checkout
    setup = (PROJECT / "scripts/setup").read_text()
    preset_names = {preset["name"] for preset in json.loads((PROJECT / "CMakePresets.json").read_text())["configurePresets"]}
    assert (PROJECT / "conformance/CMakeLists.txt").read_text().count("fullcone_program(fullcone-conformance") == 1
    for commands_of in (github_commands, gitlab_commands):
        variables, commands = commands_of()
        run_all(folder, environment | variables, [command for command in commands if "target conformance" not in command])
        subprocess.run(["rm", "-r", folder / "fullcone"], check=True)
    calls = {file.name: file.read_text() for file in (tmp_path / "calls").iterdir()}
    packages = {word for line in calls["apt-get"].splitlines() if " install " in line for word in line.split()
                if not word.startswith("-") and word != "install"}
    assert not {package for package in packages if package not in setup}
    assert "release" in preset_names and "--preset release" in calls["cmake"]
    assert "--target fullcone-conformance" in calls["cmake"]
    assert "FULLCONE_TESTS" in (PROJECT / "CMakeLists.txt").read_text()


def test_its_list_of_expected_failures_is_one(checkout, suite):
    folder, _ = checkout
    file = folder / "known.toml"
    file.write_text(block("toml", "[[failure]]"))
    run = suite("sim", "--case", "CRUM-8.clean-close", "--expected-failures", file)
    assert run.code == 1 and f"passed, but is expected to fail (https://example.org/issues/17, {file}:1)" in run.output


def test_its_options_exist():
    text = (PROJECT / "conformance/README.md").read_text()
    options = set(re.findall(r"`(--[a-z-]+)", text))
    known = "".join(subprocess.run([BIN / "fullcone-conformance", command, "--help"], capture_output=True,
                                   text=True).stdout for command in ("sim", "server", "client", "socks5", "nat", "list"))
    assert len(options) > 15
    assert not {option for option in options if option not in known}
