"""Writes the state vectors that other simulators give for the OpenQASM 2 circuits in a folder.

    bench/peers/amplitudes.py tests/quantum_sim/peer_amplitudes

For each NAME.qasm: NAME.json with the amplitudes by Qiskit, in the order of basis states with qubit 0 the least significant
bit, after Cirq gave the same up to a global phase to 1e-10. Run it in the environment that run.sh makes; Cirq's reader
also needs the package ply.
"""

import json
import pathlib
import sys

import cirq
import numpy
import qiskit
import qiskit.qasm2
from cirq.contrib.qasm_import import circuit_from_qasm
from qiskit.quantum_info import Statevector


def by_qiskit(text: str) -> numpy.ndarray:
    circuit = qiskit.qasm2.loads(text, custom_instructions=qiskit.qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
    return Statevector.from_instruction(circuit).data


def by_cirq(text: str, qubits: int) -> numpy.ndarray:
    circuit = circuit_from_qasm(text)
    # Cirq counts the first qubit as the most significant one.
    order = [cirq.NamedQubit(f"q_{qubit}") for qubit in reversed(range(qubits))]
    return circuit.final_state_vector(qubit_order=order, dtype=numpy.complex128)


def main(folder: pathlib.Path) -> None:
    for file in sorted(folder.glob("*.qasm")):
        text = file.read_text()
        state = by_qiskit(text)
        other = by_cirq(text, int(numpy.log2(len(state))))
        overlap = abs(numpy.vdot(state, other))
        if abs(overlap - 1) > 1e-10:
            sys.exit(f"{file}: Qiskit and Cirq disagree, overlap {overlap}")
        versions = {"qiskit": qiskit.__version__, "cirq": cirq.__version__}
        amplitudes = [[float(value.real), float(value.imag)] for value in state]
        file.with_suffix(".json").write_text(json.dumps({"by": versions, "amplitudes": amplitudes}, indent=0) + "\n")
        print(f"{file.name}: {len(state)} amplitudes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
