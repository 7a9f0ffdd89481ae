"""Evaluates front-end IR with the interpreter, and compares with the float64 results
beside it.

usage: interpreter_run.py FOLDER...
"""

import pathlib
import re
import subprocess
import sys

import numpy as np

# Sources have constants in f32, of which results of float64 know nothing.
TOLERANCE = 1e-6


def evaluate(file, data):
    signature = re.search(r"^ *func\.func .*$", file.read_text(), re.M)[0]
    types = re.findall(r"%arg\d+: (?:tensor<([^>]*)>|\w+)", signature)
    words = []
    for index, shape in enumerate(types):
        value = np.asarray(data[f"in{index}"])
        extents = shape.split("x")[:-1]
        words += [str(n) for n, e in zip(value.shape, extents) if e == "?"]
        words += [repr(float(x)) if value.dtype.kind == "f" else str(int(x)) for x in value.flat]
    done = subprocess.run(["lse-fuzz", "--evaluate", file], input=" ".join(words), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: {file.name}: {done.stderr}")
    return np.array([float(word) for word in done.stdout.split()])


def main():
    count = 0
    for folder in sys.argv[1:]:
        for npz in sorted(pathlib.Path(folder).glob("*.npz")):
            data = np.load(npz)
            expected = np.asarray(data["out0"], np.float64).ravel()
            actual = evaluate(npz.with_suffix(".mlir"), data)[: expected.size]
            scale = np.max(np.abs(expected[np.isfinite(expected)]), initial=1.0)
            with np.errstate(all="ignore"):
                ok = (actual == expected) | (np.abs(actual - expected) <= TOLERANCE * scale) | (
                    np.isnan(actual) & np.isnan(expected))
            if actual.size != expected.size or not np.all(ok):
                raise SystemExit(f"FAILED: {npz.stem}: {actual[~ok][:4]} instead of {expected[~ok][:4]}")
            count += 1
    if count == 0:
        raise SystemExit("FAILED: no files")
    print(f"{count} files as expected")


main()
