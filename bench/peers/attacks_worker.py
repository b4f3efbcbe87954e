"""PyTorch, and PennyLane with PyTorch, on one thread, answering the lines that bench/attack_worker.cpp answers for Tacit.

{"do": "prepare", "model": .., "precision": .., "batch": .., "restarts": ..}
    -> {"routes": {NAME: {"start": {"value", "distance", "gradient"}} or {"failed": ..}}}, computed in double
{"do": "measure", "route": NAME, "seconds": .., "calls": ..} -> {"seconds": median CPU time of an iteration of all restarts}
{"do": "hello"} -> {"version": ..}
"""

import math
import time

import numpy
import torch
from torch.nn import functional

import circuit_attack
import serving
import training_worker

VALUES_SHOWN = 4096
CANDIDATES_FROM, TRUTH_FROM = 100000000, 300000000
TV_WEIGHT, RATE = 1e-4, 0.1


def shown(gradient):
    values = gradient.detach().reshape(-1)
    return values[:: len(values) // VALUES_SHOWN + 1].tolist()


class InvertingGradients:
    """Geiping et al. (NeurIPS 2020) as their code does it: cosine over all layers, total variation, signed Adam, a box."""

    def __init__(self, name, batch, dtype):
        model, shape, classes = training_worker.network(name)
        training_worker.set_parameters(model)
        self.model = model.to(dtype)
        self.parameters = list(self.model.parameters())
        self.image = (batch, 1, 28, 28) if len(shape) == 1 else (batch, *shape)
        self.y = torch.arange(batch) % classes
        truth = self._candidate(TRUTH_FROM, batch, shape, torch.float64)
        exact = torch.autograd.grad(self._copy_in_double(name)(truth, self.y), self._double_parameters)
        self.observed = [g.to(dtype) for g in exact]
        self.x = self._candidate(CANDIDATES_FROM, batch, shape, dtype).requires_grad_()
        self.optimizer = torch.optim.Adam([self.x], lr=RATE)

    def _copy_in_double(self, name):
        model = training_worker.network(name)[0]
        training_worker.set_parameters(model)
        model = model.double()
        self._double_parameters = list(model.parameters())
        return lambda x, y: functional.cross_entropy(model(x), y)

    @staticmethod
    def _candidate(first, batch, shape, dtype):
        values = (1 + circuit_attack.hashed(batch * math.prod(shape), first)) / 2
        return torch.from_numpy(values).reshape(batch, *shape).to(dtype)

    def _distance(self):
        loss = functional.cross_entropy(self.model(self.x), self.y)
        gradient = torch.autograd.grad(loss, self.parameters, create_graph=True)
        product = own = other = 0
        for g, o in zip(gradient, self.observed):
            product = product + (g * o).sum()
            own = own + g.pow(2).sum()
            other = other + o.pow(2).sum()
        return 1 - product / (own.sqrt() * other.sqrt())

    def _total_variation(self):
        x = self.x.reshape(self.image)
        return (x[..., :, :-1] - x[..., :, 1:]).abs().mean() + (x[..., :-1, :] - x[..., 1:, :]).abs().mean()

    def start(self):
        distance = self._distance()
        value = distance + TV_WEIGHT * self._total_variation()
        (gradient,) = torch.autograd.grad(value, self.x)
        return {"value": value.item(), "distance": distance.item(), "gradient": shown(gradient)}

    def iterate(self):
        self.optimizer.zero_grad()
        (self._distance() + TV_WEIGHT * self._total_variation()).backward()
        self.x.grad.sign_()
        self.optimizer.step()
        with torch.no_grad():
            self.x.clamp_(0, 1)

    repeats = 1  # an iteration is one of all restarts


class Worker:
    def __init__(self):
        torch.set_num_threads(1)
        self.routes = {}

    def answer(self, request):
        return {"hello": self.hello, "prepare": self.prepare, "measure": self.measure}[request["do"]](request)

    def hello(self, _):
        return {"version": f"PyTorch {torch.__version__}, {circuit_attack.version()}"}

    def prepare(self, request):
        self.routes, answer = {}, {}
        # PennyLane hands results of lightning.qubit to PyTorch in its default precision.
        torch.set_default_dtype(torch.float64 if request["model"] == "vqc8" else torch.float32)
        for name, make_checked, make_timed in self._makers(request):
            try:
                answer[name] = {"start": make_checked().start()}
                self.routes[name] = make_timed()
            except Exception as error:
                answer[name] = {"failed": f"{type(error).__name__}: {str(error).splitlines()[0]}"}
        return {"routes": answer}

    @staticmethod
    def _makers(request):
        name, batch, restarts = request["model"], request["batch"], request["restarts"]
        if name == "vqc8":
            return [(label, lambda r=route: r(1), lambda r=route: r(restarts)) for label, route in circuit_attack.ROUTES.items()]
        dtype = torch.float32 if request["precision"] == "float" else torch.float64
        checked = lambda: InvertingGradients(name, batch, torch.float64)
        return [("PyTorch", checked, lambda: InvertingGradients(name, batch, dtype))]

    def measure(self, request):
        route, times = self.routes[request["route"]], []
        while len(times) < request["calls"] or sum(times) < request["seconds"]:
            start = time.process_time()
            route.iterate()
            times.append((time.process_time() - start) * route.repeats)
            if times[-1] > 1:  # too long to repeat
                break
        return {"seconds": sorted(times)[len(times) // 2], "calls": len(times)}


if __name__ == "__main__":
    serving.serve(lambda: Worker().answer)
