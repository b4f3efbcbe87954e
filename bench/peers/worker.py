"""One simulator in a process of its own, so that its threads and its crashes stay there: worker.py MODULE.

Reads one JSON object a line and answers each with one line, as bench/circuit_worker.cpp does for Tacit; that file says
what the lines hold. Beside those: {"do": "hello"} -> {"name": .., "version": .., "precisions": .., "shipped_threads": ..}.
"""

import importlib
import json
import os
import sys
import time
import warnings

import circuit
import peer

TOO_LONG_TO_REPEAT = 1.0  # seconds


def once(route):
    start = time.perf_counter()
    values = route()
    return time.perf_counter() - start, values


class Worker:
    def __init__(self, module):
        self.simulator = importlib.import_module(module).Simulator()
        self.routes = {}

    def answer(self, request):
        return {"hello": self.hello, "prepare": self.prepare, "measure": self.measure}[request["do"]](request)

    def hello(self, _):
        simulator = self.simulator
        return {
            "name": simulator.name,
            "version": simulator.version(),
            "precisions": simulator.precisions,
            "shipped_threads": peer.shipped_count(simulator),
        }

    def prepare(self, request):
        case = circuit.Case(*(request[key] for key in ("work", "precision", "qubits", "batch", "threads")))
        self.routes = {}
        self.routes = self.simulator.routes(case)
        answer = {}
        for name, route in self.routes.items():
            seconds, values = once(route)
            if seconds < TOO_LONG_TO_REPEAT:
                seconds, values = once(route)
            answer[name] = {"seconds": seconds, "values": [float(value) for value in values]}
        return {"routes": answer}

    def measure(self, request):
        route = self.routes[request["route"]]
        times = []
        while len(times) < request["calls"] or sum(times) < request["seconds"]:
            times.append(once(route)[0])
        return {"seconds": sorted(times)[len(times) // 2], "calls": len(times)}


def main():
    # Libraries that print must not write between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    warnings.filterwarnings("ignore")
    worker = None
    for line in sys.stdin:
        try:
            worker = worker or Worker(sys.argv[1])
            answer = worker.answer(json.loads(line))
        except peer.NotOffered as reason:
            answer = {"not_offered": str(reason)}
        except Exception as error:  # Whatever a simulator throws is its row's note.
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
