"""The page of bench/compare: a bar chart for each load, with the range of its rounds. It stands alone."""
from html import escape

WIDTH, BAR, GAP, LABEL, VALUE = 760, 18, 8, 210, 190
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 800px; margin: 2em auto; padding: 0 1em;
       color: #222; background: #fff }
h2 { font-size: 1.1em; margin: 1.6em 0 .2em }
svg { width: 100%; height: auto } text { font-size: 13px; fill: #222 }
.bar { fill: #9db4c8 } .ours { fill: #d1662b } .range { stroke: #222 }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181a1b } text { fill: #ddd } .range { stroke: #ddd } .bar { fill: #51687d } }
"""


def chart(load, result):
    subjects = result["subjects"]
    most = max((each["max"] for each in subjects.values() if each), default=1)
    scale = (WIDTH - LABEL - VALUE) / most
    height = len(subjects) * (BAR + GAP)
    lines = [f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(load)}">']
    for row, (name, each) in enumerate(subjects.items()):
        top = row * (BAR + GAP)
        middle = top + BAR / 2
        lines.append(f'<text x="{LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>')
        if each is None:
            lines.append(f'<text x="{LABEL}" y="{top + 14}">nothing came through</text>')
            continue
        end = LABEL + each["median"] * scale
        kind = "ours" if name in result["ours"] else "bar"
        lines.append(f'<rect class="{kind}" x="{LABEL}" y="{top}" width="{end - LABEL:.1f}" height="{BAR}"/>')
        lines.append(f'<line class="range" x1="{LABEL + each["min"] * scale:.1f}" y1="{middle}" '
                     f'x2="{LABEL + each["max"] * scale:.1f}" y2="{middle}"/>')
        lines.append(f'<text x="{WIDTH}" y="{top + 14}" text-anchor="end">{number(each["median"])}'
                     f'{cpu_text(each)}</text>')
    return "\n".join(lines + ["</svg>"])


def number(figure):
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}"


def cpu_text(each):
    return f", CPU {each['cpu_s_per_work']:.2f}" if each["cpu_s_per_work"] else ""


def page(settings, results, verdict):
    """A whole HTML document. `results` is what bench/compare writes as JSON under "loads"; `verdict` tells
    one of ours in a line."""
    parts = []
    for load, result in results.items():
        told = "<br>".join(escape(verdict(name, each)) for name, each in result["ours"].items())
        less = "; less is better" if result["less_is_better"] else ""
        parts.append(f"<h2>{escape(load)}: {escape(result['unit'])}{less}</h2>\n<p>{told}</p>\n{chart(load, result)}")
    return (f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>fullcone compared</title>\n'
            f"<style>{STYLE}</style>\n<h1>fullcone compared</h1>\n"
            f"<p>Client and server pairs on loopback, {settings['cores']} cores shared by everything. Medians of "
            f"{settings['rounds']} interleaved rounds of {settings['seconds']:g} s; the line is their range. CPU: "
            f"seconds of client and server together per million round trips, GiB, or thousand connections.</p>\n"
            + "\n".join(parts) + "\n</html>\n")
