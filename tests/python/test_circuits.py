import functools
import unittest

import numpy as np

import tacit

X = np.array([[0, 1], [1, 0]], complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1]).astype(complex)
I = np.eye(2)


def on(gates, qubits):
    """Kronecker product of one-qubit matrices {qubit: matrix}; qubit 0 is the low bit."""
    return functools.reduce(np.kron, [gates.get(qubit, I) for qubit in reversed(range(qubits))])


def rotation(pauli, angle):
    return np.cos(angle / 2) * np.eye(len(pauli)) - 1j * np.sin(angle / 2) * pauli


class Circuits(unittest.TestCase):
    def setUp(self):
        self.circuit = (tacit.Circuit(3).h(0).rx(0, tacit.input(0)).ry(1, tacit.input(1, 2.0, 0.1)).cnot(0, 1)
                        .rz(2, 0.4).pauli_rotation("XY", [2, 1], tacit.parameter(0)).rx(2, tacit.parameter(1),
                                                                                      controls=[0]))
        self.theta = np.array([0.7, -1.1])
        self.x = np.array([[0.3, 0.9], [1.7, -0.2]])

    def state(self, theta, x):
        projectors = [np.diag([1, 0]).astype(complex), np.diag([0, 1]).astype(complex)]
        state = np.zeros(8, complex)
        state[0] = 1
        for gate in (on({0: (X + Z) / np.sqrt(2)}, 3), on({0: rotation(X, x[0])}, 3),
                     on({1: rotation(Y, 2 * x[1] + 0.1)}, 3),
                     on({0: projectors[0]}, 3) + on({0: projectors[1], 1: X}, 3), on({2: rotation(Z, 0.4)}, 3),
                     rotation(on({2: X, 1: Y}, 3), theta[0]),
                     on({0: projectors[0]}, 3) + on({0: projectors[1], 2: rotation(X, theta[1])}, 3)):
            state = gate @ state
        return state

    def values(self, theta, x):
        observables = (on({0: Z}, 3), 0.5 * on({0: X, 2: Z}, 3) - on({1: Y}, 3))
        states = [self.state(theta, row) for row in x]
        return np.array([[(s.conj() @ o @ s).real for o in observables] for s in states])

    def simulator(self, **keys):
        return tacit.Simulator(self.circuit, ["Z0", "0.5 X0 Z2 - Y1"], **keys)

    def test_expectation_values_are_those_of_dense_matrices(self):
        np.testing.assert_allclose(self.simulator().forward(self.theta, self.x), self.values(self.theta, self.x),
                                   atol=1e-13)
        single = self.simulator(precision="float").forward(self.theta, self.x)
        self.assertEqual(single.dtype, np.float32)
        np.testing.assert_allclose(single, self.values(self.theta, self.x), atol=1e-6)

    def test_gradients_and_their_rates_are_slopes(self):
        simulator, h = self.simulator(), 1e-6
        weights = np.array([[0.3, 1.0], [-0.5, 0.2]])
        outputs, by_theta, by_x = simulator.backward(self.theta, self.x, weights)
        np.testing.assert_allclose(outputs, self.values(self.theta, self.x), atol=1e-13)
        for k in range(2):
            step = h * np.eye(2)[k]
            slope = ((self.values(self.theta + step, self.x) - self.values(self.theta - step, self.x)) * weights).sum()
            self.assertAlmostEqual(by_theta[k], slope / (2 * h), places=8)
            moved = ((self.values(self.theta, self.x + step) - self.values(self.theta, self.x - step)) * weights)
            np.testing.assert_allclose(by_x[:, k], moved.sum(axis=1) / (2 * h), atol=1e-8)
        along = np.array([0.4, -0.9])
        _, _, theta_rate, x_rate = simulator.backward_tangent(self.theta, self.x, theta_dot=along, upstream=weights)
        ahead, behind = (simulator.backward(self.theta + sign * h * along, self.x, weights) for sign in (1, -1))
        np.testing.assert_allclose(theta_rate, (ahead[1] - behind[1]) / (2 * h), atol=1e-8)
        np.testing.assert_allclose(x_rate, (ahead[2] - behind[2]) / (2 * h), atol=1e-8)

    def test_openqasm_gives_the_circuit_back(self):
        again = tacit.Circuit.from_openqasm(self.circuit.to_openqasm())
        np.testing.assert_allclose(tacit.Simulator(again, "Z0").forward(self.theta, self.x),
                                   tacit.Simulator(self.circuit, "Z0").forward(self.theta, self.x), atol=1e-12)

    def test_matrices_and_amplitudes(self):
        unitary, _ = np.linalg.qr(np.arange(16).reshape(4, 4) ** 1.5 + 1j * np.eye(4))
        circuit = tacit.Circuit(2).encode_amplitudes(3).unitary([0, 1], unitary)
        x = np.array([[1.0, 2.0, -2.0]])
        state = unitary @ np.array([1, 2, -2, 0]) / 3
        expected = (state.conj() @ on({1: Z}, 2) @ state).real
        self.assertAlmostEqual(tacit.Simulator(circuit, "Z1").forward([], x)[0, 0], expected, places=12)

    def test_ready_circuits_come_with_their_observables(self):
        circuit, observables = tacit.circuit(4, qubits=4, encoding="angle", ansatz="hardware_efficient", layers=2)
        self.assertEqual((circuit.qubits, circuit.inputs, circuit.parameters, len(observables)), (4, 4, 16, 4))
        self.assertEqual(tacit.Simulator(circuit, observables).forward(np.zeros(16), np.zeros(4)).tolist(), [[1] * 4])

    def test_refusals_name_gate_and_argument(self):
        for call, pattern in [
            (lambda: tacit.Circuit(2).x(2), "gate 0 .*qubit 2 is out of range"),
            (lambda: tacit.Circuit(2).cnot(1, 1), "qubit 1"),
            (lambda: tacit.Circuit(2).rx(0, float("nan")), "gate 0"),
            (lambda: tacit.Circuit(2).rx(0, "a"), "angle: expected a number"),
            (lambda: tacit.Circuit(1).unitary([0], [[1, 1], [0, 1]]), "unitary"),
            (lambda: tacit.Simulator(self.circuit, ["Q0"]), "column"),
            (lambda: self.simulator().forward(self.theta, [[1.0]]), r"x: expected .*\(count, 2\)"),
            (lambda: self.simulator().forward([1.0], self.x), "theta: expected 2 numbers"),
            (lambda: tacit.Circuit.from_openqasm("OPENQASM 3.0;\nqubit q;\nfoo q;\n"), ":3:1"),
        ]:
            with self.assertRaisesRegex(ValueError, pattern):
                call()


if __name__ == "__main__":
    unittest.main()
