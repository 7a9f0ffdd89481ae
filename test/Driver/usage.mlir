// RUN: lse-compile --help | FileCheck %s --check-prefix=HELP
// HELP: Compiles an MLIR module into a library that C programs can call.
// HELP: --Rpass=
// HELP: --dump-phases=
// HELP: --emit=
// HELP: --mcpu=
// HELP: --mtriple=
// HELP: --numerics=
// HELP: -o <name>
// HELP: --prefix=
// HELP: --report=
// HELP: --stabilize=
// HELP: --stop-after=

// RUN: lse-compile --version | FileCheck %s --check-prefix=VERSION
// VERSION: lse {{[0-9.]+}} (LLVM 22.{{[0-9.]+}}, Halide 21.{{[0-9.]+}})

// HELP: EXIT STATUS:

// Exit status 0 is for success, 2 for wrong usage, 1 for everything that has a
// diagnostic: in the input, with a file, in the value of an option.
// RUN: sh -c 'lse-compile %s -o %t; test $? = 0'
// RUN: sh -c 'lse-compile --help > /dev/null; test $? = 0'
// RUN: sh -c 'lse-compile %t.missing -o %t; test $? = 1'
// RUN: sh -c 'lse-compile %s -o %t.missing/x; test $? = 1'
// RUN: sh -c 'lse-compile %s -o %t --emit=nothing; test $? = 1'
// RUN: sh -c 'lse-compile %s -o %t -mcpu=nothing; test $? = 1'
// RUN: sh -c 'lse-compile %s -o %t --stop-after=nothing; test $? = 1'
// RUN: sh -c 'echo nonsense | lse-compile - -o %t; test $? = 1'
// RUN: sh -c 'lse-compile -; test $? = 2'
// RUN: sh -c 'lse-compile %s %s; test $? = 2'
// RUN: sh -c 'lse-compile; test $? = 2' 2>&1 | FileCheck %s --check-prefix=INPUT
// INPUT: lse-compile: error: no input; see lse-compile --help
// RUN: sh -c 'lse-compile --unheard-of %s; test $? = 2' 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: Unknown command line argument '--unheard-of'

// What it was compiled for is said with -v.
// RUN: lse-compile %s -o %t -v 2>&1 | FileCheck %s --check-prefix=VERBOSE
// VERBOSE: target: {{[^,]+, .+}}
// VERBOSE: wrote {{.+}}.a
// VERBOSE: wrote {{.+}}.h
// RUN: lse-compile %s -o %t -v -mcpu=native 2>&1 | FileCheck %s --check-prefix=NATIVE
// NATIVE: target: {{[^,]+, [^ ]+$}}

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
