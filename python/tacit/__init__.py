"""Tacit: models trained across parties that keep their data, and what the training gives away.

Arrays are NumPy's. Parameters theta are one vector; inputs are (count, ...); labels are whole numbers.
Errors are tacit.Error, whose `kind` says what went wrong; wrong arguments and wrong data are also ValueError.
"""

from tacit import _share  # noqa: F401  before anything asks for data
from tacit import layers
from tacit._native import (
    Angle,
    Circuit,
    Dataset,
    Error,
    InvalidValueError,
    Observation,
    ThreatModel,
    arccos_input,
    catalog,
    input,
    parameter,
    recorded_updates,
)
from tacit.attacks import attack, score
from tacit.circuits import Simulator, circuit
from tacit.datasets import load_data
from tacit.models import Model, Sequential, load_onnx, model

__all__ = [
    "Angle",
    "Circuit",
    "Dataset",
    "Error",
    "InvalidValueError",
    "Model",
    "Observation",
    "Sequential",
    "Simulator",
    "ThreatModel",
    "arccos_input",
    "attack",
    "catalog",
    "circuit",
    "input",
    "layers",
    "load_data",
    "load_onnx",
    "model",
    "parameter",
    "recorded_updates",
    "score",
]
