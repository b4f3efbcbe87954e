#!/usr/bin/env bash
# Installs the Debian/Ubuntu packages that Tacit is built from and that are not there yet. Says which.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libssl-dev libeigen3-dev libhwy-dev libsqlite3-dev zlib1g-dev libzip-dev libpng-dev libjpeg-dev librandom123-dev
  libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev
  libopenmpi-dev openmpi-bin
  pybind11-dev python3-dev python3-numpy
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
)

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

if ! command -v dpkg-query >/dev/null; then
  echo "setup.sh: this is not Debian or Ubuntu; install these packages' equivalents yourself: ${packages[*]} and Boost 1.81 or later" >&2
  exit 1
fi

# Not installed here, as only examples/fashion_mnist_*.toml want it: apt-get install dataset-fashion-mnist

missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done

# Boost 1.81 or later: Debian 12 has it beside its default, later releases as the default.
boost_ready=no
for package in libboost1.81-dev libboost1.83-dev libboost1.88-dev; do
  if installed "$package"; then boost_ready=yes; fi
done
if [ "$boost_ready" = no ]; then missing+=(boost); fi

if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup.sh: these packages are missing and there is no sudo to install them with: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
for i in "${!missing[@]}"; do
  if [ "${missing[$i]}" = boost ]; then
    missing[$i]=libboost-dev
    for package in libboost1.81-dev libboost1.83-dev libboost1.88-dev; do
      if apt-cache show "$package" >/dev/null 2>&1; then
        missing[$i]=$package
        break
      fi
    done
  fi
done
echo "Installing ${#missing[@]} packages: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
