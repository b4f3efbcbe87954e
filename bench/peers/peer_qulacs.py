"""Qulacs: parametric circuits with backprop, and circuits that its optimiser has fused. Double precision only."""

import numpy
import qulacs
import qulacs.circuit

import peer


class Simulator(peer.Peer):
    name = "qulacs"
    precisions = ("double",)

    def version(self):
        return f"qulacs {qulacs.__version__}"

    def _observable(self, case):
        observable = qulacs.Observable(case.qubits)
        observable.add_operator(1.0, "Z 0")
        return observable

    # Qulacs rotates by exp(+i angle P / 2), so every angle changes its sign.
    def _ansatz(self, case, circuit, parametric):
        theta = case.parameters()
        if parametric:
            add = {"ry": circuit.add_parametric_RY_gate, "rz": circuit.add_parametric_RZ_gate}
        else:
            add = {"ry": circuit.add_RY_gate, "rz": circuit.add_RZ_gate}
        for name, qubits, index in case.ansatz():
            if name == "cx":
                circuit.add_CNOT_gate(*qubits)
            else:
                add[name](qubits[0], -float(theta[index]))
        return circuit

    def _encoding(self, case, circuit, x):
        for _, (qubit,), index in case.encoding():
            circuit.add_RX_gate(qubit, -float(x[index]))
        return circuit

    def forward(self, case):
        state = qulacs.QuantumState(case.qubits)
        observable = self._observable(case)
        encodings = [self._encoding(case, qulacs.QuantumCircuit(case.qubits), x) for x in case.inputs()]

        def route(ansatz):
            def forward():
                values = numpy.empty(case.batch)
                for sample, encoding in enumerate(encodings):
                    state.set_zero_state()
                    encoding.update_quantum_state(state)
                    ansatz.update_quantum_state(state)
                    values[sample] = observable.get_expectation_value(state)
                return values

            return forward

        plain = self._ansatz(case, qulacs.QuantumCircuit(case.qubits), parametric=False)
        routes = {
            "parametric": route(self._ansatz(case, qulacs.ParametricQuantumCircuit(case.qubits), parametric=True)),
        }
        optimiser = qulacs.circuit.QuantumCircuitOptimizer()
        light = plain.copy()
        optimiser.optimize_light(light)
        routes["optimised light"] = route(light)
        for block in (2, 3, 4):
            fused = plain.copy()
            optimiser.optimize(fused, block)
            routes[f"optimised to {block}"] = route(fused)
        return routes

    def gradient(self, case):
        observable = self._observable(case)
        circuits = []
        for x in case.inputs():
            circuit = self._encoding(case, qulacs.ParametricQuantumCircuit(case.qubits), x)
            circuits.append(self._ansatz(case, circuit, parametric=True))

        def gradient():
            total = numpy.zeros(len(case.parameters()))
            for circuit in circuits:
                total += circuit.backprop(observable)
            return -total

        return {"backprop": gradient}
