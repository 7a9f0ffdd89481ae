#!/usr/bin/env bash
#===- verify.sh - Checks numbers for longer than a test may -----------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# tools/verify.sh --stage=STAGE runs a stage and puts its table, with the date
# and the processor, into docs/Verification.md, which has a place for each of
# them. Other options go to lse-verify; a slice, as with --every=100, is printed
# and not recorded.
#
# --stage=peers compares with other libraries, which it installs into
# build/peers: they take 6 GB, and nothing else needs them.
#
#===------------------------------------------------------------------------===#

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Installs other libraries and writes the rows for them into the folder $1.
prepare_peers() {
  local folder=$1 requirements=tools/lse-verify/peers-requirements.txt
  say "installing other libraries into build/peers"
  [[ -x $folder/venv/bin/python3 ]] ||
    logged peers-venv "$LSE_VENV/bin/python3" -m venv "$folder/venv" ||
    fail "build/peers/venv could not be made; see build/logs/peers-venv.log."
  logged peers-pip "$folder/venv/bin/python3" -m pip install --no-input \
    --disable-pip-version-check --only-binary :all: -r "$requirements" ||
    fail "pip could not install $requirements; see build/logs/peers-pip.log."
  say "writing rows"
  "$LSE_BUILD/bin/lse-verify" --stage=ulp --write-rows="$folder/rows" ||
    fail "lse-verify could not write its rows."
}

page=docs/Verification.md
stage=
slice=
for argument in "$@"; do
  case $argument in
  --stage=*) stage=${argument#--stage=} ;;
  --every=*) slice=$argument ;;
  esac
done
stages=$(sed -nE 's/^<!-- begin (.*) -->$/--stage=\1/p' "$page" | paste -sd ' ')
[[ -n $stage ]] || fail "say what to verify, one of: $stages"
grep -qxF "<!-- begin $stage -->" "$page" ||
  fail "there is no stage '$stage'; say one of: $stages"

tools/setup.sh || exit
build_targets lse-verify lse-fuzz
# 1 is lse-verify's status for failures; anything above means that the table is
# not whole.
command=("$LSE_BUILD/bin/lse-verify" "$@")
most_status=1
if [[ $stage == fuzz ]]; then
  # --every=N checks each Nth of the modules.
  step=${slice#--every=}
  command=("$LSE_BUILD/bin/lse-fuzz" "--modules=$((100000 / ${step:-1}))")
elif [[ $stage == peers ]]; then
  peers=$LSE_BUILD/peers
  prepare_peers "$peers"
  command=("$peers/venv/bin/python3" tools/lse-verify/peers.py "$peers/rows")
  most_status=0
fi
say "verifying $stage"
table=$LSE_LOGS/verify-$stage.md
status=0
"${command[@]}" >"$table" </dev/null || status=$?
cat "$table"
if ((status > most_status)) || [[ ! -s $table ]]; then
  fail "the stage '$stage' did not come to an end."
fi
if [[ -z $slice ]]; then
  {
    sed "/^<!-- begin $stage -->$/q" "$page"
    printf '\n%s, %s, commit %s:\n\n' "$(date +%F)" \
      "$(sed -nE 's/^model name[[:space:]]*: //p;T;q' /proc/cpuinfo)" \
      "$(git rev-parse --short HEAD)"
    cat "$table"
    printf '\n'
    sed -n "/^<!-- end $stage -->$/,\$p" "$page"
  } >"$LSE_LOGS/Verification.md"
  cp "$LSE_LOGS/Verification.md" "$page"
  say "recorded in $page"
fi
((status == 0)) || fail "the stage '$stage' found failures."
