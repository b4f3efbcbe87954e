"""Makes the files of this folder: small networks as PyTorch exports them, with inputs and the outputs that PyTorch gives.

    python make.py FOLDER      (PyTorch 2.9, onnx; for the files that begin with "dynamo" also onnxscript)

NAME.onnx holds the network, NAME.npz the arrays x [examples, ...] and y [examples, outputs]. "script" files come from
the exporter that traces TorchScript, "training" ones from the same for a network in training (the outputs are those of
evaluation), "unfolded" ones from the same with its folding of constants switched off, "dynamo" ones from torch.export; the number is the operator set.
"""

import sys
import warnings
from pathlib import Path

import numpy
import onnx
import torch
from torch import nn
from torch.nn import functional as F


class Perceptron(nn.Module):
    """Dense layers with and without bias, and pointwise functions."""

    input_shape = (6,)

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(6, 8), nn.Linear(8, 8, bias=False)
        self.third, self.head = nn.Linear(8, 5), nn.Linear(5, 3)

    def forward(self, x):
        x = F.leaky_relu(self.first(x), 0.2)
        x = torch.tanh(self.second(x))
        x = F.dropout(torch.sigmoid(self.third(x)), 0.5, self.training)
        return self.head(x)


class Images(nn.Module):
    """Convolutions with every setting, pooling, and a view of the batch's size."""

    input_shape = (2, 9, 9)

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1),
            nn.Conv2d(4, 6, 3, padding=2, dilation=2, groups=2, bias=False), nn.ReLU(), nn.AvgPool2d(2, stride=1))
        self.classifier = nn.Linear(6 * 4 * 4, 3)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return torch.softmax(self.classifier(x), dim=1)


class Residual(nn.Module):
    """Normalisations, the newer activations, branches that meet, and a global mean."""

    input_shape = (1, 6, 6)

    def __init__(self):
        super().__init__()
        self.stem, self.inner = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.groups, self.instance = nn.GroupNorm(2, 4), nn.InstanceNorm2d(4, affine=True)
        self.dense, self.norm, self.head = nn.Linear(8, 6), nn.LayerNorm(6), nn.Linear(6, 3, bias=False)

    def forward(self, x):
        x = F.silu(self.groups(self.stem(x)))
        x = torch.cat([x + F.gelu(self.instance(self.inner(x))), x], 1)
        x = F.gelu(self.norm(self.dense(x.mean([2, 3]))))
        return self.head(x)


class Normalised(nn.Module):
    """Batch normalisation of channels and of features, and dropout."""

    input_shape = (1, 6, 6)

    def __init__(self):
        super().__init__()
        self.conv, self.channels = nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3, momentum=0.2)
        self.features, self.drop, self.head = nn.BatchNorm1d(12, eps=1e-3), nn.Dropout(0.25), nn.Linear(12, 3)

    def forward(self, x):
        x = torch.flatten(F.max_pool2d(self.channels(torch.relu(self.conv(x))), 2), 1)
        return self.head(self.drop(torch.tanh(self.features(x))))


class Words(nn.Module):
    """Tokens looked up and placed, layers for each of them, and their mean."""

    input_shape = (5,)
    vocabulary = 7

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(7, 4), nn.Parameter(torch.randn(1, 5, 4))
        self.inner, self.norm, self.head = nn.Linear(4, 6), nn.LayerNorm(6), nn.Linear(6, 3)

    def forward(self, x):
        x = self.words(x) + self.places
        return self.head(self.norm(F.gelu(self.inner(x))).mean(1))


class Patches(nn.Module):
    """An image as tokens behind one that is learned, as vision transformers begin and end."""

    input_shape = (1, 4, 6)

    def __init__(self):
        super().__init__()
        self.patches, self.token = nn.Conv2d(1, 4, 2, stride=2), nn.Parameter(torch.randn(1, 1, 4))
        self.places, self.norm = nn.Parameter(torch.randn(1, 7, 4)), nn.LayerNorm(4)
        self.inner, self.head = nn.Linear(4, 4, bias=False), nn.Linear(4, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.size(0), -1, -1), x], 1) + self.places
        x = x + torch.tanh(self.inner(self.norm(x)))
        return self.head(x[:, 0])


class Logs(nn.Module):
    """A classifier that ends in the logarithms of its probabilities."""

    input_shape = (6,)

    def __init__(self):
        super().__init__()
        self.first, self.head = nn.Linear(6, 8), nn.Linear(8, 4)

    def forward(self, x):
        return F.log_softmax(self.head(torch.relu(self.first(x))), dim=-1)


def stir(model):
    """Weights as after some training: normalisations start at 1 and 0, which would hide mistakes."""
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                module.running_mean.copy_(0.3 * torch.randn(module.num_features, generator=generator))
                module.running_var.copy_(0.5 + torch.rand(module.num_features, generator=generator))
    return model


def strip(path):
    """Takes away where the program that made the file lies: the exporter writes its stack beside every node."""
    model = onnx.load(path)
    for item in [model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.graph.initializer]:
        item.ClearField("metadata_props")
        item.ClearField("doc_string")
    onnx.save(model, path)


def export(folder, name, model, x, operator_set, exporter):
    path = str(folder / f"{name}.onnx")
    training = exporter == "training"
    model.train(training)
    if exporter == "dynamo":
        torch.onnx.export(model, (x,), path, opset_version=operator_set, dynamo=True, external_data=False,
                          dynamic_shapes={"x": {0: torch.export.Dim("batch")}})
    else:
        torch.onnx.export(model, x, path, opset_version=operator_set, dynamo=False, input_names=["x"],
                          output_names=["y"], dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
                          training=torch.onnx.TrainingMode.TRAINING if training else torch.onnx.TrainingMode.EVAL,
                          do_constant_folding=exporter == "script")
    model.eval()
    strip(path)
    with torch.no_grad():
        y = model(x)
    numpy.savez(folder / f"{name}.npz", x=x.numpy().astype(numpy.float32), y=y.numpy())


def main():
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")
    for network in (Perceptron, Images, Residual, Normalised, Words, Patches, Logs):
        exporters = [("script", (13, 17)), ("dynamo", (18, 21))]
        if network is Normalised:
            exporters.append(("training", (17,)))
        if network is Residual:
            exporters.append(("unfolded", (17,)))
        for exporter, operator_sets in exporters:
            for operator_set in operator_sets:
                torch.manual_seed(1)
                model = stir(network()).eval()
                x = torch.randn(4, *network.input_shape, generator=torch.Generator().manual_seed(3))
                if hasattr(network, "vocabulary"):
                    x = torch.randint(network.vocabulary, x.shape, generator=torch.Generator().manual_seed(3))
                name = f"{exporter}{operator_set}_{network.__name__.lower()}"
                export(folder, name, model, x, operator_set, exporter)


main()
