"""A worker process that answers one JSON line for each it is sent, within a time or not at all."""

import json
import os
import select
import subprocess
import time


class Failed(Exception):
    """The worker gave no answer: it ended, took too long, or says what went wrong."""


class TookTooLong(Failed):
    """It was ended for that."""


class NotOffered(Exception):
    """The simulator has no such thing."""


class Conversation:
    """Starts its process when first asked, and anew after one that had to be ended."""

    def __init__(self, command, environment):
        self._command = command
        self._environment = environment
        self._process = None
        self._unread = b""

    def ask(self, request, limit):
        """The answer to `request`, waited for at most `limit` seconds."""
        if self._process is None:
            self._start()
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"the process ended{self._end()}") from None
        answer = json.loads(self._line(limit))
        if "not_offered" in answer:
            raise NotOffered(answer["not_offered"])
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def close(self):
        if self._process is not None:
            self._end()

    def _start(self):
        self._unread = b""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )

    def _line(self, limit):
        until = time.monotonic() + limit
        output = self._process.stdout.fileno()
        while b"\n" not in self._unread:
            left = until - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                self._end()
                raise TookTooLong(f"no answer within {limit:.0f} s")
            received = os.read(output, 1 << 20)
            if not received:
                raise Failed(f"the process ended{self._end()}")
            self._unread += received
        line, self._unread = self._unread.split(b"\n", 1)
        return line

    def _end(self):
        process, self._process = self._process, None
        if process.poll() is None:
            # One that computes would not see the end of its input for long.
            process.kill()
        process.stdin.close()
        process.stdout.close()
        code = process.wait()
        return f" with code {code}"
