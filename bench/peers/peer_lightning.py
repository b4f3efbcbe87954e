"""PennyLane's lightning.qubit as its users call it: a QNode, differentiated by the adjoint method."""

import numpy
import pennylane
import pennylane.numpy

import peer


class Simulator(peer.Peer):
    name = "lightning QNode"

    def version(self):
        return f"pennylane {pennylane.__version__}"

    def _circuit(self, case):
        complex_type = numpy.complex64 if case.precision == "float" else numpy.complex128
        device = pennylane.device("lightning.qubit", wires=case.qubits, c_dtype=complex_type)
        gates = {"ry": pennylane.RY, "rz": pennylane.RZ}

        @pennylane.qnode(device, diff_method="adjoint", interface="autograd")
        def circuit(parameters, inputs):
            for _, (qubit,), index in case.encoding():
                pennylane.RX(inputs[..., index], wires=qubit)
            for name, qubits, index in case.ansatz():
                if name == "cx":
                    pennylane.CNOT(wires=qubits)
                else:
                    gates[name](parameters[index], wires=qubits[0])
            return pennylane.expval(pennylane.PauliZ(0))

        parameters = pennylane.numpy.array(case.parameters(), requires_grad=True)
        # One sample, or all as a broadcast dimension.
        inputs = case.inputs()[0] if case.batch == 1 else case.inputs()
        return circuit, parameters, pennylane.numpy.array(inputs, requires_grad=False)

    def forward(self, case):
        circuit, parameters, inputs = self._circuit(case)
        parameters.requires_grad = False
        return {"QNode": lambda: numpy.atleast_1d(circuit(parameters, inputs))}

    def gradient(self, case):
        circuit, parameters, inputs = self._circuit(case)
        gradient = pennylane.grad(lambda theta, x: pennylane.math.sum(circuit(theta, x)), argnums=0)
        return {"grad of QNode": lambda: gradient(parameters, inputs)}
