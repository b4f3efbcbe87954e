"""Keyword arguments as the keys of a configuration section, so that Python and TOML describe the same things."""

import json
import math
import numbers


def value(item):
    """One value as TOML."""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, numbers.Integral):
        return str(int(item))
    if isinstance(item, numbers.Real):
        if math.isfinite(item):
            return repr(float(item))
        return "nan" if math.isnan(item) else ("inf" if item > 0 else "-inf")
    if isinstance(item, str):
        # JSON escapes half a surrogate pair, which no TOML string may hold; all else it writes is TOML too.
        return json.dumps(item, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(item, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {value(inner)}" for key, inner in item.items()) + "}"
    if hasattr(item, "__iter__"):
        return "[" + ", ".join(value(inner) for inner in item) + "]"
    raise TypeError(f"cannot write {item!r} as a value of a configuration")


def section(keys):
    """Keys and values, one a line; None is left out."""
    return "".join(f"{json.dumps(key)} = {value(item)}\n" for key, item in keys.items() if item is not None)
