"""The one table: a row a case, a column a simulator, in each cell the times of Tacit's that the simulator takes."""

LEGEND = (
    "A cell: time of the simulator over time of Tacit with as many threads (with one, where Tacit does not use more for "
    "that case), median of interleaved rounds; one number for each number of threads, * as shipped. "
    "- it has no such thing; every other word stands in the notes below the table."
)


def number(ratio):
    if ratio >= 100:
        return f"{ratio:.0f}"
    return f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"


def cell(entries):
    """entries: [(threads, as_shipped, ratio or word)], in order of threads."""
    if all(entry[2] == "-" for entry in entries):
        return "-"
    return " ".join(
        f"{value if isinstance(value, str) else number(value)}{'*' if shipped else ''}" for _, shipped, value in entries
    )


def milliseconds(seconds):
    return "?" if seconds is None else f"{1e3 * seconds:.3g}"


def render(rows, names, counts, markdown=False):
    """rows: [{"case", "tacit": {threads: seconds}, "cells": {name: entries}}]."""
    header = ["case", "precision", "n", "batch", "Tacit ms, threads " + "/".join(map(str, counts)), *names, "best peer"]
    lines = [header]
    for row in rows:
        case = row["case"]
        times = " / ".join(milliseconds(row["tacit"].get(count)) for count in counts)
        cells = [cell(row["cells"].get(name, [(1, False, "-")])) for name in names]
        lines.append(
            [case["work"], case["precision"], str(case["qubits"]), str(case["batch"]), times, *cells, best(row, names)]
        )
    return lines_of(lines, markdown)


def lines_of(lines, markdown=False):
    """lines: [[cell]], the first one the header."""
    if markdown:
        body = ["| " + " | ".join(line) + " |" for line in lines]
        return "\n".join([body[0], "|" + "---|" * len(lines[0]), *body[1:]])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines)


def best(row, names):
    """The smallest ratio of all peers and numbers of threads."""
    found = [
        (entry[2], name) for name in names for entry in row["cells"].get(name, []) if not isinstance(entry[2], str)
    ]
    if not found:
        return "-"
    ratio, name = min(found)
    return f"{number(ratio)} {name}"
