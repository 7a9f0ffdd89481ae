// Options that cannot be followed; each time without a file.

// RUN: rm -rf %t && mkdir %t && cd %t

// RUN: not lse-compile %s -o out -mcpu=foo 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: unknown CPU 'foo'

// RUN: not lse-compile %s -o out -mcpu= 2>&1 | FileCheck %s --check-prefix=NO-CPU
// RUN: not lse-compile %s -o out -mcpu=x86-64-v3, 2>&1 | FileCheck %s --check-prefix=NO-CPU
// NO-CPU: error: the name of a CPU is empty; write one such as x86-64-v3, or 'native' for this machine, or leave the option out

// RUN: not lse-compile %s -o out --emit=lib,foo 2>&1 | FileCheck %s --check-prefix=KIND
// KIND: error: unknown output kind 'foo' in --emit; there are lib, header, obj, shared, asm, llvm, bitcode, mlir, stmt, stmt-html

// RUN: not lse-compile %s -o missing/out 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot write 'missing/out.a': there is no directory 'missing'

// RUN: mkdir folder.h
// RUN: not lse-compile %s -o folder 2>&1 | FileCheck %s --check-prefix=DIRECTORY
// RUN: not lse-compile %s -o folder/ 2>&1 | FileCheck %s --check-prefix=NO-NAME
// NO-NAME: error: -o folder/ names a directory, but no file in it; add the name of the files, such as folder/options
// DIRECTORY: error: cannot write 'folder.h': it is a directory

// /proc takes no files, not even root's.
// RUN: not lse-compile %s -o /proc/out 2>&1 | FileCheck %s --check-prefix=PATH
// PATH: error: cannot write '/proc/out.a'

// RUN: cp %s input.mlir
// RUN: not lse-compile input.mlir --emit=mlir -o input 2>&1 | FileCheck %s --check-prefix=INPUT
// INPUT: error: cannot write 'input.mlir': it is the input; choose another name with -o
// RUN: diff %s input.mlir

// RUN: not lse-compile %s -o - 2>&1 | FileCheck %s --check-prefix=STDOUT
// STDOUT: error: only one output that is text can go to standard output

// RUN: not lse-compile %s -o out --stabilize=sometimes 2>&1 | FileCheck %s --check-prefix=STABILIZE
// STABILIZE: error: unknown choice 'sometimes' in --stabilize; there are always, flags, off

// RUN: not lse-compile %s -o out --report=missing/report.md 2>&1 | FileCheck %s --check-prefix=REPORT
// REPORT: error: cannot write 'missing/report.md': there is no directory 'missing'
// RUN: not lse-compile %s -o out --report=folder.h 2>&1 | FileCheck %s --check-prefix=REPORT-FOLDER
// REPORT-FOLDER: error: cannot write 'folder.h': it is a directory
// RUN: not lse-compile input.mlir -o out --report=input.mlir 2>&1 | FileCheck %s --check-prefix=REPORT-INPUT
// REPORT-INPUT: error: cannot write 'input.mlir': it is the input; choose another name with --report
// RUN: diff %s input.mlir
// RUN: not lse-compile %s --emit=header -o - --report=- 2>&1 | FileCheck %s --check-prefix=REPORT-STDOUT
// REPORT-STDOUT: error: the report and an output cannot both go to standard output; name a file for one of them
// RUN: not lse-compile %s --emit=asm -o out.s --report=out.s 2>&1 | FileCheck %s --check-prefix=REPORT-OUTPUT
// REPORT-OUTPUT: error: 'out.s' is to be an output and the report; choose another name with --report

// RUN: not lse-compile %s -o out --prefix=9a 2>&1 | FileCheck %s --check-prefix=PREFIX
// PREFIX: error: symbols cannot start with '9a': it is not an identifier in C

// Nothing but the folder and the copy from above is there, and no temporary.
// RUN: ls -A | FileCheck %s --check-prefix=LEFT
// LEFT:      {{^}}folder.h
// LEFT-NEXT: {{^}}input.mlir
// LEFT-NOT:  {{.}}

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
