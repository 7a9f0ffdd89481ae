"""Raises each file of a folder as it is and after its loops have been fused, and
compares the operations with what its first lines expect.

usage: spellings_run.py FOLDER
"""

import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

OPERATION = re.compile(r"= lse\.(?!index|yield)(\w+) ")
FUSION = ["--linalg-fuse-elementwise-ops", "--canonicalize", "--cse"]


def run(*command, source):
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: {' '.join(command)}: {done.stderr}")
    return done.stdout


def raise_source(source):
    return sorted(OPERATION.findall(run("lse-opt", "-", "--lse-raise", source=source)))


def get_expected(source, key):
    line = re.search(rf"^// {key}: (.*)$", source, re.M)
    return None if line is None else [name for name in line[1].split() if name != "none"]


def check(file):
    """What is wrong with `file`; nothing if all is as expected."""
    source = file.read_text()
    expected = get_expected(source, "EXPECT")
    fused = get_expected(source, "EXPECT-FUSED")
    wrong = []
    for kind, text, wanted in (
        ("", source, expected),
        ("fused ", run("mlir-opt", "-", *FUSION, source=source), expected if fused is None else fused),
    ):
        actual = raise_source(text)
        if actual != wanted:
            wrong.append(f"{file.name}: {kind}gives {' '.join(actual) or 'none'}, not {' '.join(wanted) or 'none'}")
    return wrong


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.mlir"))
    if not files:
        raise SystemExit("FAILED: no files")
    with ThreadPoolExecutor(2) as executor:
        wrong = [line for lines in executor.map(check, files) for line in lines]
    print("\n".join(wrong) if wrong else f"{len(files)} files as expected")
    sys.exit(bool(wrong))


main()
