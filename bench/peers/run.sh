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
  # One that does not install is a note below the table and is tried again next time.
  rm -f $environment/not_installed.txt
  for simulator in "${simulators[@]}"; do
    echo "installing $simulator" >&2
    if ! timeout 600 $environment/venv/bin/pip install -q --disable-pip-version-check -c $here/requirements.txt \
      "$simulator" 2>$environment/pip.txt; then
      echo "$simulator did not install: $(grep -i error $environment/pip.txt | head -n 1)" | tee -a $environment/not_installed.txt >&2
    fi
  done
  [ -e $environment/not_installed.txt ] || cp $here/requirements.txt $environment/requirements.txt
fi

if [ ! -f build/release/CMakeCache.txt ]; then cmake --preset release >/dev/null; fi
cmake --build --preset release --target bench_circuit_worker >&2
export PYTHONPYCACHEPREFIX=$environment/bytecode
exec $environment/venv/bin/python $here/compare.py --tacit build/release/bench/bench_circuit_worker --notes $environment/not_installed.txt "$@"
