#!/usr/bin/env bash
# Runs the same circuits on Tacit and on other simulators and prints one table of ratios. bench/peers/run.sh --help
# Makes a Python environment with them under build/peers (from PyPI, CPU only) and builds Tacit's worker.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=bench/peers
environment=build/peers
simulators=(numpy pennylane pennylane-lightning qulacs qiskit qiskit-aer qsimcirq scaluq)

if ! cmp -s $here/requirements.txt $environment/requirements.txt; then
  python3 -m venv $environment/venv || { echo "run.sh: Python needs its venv module: install the package python3-venv" >&2; exit 1; }
  for simulator in "${simulators[@]}"; do
    echo "installing $simulator" >&2
    # One that does not install is named in the table by what its worker says.
    timeout 600 $environment/venv/bin/pip install -q --disable-pip-version-check -c $here/requirements.txt "$simulator" >&2 ||
      echo "run.sh: $simulator did not install" >&2
  done
  cp $here/requirements.txt $environment/requirements.txt
fi

if [ ! -f build/release/CMakeCache.txt ]; then cmake --preset release >/dev/null; fi
cmake --build --preset release --target bench_circuit_worker >&2
export PYTHONPYCACHEPREFIX=$environment/bytecode
exec $environment/venv/bin/python $here/compare.py --tacit build/release/bench/bench_circuit_worker "$@"
