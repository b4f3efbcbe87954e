"""qsim through Cirq as its users call it. Float only, forward only."""

import cirq
import numpy
import qsimcirq
import sympy

import peer


def cirq_circuit(case, encoding_angles):
    """The case as a Cirq circuit; angles of the encoding may be symbols."""
    qubits = cirq.LineQubit.range(case.qubits)
    theta = case.parameters()
    circuit = cirq.Circuit(cirq.rx(angle).on(qubit) for angle, qubit in zip(encoding_angles, qubits))
    gates = {"ry": cirq.ry, "rz": cirq.rz}
    for name, targets, index in case.ansatz():
        if name == "cx":
            circuit.append(cirq.CNOT(*(qubits[target] for target in targets)))
        else:
            circuit.append(gates[name](float(theta[index])).on(qubits[targets[0]]))
    return circuit, qubits


class Simulator(peer.Peer):
    name = "qsim"
    precisions = ("float",)
    shipped_threads = 1

    def version(self):
        return f"qsimcirq {qsimcirq.__version__}"

    def forward(self, case):
        if case.batch == 1:
            circuit, qubits = cirq_circuit(case, case.inputs()[0])
            points = [cirq.ParamResolver({})]
        else:
            symbols = sympy.symbols([f"x{i}" for i in range(case.qubits)])
            circuit, qubits = cirq_circuit(case, symbols)
            points = [cirq.ParamResolver(dict(zip(map(str, symbols), map(float, x)))) for x in case.inputs()]

        def route(simulator):
            def forward():
                sweep = simulator.simulate_expectation_values_sweep(circuit, [cirq.Z(qubits[0])], points)
                return numpy.real([values[0] for values in sweep])

            return forward

        return {
            f"fusion to {size}": route(
                qsimcirq.QSimSimulator(qsimcirq.QSimOptions(max_fused_gate_size=size, cpu_threads=case.threads))
            )
            for size in (2, 3, 4)
        }
