"""Compiles MLIR with lse-compile and calls the result with NumPy arrays.

Shared by the tests that compare numbers. Everything is called as a C program
would: through the prototypes in the header that lse-compile wrote.
"""

import ctypes
import os
import pathlib
import re
import subprocess

import numpy as np

C_TYPES = {
    "float": (ctypes.c_float, np.float32),
    "double": (ctypes.c_double, np.float64),
    "uint16_t": (ctypes.c_uint16, np.uint16),
    "uint8_t": (ctypes.c_uint8, np.uint8),
    "int8_t": (ctypes.c_int8, np.int8),
    "int16_t": (ctypes.c_int16, np.int16),
    "int32_t": (ctypes.c_int32, np.int32),
    "int64_t": (ctypes.c_int64, np.int64),
}


# The distance from 1 to the next number of each type.
EPS = {"f32": 2.0**-23, "f64": 2.0**-52, "f16": 2.0**-10, "bf16": 2.0**-7}
# Below this, numbers of the type are subnormal.
LEAST = {"f32": 2.0**-126, "f64": 2.0**-1022, "f16": 2.0**-14, "bf16": 2.0**-126}


def run(command, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, **options
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


class Model:
    """A shared library and its header."""

    def __init__(self, library, header):
        self.library = ctypes.CDLL(str(library))
        text = re.sub(r"/\*.*?\*/", "", pathlib.Path(header).read_text(), flags=re.S)
        self.prototypes = {
            name: [part.strip() for part in parameters.split(",")]
            for name, parameters in re.findall(r"^int (\w+)\(([^)]*)\);", text, re.M)
        }

    def call_raw(self, name, *arguments):
        """Calls a function with pointers, addresses or numbers as they are."""
        return getattr(self.library, name)(*arguments)

    def call(self, name, inputs, outputs):
        """Calls a function with arrays for its arguments and results.

        Dynamic extents are read off the arrays in the order in which the
        header lists them.
        """
        arrays = iter(list(inputs) + list(outputs))
        arguments, current = [], None
        for parameter in self.prototypes[name]:
            extent = re.fullmatch(r"int64_t (\w+)_dim(\d+)", parameter)
            if extent:
                arguments.append(ctypes.c_int64(current.shape[int(extent[2])]))
                continue
            current = next(arrays)
            c_type, dtype = C_TYPES[re.search(r"(\w+) \*?\w+$", parameter)[1]]
            if "*" in parameter:
                assert current.flags.c_contiguous
                assert current.dtype.itemsize == np.dtype(dtype).itemsize
                arguments.append(ctypes.c_void_p(current.ctypes.data))
            else:
                arguments.append(c_type(current.item() if hasattr(current, "item") else current))
        return self.call_raw(name, *arguments)


def compile_model(source, directory, name="model", flags=()):
    """`source` through lse-compile; a Model."""
    base = pathlib.Path(directory) / name
    base.parent.mkdir(parents=True, exist_ok=True)
    run(["lse-compile", source, "--emit=shared,header", "-o", base, *flags])
    return Model(base.with_suffix(".so"), base.with_suffix(".h"))


def compile_decomposed(source, directory, name="decomposed"):
    """`source` without raising and without kernels: its lse operations are
    expanded into linalg, and upstream's passes do the rest. The library has the
    symbols `<name>_...`."""
    base = pathlib.Path(directory) / name
    base.parent.mkdir(parents=True, exist_ok=True)
    # Not every libgcc has the conversions of bf16.
    pipeline = (
        "builtin.module(lse-decompose,arith-expand{include-bf16=true},lse-bufferize-pipeline,"
        f"lse-kernel-pipeline,lse-llvm-pipeline{{prefix={name}}})"
    )
    llvm_dialect = run(["lse-opt", source, f"--pass-pipeline={pipeline}"])
    assert "lse_rt" not in llvm_dialect, "a kernel is left"
    ir = run(["mlir-translate", "--mlir-to-llvmir"], input=llvm_dialect)
    run(
        ["llc", "-O2", "-filetype=obj", "-relocation-model=pic",
         "-o", base.with_suffix(".o")],
        input=ir,
    )
    run(["cc", "-shared", "-o", base.with_suffix(".so"), base.with_suffix(".o"), "-lm"])
    return ctypes.CDLL(str(base.with_suffix(".so")))


def to_bits(values, t):
    """`values` rounded to element type `t`; bf16 as its bits."""
    with np.errstate(all="ignore"):
        if t != "bf16":
            return np.ascontiguousarray(values, {"f32": np.float32, "f64": np.float64, "f16": np.float16}[t])
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        return np.where(np.isnan(values), 0x7FC0, rounded).astype(np.uint16)


def from_bits(array, t):
    """What `to_bits` gave, in extended precision."""
    if t == "bf16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.longdouble)


def softmax(logits, axis=-1):
    """The reference, in extended precision where NumPy has it."""
    z = np.asarray(logits, dtype=np.longdouble)
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)


def ulp_error(actual, expected, dtype=np.float32, least=0.0):
    """|actual - expected| in units of the spacing of `dtype` at `expected`.

    Where `expected` is smaller than `least`, the unit is the spacing there.

    NaN counts as equal to NaN only, an infinity to itself. Below the smallest
    normal number the unit is the smallest subnormal.
    """
    actual = np.asarray(actual, dtype=np.longdouble)
    expected = np.asarray(expected, dtype=np.longdouble)
    info = np.finfo(dtype)
    magnitude = np.maximum(np.abs(expected),
                           np.longdouble(max(info.tiny, least)))
    with np.errstate(all="ignore"):
        unit = np.exp2(np.floor(np.log2(magnitude))) * np.longdouble(info.eps)
        error = np.abs(actual - expected) / unit
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    special = ~np.isfinite(actual) | ~np.isfinite(expected)
    return np.where(same, 0.0, np.where(special, np.inf, error)).astype(np.float64)


def standard_bound(logits, axis=-1):
    """What docs/Numerics.md promises for f32 softmax, for each element."""
    z = np.asarray(logits, dtype=np.float64)
    n = z.shape[axis]
    with np.errstate(all="ignore"):
        distance = np.nan_to_num(z.max(axis=axis, keepdims=True) - z, posinf=0.0)
    return 6 + distance + np.log(max(n, 1)) / 2


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


def check_expanded(path, name):
    """Of what `path` has, nothing but the operation `name` in regions is decomposed
    before kernels; without kernels all of it can be."""
    prepared = run(["lse-opt", path, "--lse-prepare-kernels", "--remarks-filter=lse-prepare-kernels"])
    check("decomposed" not in prepared and name not in prepared, prepared)
    check("lse." not in run(["lse-opt", path, "--lse-decompose"]), "something is not decomposed")


def scratch_directory():
    """Where a test may write: its first argument."""
    import sys

    path = pathlib.Path(sys.argv[1])
    path.mkdir(parents=True, exist_ok=True)
    return path


def with_threads(count):
    """The environment of a process whose kernels use `count` threads."""
    return {**os.environ, "LSE_NUM_THREADS": str(count)}
