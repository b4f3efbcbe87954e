"""Circuits and their simulators."""

from tacit import _native
from tacit._toml import section

_by_precision = {"float": _native.Simulator32, "double": _native.Simulator64}


def circuit(features, **keys):
    """(circuit, observables) of a quantum layer's keys: circuit(4, qubits=4, encoding="angle", layers=2, ...)."""
    return _native._circuit_from_toml(section(keys), features)


def Simulator(circuit, observables=("Z0",), *, precision="double", batch=256, threads=1):
    """Expectation values of observables, such as "0.5 X0 Z3 - Y1", and their exact derivatives.

    batch is the number of samples of a typical call; the engine is chosen for it.
    """
    if precision not in _by_precision:
        raise ValueError(f"precision: expected 'float' or 'double', got {precision!r}")
    if isinstance(observables, str):
        observables = [observables]
    return _by_precision[precision](circuit, list(observables), batch, threads)
