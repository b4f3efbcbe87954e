"""Runs the circuits of bench/peers/circuit.py on Tacit and on every peer, checks the numbers, prints one table.

Made to be started by run.sh. Ends with code 1 if numbers disagree; a simulator that is absent or fails is in the notes.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

import contestants
import table
from conversation import Failed, NotOffered

TOLERANCE = {"float": 1e-5, "double": 1e-10}
ROUNDS = 5
ROUND_SECONDS = 0.04  # calls of one simulator in one round take this long together, one call at least
SLOW_CALL = 1.0  # one that takes longer is measured in one round only,
VERY_SLOW_CALL = 4.0  # and one that takes longer than this not again after its numbers were checked
ROUTES = 5  # the most that a simulator has for one case
SETTLE_SECONDS = 0.01  # threads of the one before may still spin


def cases(arguments):
    """Smaller ones first, so that a limit of the whole time leaves out the largest."""
    sizes = (6, 8) if arguments.quick else (6, 8, 10, 12, 16, 20)
    batched = (6,) if arguments.quick else (6, 8, 10)
    samples = 16 if arguments.quick else 256
    found = []
    for qubits in sizes:
        for work in ("forward", "gradient"):
            for precision in ("float", "double"):
                found.append({"work": work, "precision": precision, "qubits": qubits, "batch": 1})
                if qubits in batched:
                    found.append({"work": work, "precision": precision, "qubits": qubits, "batch": samples})
    if arguments.large:
        found += [{"work": "forward", "precision": each, "qubits": 24, "batch": 1} for each in TOLERANCE]
    if arguments.qubits:
        found = [case for case in found if case["qubits"] in arguments.qubits]
    if arguments.work:
        found = [case for case in found if case["work"] == arguments.work]
    return sorted(found, key=lambda case: (case["batch"], case["work"], case["qubits"]))


def error(values, reference):
    """Largest difference, relative where numbers are larger than 1 (sums over a batch)."""
    if len(values) != len(reference):
        return float("inf")
    scale = max(1.0, max(map(abs, reference)))
    differences = [abs(value - truth) / scale for value, truth in zip(values, reference)]
    return float("inf") if any(difference != difference for difference in differences) else max(differences)


class Comparison:
    def __init__(self, arguments):
        self.arguments = arguments
        self.until = time.monotonic() + 60 * arguments.minutes
        self.notes, self.disagreements, self.rows, self.names = [], [], [], []
        self.compared = 0
        self.counts = sorted({1, min(2, os.cpu_count())})
        self.tacit = contestants.tacit(arguments.tacit, self.counts)
        self.peers, self.versions, self.absent = [], [], []
        if arguments.notes and arguments.notes.exists():
            self.notes += arguments.notes.read_text().splitlines()
        for module in arguments.peers or contestants.MODULES:
            found, hello = contestants.peer(module, self.counts)
            if not found:
                self.absent.append(hello["name"])
                self.notes.append(f"{hello['name']} is absent: {hello['absent']}")
            else:
                self.versions.append(f"{hello['name']} ({hello['version']})")
                self.peers += found
            self.names.append(hello["name"])

    def run(self):
        chosen = cases(self.arguments)
        for index, case in enumerate(chosen):
            label = "{work} {precision}, {qubits} qubits, batch {batch}".format(**case)
            if time.monotonic() > self.until:
                self.notes.append(f"{label}: left out, {self.arguments.minutes} minutes are over")
                continue
            print(f"[{index + 1}/{len(chosen)}] {label}", file=sys.stderr, flush=True)
            try:
                self.rows.append(self.row(case, label))
            except Failed as reason:
                self.disagreements.append(f"Tacit in double, {label}: {reason}")

    def row(self, case, label):
        routes = self.tacit[0].prepare(dict(case, precision="double"), ROUTES * self.arguments.limit)
        reference = next(iter(routes.values()))
        ready, words = [], {}
        for each in self.tacit + self.peers:
            word = self.prepare(each, case, label, reference)
            if word is None:
                ready.append(each)
            else:
                words[each] = word
        times = self.measure(ready, label)
        return self.result(case, times, words)

    def prepare(self, each, case, label, reference):
        """None if it is ready to be measured, or the word that stands in its cell."""
        who = f"{each.name}, {each.threads} thread{'s' if each.threads > 1 else ''}, {label}"
        limit = self.arguments.limit
        if each.foreseen_seconds(case) > limit:
            foreseen = each.foreseen_seconds(case)
            taking = f"a call would take {foreseen:.0f} s" if foreseen < 1e6 else "there was no answer"
            self.note(f"{who}: not run, {taking} going by smaller cases")
            return "slow"
        try:
            routes = each.prepare(case, ROUTES * limit)
        except NotOffered as reason:
            self.note(f"{each.name} {reason}")
            return "-"
        except Failed as reason:
            self.note(f"{who}: {reason}")
            return "failed"
        self.compared += len(routes)
        wrong = {
            route: error(values, reference)
            for route, values in routes.items()
            if not error(values, reference) <= TOLERANCE[case["precision"]]
        }
        for route, size in wrong.items():
            self.disagreements.append(f"{who}, {route}: differs from Tacit in double by {size:.1e}")
        return "wrong" if wrong else None

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def measure(self, ready, label):
        """{contestant: [seconds of each round]}; rounds are interleaved, slow ones take part in one only."""
        times = {each: [each.first_seconds] if each.first_seconds > VERY_SLOW_CALL else [] for each in ready}
        for turn in range(ROUNDS):
            for each in ready:
                if times[each] and each.first_seconds > SLOW_CALL:
                    continue
                time.sleep(SETTLE_SECONDS)
                try:
                    times[each].append(each.measure(ROUND_SECONDS, ROUTES * self.arguments.limit))
                except Failed as reason:
                    self.note(f"{each.name}, {label}: {reason}")
        return {each: rounds for each, rounds in times.items() if rounds}

    def result(self, case, times, words):
        own = {each.threads: times[each] for each in self.tacit if each in times}
        cells = {name: [(1, False, "absent")] for name in self.absent}
        for each in self.peers:
            value = words.get(each, "failed")
            if each in times and own:
                beside = own[max(count for count in own if count <= each.threads)]
                value = statistics.median(peer / tacit for peer, tacit in zip(times[each], beside))
            cells.setdefault(each.name, []).append((each.threads, each.as_shipped, value))
        return {
            "case": case,
            "tacit": {count: statistics.median(rounds) for count, rounds in own.items()},
            "seconds": {f"{each.name}/{each.threads}": statistics.median(rounds) for each, rounds in times.items()},
            "routes": {f"{each.name}/{each.threads}": each.route for each in times},
            "cells": cells,
        }

    def report(self):
        print(f"Threads: {', '.join(map(str, self.counts))}. Peers: {'; '.join(self.versions) or 'none'}.\n")
        print(table.render(self.rows, self.names, self.counts, self.arguments.markdown))
        print("\n" + table.LEGEND)
        for note in self.notes:
            print("note: " + note)
        for disagreement in self.disagreements:
            print("DISAGREES: " + disagreement)
        print(
            f"{self.compared} results of all routes held against Tacit's in double, to 1e-5 (float) and 1e-10 (double): "
            f"{len(self.disagreements)} disagree."
        )
        if self.arguments.json:
            self.arguments.json.write_text(
                json.dumps(
                    {
                        "peers": self.versions,
                        "rows": self.rows,
                        "notes": self.notes,
                        "disagreements": self.disagreements,
                    },
                    indent=1,
                )
            )

    def close(self):
        for each in self.tacit + self.peers:
            each.close()


def parse():
    parser = argparse.ArgumentParser(prog="bench/peers/run.sh", description=__doc__.splitlines()[0])
    parser.add_argument("--tacit", type=pathlib.Path, required=True, help="the program bench_circuit_worker (run.sh sets it)")
    parser.add_argument("--notes", type=pathlib.Path, help="lines to print below the table, if the file exists (run.sh sets it)")
    parser.add_argument("--quick", action="store_true", help="few small cases: to see that every simulator works")
    parser.add_argument("--large", action="store_true", help="also forward at 24 qubits")
    parser.add_argument("--qubits", nargs="+", type=int, metavar="N", help="only cases of so many qubits")
    parser.add_argument("--work", choices=("forward", "gradient"), help="only these cases")
    parser.add_argument("--peers", nargs="+", choices=contestants.MODULES, metavar="MODULE", help="only these, of: "
                        + " ".join(contestants.MODULES))
    parser.add_argument("--minutes", type=float, default=15, help="start no further case after so long")
    parser.add_argument("--limit", type=float, default=20, help="seconds that one call may take")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--json", type=pathlib.Path, help="also write everything measured to this file")
    return parser.parse_args()


def main():
    comparison = Comparison(parse())
    try:
        try:
            comparison.run()
        except KeyboardInterrupt:
            comparison.notes.append("interrupted: the cases after the last row were left out")
        comparison.report()
    finally:
        comparison.close()
    return 1 if comparison.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
