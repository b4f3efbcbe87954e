#!/usr/bin/env bash
# Tries the README's two commands on a machine that has nothing: makes a minimal Debian 12 root with debootstrap, clones
# this repository's last commit into it, and runs ./quickstart.sh twice and ./test.sh there, timing each. Needs root and
# debootstrap. The root is made in a new temporary folder (or in $1, kept and reused) and removed at the end.
set -euo pipefail

if [ "$(id -u)" -ne 0 ]; then echo "fresh_machine.sh: needs root, for chroot" >&2; exit 1; fi
if ! command -v debootstrap >/dev/null; then echo "fresh_machine.sh: install the package 'debootstrap'" >&2; exit 1; fi

repository=$(cd "$(dirname "$0")/.." && git rev-parse --show-toplevel)
keep=${1:-}
root=${keep:-$(mktemp -d)}
cleanup() { if [ -z "$keep" ]; then rm -rf --one-file-system "$root"; fi; }
trap cleanup EXIT

seconds() { date +%s; }
declare -a report

step() {
  local name=$1 start
  shift
  echo "== $name"
  start=$(seconds)
  if ! "$@"; then
    echo "fresh_machine.sh: '$name' failed after $(($(seconds) - start)) s" >&2
    exit 1
  fi
  report+=("$(printf '%-42s %5d s' "$name" $(($(seconds) - start)))")
}

# Its own mount and process namespaces: whatever is mounted or started inside is gone when the command ends.
inside() {
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs tmpfs "$1/dev/shm"
    exec chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 \
      bash -c "cd /srv && $2"' _ "$root" "$1"
}

if [ ! -x "$root/usr/bin/git" ]; then
  step "debootstrap (minimal Debian 12, git)" debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
rm -rf "$root/srv/tacit" "$root/srv/tacit.git"
git clone -q --bare "$repository" "$root/srv/tacit.git"
step "git clone" inside "git clone -q tacit.git tacit"
step "./quickstart.sh: packages, build, audit" inside "cd tacit && ./quickstart.sh"
step "./quickstart.sh again" inside "cd tacit && ./quickstart.sh"
step "./test.sh: build of the tests, all tests" inside "cd tacit && ./test.sh"
step "./test.sh again" inside "cd tacit && ./test.sh"

echo
printf '%s\n' "${report[@]}"
echo "on $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(. "$root/etc/os-release" && echo "$PRETTY_NAME")"
