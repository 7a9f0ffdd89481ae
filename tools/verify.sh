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
#===------------------------------------------------------------------------===#

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

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
build_targets lse-verify
say "verifying $stage"
table=$LSE_LOGS/verify-$stage.md
status=0
"$LSE_BUILD/bin/lse-verify" "$@" >"$table" </dev/null || status=$?
cat "$table"
# 1 means that there were failures; anything else, that the table is not whole.
((status <= 1)) || fail "lse-verify did not come to an end."
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
