"""One simulator in a process of its own, so that its threads and its crashes stay there: worker.py MODULE.

Reads one JSON object a line and answers each with one line, as bench/circuit_worker.cpp does for Tacit; that file says
what the lines hold. Beside those: {"do": "hello"} -> {"name": .., "version": .., "precisions": .., "shipped_threads": ..}.
"""

import importlib
import sys
import time

import circuit
import peer
import serving

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
    worker = None

    def answer(question):
        nonlocal worker
        try:
            worker = worker or Worker(sys.argv[1])
            return worker.answer(question)
        except peer.NotOffered as reason:
            return {"not_offered": str(reason)}

    serving.serve(lambda: answer)


if __name__ == "__main__":
    main()
