"""PyTorch on one thread, answering the lines that bench/training_worker.cpp answers for Tacit.

{"do": "prepare", "network": .., "task": .., "batch": ..} -> {"routes": {NAME: {"loss", "norm", "values"} or {"failed": ..}}}
{"do": "measure", "route": NAME, "seconds": .., "calls": ..} -> {"seconds": median CPU time of a call}
{"do": "hello"} -> {"version": ..}
"""

import math
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

import serving

VALUES_SHOWN = 4096
LEARNING_RATE = 0.01


def hashed(count, first):
    """The numbers u(first) .. of bench/training_work.h."""
    h = (numpy.arange(first, first + count, dtype=numpy.uint64) * 2654435769 % 2**32).astype(numpy.uint32)
    h ^= h >> 16
    h *= numpy.uint32(2246822507)
    h ^= h >> 13
    return torch.from_numpy((h / 2147483648.0 - 1).astype(numpy.float32))


def network(name):
    """The network, the shape of an example and the number of classes."""
    if name == "mlp":
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)), (784,), 10
    if name == "lenet5":
        convolutions = [nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh()]
        dense = [nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)]
        return nn.Sequential(*convolutions, nn.AvgPool2d(2), nn.Flatten(), *dense), (1, 28, 28), 10
    if name == "cnn4":
        convolutions = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
        dense = [nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10)]
        return nn.Sequential(*convolutions, nn.Flatten(), *dense), (1, 28, 28), 10
    layers = []
    for channels, stride in ((3, 2), (12, 2), (12, 1)):
        layers += [nn.Conv2d(channels, 12, 5, stride=stride, padding=2), nn.Sigmoid()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(768, 100)), (3, 32, 32), 100


def set_parameters(model):
    first = 0
    for layer in model:
        for parameter in layer.parameters():
            scale = numpy.float32(1 / math.sqrt(layer.weight[0].numel()))
            with torch.no_grad():
                parameter.copy_((hashed(parameter.numel(), first) * scale).reshape(parameter.shape))
            first += parameter.numel()


class Case:
    """One case of bench/training_work.h, in one way."""

    def __init__(self, name, task, batch, compiled):
        self.model, shape, classes = network(name)
        set_parameters(self.model)
        size = batch * math.prod(shape)
        self.x = hashed(size, 100000000).reshape(batch, *shape)
        self.y = torch.arange(batch) % classes
        self.parameters = list(self.model.parameters())
        self.task = task
        self.optimizer = torch.optim.SGD(self.parameters, lr=LEARNING_RATE)
        self.loss_of = torch.compile(self._loss) if compiled else self._loss
        if task == "gradient_tangent":
            self.x.requires_grad_()
            flat = hashed(sum(p.numel() for p in self.parameters), 200000000)
            pieces = flat.split([p.numel() for p in self.parameters])
            self.direction = [piece.reshape(p.shape) for piece, p in zip(pieces, self.parameters)]

    def _loss(self, x, y):
        return functional.cross_entropy(self.model(x), y)

    def call(self):
        """The loss, and what the task computes."""
        if self.task == "step":
            self.optimizer.zero_grad()
            loss = self.loss_of(self.x, self.y)
            loss.backward()
            self.optimizer.step()
            return loss, [p.grad for p in self.parameters]
        loss = self.loss_of(self.x, self.y)
        if self.task == "gradient":
            return loss, torch.autograd.grad(loss, self.parameters)
        gradient = torch.autograd.grad(loss, self.parameters, create_graph=True)
        along = sum((g * v).sum() for g, v in zip(gradient, self.direction))
        return loss, torch.autograd.grad(along, self.x)


class Worker:
    def __init__(self):
        torch.set_num_threads(1)
        self.cases = {}

    def answer(self, request):
        return {"hello": self.hello, "prepare": self.prepare, "measure": self.measure}[request["do"]](request)

    def hello(self, _):
        return {"version": torch.__version__}

    def prepare(self, request):
        self.cases, answer = {}, {}
        # A compiled graph has no second derivative.
        for route in ("eager",) if request["task"] == "gradient_tangent" else ("eager", "compiled"):
            try:
                case = Case(request["network"], request["task"], request["batch"], route == "compiled")
                loss, results = case.call()
            except Exception as error:
                answer[route] = {"failed": f"{type(error).__name__}: {str(error).splitlines()[0]}"}
                continue
            values = torch.cat([result.detach().reshape(-1) for result in results]).double()
            shown = values[:: len(values) // VALUES_SHOWN + 1].tolist()
            answer[route] = {"loss": loss.item(), "norm": values.norm().item(), "values": shown}
            self.cases[route] = case
        return {"routes": answer}

    def measure(self, request):
        case, times = self.cases[request["route"]], []
        while len(times) < request["calls"] or sum(times) < request["seconds"]:
            start = time.process_time()
            case.call()
            times.append(time.process_time() - start)
        return {"seconds": sorted(times)[len(times) // 2], "calls": len(times)}


if __name__ == "__main__":
    serving.serve(lambda: Worker().answer)
