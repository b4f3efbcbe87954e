"""scaluq: batched states forward, backprop of single states, and circuits that its optimiser has merged."""

import importlib.metadata

import numpy
import scaluq

import peer

PRECISIONS = {"float": "f32", "double": "f64"}


class Simulator(peer.Peer):
    name = "scaluq"

    def version(self):
        return "scaluq " + importlib.metadata.version("scaluq")

    def _add(self, case, circuit, gates, angles, parametric):
        """Rotations with fixed angles, or with parameters named after the gate's axis and index."""
        precision = PRECISIONS[case.precision]
        fixed = {"rx": scaluq.gate.RX, "ry": scaluq.gate.RY, "rz": scaluq.gate.RZ}
        named = {"rx": scaluq.gate.ParamRX, "ry": scaluq.gate.ParamRY, "rz": scaluq.gate.ParamRZ}
        for name, qubits, index in gates:
            if name == "cx":
                circuit.add_gate(scaluq.gate.CX(*qubits, precision=precision))
            elif parametric:
                circuit.add_param_gate(named[name](qubits[0], precision=precision), self._key(name, index))
            else:
                circuit.add_gate(fixed[name](qubits[0], float(angles[index]), precision=precision))
        return circuit

    def _key(self, name, index):
        return f"{'x' if name == 'rx' else 'theta'}{index}"

    def _new(self, case):
        return scaluq.Circuit(precision=PRECISIONS[case.precision])

    def _observable(self, case, space):
        precision = PRECISIONS[case.precision]
        return scaluq.Operator([scaluq.PauliOperator("Z 0", precision=precision)], precision=precision, space=space)

    def _spaces(self, case):
        return ("default", "host_serial") if case.threads == 1 else ("default",)

    def forward(self, case):
        theta, x = case.parameters(), case.inputs()
        encoding = self._add(case, self._new(case), case.encoding(), x[0], parametric=case.batch > 1)
        parametric = encoding.copy()
        self._add(case, parametric, case.ansatz(), theta, parametric=True)
        inputs = {self._key("rx", i): x[:, i].tolist() for i in range(case.qubits)} if case.batch > 1 else {}
        parameters = {
            f"theta{i}": [float(angle)] * case.batch if case.batch > 1 else float(angle) for i, angle in enumerate(theta)
        }
        circuits = {"parametric": (parametric, {**parameters, **inputs})}
        # Merging to 3 and more qubits makes it ten times slower: its kernels for those are dense and not vectorised.
        for block in (0, 2):
            fused = encoding.copy()
            self._add(case, fused, case.ansatz(), theta, parametric=False)
            if block:
                fused.optimize(block)
            circuits[f"optimised to {block}" if block else "fixed angles"] = (fused, inputs)
        return {
            f"{label}, {space}": self._forward(case, circuit, values, space)
            for space in self._spaces(case)
            for label, (circuit, values) in circuits.items()
            # What its optimiser merges runs in the default space only.
            if space == "default" or not label.startswith("optimised")
        }

    def _forward(self, case, circuit, values, space):
        precision = PRECISIONS[case.precision]
        observable = self._observable(case, space)
        if case.batch > 1:
            state = scaluq.StateVectorBatched(case.batch, case.qubits, precision=precision, space=space)
        else:
            state = scaluq.StateVector(case.qubits, precision=precision, space=space)

        def forward():
            state.set_zero_state()
            circuit.update_quantum_state(state, params=values)
            return numpy.atleast_1d(numpy.real(observable.get_expectation_value(state)))

        return forward

    def gradient(self, case):
        theta = case.parameters()
        values = {f"theta{i}": float(angle) for i, angle in enumerate(theta)}
        circuits = []
        for x in case.inputs():
            circuit = self._add(case, self._new(case), case.encoding(), x, parametric=False)
            circuits.append(self._add(case, circuit, case.ansatz(), theta, parametric=True))

        def route(observable):
            def gradient():
                total = numpy.zeros(len(theta))
                for circuit in circuits:
                    of_key = circuit.compute_expectation_gradient(observable, values)
                    total += [of_key[key] for key in values]
                return total

            return gradient

        return {f"backprop, {space}": route(self._observable(case, space)) for space in self._spaces(case)}
