"""Runs cases of `tacit bench attacks` on Tacit, PyTorch and PennyLane, one thread each, checks the numbers, prints a table.

Made to be started by attacks.sh. Ends with code 1 if distances or gradients of the attacks disagree.
"""

import os
import pathlib
import statistics
import sys

import comparing
import table
from conversation import Conversation

HERE = pathlib.Path(__file__).resolve().parent
# Model, precision of Tacit (and of PyTorch), examples, restarts.
CASES = [
    ("mlp", "float", 1, 1),
    ("mlp", "double", 1, 1),
    ("lenet_dlg", "float", 1, 1),
    ("lenet_dlg", "double", 1, 1),
    ("lenet_dlg", "float", 8, 1),
    ("vqc8", "double", 1, 1),
    ("vqc8", "double", 1, 10),
]
# Of the largest element.
TOLERANCE = 1e-5
ROUND_SECONDS = 0.3
LIMIT = 600  # shift rules twice take seconds an iteration


def error(answer, reference):
    """Largest difference of value, distance and gradient, relative to the largest of them."""
    scale = max(map(abs, reference["gradient"]))
    differences = [abs(a - b) / scale for a, b in zip(answer["gradient"], reference["gradient"])]
    differences += [abs(answer[key] - reference[key]) / abs(reference[key]) for key in ("value", "distance")]
    if len(answer["gradient"]) != len(reference["gradient"]) or any(each != each for each in differences):
        return float("inf")
    return max(differences)


class Comparison:
    def __init__(self, arguments):
        self.rounds = arguments.rounds
        environment = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
        self.tacit = Conversation([str(arguments.tacit)], environment)
        self.peers = Conversation([sys.executable, str(HERE / "attacks_worker.py")], environment)
        self.version = self.peers.ask({"do": "hello"}, LIMIT)["version"]
        self.rows, self.notes, self.disagreements = [], [], []

    def run(self, cases):
        for index, (model, precision, batch, restarts) in enumerate(cases):
            case = {"model": model, "precision": precision, "batch": batch, "restarts": restarts}
            print(f"[{index + 1}/{len(cases)}] {model} {precision}, batch {batch}", file=sys.stderr, flush=True)
            self.rows += self.rows_of(case)

    def rows_of(self, case):
        label = "{model} {precision}, batch {batch}, restarts {restarts}".format(**case)
        tacit = self.tacit.ask({"do": "prepare", **case}, LIMIT)
        routes = self.peers.ask({"do": "prepare", **case}, LIMIT)["routes"]
        own, peer, differences = [], {}, {}
        for name, route in routes.items():
            if "failed" in route:
                self.notes.append(f"{name}, {label}: {route['failed']}")
                continue
            differences[name], peer[name] = error(tacit["starts"][0], route["start"]), []
            if not differences[name] <= TOLERANCE:
                self.disagreements.append(f"{name}, {label}: differs by {differences[name]:.1e}")
        request = {"do": "measure", "seconds": ROUND_SECONDS, "calls": 3}
        for _ in range(self.rounds):
            own.append(self.tacit.ask(request, LIMIT)["seconds"])
            for name, times in peer.items():
                # What takes seconds is measured once.
                if not times or times[0] < 1:
                    times.append(self.peers.ask({**request, "route": name}, LIMIT)["seconds"])
        return [
            {
                **case,
                "peer": name,
                "seconds": statistics.median(own),
                "floor_seconds": tacit["floor_seconds"],
                "peer_seconds": statistics.median(times),
                "ratio": statistics.median(theirs / ours for theirs, ours in zip(times, own)),
                "difference": differences[name],
            }
            for name, times in peer.items()
        ]

    def report(self, markdown):
        print(f"One thread each, median CPU time of an iteration of all restarts, {self.rounds} interleaved rounds. {self.version}.\n")
        print(table.lines_of(self.lines(), markdown))
        print("\nRatio: time of the peer over time of Tacit; over floor: time of Tacit over its multiply-adds alone.")
        for note in self.notes:
            print("note: " + note)
        for disagreement in self.disagreements:
            print("DISAGREES: " + disagreement)

    def lines(self):
        lines = [["attack", "precision", "batch", "restarts", "Tacit ms", "over floor", "peer", "peer ms", "ratio", "difference"]]
        for row in self.rows:
            own = [table.milliseconds(row["seconds"]), table.number(row["seconds"] / row["floor_seconds"])]
            theirs = [row["peer"], table.milliseconds(row["peer_seconds"]), table.number(row["ratio"])]
            case = [row["model"], row["precision"], str(row["batch"]), str(row["restarts"])]
            lines.append([*case, *own, *theirs, f"{row['difference']:.0e}"])
        return lines

    def close(self):
        self.tacit.close()
        self.peers.close()


if __name__ == "__main__":
    options = comparing.parse("attacks", "model", __doc__)
    sys.exit(comparing.run(Comparison(options), CASES, options))
