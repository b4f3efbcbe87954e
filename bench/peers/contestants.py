"""Every simulator at every number of threads: who they are, and what each measured."""

import os
import pathlib
import sys

from conversation import Conversation, Failed, NotOffered, TookTooLong

HERE = pathlib.Path(__file__).resolve().parent
MODULES = (
    "peer_lightning_core",
    "peer_lightning",
    "peer_qulacs",
    "peer_qsim_core",
    "peer_qsim",
    "peer_aer",
    "peer_scaluq",
)
START_LIMIT = 90  # seconds: some import a great deal
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "KOKKOS_NUM_THREADS")


class Contestant:
    """One simulator with one number of threads, in a process of its own."""

    def __init__(self, name, command, threads, as_shipped):
        self.name, self.threads, self.as_shipped = name, threads, as_shipped
        environment = {key: value for key, value in os.environ.items() if key not in THREAD_VARIABLES}
        environment["OMP_PROC_BIND"] = "false"  # One of them warns without; it is the default.
        if not as_shipped:
            environment["OMP_NUM_THREADS"] = str(threads)
        self._conversation = Conversation(command, environment)
        self.route = None
        self.first_seconds = None
        self._largest = {}  # (work, precision, batch) -> (qubits, seconds of a call) of the largest case so far

    def prepare(self, case, limit):
        """Computes `case` by each route and keeps the fastest. Returns {route: values}."""
        self.route = None
        family = (case["work"], case["precision"], case["batch"])
        try:
            routes = self._conversation.ask({"do": "prepare", **case, "threads": self.threads}, limit)["routes"]
        except TookTooLong:
            self._largest[family] = (case["qubits"], float("inf"))
            raise
        self.route = min(routes, key=lambda name: routes[name]["seconds"])
        self.first_seconds = routes[self.route]["seconds"]
        self._largest[family] = (case["qubits"], self.first_seconds)
        return {name: route["values"] for name, route in routes.items()}

    def foreseen_seconds(self, case):
        """What a call will take at least, by what was measured; 0 if nothing was that tells."""
        same = self._scaled(case, case["batch"])
        # None has a batched gradient, so a batch takes its samples' time; a quarter, for what they may share.
        single = self._scaled(case, 1) * case["batch"] / 4 if case["work"] == "gradient" else 0
        return max(same, single)

    def _scaled(self, case, batch):
        """From the same work on fewer qubits: 2^qubits amplitudes and as many more gates."""
        qubits, seconds = self._largest.get((case["work"], case["precision"], batch), (0, 0))
        if seconds == 0 or qubits > case["qubits"]:
            return 0
        return seconds * 2 ** (case["qubits"] - qubits) * case["qubits"] / qubits

    def measure(self, seconds, limit):
        """Median wall time of a call, from calls that take `seconds` together, one at least."""
        request = {"do": "measure", "route": self.route, "seconds": seconds, "calls": 1}
        return self._conversation.ask(request, limit)["seconds"]

    def hello(self):
        return self._conversation.ask({"do": "hello"}, START_LIMIT)

    def close(self):
        self._conversation.close()


def tacit(binary, counts):
    return [Contestant("Tacit", [str(binary)], count, as_shipped=False) for count in counts]


def peer(module, counts):
    """The peer's contestants and its version, or none and the reason.

    It gets one thread, the number it takes as shipped, and every one of `counts`.
    """
    command = [sys.executable, str(HERE / "worker.py"), module]
    first = Contestant(module, command, 1, as_shipped=False)
    try:
        hello = first.hello()
    except (Failed, NotOffered) as reason:
        return [], {"name": module.removeprefix("peer_").replace("_", " "), "absent": str(reason)}
    finally:
        first.close()
    shipped = hello["shipped_threads"]
    every = sorted({1, shipped, *counts})
    return [Contestant(hello["name"], command, count, count == shipped) for count in every], hello
