"""Arithmetic on bf16 that no kernel has: it links with what lse ships alone,
and every operation rounds once."""

import subprocess

import numpy as np
from lse_testing import check, compile_model, run, scratch_directory

SOURCE = """
func.func @halve(%x: tensor<?xbf16>) -> tensor<?xbf16> {
  %half = arith.constant 0.5 : bf16
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xbf16>
  %e = tensor.empty(%n) : tensor<?xbf16>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]} ins(%x : tensor<?xbf16>) outs(%e : tensor<?xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    %h = arith.mulf %in, %half : bf16
    %s = arith.addf %in, %h : bf16
    linalg.yield %s : bf16
  } -> tensor<?xbf16>
  return %r : tensor<?xbf16>
}
func.func @narrow(%x: tensor<4096xf64>) -> tensor<4096xbf16> {
  %r = arith.truncf %x : tensor<4096xf64> to tensor<4096xbf16>
  return %r : tensor<4096xbf16>
}
"""

PROGRAM = """
#include "model.h"
#include <stdio.h>
int main(void) {
  uint16_t x[1] = {0x3f80}, y[1];
  int status = model_halve(x, 1, y);
  printf("%d %x\\n", status, y[0]);
  return 0;
}
"""


def widen(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def nearest(values):
    """The bits of the bf16 nearest to each, ties to even, and NaN for NaN."""
    bits = np.asarray(values, np.float32).view(np.uint32).astype(np.uint64)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(values), np.uint16(0x7FC0), rounded)


def same(actual, expected):
    """Equal bits, or both NaN and the actual one quiet."""
    is_nan = np.isnan(widen(expected))
    quiet = (actual & 0x7FC0) == 0x7FC0
    return np.where(is_nan, quiet, actual == expected)


def main():
    directory = scratch_directory()
    source = directory / "model.mlir"
    source.write_text(SOURCE)
    model = compile_model(source, directory)
    every = np.arange(0x10000, dtype=np.uint32).astype(np.uint16)
    result = np.zeros_like(every)
    check(model.call("model_halve", [every], [result]) == 0, "status")
    with np.errstate(all="ignore"):
        half = widen(nearest(widen(every) * np.float32(0.5)))
        expected = nearest(widen(every) + half)
    check(same(result, expected).all(),
          f"x + 0.5 x: {every[~same(result, expected)][:4]}")

    generator = np.random.default_rng(3)
    wide = widen(generator.integers(0, 0x7F00, 4096).astype(np.uint16)).astype(np.float64)
    # The middle of two bf16 and a last bit that f32 does not have.
    wide *= 1 + 2.0**-8 + generator.choice([-1, 0, 1], 4096) * 2.0**-40
    narrow = np.zeros(4096, np.uint16)
    check(model.call("model_narrow", [wide], [narrow]) == 0, "status")
    distance = np.abs(widen(narrow).astype(np.float64) - wide)
    for neighbour in (narrow - 1, narrow + 1):
        other = np.abs(widen(neighbour.astype(np.uint16)).astype(np.float64) - wide)
        is_finite = np.isfinite(other)
        check((distance <= other)[is_finite].all(), "f64 rounded to a farther bf16")

    program = directory / "program.c"
    program.write_text(PROGRAM)
    run(["lse-compile", source, "-o", directory / "model"])
    run(["cc", program, directory / "model.a", "-o", directory / "program",
         "-lpthread", "-lm"])
    printed = subprocess.run([directory / "program"], capture_output=True, text=True)
    check(printed.stdout == "0 3fc0\n", printed.stdout)


main()
