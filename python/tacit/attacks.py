"""Attacks on what crossed the wire."""

from tacit import _native


def attack(observation, name, *, threat_model=None, settings=None, labels=None, seed=1, threads=0):
    """What an attack makes of an observation: a dictionary with inputs, labels, score, rows (one a restart), notes.

    name is one of tacit.catalog(), or any name if settings is the text of a settings file. labels are for threat
    models that grant them. threads 0 means as many as there are.
    """
    if threat_model is None:
        threat_model = _native.ThreatModel()
    return _native._attack(observation, threat_model, name, settings, labels, seed, threads)


def score(inputs, true_inputs, *, shape, labels=(), true_labels=(), bounds=None, angles=False):
    """How near reconstructions (count, ...) came to the truth: matched one to one with the least total error."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return _native._score(inputs, list(labels), true_inputs, list(true_labels), shape, bounds, angles)
