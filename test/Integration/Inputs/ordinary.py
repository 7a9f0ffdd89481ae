"""The same operation through the kernel and through its decomposition, both
against the reference, over sizes that meet every tail and over every CPU that
the machine can execute."""

import ctypes
import pathlib

import numpy as np
from lse_testing import (
    check, compile_decomposed, compile_model, scratch_directory, softmax,
    standard_bound, ulp_error,
)

SOURCE = pathlib.Path(__file__).parent / "softmax_dynamic.mlir"
SIZES = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 255, 1000, 4097]


def distributions(generator, shape):
    yield "normal", generator.normal(size=shape) * 5
    yield "wide", generator.uniform(-80, 0, size=shape)
    yield "large", generator.normal(size=shape) * 5 + 1000
    equal = np.zeros(shape)
    equal[:, :1] = 3.0
    yield "one maximum", equal


def compare(model, name, generator):
    worst = 0.0
    for columns in SIZES:
        for rows in (1, 5):
            for label, data in distributions(generator, (rows, columns)):
                logits = data.astype(np.float32)
                result = np.full(logits.shape, 7, np.float32)
                status = model(name, logits, result)
                check(status == 0, f"{name} {label} {logits.shape}: status {status}")
                share = ulp_error(result, softmax(logits)) / standard_bound(logits)
                check(share.max() <= 1,
                      f"{name} {label} {logits.shape}: {share.max():.2f} of the bound")
                worst = max(worst, share.max())
    print(f"{name}: at most {worst:.2f} of the bound")


def main():
    directory = scratch_directory()
    generator = np.random.default_rng(1)

    decomposed = compile_decomposed(SOURCE, directory)

    def call_decomposed(name, logits, result):
        return decomposed.decomposed_main(
            ctypes.c_void_p(logits.ctypes.data), ctypes.c_int64(logits.shape[0]),
            ctypes.c_int64(logits.shape[1]), ctypes.c_void_p(result.ctypes.data))

    compare(call_decomposed, "decomposed_main", generator)
    for cpu in ("x86-64", "x86-64-v3", "native"):
        model = compile_model(SOURCE, directory, f"kernel_{cpu.replace('-', '_')}",
                              [f"-mcpu={cpu}"])
        name = f"kernel_{cpu.replace('-', '_')}_main"
        compare(lambda name, logits, result: model.call(name, [logits], [result]),
                name, generator)


main()
