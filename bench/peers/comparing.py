"""What the comparisons of training and of attacks have in common: options, the run, the exit code."""

import argparse
import json
import pathlib
import sys

from conversation import Failed


def parse(name, kind, description):
    """Options of bench/peers/NAME.sh, whose cases are chosen by their `kind`, such as "network"."""
    parser = argparse.ArgumentParser(prog=f"bench/peers/{name}.sh", description=description.splitlines()[0])
    parser.add_argument("--tacit", type=pathlib.Path, required=True, help=f"Tacit's worker ({name}.sh sets it)")
    parser.add_argument("--only", nargs="+", metavar=kind.upper(), help=f"only cases of these {kind}s")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured in turn")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--json", type=pathlib.Path, help="also write everything measured to this file")
    return parser.parse_args()


def run(comparison, cases, arguments):
    """Measures the chosen cases, prints and writes what came out, closes. Returns the exit code: 1 if numbers disagree."""
    try:
        comparison.run([case for case in cases if not arguments.only or case[0] in arguments.only])
        comparison.report(arguments.markdown)
        if arguments.json:
            arguments.json.write_text(json.dumps({"peers": comparison.version, "rows": comparison.rows}, indent=1))
    except Failed as reason:
        print(f"failed: {reason}", file=sys.stderr)
        return 1
    finally:
        comparison.close()
    return 1 if comparison.disagreements else 0
