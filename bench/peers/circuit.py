"""The circuit that every simulator runs, and the numbers it runs on. bench/circuit_work.h says the same in C++.

R_X(x_i) on each qubit, then 10 layers of [R_Y, R_Z on each qubit, ring of CNOT 0->1, ..., n-1->0], observable Z_0.
"""

from dataclasses import dataclass

import numpy

LAYERS = 10


@dataclass(frozen=True)
class Case:
    """What to compute: forward (<Z_0> of each sample) or gradient (of their sum, by all 2 * LAYERS * qubits parameters)."""

    work: str
    precision: str  # float or double
    qubits: int
    batch: int  # samples; 1 is a single circuit
    threads: int

    def parameters(self):
        """theta [2 * LAYERS * qubits], ordered layer, qubit, (y, z)."""
        return numpy.sin(0.7 * numpy.arange(1, 2 * LAYERS * self.qubits + 1))

    def inputs(self):
        """x [batch, qubits]."""
        return numpy.sin(0.3 * numpy.arange(1, self.batch * self.qubits + 1)).reshape(self.batch, self.qubits)

    def encoding(self):
        """Gates (name, qubits, index): R_X by input `index`."""
        return [("rx", (qubit,), qubit) for qubit in range(self.qubits)]

    def ansatz(self):
        """Gates (name, qubits, index): R_Y and R_Z by parameter `index`, CNOT (control, target) with index None."""
        gates = []
        for layer in range(LAYERS):
            for qubit in range(self.qubits):
                first = 2 * (layer * self.qubits + qubit)
                gates += [("ry", (qubit,), first), ("rz", (qubit,), first + 1)]
            gates += [("cx", (qubit, (qubit + 1) % self.qubits), None) for qubit in range(self.qubits)]
        return gates
