#!/usr/bin/env python3
#===- mutate.py - Do tests notice when the matcher is broken? --------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
"""Breaks what raises in one place after another, chosen by a seed, and runs the
tests that should notice: those of raising, of front-end IR and of the analysis.

usage: tools/mutate.py [--count=N] [--seed=S] [--without-fuzzing]

Works on a copy of the last commit in build/mutation, with a build of its own. A
place is a condition, an operator, an index or an answer in the code; what does not
compile any more is not counted. Prints the changes that no test noticed; the exit
status is 0 if at least 90 % were noticed.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutation"
FOLDERS = ("lib/Raise", "lib/Analysis")
# Printing and reporting compute nothing.
SPARED = {"Report.cpp", "LogDomainPrint.cpp", "Refusal.cpp"}
CHANGES = [
    (r" == ", " != "),
    (r" != ", " == "),
    (r" && ", " || "),
    (r" \|\| ", " && "),
    (r" < ", " >= "),
    (r" > ", " <= "),
    (r"\bif \(!", "if ("),
    (r"\breturn false;", "return true;"),
    (r"\breturn true;", "return false;"),
    (r"\bcontinue;", "break;"),
    (r"\[0\]", "[1]"),
    (r"\[1\]", "[0]"),
    (r"-1\.0\b", "1.0"),
    (r"llvm::all_of", "llvm::any_of"),
    (r"llvm::any_of", "llvm::all_of"),
    (r"llvm::none_of", "llvm::any_of"),
    (r"/\*isNegated=\*/false", "/*isNegated=*/true"),
    (r"\badd\(", "multiply("),
]


def places():
    """All (file, line number, column, length, replacement), in order."""
    found = []
    for folder in FOLDERS:
        for file in sorted((COPY / folder).glob("*.cpp")):
            if file.name in SPARED:
                continue
            for number, line in enumerate(file.read_text().splitlines()):
                code = line.split("//")[0]
                # Limits that nothing but a malformed module comes near.
                if re.search(r"\bmax[A-Z]\w*", code):
                    continue
                if re.match(r"\s*(#|assert|static constexpr|constexpr|template|for \(|LDBG)", code):
                    continue
                for pattern, replacement in CHANGES:
                    for match in re.finditer(pattern, code):
                        found.append((file, number, match.start(), match.end(), replacement))
    return found


def run(command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


def prepare(environment):
    """A clean copy of the last commit, and a build of its tools."""
    if COPY.exists():
        run(["git", "worktree", "remove", "--force", COPY], cwd=ROOT)
        shutil.rmtree(COPY, ignore_errors=True)
    run(["git", "worktree", "prune"], cwd=ROOT)
    done = run(["git", "worktree", "add", "--detach", COPY, "HEAD"], cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"error: no copy of the last commit: {done.stderr}")
    (COPY / ".venv").symlink_to(ROOT / ".venv")
    options = ["-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    done = run(["cmake", "--preset", "release", *options], cwd=COPY, env=environment)
    if done.returncode or not build(environment):
        raise SystemExit(f"error: the copy cannot be built: {done.stderr}")


def build(environment):
    return run(["ninja", "-C", COPY / "build", "lse-opt", "lse-compile", "lse-fuzz", "LSEAnalysisTests"],
               cwd=COPY, env=environment).returncode == 0


def is_noticed(environment, fuzzes):
    """True if a test fails, or takes too long."""
    suites = [COPY / "build/test/Raise", COPY / "build/test/Corpus"]
    suites += [COPY / "build/test/Testing"] if fuzzes else []
    try:
        done = run([COPY / "build/bin/unittests/LSEAnalysisTests"], timeout=300)
        if done.returncode:
            return True
        lit = environment["LSE_LIT"]
        done = run([sys.executable, lit, "-q", "--max-failures=1", *suites],
                   env=environment, timeout=600)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40, help="how many changes")
    parser.add_argument("--seed", type=int, default=1, help="which changes")
    parser.add_argument("--without-fuzzing", action="store_true", help="only tests written by hand, and front-end IR")
    options = parser.parse_args()
    environment = dict(os.environ)
    environment["PATH"] = f"{ROOT}/.venv/bin:{environment['PATH']}"
    environment["CCACHE_BASEDIR"] = str(COPY)
    prepare(environment)
    cache = (COPY / "build/CMakeCache.txt").read_text()
    environment["LSE_LIT"] = re.search(r"^LSE_LIT:\w+=(.*)$", cache, re.M)[1]
    environment["PYTHONPATH"] = str(pathlib.Path(environment["LSE_LIT"]).parent.parent / "utils/lit")
    if is_noticed(environment, not options.without_fuzzing):
        raise SystemExit("error: tests fail without any change")

    candidates = places()
    random.Random(options.seed).shuffle(candidates)
    tried, noticed = 0, 0
    for file, number, begin, end, replacement in candidates:
        if tried == options.count:
            break
        text = file.read_text()
        lines = text.splitlines(keepends=True)
        lines[number] = lines[number][:begin] + replacement + lines[number][end:]
        file.write_text("".join(lines))
        if build(environment):
            tried += 1
            if is_noticed(environment, not options.without_fuzzing):
                noticed += 1
            else:
                print(f"{file.relative_to(COPY)}:{number + 1}: not noticed: {lines[number].strip()}", flush=True)
        file.write_text(text)
    run(["git", "worktree", "remove", "--force", COPY], cwd=ROOT)
    share = 100 * noticed / tried if tried else 0
    print(f"{noticed} of {tried} changes were noticed ({share:.0f} %)")
    return 0 if share >= 90 else 1


sys.exit(main())
