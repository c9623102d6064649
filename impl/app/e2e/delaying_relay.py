"""A relay for TCP that makes the way to a server long: what passes is late, and so is the first that
a client sends by a round trip more, which on a long way the TCP handshake takes (here it ends at the
relay, at once)."""
import asyncio
import contextlib
import threading
import time


NOTED = 512  # octets: a ServerHello


class DelayingRelay:
    """A context manager; runs on a thread of its own. `delay_s` is that of one way."""

    def __init__(self, server, delay_s):
        self.server, self.delay_s = server, delay_s
        self._accepted_at = []
        self.answers = []  # the first octets that the server said on each connection
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listener = self._call(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.address = self._listener.sockets[0].getsockname()[:2]

    @property
    def connections(self):
        """How many there have been."""
        return len(self._accepted_at)

    def is_quiet_for(self, seconds):
        """Whether nobody has connected for so long."""
        return not self._accepted_at or time.monotonic() - self._accepted_at[-1] > seconds

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _accept(self, near_reader, near_writer):
        accepted_at = time.monotonic()
        self._accepted_at.append(accepted_at)
        far_reader, far_writer = await asyncio.open_connection(*self.server)
        self.answers.append(b"")
        await asyncio.gather(
            self._pass_on(near_reader, far_writer, not_before=accepted_at + 2 * self.delay_s),
            self._pass_on(far_reader, near_writer, answer=len(self.answers) - 1))
        for writer in (near_writer, far_writer):
            writer.close()

    async def _pass_on(self, reader, writer, not_before=0, answer=None):
        """Every octet, and the end, `delay_s` after it came. A reset passes as one. `answer`: where the
        first octets are noted."""
        on_the_way = asyncio.Queue()

        async def deliver():
            while True:
                due, octets = await on_the_way.get()
                await asyncio.sleep(due - time.monotonic())
                if octets is None:
                    return writer.transport.abort()
                if not octets:
                    return writer.write_eof()
                writer.write(octets)

        delivery = asyncio.create_task(deliver())
        octets = None
        with contextlib.suppress(ConnectionError):
            while octets != b"":
                octets = None
                octets = await reader.read(1 << 16)
                if answer is not None and len(self.answers[answer]) < NOTED:
                    self.answers[answer] += octets[:NOTED]
                due = max(time.monotonic(), not_before) + self.delay_s
                await on_the_way.put((due, octets))
        if octets is None:
            await on_the_way.put((time.monotonic() + self.delay_s, None))
        with contextlib.suppress(ConnectionError, OSError):
            await delivery

    def close(self):
        self._loop.call_soon_threadsafe(self._listener.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
