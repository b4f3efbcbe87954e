#!/usr/bin/env bash
# Runs the same training steps on Tacit and on PyTorch and prints one table of ratios. bench/peers/training.sh --help
# Makes a Python environment with PyTorch under build/peers (from PyPI, some gigabytes) and builds Tacit's worker; with
# TACIT_TORCH_PYTHON=PROGRAM it uses that Python, which has PyTorch and NumPy.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=bench/peers
environment=build/peers

python=${TACIT_TORCH_PYTHON:-$environment/torch/bin/python}
if [ -z "${TACIT_TORCH_PYTHON:-}" ] && ! cmp -s $here/torch_requirements.txt $environment/torch_requirements.txt; then
  python3 -m venv $environment/torch || { echo "training.sh: Python needs its venv module: install the package python3-venv" >&2; exit 1; }
  echo "installing PyTorch" >&2
  $environment/torch/bin/pip install -q --disable-pip-version-check -r $here/torch_requirements.txt
  cp $here/torch_requirements.txt $environment/torch_requirements.txt
fi

if [ ! -f build/release/CMakeCache.txt ]; then cmake --preset release >/dev/null; fi
cmake --build --preset release --target bench_training_worker >&2
export PYTHONPYCACHEPREFIX=$environment/bytecode
exec "$python" $here/training.py --tacit build/release/bench/bench_training_worker "$@"
