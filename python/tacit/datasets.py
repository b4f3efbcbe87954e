"""Data: bundled, from files, or from arrays (tacit.Dataset)."""

from tacit import _native
from tacit._toml import section


def load_data(source, *, seed=1, **keys):
    """(train, validation, test) of a [data] section: load_data("digits", classes=[3, 6]); docs/configuration.md."""
    return _native._load_data(section({"source": source, **keys}), seed)
