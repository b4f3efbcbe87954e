"""The C++ core of PennyLane's lightning.qubit, called without tape, device or QNode: state vector and AdjointJacobian.

Gates are bound methods of the state vector with arguments made beforehand; the list of operations that the adjoint method
wants is made beforehand too.
"""

import importlib.metadata

import numpy
from pennylane_lightning import lightning_qubit_ops as ops

import peer


class Simulator(peer.Peer):
    name = "lightning core"

    def version(self):
        return "pennylane-lightning " + importlib.metadata.version("pennylane-lightning")

    def _prepare(self, case):
        """The state vector and, for each sample, a function that runs its circuit on it."""
        bits = 64 if case.precision == "float" else 128
        state = getattr(ops, f"StateVectorC{bits}")(case.qubits)
        names = {"rx": state.RX, "ry": state.RY, "rz": state.RZ, "cx": state.CNOT}
        theta = case.parameters()
        ansatz = [
            (names[name], list(qubits), [] if index is None else [float(theta[index])])
            for name, qubits, index in case.ansatz()
        ]

        def runner(x):
            encoding = [(state.RX, list(qubits), [float(x[index])]) for _, qubits, index in case.encoding()]

            def run():
                state.resetStateVector()
                for apply, wires, angles in encoding:
                    apply(wires, False, angles)
                for apply, wires, angles in ansatz:
                    apply(wires, False, angles)

            return run

        return bits, state, [runner(x) for x in case.inputs()]

    def forward(self, case):
        bits, state, runners = self._prepare(case)
        measurements = getattr(ops, f"MeasurementsC{bits}")(state)

        def forward():
            values = numpy.empty(case.batch)
            for sample, run in enumerate(runners):
                run()
                values[sample] = measurements.expval("PauliZ", [0])
            return values

        return {"gate methods": forward}

    def gradient(self, case):
        bits, state, runners = self._prepare(case)
        observables = [getattr(ops.observables, f"NamedObsC{bits}")("PauliZ", [0])]
        adjoint = getattr(ops.algorithms, f"AdjointJacobianC{bits}")()
        trainable = list(range(case.qubits, case.qubits + len(case.parameters())))
        lists = [self._operations(case, bits, x) for x in case.inputs()]

        def gradient():
            total = numpy.zeros(len(trainable))
            for run, operations in zip(runners, lists):
                run()
                total += numpy.ravel(adjoint(state, observables, operations, trainable))
            return total

        return {"AdjointJacobian": gradient}

    def _operations(self, case, bits, x):
        theta = case.parameters()
        names = {"rx": "RX", "ry": "RY", "rz": "RZ", "cx": "CNOT"}
        gates = case.encoding() + case.ansatz()
        angles = [
            [] if index is None else [float(x[index] if name == "rx" else theta[index])] for name, _, index in gates
        ]
        matrix = numpy.zeros(0, dtype=numpy.complex64 if bits == 64 else numpy.complex128)
        count = len(gates)
        return getattr(ops.algorithms, f"create_ops_listC{bits}")(
            [names[name] for name, _, _ in gates],
            angles,
            [list(qubits) for _, qubits, _ in gates],
            [False] * count,
            [matrix] * count,
            [[] for _ in range(count)],
            [[] for _ in range(count)],
        )
