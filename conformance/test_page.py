"""The HTML report: what it holds by its markup, and what it does in headless Chromium."""
import base64
import hashlib
import html.parser
import json
import shutil

import pytest
from report_runs import VERDICTS, conforming, failing, run, verdicts_of  # noqa: F401 (fixtures)


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
    some = [case["key"] for case in run.cases if case["id"].startswith("SOCKS-3")]
    assert set(shown(page, "#cases tr[data-case]")) <= set(some)
    assert shown(page, "#matrix [data-case]") == shown(page, "#cases tr[data-case]")
    type_into_filter(page, "no such words")
    assert shown(page, "#matrix tbody tr") == []
    type_into_filter(page, "")
    assert shown(page, "#cases tr[data-case]") == everything
    page.find_element("css selector", ".filter input[value=pass]").click()
    assert shown(page, "#cases tr[data-case]") == [case for case, verdict in verdicts_of(run).items() if verdict != "pass"]
    assert page.find_element("css selector", ".filter output").text.endswith(f" of {len(everything)} cases")


def test_each_failure_has_its_chart_and_its_octets(page, run):
    failures = [case for case in run.cases if case["failure"]]
    assert shown(page, "article[data-case]") == [case["key"] for case in failures]
    for case in failures:
        article = page.find_element("css selector", f"[id='failure-{case['key']}']")
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
