#!/usr/bin/python3
"""Usage: chart.py RESULTS.json CHART.svg

Events per second against the number of peers, from what simulator_bench has written with
--benchmark_out=RESULTS.json. Prints the table and draws it. Repetitions count as their best: what
else the machine does only makes a run slower.
"""
import json
import math
import sys

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 80, 30, 20, 50


def read(path):
    """[(peers, events per second)], fewest peers first."""
    best = {}
    with open(path, encoding="utf-8") as results:
        for run in json.load(results)["benchmarks"]:
            name, _, peers = run["name"].partition("/peers:")
            if name != "chatter" or run.get("run_type") == "aggregate":
                continue
            count = int(peers.split("/")[0])
            best[count] = max(best.get(count, 0), run["events/s"])
    return sorted(best.items())


def draw(points):
    """The chart as SVG: peers on a logarithmic axis, events on one that begins at zero."""
    low, high = (math.log10(points[i][0]) for i in (0, -1))
    top = math.ceil(max(rate for _, rate in points) / 1e6 * 2) / 2  # to the next half million

    def x(peers):
        return LEFT + (math.log10(peers) - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    def y(millions):
        return HEIGHT - BOTTOM - millions / top * (HEIGHT - TOP - BOTTOM)

    def text(at_x, at_y, words, anchor="middle"):
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}">{words}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(WIDTH / 2, 18, "simulated events per second of one core"),
        text(WIDTH / 2, HEIGHT - 10, "peers"),
    ]
    for half in range(int(top * 2) + 1):
        level = y(half / 2)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}" '
                     'stroke="#ddd"/>')
        parts.append(text(LEFT - 8, level + 4, f"{half / 2:.1f} M", "end"))
    line = " ".join(f"{x(peers):.1f},{y(rate / 1e6):.1f}" for peers, rate in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="2"/>')
    for peers, rate in points:
        parts.append(f'<circle cx="{x(peers):.1f}" cy="{y(rate / 1e6):.1f}" r="4" fill="#06c"/>')
        parts.append(text(x(peers), y(rate / 1e6) - 10, f"{rate / 1e6:.2f}"))
        parts.append(text(x(peers), HEIGHT - BOTTOM + 18, f"{peers:,}"))
    return "\n".join(parts + ["</svg>"]) + "\n"


def main(results, chart):
    points = read(results)
    if not points:
        sys.exit(f"{results}: no chatter in it")
    for peers, rate in points:
        print(f"{peers:6} peers {rate:12,.0f} events/s")
    rates = [rate for _, rate in points]
    print(f"from fastest to slowest: a factor of {max(rates) / min(rates):.2f}")
    with open(chart, "w", encoding="utf-8") as out:
        out.write(draw(points))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
