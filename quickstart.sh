#!/usr/bin/env bash
# From a fresh machine to a first audit: installs what is missing, builds, trains two models across five clients over
# mutual TLS, attacks what crossed the wire, and writes one report. Arguments go to `tacit audit`.
set -euo pipefail
cd "$(dirname "$0")"
./setup.sh
if [ ! -f build/release/build.ninja ]; then
  echo "Configuring"
  cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
  rm -f build-configure.log
fi
echo "Building build/release/bin/tacit"
cmake --build --preset release --target tacit -j"$(nproc)"
exec build/release/bin/tacit audit examples/digits.toml "$@"
