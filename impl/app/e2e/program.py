"""A program under test: its output line by line, its descriptors and memory, and its end.

Nothing here sleeps for a guessed time: a wait has a condition and a deadline, and fails with what
the program has said so far.
"""
import json
import os
import re
import signal
import subprocess
import threading
import time

DEADLINE_S = 15


def wait_until(condition, what, deadline_s=DEADLINE_S, pause_s=0.01):
    """What `condition` returns once that is true. For what only looking again can tell, such as /proc."""
    until = time.monotonic() + deadline_s
    pause = threading.Event()
    while not (result := condition()):
        assert time.monotonic() < until, f"not within {deadline_s} s: {what() if callable(what) else what}"
        pause.wait(pause_s)
    return result


class Program:
    """Started at once; `end()` is the only way out that a test should take."""

    def __init__(self, command, folder, environment=None):
        self.command = [str(word) for word in command]
        self._process = subprocess.Popen(
            self.command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        self.pid = self._process.pid
        self.lines = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stderr:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def wait_line(self, pattern, after=0, deadline_s=DEADLINE_S):
        """The first match of `pattern` in a line from number `after` on."""
        def found():
            return next((match for line in self.lines[after:] if (match := re.search(pattern, line))), None)
        with self._news:
            self._news.wait_for(lambda: found() or self._ended, deadline_s)
            match = found()
        assert match, f"no line like {pattern!r} from {self.command}:\n" + "\n".join(self.lines)
        return match

    def send(self, number):
        self._process.send_signal(number)

    def is_running(self):
        return self._process.poll() is None

    def wait(self, deadline_s=DEADLINE_S):
        """The exit code."""
        code = self._process.wait(deadline_s)
        self._reader.join(deadline_s)
        self._process.stderr.close()
        return code

    def end(self, number=signal.SIGTERM, deadline_s=DEADLINE_S):
        """Ends the program by its id and returns its exit code; kills what does not end."""
        if self.is_running():
            self.send(number)
        try:
            return self.wait(deadline_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.wait()
            raise

    def status(self):
        """What the program says of itself when asked."""
        line = len(self.lines)
        self.send(signal.SIGUSR1)
        return json.loads(self.wait_line(r"^\{.*\}$", after=line)[0])

    def descriptors(self):
        """What every open descriptor refers to, as {number: target}."""
        found = {}
        for number in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                found[int(number)] = os.readlink(f"/proc/{self.pid}/fd/{number}")
            except FileNotFoundError:
                pass  # closed meanwhile
        return found

    def children(self):
        tasks = os.listdir(f"/proc/{self.pid}/task")
        return [child for task in tasks
                for child in open(f"/proc/{self.pid}/task/{task}/children").read().split()]

    def rss_bytes(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))
