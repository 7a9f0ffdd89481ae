"""lse-compile --sanitize=address, in a C program built with -fsanitize=address:
buffers that are large enough give the numbers and no report, and one that is too
short by an element gives a report that names the function and the buffer.

usage: address_sanitizer.py DIRECTORY C_COMPILER...
"""

import os
import pathlib
import re
import subprocess
import sys

import numpy as np
from lse_testing import check, run, scratch_directory, softmax, standard_bound, ulp_error

INPUTS = pathlib.Path(__file__).parent
LEVELS = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"]
# Less than a vector, vectors and a rest, and whole vectors of every CPU.
SHAPES = [(3, 5), (3, 37), (2, 64), (70, 130)]
AXES = {"rows": 1, "columns": 0}


def build(directory, name, flags, compiler):
    """The program for the CPUs in `flags`, against a static and a shared library."""
    folder = directory / name
    folder.mkdir(exist_ok=True)
    run(["lse-compile", INPUTS / "address_sanitizer.mlir", "--sanitize=address",
         "--emit=lib,header,shared", "-o", folder / "model", *flags])
    for kind, library in (("static", "model.a"), ("shared", "model.so")):
        run([*compiler, "-fsanitize=address", f"-I{folder}",
             INPUTS / "address_sanitizer.c", folder / library,
             f"-Wl,-rpath,{folder}", "-lpthread", "-lm", "-o", folder / kind])
    return folder


def execute(program, *arguments, threads=1):
    environment = {**os.environ, "LSE_NUM_THREADS": str(threads), "ASAN_OPTIONS": ""}
    return subprocess.run([program, *map(str, arguments)], capture_output=True,
                          text=True, env=environment)


def check_numbers(program, function, shape, label):
    logits = (np.arange(np.prod(shape)) * 5 % 17).astype(np.float32).reshape(shape)
    for threads in (1, 3):
        done = execute(program, function, *shape, 0, 0, threads=threads)
        check(done.returncode == 0 and not done.stderr, f"{label}: {done.stderr}")
        result = np.array([float.fromhex(line) for line in done.stdout.split()])
        result = result.reshape(shape)
        if function == "twice":
            check(np.array_equal(result, 2 * logits), f"{label}: numbers")
            continue
        axis = AXES[function]
        error = ulp_error(result, softmax(logits, axis))
        check(np.all(error <= standard_bound(logits, axis)), f"{label}: numbers")


def check_report(program, function, shape, missing, label):
    """`missing` elements of the input and of the output."""
    done = execute(program, function, *shape, *missing)
    report = done.stderr
    short = 4 * (np.prod(shape) - 1)
    check(done.returncode != 0 and not done.stdout, f"{label}: no report")
    check("ERROR: AddressSanitizer: heap-buffer-overflow" in report, f"{label}: {report}")
    kind = "READ" if missing[0] else "WRITE"
    check(f"\n{kind} of size" in report, f"{label}: no {kind}\n{report}")
    check(f" {short}-byte region" in report, f"{label}: another buffer\n{report}")
    stack = report.split("0x", 1)[1].split("is located")[0]
    # A kernel may be inlined.
    check(re.search(rf"#0 0x[0-9a-f]+ in (lse\.[0-9a-f]+|model_{function}\b)", stack),
          f"{label}: in another function\n{report}")
    check(re.search(rf"in model_{function}\b", stack), f"{label}: no caller\n{report}")


def check_program(program, label):
    cases = [(function, shape) for function in AXES for shape in SHAPES]
    for function, shape in [*cases, ("twice", (3, 37))]:
        place = f"{label}, {function} of {shape}"
        check_numbers(program, function, shape, place)
        for missing in ((1, 0), (0, 1)):
            check_report(program, function, shape, missing, f"{place}, without {missing}")


def main():
    directory = scratch_directory()
    compiler = sys.argv[2:]
    several = build(directory, "several", [], compiler)
    check_program(several / "static", "several")
    check_program(several / "shared", "several, shared")
    best = execute(several / "static", "target").stdout.strip()
    executable = LEVELS[:LEVELS.index(best) + 1]
    for level in executable:
        alone = build(directory, level, [f"-mcpu={level}"], compiler)
        check_program(alone / "static", level)
    print(f"executed {', '.join(executable)} and the best of them")


main()
