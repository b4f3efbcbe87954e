#!/usr/bin/env bash
# Builds and runs every test and says how many passed. Arguments go to ctest, for example: ./test.sh -R ExactSum
# Another preset (debug, asan-ubsan, tsan): TACIT_PRESET=asan-ubsan ./test.sh
set -euo pipefail
cd "$(dirname "$0")"
preset=${TACIT_PRESET:-release}
./setup.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
cmake --build --preset "$preset" -j"$(nproc)"
status=0
ctest --test-dir "build/$preset" -j"$(nproc)" --output-on-failure "$@" 2>&1 | tee "$log" | grep -vE '^ *Start +[0-9]+:' || status=${PIPESTATUS[0]}
summary=$(grep -E 'tests passed, [0-9]+ tests? failed out of [0-9]+' "$log" | tail -n 1 || true)
if [[ $summary =~ ([0-9]+)\ tests?\ failed\ out\ of\ ([0-9]+) ]]; then
  failed=${BASH_REMATCH[1]}
  echo "$((BASH_REMATCH[2] - failed)) passed, $failed failed"
else
  echo "No test ran." >&2
  status=1
fi
exit "$status"
