"""Runs the cases of `tacit bench training` on Tacit and on PyTorch, one thread each, checks the numbers, prints a table.

Made to be started by training.sh. Ends with code 1 if losses or gradients disagree.
"""

import os
import pathlib
import statistics
import sys

import comparing
import table
from conversation import Conversation

HERE = pathlib.Path(__file__).resolve().parent
CASES = [
    ("mlp", "step", 32),
    ("lenet5", "step", 32),
    ("cnn4", "step", 32),
    ("lenet_dlg", "gradient", 1),
    ("mlp", "gradient_tangent", 1),
    ("mlp", "gradient_tangent", 8),
    ("lenet_dlg", "gradient_tangent", 1),
    ("lenet_dlg", "gradient_tangent", 8),
]
# Of the largest element: sums of thousands of products in another order.
TOLERANCE = 1e-4
ROUND_SECONDS = 0.2
START_LIMIT = 300  # compiling takes a minute


def error(answer, reference):
    """Largest difference of loss, norm and elements, relative to the largest of them."""
    scale = max(map(abs, reference["values"]))
    differences = [abs(a - b) / scale for a, b in zip(answer["values"], reference["values"])]
    differences += [abs(answer[key] - reference[key]) / abs(reference[key]) for key in ("loss", "norm")]
    if len(answer["values"]) != len(reference["values"]) or any(each != each for each in differences):
        return float("inf")
    return max(differences)


class Comparison:
    def __init__(self, arguments):
        self.rounds = arguments.rounds
        environment = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
        self.tacit = Conversation([str(arguments.tacit)], environment)
        self.torch = Conversation([sys.executable, str(HERE / "training_worker.py")], environment)
        self.version = self.torch.ask({"do": "hello"}, START_LIMIT)["version"]
        self.rows, self.notes, self.disagreements = [], [], []

    def run(self, cases):
        for index, (network, task, batch) in enumerate(cases):
            case = {"network": network, "task": task, "batch": batch}
            print(f"[{index + 1}/{len(cases)}] {network} {task}, batch {batch}", file=sys.stderr, flush=True)
            self.rows.append(self.row(case))

    def row(self, case):
        label = "{network} {task}, batch {batch}".format(**case)
        tacit = self.tacit.ask({"do": "prepare", **case}, START_LIMIT)
        routes = self.torch.ask({"do": "prepare", **case}, START_LIMIT)["routes"]
        largest = 0
        for name, route in list(routes.items()):
            if "failed" in route:
                self.notes.append(f"{name}, {label}: {routes.pop(name)['failed']}")
                continue
            difference = error(tacit, route)
            largest = max(largest, difference)
            if not difference <= TOLERANCE:
                self.disagreements.append(f"{name}, {label}: differs by {difference:.1e}")
        request = {"do": "measure", "seconds": ROUND_SECONDS, "calls": 3}
        own, peer = [], {name: [] for name in routes}
        for _ in range(self.rounds):
            own.append(self.tacit.ask(request, START_LIMIT)["seconds"])
            for name, times in peer.items():
                times.append(self.torch.ask({**request, "route": name}, START_LIMIT)["seconds"])
        return {
            **case,
            "seconds": statistics.median(own),
            "floor_seconds": tacit["floor_seconds"],
            "peers": {name: statistics.median(times) for name, times in peer.items()},
            "ratios": {
                name: statistics.median(theirs / ours for theirs, ours in zip(times, own))
                for name, times in peer.items()
            },
            "difference": largest,
        }

    def report(self, markdown):
        print(f"One thread each, median CPU time of a call, {self.rounds} interleaved rounds. PyTorch {self.version}.\n")
        print(table.lines_of(self.lines(), markdown))
        print("\nRatios: time of PyTorch over time of Tacit; over floor: time of Tacit over its multiply-adds alone.")
        for note in self.notes:
            print("note: " + note)
        for disagreement in self.disagreements:
            print("DISAGREES: " + disagreement)

    def lines(self):
        lines = [["case", "batch", "Tacit ms", "over floor", "eager ms", "ratio", "compiled ms", "ratio", "difference"]]
        for row in self.rows:
            cells = []
            for name in ("eager", "compiled"):
                measured = name in row["peers"]
                cells += [table.milliseconds(row["peers"][name]), table.number(row["ratios"][name])] if measured else ["-"] * 2
            own = [table.milliseconds(row["seconds"]), table.number(row["seconds"] / row["floor_seconds"])]
            name = f"{row['network']} {row['task']}"
            lines.append([name, str(row["batch"]), *own, *cells, f"{row['difference']:.0e}"])
        return lines

    def close(self):
        self.tacit.close()
        self.torch.close()


if __name__ == "__main__":
    options = comparing.parse("training", "network", __doc__)
    sys.exit(comparing.run(Comparison(options), CASES, options))
