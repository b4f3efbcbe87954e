"""The layers of a model: tacit.layers.linear(outputs=32), tacit.layers.tanh(), ...

There is one function for each type that a [[model.layers]] table may name, with that table's keys as its arguments;
docs/configuration.md lists them. `name` and `inputs`, names of the layers that it reads, may be given to each.
"""

import difflib

from tacit._native import _layer_types
from tacit._toml import section

_types = frozenset(_layer_types())


class Layer:
    """A layer's type and keys; what they mean is checked when a model is built."""

    def __init__(self, type, **keys):
        self.type = type
        self.keys = keys

    def toml(self):
        return "[[layers]]\n" + section({"type": self.type, **self.keys})

    def __repr__(self):
        keys = ", ".join(f"{key}={item!r}" for key, item in self.keys.items())
        return f"{self.type}({keys})"


def __getattr__(name):
    if name not in _types:
        near = difflib.get_close_matches(name, _types, 1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        raise AttributeError(f"there is no layer type '{name}'{hint}; there are: {', '.join(sorted(_types))}")

    def make(**keys):
        return Layer(name, **keys)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"A layer of type {name}; its keys are in docs/configuration.md."
    return make


def __dir__():
    return sorted(_types | {"Layer"})
