#!/usr/bin/env bash
# Runs the same attacks on Tacit, on PyTorch and on PennyLane with PyTorch, and prints one table of ratios.
# bench/peers/attacks.sh --help
# Makes a Python environment with both under build/peers (from PyPI, some gigabytes) and builds Tacit's worker; with
# TACIT_TORCH_PYTHON=PROGRAM it uses that Python, which has PyTorch, NumPy and PennyLane with lightning.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=bench/peers
environment=build/peers

python=${TACIT_TORCH_PYTHON:-$environment/attacks/bin/python}
if [ -z "${TACIT_TORCH_PYTHON:-}" ] && ! cmp -s $here/attacks_requirements.txt $environment/attacks_requirements.txt; then
  python3 -m venv $environment/attacks || { echo "attacks.sh: Python needs its venv module: install the package python3-venv" >&2; exit 1; }
  echo "installing PyTorch and PennyLane" >&2
  $environment/attacks/bin/pip install -q --disable-pip-version-check -c $here/requirements.txt -r $here/attacks_requirements.txt
  cp $here/attacks_requirements.txt $environment/attacks_requirements.txt
fi

if [ ! -f build/release/CMakeCache.txt ]; then cmake --preset release >/dev/null; fi
cmake --build --preset release --target bench_attack_worker >&2
export PYTHONPYCACHEPREFIX=$environment/bytecode
exec "$python" $here/attacks.py --tacit build/release/bench/bench_attack_worker "$@"
