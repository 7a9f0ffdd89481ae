#!/usr/bin/env bash
#===- quickstart.sh - From a fresh clone to a repaired softmax -------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Builds lse-compile, compiles a classifier whose softmax was written without
# the maximum, and runs it from C. The results stay in quickstart-output.
#
#===------------------------------------------------------------------------===#

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

MODEL=test/Corpus/torch_classifier_naive.mlir
PROGRAM=docs/examples/classifier.c
OUTPUT=quickstart-output

tools/setup.sh || exit
build_targets lse-compile

# Shows a command, then runs it.
show() {
  printf '$ %s\n' "$*"
  "$@"
}

mkdir -p "$OUTPUT"
say "compiling $MODEL"
show build/bin/lse-compile "$MODEL" -mcpu=native -Rpass=lse \
  -o "$OUTPUT/classifier" || fail "lse-compile could not compile $MODEL."
show cc -O2 "-I$OUTPUT" "$PROGRAM" "$OUTPUT/classifier.a" -lpthread -lm \
  -o "$OUTPUT/demo" || fail "$PROGRAM could not be compiled and linked."
say "running it"
show "$OUTPUT/demo" || fail "$OUTPUT/demo failed."
