"""What the suite writes, read as strictly as whoever gets it: a schema for JUnit, parsers for TAP,
JSON lines and Markdown, and a browser for the page.

Two runs are looked at: our core in the simulator, which conforms, and our client, which is said to
ask for no credentials and does, so that most cases fail. Its command line ends in a comment that a
careless report would take for markup.
"""
import base64
import collections
import hashlib
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import types
import xml.etree.ElementTree as ElementTree

import pytest
import yaml
from subjects import BIN, CONFORMS, MUST_FAILED, SUITE_LIMIT_S, launch

FORMATS = {"junit": "xml", "jsonl": "jsonl", "tap": "tap", "markdown": "md", "html": "html", "badge": "svg"}
VERDICTS = ["pass", "fail", "inconclusive", "unsupported", "skipped"]
HOSTILE = " # <script>alert(1)</script> | [x](http://y) </pre></details> --> # TODO"
SCHEMA = pathlib.Path(__file__).parent / "reports/junit.xsd"


def reported(folder, arguments):
    """A run's exit code and reports: files by format."""
    files = {name: folder / f"report.{suffix}" for name, suffix in FORMATS.items()}
    options = [word for name, file in files.items() for word in (f"--{name}", file)]
    finished = subprocess.run([BIN / "fullcone-conformance", *map(str, arguments), "--quiet", *options],
                              capture_output=True, text=True, timeout=SUITE_LIMIT_S)
    cases = [line for line in map(json.loads, files["jsonl"].read_text().splitlines()) if line["event"] == "case"]
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
    return {case["id"]: case["verdict"] for case in run.cases}


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


# ----- the page

class Page(html.parser.HTMLParser):
    """Its elements as (tag, attributes), the scripts' text, and that what opens is closed."""
    VOID = {"meta", "link", "input", "br"}

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.open = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


def test_the_page_needs_nothing_else(run):
    page = Page(run.html.read_text())
    assert len(page.scripts) == 1
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on") or name == "src"}, (tag, attributes)
        if "href" in attributes:
            assert attributes["href"] == "data:," or attributes["href"][1:] in ids


def test_the_pages_script_is_the_one_that_it_allows(run):
    page = Page(run.html.read_text())
    policy = next(attributes["content"] for tag, attributes in page.elements if "http-equiv" in attributes)
    digest = base64.b64encode(hashlib.sha256(page.scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy


@pytest.fixture(scope="module")
def browser():
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no chromium with its driver here; Ubuntu has it as a snap alone")
    from selenium import webdriver  # not where there is no browser for it
    from selenium.webdriver.chrome.service import Service
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1300,1200"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chromium = webdriver.Chrome(service=Service(driver), options=options)
    yield chromium
    chromium.quit()


def requests_of(browser):
    """The addresses that have been asked for since the last call."""
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    return [message["params"]["request"]["url"] for message in messages
            if message["method"] == "Network.requestWillBeSent"]


@pytest.fixture
def page(browser, run):
    requests_of(browser)
    browser.get_log("browser")
    browser.get(run.html.as_uri())
    return browser


def shown(page, selector):
    """The case ids of the elements that can be seen."""
    return page.execute_script("return [...document.querySelectorAll(arguments[0])]"
                               ".filter(each => each.checkVisibility()).map(each => each.dataset.case)", selector)


def type_into_filter(page, text):
    box = page.find_element("css selector", ".filter input[type=search]")
    box.clear()
    box.send_keys(text)
    # Clearing tells the page nothing.
    page.execute_script("arguments[0].dispatchEvent(new Event('input', {bubbles: true}))", box)


def test_it_loads_without_network_and_without_complaint(page, run):
    assert [url for url in requests_of(page) if not url.startswith("data:")] == [run.html.as_uri()]
    assert page.get_log("browser") == []
    assert page.title == "UDP conformance"


def test_its_matrix_and_its_table_hold_every_case(page, run):
    for selector in ("#matrix [data-case]", "#cases tr[data-case]"):
        seen = page.execute_script("return [...document.querySelectorAll(arguments[0])]"
                                   ".map(each => [each.dataset.case, each.dataset.verdict])", selector)
        assert dict(seen) == verdicts_of(run) and len(seen) == len(run.cases)
    columns = page.execute_script("return [...document.querySelectorAll('#matrix [data-case]')]"
                                  ".map(each => [each.dataset.verdict, each.closest('td').className])")
    assert all(verdict == column for verdict, column in columns)


def test_its_filter_box_filters(page, run):
    everything = list(verdicts_of(run))
    assert shown(page, "#cases tr[data-case]") == everything
    type_into_filter(page, "SOCKS-3 drop")
    some = [case["id"] for case in run.cases if case["id"].startswith("SOCKS-3")]
    assert set(shown(page, "#cases tr[data-case]")) <= set(some)
    assert shown(page, "#matrix [data-case]") == shown(page, "#cases tr[data-case]")
    type_into_filter(page, "no such words")
    assert shown(page, "#matrix tr") == [None]  # the head's
    type_into_filter(page, "")
    assert shown(page, "#cases tr[data-case]") == everything
    page.find_element("css selector", ".filter input[value=pass]").click()
    assert shown(page, "#cases tr[data-case]") == [case for case, verdict in verdicts_of(run).items() if verdict != "pass"]
    assert page.find_element("css selector", ".filter output").text.endswith(f" of {len(everything)} cases")


def test_each_failure_has_its_chart_and_its_octets(page, run):
    failures = [case for case in run.cases if case["failure"]]
    assert shown(page, "article[data-case]") == [case["id"] for case in failures]
    for case in failures:
        article = page.find_element("css selector", f"[id='failure-{case['id']}']")
        passed = [entry for entry in case["journal"] if entry["kind"] != "remark"]
        assert len(article.find_elements("css selector", "svg.chart .arrow")) == len(passed)
        assert len(article.find_elements("css selector", ".journal tbody tr")) == len(case["journal"])
        assert len(article.find_elements("css selector", ".journal pre")) == sum(bool(e["octets"]) for e in passed)
        for chart in article.find_elements("css selector", "svg.chart"):
            assert chart.size["height"] > 40 * 2 and chart.get_attribute("aria-label")


def contrast(page, element):
    """WCAG's contrast of an element's text to the page, 1 to 21."""
    return page.execute_script("""
        const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
          .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
          .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
        const [a, b] = [getComputedStyle(arguments[0]).color, getComputedStyle(document.body).backgroundColor]
          .map(light).sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);""", element)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_day_and_by_night(page, scheme):
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    background = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    for word in (*VERDICTS, "soft"):
        assert contrast(page, page.find_element("css selector", f".{word}")) >= 4.5, word
