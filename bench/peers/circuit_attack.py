"""Gradient matching of the circuit "vqc8" (bench/attack_work.h) by PennyLane with PyTorch, in double, in three ways.

lightning.qubit has no second derivatives of its own, so an attack takes shift rules twice, or central differences of
adjoint gradients; default.qubit is slower a circuit, but PyTorch differentiates through it, for all restarts at once.
"""

import math

import numpy
import pennylane
import torch

QUBITS, LAYERS = 8, 2
CANDIDATES_FROM, TRUTH_FROM = 100000000, 300000000
RATE = 0.1


def hashed(count, first):
    """The numbers u(first) .. of bench/hashed_numbers.h, in double."""
    h = (numpy.arange(first, first + count, dtype=numpy.uint64) * 2654435769 % 2**32).astype(numpy.uint32)
    h ^= h >> 16
    h *= numpy.uint32(2246822507)
    h ^= h >> 13
    return h / 2147483648.0 - 1


def version():
    return f"PennyLane {pennylane.__version__}"


def circuit(device, **options):
    """The mean of Z as a function of theta [.., 2 LAYERS QUBITS] and x [.., QUBITS]."""

    @pennylane.qnode(device, interface="torch", **options)
    def expectation(theta, x):
        for qubit in range(QUBITS):
            pennylane.RX(x[..., qubit], wires=qubit)
        for layer in range(LAYERS):
            for qubit in range(QUBITS):
                first = 2 * (layer * QUBITS + qubit)
                pennylane.RY(theta[..., first], wires=qubit)
                pennylane.RZ(theta[..., first + 1], wires=qubit)
            for qubit in range(QUBITS):
                pennylane.CNOT(wires=[qubit, (qubit + 1) % QUBITS])
        return pennylane.expval(
            pennylane.Hamiltonian([1 / QUBITS] * QUBITS, [pennylane.PauliZ(qubit) for qubit in range(QUBITS)])
        )

    return expectation


class Attack:
    """Restarts of a candidate x, and one iteration of Adam. A route says how distance and gradient are computed."""

    together = False  # restarts are one batch; otherwise they go one after another, and one of them is timed

    def __init__(self, restarts):
        self.repeats = 1 if self.together else restarts
        count = restarts if self.together else 1
        self.theta = torch.from_numpy(math.pi * hashed(2 * LAYERS * QUBITS, 0))
        self.x = torch.from_numpy(math.pi * hashed(count * QUBITS, CANDIDATES_FROM)).reshape(count, QUBITS)
        truth = torch.from_numpy(math.pi * hashed(QUBITS, TRUTH_FROM))
        theta = self.theta.clone().requires_grad_()
        reference = circuit(pennylane.device("default.qubit", wires=QUBITS), diff_method="backprop")
        (self.observed,) = torch.autograd.grad((reference(theta, truth) - 1) ** 2, theta)
        self.optimizer = torch.optim.Adam([self.x], lr=RATE)

    def distances_and_gradient(self):
        """D of each restart, and the gradient of their sum by x."""
        raise NotImplementedError

    def start(self):
        distances, gradient = self.distances_and_gradient()
        return {"value": distances[0].item(), "distance": distances[0].item(), "gradient": gradient[0].tolist()}

    def iterate(self):
        self.x.grad = self.distances_and_gradient()[1]
        self.optimizer.step()


class ShiftRules(Attack):
    """lightning.qubit: exact, by shift rules for both derivatives."""

    def __init__(self, restarts):
        super().__init__(restarts)
        device = pennylane.device("lightning.qubit", wires=QUBITS)
        self.circuit = circuit(device, diff_method="parameter-shift", max_diff=2)

    def distances_and_gradient(self):
        theta, x = self.theta.clone().requires_grad_(), self.x[0].clone().requires_grad_()
        (gradient,) = torch.autograd.grad((self.circuit(theta, x) - 1) ** 2, theta, create_graph=True)
        distance = (gradient - self.observed).pow(2).sum()
        (by_x,) = torch.autograd.grad(distance, x)
        return [distance], by_x.reshape(1, -1)


class AdjointDifferences(Attack):
    """lightning.qubit: adjoint gradients, and a central difference of them along v = dD/dg; not exact."""

    def __init__(self, restarts):
        super().__init__(restarts)
        self.circuit = circuit(pennylane.device("lightning.qubit", wires=QUBITS), diff_method="adjoint")

    def _gradient(self, theta, x, by_theta):
        theta, x = theta.clone().requires_grad_(by_theta), x.clone().requires_grad_(not by_theta)
        return torch.autograd.grad((self.circuit(theta, x) - 1) ** 2, theta if by_theta else x)[0]

    def distances_and_gradient(self):
        x = self.x[0]
        v = 2 * (self._gradient(self.theta, x, True) - self.observed)
        step = 1e-4 / max(v.abs().max().item(), 1e-12)
        above, below = (self._gradient(self.theta + sign * step * v, x, False) for sign in (1, -1))
        return [(v / 2).pow(2).sum()], ((above - below) / (2 * step)).reshape(1, -1)


class Backpropagation(Attack):
    """default.qubit: exact, PyTorch's own derivatives of the simulation, a batch of all restarts."""

    together = True

    def __init__(self, restarts):
        super().__init__(restarts)
        self.circuit = circuit(pennylane.device("default.qubit", wires=QUBITS), diff_method="backprop")

    def distances_and_gradient(self):
        theta = self.theta.expand(len(self.x), -1).clone().requires_grad_()
        x = self.x.clone().requires_grad_()
        loss = ((self.circuit(theta, x) - 1) ** 2).sum()
        (gradient,) = torch.autograd.grad(loss, theta, create_graph=True)
        distances = (gradient - self.observed).pow(2).sum(dim=1)
        (by_x,) = torch.autograd.grad(distances.sum(), x)
        return list(distances.detach()), by_x


ROUTES = {
    "lightning, shift rules": ShiftRules,
    "lightning, adjoint differences": AdjointDifferences,
    "default.qubit, backpropagation": Backpropagation,
}
