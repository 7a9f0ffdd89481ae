#!/usr/bin/env bash
#===- test.sh - Builds everything and runs every test ----------------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Arguments go to ctest: "tools/test.sh -R Runtime" runs the runtime's tests.
#
#===------------------------------------------------------------------------===#

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tools/setup.sh || exit
build_targets all

say "testing"
log=$LSE_BUILD/Testing/Temporary/LastTest.log
rm -f "$log"
status=0
ctest --preset release --parallel "$(nproc)" --no-tests=error "$@" </dev/null ||
  status=$?
[[ -f $log ]] || fail "ctest did not run any test."

# sum_of PATTERN: adds up the numbers that it captures in the tests' output.
sum_of() {
  sed -nE "s/^$1.*/\\1/p" "$log" | awk '{ sum += $1 } END { print sum + 0 }'
}

suites=$(grep -cE '^[0-9]+/[0-9]+ Test: ' "$log" || true)
passed=$(grep -cxF 'Test Passed.' "$log" || true)
unit_tests=$(sum_of '\[  PASSED  \] ([0-9]+) test')
lit_tests=$(sum_of ' +Passed *: +([0-9]+)')
skipped=$(($(sum_of '\[  SKIPPED \] ([0-9]+) test') +
           $(sum_of ' +Unsupported *: +([0-9]+)')))
say "$passed of $suites suites passed, with $unit_tests unit tests and" \
  "$lit_tests lit tests; $skipped tests were skipped"
((suites > 0)) || fail "no test was run."
((status == 0)) || fail "not all tests passed; see ${log#"$LSE_ROOT"/}."
