"""Has other readers of OpenQASM read what Tacit exports, and compares unitaries.

    bench/peers/openqasm.py build/release/bench/bench_openqasm_samples [COUNT]

Version 3 goes through the grammar of the specification (package openqasm3[parser]) and Qiskit's importer
(qiskit-qasm3-import), version 2 through qiskit.qasm2: none of them in requirements.txt, as the table of simulators does
without them. Qiskit's importer knows no arrays of inputs and no arccos, so both become numbers in the syntax tree first.
Unitaries may differ by a global phase, and by 1e-9 in an entry.
"""

import collections
import json
import math
import subprocess
import sys

import numpy
import openqasm3
import qiskit.qasm2
import qiskit_qasm3_import
from openqasm3 import ast
from openqasm3.visitor import QASMTransformer
from qiskit.quantum_info import Operator


def literal(value):
    magnitude = ast.FloatLiteral(abs(value))
    return magnitude if value >= 0 else ast.UnaryExpression(ast.UnaryOperator["-"], magnitude)


def number(node):
    return -number(node.expression) if isinstance(node, ast.UnaryExpression) else node.value


class Bind(QASMTransformer):
    """Elements of free arrays and their arccosines become numbers, and the declarations go."""

    def __init__(self, values):
        self.values = values

    def visit_IODeclaration(self, node):
        if len(self.values[node.identifier.name]) != node.type.dimensions[0].value:
            raise ValueError(f"{node.identifier.name}: another number of elements than the circuit has")
        return None

    def visit_IndexExpression(self, node):
        return literal(self.values[node.collection.name][node.index[0].value])

    def visit_FunctionCall(self, node):
        if node.name.name != "arccos":
            raise ValueError(f"a function {node.name.name} is not one that the export writes")
        return literal(math.acos(number(self.visit(node.arguments[0]))))


def by_version_3(sample):
    program = openqasm3.parse(sample["version_3"])
    bound = Bind({"theta": sample["parameters"], "inputs": sample["inputs"]}).visit(program)
    return Operator(qiskit_qasm3_import.convert(bound)).data


def by_version_2(sample):
    circuit = qiskit.qasm2.loads(sample["version_2"], custom_instructions=qiskit.qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
    return Operator(circuit).data


def distance(left, right):
    overlap = numpy.vdot(right, left)
    return numpy.abs(left - overlap / abs(overlap) * right).max() if abs(overlap) > 0 else 2.0


def main(program, count):
    samples = json.loads(subprocess.run([program, str(count)], check=True, stdout=subprocess.PIPE).stdout)
    failures = collections.Counter()
    worst = {}
    for sample in samples:
        numbers = numpy.array(sample["unitary"])
        flat = numbers[:, 0] + 1j * numbers[:, 1]
        size = round(len(flat) ** 0.5)
        expected = flat.reshape(size, size).T
        for name, read in (("version 2", by_version_2), ("version 3", by_version_3)):
            try:
                error = distance(read(sample), expected)
            except Exception as problem:  # a reader may raise anything
                failures[name] += 1
                print(f"seed {sample['seed']}, {name}: not read: {type(problem).__name__}: {problem}")
                continue
            worst[name] = max(worst.get(name, 0.0), error)
            if error > 1e-9:
                failures[name] += 1
                print(f"seed {sample['seed']}, {name}: an entry of the unitary is {error:.3g} away")
    for name in ("version 2", "version 3"):
        print(f"{name}: {len(samples) - failures[name]} of {len(samples)} circuits agree, to {worst.get(name, 0):.2g}")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 200))
