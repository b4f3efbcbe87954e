"""The C++ core of qsim: its own circuits, translated from Cirq beforehand; fusing is part of its run. Float, forward."""

import cirq
import numpy
import qsimcirq
from qsimcirq import qsim_circuit, qsim_simulator

import peer
from peer_qsim import cirq_circuit


class Simulator(peer.Peer):
    name = "qsim core"
    precisions = ("float",)
    shipped_threads = 1

    def version(self):
        return f"qsimcirq {qsimcirq.__version__}"

    def forward(self, case):
        core = qsim_simulator.qsim
        circuits = []
        for x in case.inputs():
            circuit, qubits = cirq_circuit(case, x)
            circuits.append(qsimcirq.QSimCircuit(circuit).translate_cirq_to_qsim(qubits)[0])
        # qsim counts qubits from the other end.
        observable = core.OpString()
        observable.weight = 1
        order = {qubit: case.qubits - 1 - i for i, qubit in enumerate(qubits)}
        qsim_circuit.add_op_to_opstring(cirq.Z(qubits[0]), order, observable)

        def route(size):
            base = qsimcirq.QSimOptions(max_fused_gate_size=size, cpu_threads=case.threads).as_dict()
            options = [{**base, "c": circuit, "s": 1} for circuit in circuits]

            def forward():
                return numpy.real(
                    [core.qsim_simulate_expectation_values(each, [([observable], 1)], 0)[0] for each in options]
                )

            return forward

        return {f"fusion to {size}": route(size) for size in (2, 3, 4)}
