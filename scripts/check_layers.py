#!/usr/bin/python3
"""Reads every #include and reports those that the house forbids.

Who may include whom, and which layers may touch sockets, threads, clocks and TLS, is in
ARCHITECTURE.md and in RULES below. `--self-test` plants each kind of breach in a temporary
tree and fails unless every one is found and nothing else is.
"""
import pathlib
import re
import sys
import tempfile

# The longest matching folder names a file's layer; the set is what it may include.
IMPL = ["base", "wire", "core", "net", "app"]
RULES = {f"impl/{layer}": set(IMPL[:i + 1]) for i, layer in enumerate(IMPL)}
RULES |= {
    "simulator": {"simulator", "core", "wire", "base"},
    "conformance": {"conformance", "simulator", "wire", "base"},
    "conformance/live": {"conformance", "conformance/live", "net", "core", "wire", "base"},
    "conformance/target": {"conformance", "conformance/target", "conformance/live", "wire", "base"},
    "conformance/subject": {"conformance", "conformance/subject", "conformance/target", "conformance/live", "simulator", "wire", "base"},
    "conformance/main.cpp": {"conformance", "conformance/subject", "conformance/live", "simulator", "wire", "base"},
    "conformance/mutants/main.cpp": {"conformance", "conformance/subject", "simulator", "wire", "base"},
    "fuzz": {"fuzz", "simulator", "core", "wire", "base"},
    "bench": {"bench", "simulator", "conformance", "conformance/live", *IMPL},
}
LAYERS = {allowed for rule in RULES.values() for allowed in rule}

# Asio, OpenSSL and the operating system's sockets.
NETWORK = re.compile(r"boost/(asio|beast|system)|openssl/|sys/|netinet/|netdb\.h|net/|unistd\.h|poll\.h|fcntl\.h")
NETWORK_LAYERS = {"impl/net", "impl/app", "conformance/live", "conformance/target", "bench"}
# What would give a pure layer a clock, a thread, an environment or chance of its own.
IMPURE = re.compile(r"(thread|stop_token|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier"
                    r"|random|iostream|fstream|filesystem|ctime|time\.h|csignal|pthread\.h|signal\.h)$|spdlog/|CLI/|toml\+\+/|boost/thread")
PURE_LAYERS = {"impl/base", "impl/wire", "impl/core"}
FOLDERS = ["impl", "simulator", "conformance", "fuzz", "bench"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def longest(names, path):
    """The longest of `names` that is `path` or a folder above it; None when there is none."""
    hits = [name for name in names if path == name or path.startswith(name + "/")]
    return max(hits, key=len, default=None)


def judge(path, style, header):
    """Why `path` may not include `header`, or None."""
    layer = longest(RULES, path)
    if layer is None:
        return "belongs to no layer"
    if style == '"':
        target = longest(LAYERS, header)
        if target is None:
            return "does not begin with a layer's folder"
        return None if target in RULES[layer] else f"{layer} may not include {target}"
    if NETWORK.match(header) and layer not in NETWORK_LAYERS:
        return f"{layer} may not touch the network"
    if IMPURE.match(header) and layer in PURE_LAYERS and not path.endswith("_test.cpp"):
        return f"{layer} has no clock, thread, chance or I/O of its own"
    return None


def breaches(root):
    """One line for each forbidden include under `root`, and the number of files read."""
    found, files = [], 0
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in {".hpp", ".cpp"}:
                continue
            files += 1
            path, text = file.relative_to(root).as_posix(), file.read_text()
            for match in INCLUDE.finditer(text):
                if why := judge(path, *match.groups()):
                    line = text.count("\n", 0, match.start(1)) + 1
                    found.append(f"{path}:{line}: {match[2]}: {why}")
    return found, files


def self_test():
    planted = {
        "impl/base/a.hpp": ['"wire/umfurs.hpp"', "<random>"],
        "impl/wire/a.cpp": ['"core/cone.hpp"', "<sys/socket.h>", "<mutex>"],
        "impl/core/a.cpp": ['"net/server.hpp"', "<boost/asio.hpp>", "<openssl/ssl.h>", "<thread>", '"cone.hpp"'],
        "impl/net/a.cpp": ['"app/config.hpp"'],
        "simulator/a.cpp": ['"net/server.hpp"', '"app/config.hpp"', "<unistd.h>"],
        "conformance/cases/a.cpp": ['"conformance/live/bed.hpp"', '"core/cone.hpp"', '"net/tls.hpp"'],
        "conformance/live/a.cpp": ['"app/config.hpp"', '"conformance/target/file.hpp"'],
        "conformance/target/a.cpp": ['"net/tls.hpp"', '"simulator/world.hpp"'],
        "fuzz/a.cpp": ['"net/server.hpp"'],
    }
    lawful = {
        "impl/core/b.cpp": ['"core/cone.hpp"', '"wire/umfurs.hpp"', '"base/bytes.hpp"', "<vector>", "<chrono>"],
        "impl/core/b_test.cpp": ["<random>", "<gtest/gtest.h>"],
        "impl/net/b.cpp": ["<boost/asio.hpp>", "<thread>", '"core/cone.hpp"'],
        "simulator/b.cpp": ['"core/cone.hpp"', '"simulator/world.hpp"'],
        "conformance/main.cpp": ['"conformance/live/bed.hpp"', '"conformance/report.hpp"'],
        "conformance/live/b.cpp": ['"net/tls.hpp"', "<unistd.h>"],
        "conformance/target/b.cpp": ['"conformance/live/sockets.hpp"', "<unistd.h>"],
        "bench/b.cpp": ['"app/config.hpp"', '"simulator/world.hpp"'],
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, headers in (planted | lawful).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("".join(f"#include {header}\n" for header in headers))
        found, _ = breaches(root)
    seen = {tuple(line.split(":")[:3]) for line in found}
    expected = {(path, str(i), f" {header[1:-1]}") for path, headers in planted.items()
                for i, header in enumerate(headers, 1)}
    for path, line, header in sorted(seen ^ expected):
        print(f"{'missed' if (path, line, header) in expected else 'wrongly reported'}: {path}:{line}:{header}")
    return seen == expected


def main(arguments):
    if arguments == ["--self-test"]:
        return 0 if self_test() else 1
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    found, files = breaches(root)
    print(*found, f"{files} files read, {len(found)} forbidden includes", sep="\n")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
