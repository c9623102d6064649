"""Two runs to read the reports of: our core in the simulator, which conforms, and our client, which the
suite is not told to ask for credentials, so that most cases fail. Its command line ends in a comment
that a careless report would take for markup.
"""
import json
import subprocess
import types

import pytest
from subjects import BIN, SUITE_LIMIT_S, launch

FORMATS = {"junit": "xml", "jsonl": "jsonl", "tap": "tap", "markdown": "md", "html": "html", "badge": "svg"}
VERDICTS = ["pass", "fail", "inconclusive", "unsupported", "skipped"]
HOSTILE = " # <script>alert(1)</script> | [x](http://y) </pre></details> --> # TODO"


def reported(folder, arguments):
    """A run's exit code and reports: files by format."""
    files = {name: folder / f"report.{suffix}" for name, suffix in FORMATS.items()}
    options = [word for name, file in files.items() for word in (f"--{name}", file)]
    finished = subprocess.run([BIN / "fullcone-conformance", *map(str, arguments), "--quiet", *options],
                              capture_output=True, text=True, timeout=SUITE_LIMIT_S)
    cases, subjects = [], 0
    for event in map(json.loads, files["jsonl"].read_text().splitlines()):
        subjects += event["event"] == "begin"
        if event["event"] == "case":
            cases.append(event | {"key": f"s{subjects}.{event['id']}"})  # a case may be told of several subjects
    return types.SimpleNamespace(code=finished.returncode, output=finished.stdout, cases=cases, **files)


@pytest.fixture(scope="module")
def conforming(tmp_path_factory):
    return reported(tmp_path_factory.mktemp("conforming"), ["sim"])


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failing")
    command, launch_option, words = launch(folder, '[[credentials]]\nuser = "app"\npassword = "secret"\n')
    return reported(folder, [command, launch_option, words + HOSTILE, "--timeout", 0.3, "--case", "SOCKS-*",
                             "--case", "CONE-*"])


@pytest.fixture(params=["conforming", "failing"])
def run(request):
    return request.getfixturevalue(request.param)


def verdicts_of(run):
    return {case["key"]: case["verdict"] for case in run.cases}
