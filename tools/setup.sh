#!/usr/bin/env bash
#===- setup.sh - Installs what building and testing need -------------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Debian packages through apt-get, Python packages into .venv. Does nothing when
# everything is there, so it can be run again at any time; needs root, or sudo,
# only while a Debian package is missing. MLIR_DIR, if set, chooses another
# MLIR than Debian's.
#
#===------------------------------------------------------------------------===#

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

REQUIREMENTS=$LSE_ROOT/tools/requirements.txt

# The top CMakeLists.txt says which MLIR we build against.
MLIR_MAJOR=$(sed -n 's/^set(LSE_MLIR_MAJOR \([0-9]*\))$/\1/p' CMakeLists.txt)
[[ -n $MLIR_MAJOR ]] || fail "CMakeLists.txt does not set LSE_MLIR_MAJOR."

# Found in a clean Debian 12: each of these is needed, except for ccache, which
# only saves time. LLVM's CMake package also looks for zlib, zstd, libedit and
# curl, but a program that links the shared libraries does without.
PACKAGES=(
  g++ ninja-build ccache
  "libmlir-$MLIR_MAJOR-dev" "mlir-$MLIR_MAJOR-tools"
  "llvm-$MLIR_MAJOR-dev" "llvm-$MLIR_MAJOR-tools"
  libgtest-dev libmpfr-dev
)

#===--- Debian packages ----------------------------------------------------===#

# The arguments that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == \
       installed ]] || echo "$package"
  done
}

# The arguments that apt knows no version of.
unknown_packages() {
  local package
  for package in "$@"; do
    [[ -n $(apt-cache madison "$package" 2>/dev/null) ]] || echo "$package"
  done
}

install_packages() {
  local as_root=() unknown
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "only root can install the missing Debian packages: $*."
    as_root=(sudo)
  fi
  say "installing Debian packages: $*"
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -y
            -o DPkg::Lock::Timeout=300)
  # A source that fails may be one we do not need: what counts comes next.
  logged apt-update "${as_root[@]}" update || true
  mapfile -t unknown < <(unknown_packages "$@")
  ((${#unknown[@]} == 0)) ||
    fail "apt finds no package ${unknown[*]}: lse needs Debian 12 with its" \
         "security updates among apt's sources, and a network that reaches" \
         "them (see build/logs/apt-update.log)."
  logged apt-install "${as_root[@]}" install --no-install-recommends "$@" ||
    fail "apt-get could not install $*; see build/logs/apt-install.log."
}

#===--- Python packages ----------------------------------------------------===#

# A Python that can make virtual environments and that has Halide wheels.
find_python() {
  local python
  for python in /usr/bin/python3 python3 python3.1{3,2,1,0}; do
    if "$python" -c 'import ensurepip, sys, venv
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  return 1
}

# Whether .venv works at this place and holds exactly what is required.
venv_is_complete() {
  local packages="$LSE_VENV/lib/python3*/site-packages"
  "$LSE_VENV/bin/cmake" --version &&
    compgen -G "$packages/halide/lib64/cmake/Halide" &&
    "$LSE_VENV/bin/python3" - "$REQUIREMENTS" <<'END'
import importlib.metadata, sys
for line in open(sys.argv[1]):
    requirement = line.partition("#")[0].strip()
    if requirement:
        name, version = requirement.split("==")
        assert importlib.metadata.version(name) == version
END
} &>/dev/null

install_requirements() {
  logged pip "$LSE_VENV/bin/python3" -m pip install --no-input \
    --disable-pip-version-check --only-binary :all: -r "$REQUIREMENTS" && return
  local log=$LSE_LOGS/pip.log python
  python=$("$LSE_VENV/bin/python3" -V)
  if grep -qE '(Connection|SSL|Proxy)Error|(Connect|Read)Timeout' "$log"; then
    fail "pip does not reach the Python package index; see build/logs/pip.log."
  elif grep -q 'No matching distribution found for halide' "$log"; then
    fail "there is no Halide wheel for $python on $(uname -sm): lse needs" \
         "$(grep -o '^halide==[0-9.]*' "$REQUIREMENTS")."
  fi
  fail "pip could not install tools/requirements.txt; see build/logs/pip.log."
}

make_venv() {
  local python
  python=$(find_python) ||
    fail "no Python 3.10 to 3.13 with the venv module was found."
  say "making .venv with $python"
  rm -rf "$LSE_VENV"
  logged venv "$python" -m venv "$LSE_VENV" ||
    fail "$python could not make .venv; see build/logs/venv.log."
}

# Completes an environment that works; makes a new one where that is not enough.
build_venv() {
  local pip
  pip=$("$LSE_VENV/bin/pip" --version 2>/dev/null || true)
  [[ $pip == *"$LSE_VENV"/* ]] || make_venv
  say "installing Python packages into .venv"
  install_requirements
  venv_is_complete && return
  make_venv
  install_requirements
  venv_is_complete ||
    fail "a new .venv is not what tools/requirements.txt asks for."
}

#===--- All of it ----------------------------------------------------------===#

if [[ -n ${MLIR_DIR:-} ]]; then
  found=$(sed -n 's/^set(PACKAGE_VERSION "\([^"]*\)").*/\1/p' \
            "$MLIR_DIR/MLIRConfigVersion.cmake" 2>/dev/null || true)
  [[ ${found%%.*} == "$MLIR_MAJOR" ]] ||
    fail "lse needs MLIR $MLIR_MAJOR, but MLIR_DIR=$MLIR_DIR holds" \
         "${found:-no MLIR}: unset it, or point it to <prefix>/lib/cmake/mlir" \
         "of an MLIR $MLIR_MAJOR."
fi

[[ -n $(command -v apt-get) && -n $(command -v dpkg-query) ]] ||
  fail "this script installs Debian packages, and there is no apt-get here:" \
       "lse is built and tested on Debian 12."

if ! venv_is_complete && ! find_python >/dev/null; then
  PACKAGES+=(python3 python3-venv)
fi
mapfile -t missing < <(missing_packages "${PACKAGES[@]}")
if ((${#missing[@]} > 0)); then
  install_packages "${missing[@]}"
fi
venv_is_complete || build_venv
say "set up: MLIR $MLIR_MAJOR, $(grep -o '^halide==[0-9.]*' "$REQUIREMENTS")," \
  "$("$LSE_VENV/bin/python3" -V)"
