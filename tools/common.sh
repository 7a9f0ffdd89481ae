# shellcheck shell=bash
#===- common.sh - What the scripts in this folder share --------------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# To be sourced, not run. A script that sources it works in the root of the
# repository, and ends with one sentence when something goes wrong.
#
#===------------------------------------------------------------------------===#

set -Eeuo pipefail

LSE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
LSE_VENV=$LSE_ROOT/.venv
LSE_BUILD=$LSE_ROOT/build
LSE_LOGS=$LSE_BUILD/logs
cd "$LSE_ROOT"
mkdir -p "$LSE_LOGS"

say() { printf '== %s\n' "$*"; }

fail() {
  trap - ERR
  printf 'error: %s\n' "$*" >&2
  exit 1
}
trap 'fail "$0 stopped unexpectedly at line $LINENO: $BASH_COMMAND"' ERR

# logged NAME COMMAND...: runs a command with its output in logs/NAME.log. On
# failure it shows the end of that log and answers with the command's status.
logged() {
  local log=$LSE_LOGS/$1.log status=0
  shift
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status != 0)); then
    printf -- '-- the end of %s:\n' "${log#"$LSE_ROOT"/}" >&2
    tail -n 30 "$log" >&2
  fi
  return "$status"
}

# As many compilers at once as there are processors, and 2 GB of memory for
# each: MLIR's headers are large.
count_jobs() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/^MemAvailable/ { print int($2 / 2097152) }' /proc/meminfo)
  ((memory >= 1)) || memory=1
  echo $((processors < memory ? processors : memory))
}

# build_targets TARGET...: configures and builds the release preset.
build_targets() {
  export PATH=$LSE_VENV/bin:$PATH
  local options=() cache=$LSE_BUILD/CMakeCache.txt
  if command -v ccache >/dev/null; then
    options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache
              -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  # The cache of a checkout that has moved is of no use.
  if [[ -f $cache ]] &&
     ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$LSE_ROOT" "$cache"; then
    options+=(--fresh)
  fi
  say "configuring"
  logged configure cmake --preset release "${options[@]}" ||
    fail "the build could not be configured; see build/logs/configure.log."
  say "building $* (the first time takes minutes)"
  logged build cmake --build --preset release --parallel "$(count_jobs)" \
    --target "$@" || fail "the build failed; see build/logs/build.log."
}
