"""Models: described in TOML, built from layers, or read from ONNX."""

import numpy

from tacit import _native
from tacit._toml import section

# What every function here gives; Model64 is its twin in double precision, without training and files.
Model = _native.Model32

_by_precision = {"float": _native.Model32, "double": _native.Model64}


def model(toml=None, *, input_shape, classes=None, targets=None, precision="float", **keys):
    """The model that a [model] section describes, as text or as keywords: model(preset="lenet5", ...).

    input_shape is that of one example, such as (1, 28, 28) or 30. It tells classes apart, or learns so many real-valued
    targets. precision "double" is for checks and attacks.
    """
    if (classes is None) == (targets is None):
        raise ValueError("model: give the number of classes, or of targets")
    if precision not in _by_precision:
        raise ValueError(f"precision: expected 'float' or 'double', got {precision!r}")
    if (toml is None) == (not keys):
        raise ValueError("model: give the text of a [model] section, or its keys")
    return _by_precision[precision](section(keys) if toml is None else toml, input_shape, classes or 0, targets or 0)


def Sequential(*layers, input_shape, classes=None, targets=None, precision="float", **keys):
    """The model of these layers (tacit.layers), each reading the one before unless its `inputs` say otherwise.

    Further keywords are keys of the [model] section, such as loss="hinge".
    """
    if not layers:
        raise ValueError("Sequential: a model needs a layer")
    text = section(keys) + "".join(layer.toml() for layer in layers)
    return model(text, input_shape=input_shape, classes=classes, targets=targets, precision=precision)


def load_onnx(file, classes=None):
    """(model, theta) of an ONNX file; classes are as many as the file has outputs unless it says otherwise."""
    toml, input_shape, outputs, _ = _native._import_onnx(str(file))
    loaded = model(toml, input_shape=input_shape, classes=max(outputs, 2) if classes is None else classes)
    return loaded, loaded.read_weights(str(file))


def _train(self, theta, data, *, rounds=1, seed=1, client=0, on_round=None, **training):
    """Trains and returns the new theta. Keywords are keys of a [training] section: optimizer, learning_rate, ...

    One round is what a client does between two messages; on_round(round, theta, loss) may watch, and end it by True.
    """
    theta = numpy.array(theta, dtype=numpy.float32)
    toml = section(training)
    for number in range(1, rounds + 1):
        result = self._train(theta, data, toml, seed, number, client)
        theta = theta + result["update"]
        if on_round is not None and on_round(number, theta, result["loss"]):
            break
    return theta


Model.train = _train
