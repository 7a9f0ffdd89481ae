"""Sparsemax, entmax and the cross-entropy of two classes, compiled, against
references by other means, in extended precision: sparsemax by sorting, entmax of 1.5
by its closed form, others by what defines them. Every element type, rows along
either dimension, one element, none, ties, infinities, NaN and large logits."""

import ctypes

import numpy as np
from lse_testing import EPS, LEAST, check, compile_model, from_bits, scratch_directory, to_bits

NAN, INF = np.nan, np.inf
ALPHAS = (1.25, 1.5, 2.0, 3.0)
SPARSE = """
func.func @{name}_{dim}_{t}(%x: tensor<?x?x{t}>) -> tensor<?x?x{t}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %r = lse.{op} dims = [{dim}] row_death = {death} ins(%x : tensor<?x?x{t}>) outs(%0 : tensor<?x?x{t}>) {attributes} -> tensor<?x?x{t}>
  return %r : tensor<?x?x{t}>
}}
"""
BINARY = """
func.func @binary_{dims}_{t}(%x: tensor<?x?x{t}>, %y: tensor<?x?x{t}>) -> tensor<{shape}{t}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty({extents}) : tensor<{shape}{t}>
  %r = lse.binary_cross_entropy dims = [{list}] ins(%x, %y : tensor<?x?x{t}>, tensor<?x?x{t}>)
    outs(%0 : tensor<{shape}{t}>) logits {{
  ^bb0(%a: {t}, %b: {t}):
    %one = arith.constant 1.0 : {t}
    %c = arith.subf %one, %b : {t}
    lse.yield %a, %b, %c : {t}, {t}, {t}
  }} -> tensor<{shape}{t}>
  return %r : tensor<{shape}{t}>
}}
"""
# Dimensions that are summed over, with the result's shape and its extents.
SUMS = {"none": ("", "?x?x", "%m, %n"), "rows": ("1", "?x", "%m"), "all": ("0, 1", "", "")}


def source():
    text = []
    for t in EPS:
        for dim in (0, 1):
            for death in ("nan", "zero"):
                text.append(SPARSE.format(name=f"sparsemax_{death}", op="sparsemax", dim=dim, t=t, death=death, attributes=""))
            for alpha in ALPHAS:
                text.append(SPARSE.format(name=f"entmax{int(alpha * 100)}", op="entmax", dim=dim, t=t, death="nan",
                                          attributes=f"{{alpha = {alpha} : f64}}"))
        for dims, (listed, shape, extents) in SUMS.items():
            text.append(BINARY.format(dims=dims, t=t, list=listed, shape=shape, extents=extents))
    return "".join(text)


def sparsemax(z):
    """Of one row of finite numbers and -inf, by sorting (Martins and Astudillo, 2016)."""
    s = np.sort(z[np.isfinite(z)])[::-1]
    k = np.arange(1, len(s) + 1)
    threshold = (np.cumsum(s) - 1) / k
    support = np.flatnonzero(s > threshold)[-1]
    return np.maximum(z - threshold[support], 0)


def entmax15(z):
    """The same for alpha = 1.5 (Peters, Niculae and Martins, 2019)."""
    s = np.sort(z[np.isfinite(z)])[::-1] / 2
    k = np.arange(1, len(s) + 1)
    mean, square = np.cumsum(s) / k, np.cumsum(s * s) / k
    deviation = k * (square - mean * mean)
    threshold = mean - np.sqrt(np.maximum((1 - deviation) / k, 0))
    support = np.count_nonzero(threshold <= s) - 1
    return np.maximum(z / 2 - threshold[support], 0) ** 2


def check_sparse(actual, z, alpha, death, t, where):
    """One row."""
    largest = np.max(z, initial=-INF)
    if not np.isfinite(largest):
        dead = largest == -INF and death == "zero"
        check(np.all(actual == 0 if dead else np.isnan(actual)), f"{where}: {z} gives {actual}")
        return
    # Half a unit of the type of the result, and 2^-50 for the threshold.
    bound = np.longdouble(2.0) ** -50 / min(alpha - 1, 1)
    if alpha in (1.5, 2.0):
        expected = (sparsemax if alpha == 2.0 else entmax15)(z - largest)
        close = np.abs(actual - expected) <= 0.5 * EPS[t] * expected + bound + LEAST[t]
        check(np.all(close), f"{where}: {z} gives {actual}, not {expected}")
        # What is far below the threshold is 0, not nearly so.
        check(np.all(actual[z < largest - 1 / (alpha - 1)] == 0), f"{where}: {z} gives {actual}, not 0")
        return
    # For others what defines it: one threshold for the support, and a sum of 1.
    check(np.all(actual >= 0), f"{where}: {actual}")
    # The threshold is off by 2^-50, a probability by that times its derivative.
    slope = actual[actual > 0] ** np.longdouble(2 - alpha) / (alpha - 1)
    tolerance = len(z) * (EPS[t] + LEAST[t]) + np.longdouble(2.0) ** -50 * slope.sum()
    check(abs(actual.sum() - 1) <= tolerance, f"{where}: the sum of {actual}")
    support = actual > 64 * EPS[t]
    if not support.any():
        return
    thresholds = (alpha - 1) * (z - largest) - actual ** np.longdouble(alpha - 1)
    spread = np.ptp(thresholds[support])
    check(spread <= 4 * EPS[t], f"{where}: {z} gives {actual}, with thresholds {thresholds[support]}")
    # What is rounded to 0 is above the threshold by what it is the power of.
    outside = (alpha - 1) * (z - largest)[actual == 0] - np.longdouble(LEAST[t]) ** (alpha - 1)
    check(np.all(outside <= thresholds[support].max() + 4 * EPS[t]), f"{where}: {z} gives {actual}")


def dynamic(array):
    return [array.ctypes.data_as(ctypes.c_void_p)] + [ctypes.c_int64(d) for d in array.shape]


def call(model, name, inputs, out):
    arguments = [argument for array in inputs for argument in dynamic(array)]
    function = getattr(model.library, f"model_{name}")
    status = function(*arguments, out.ctypes.data_as(ctypes.c_void_p))
    check(status == 0, f"{name}: status {status}")


def rows():
    generator = np.random.default_rng(7)
    for shape in ((3, 7), (5, 33), (4, 1), (1, 300)):
        for scale in (0.01, 1.0, 8.0):
            yield generator.standard_normal(shape) * scale
    yield np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, -3.0, 1.0], [2e4, 2e4 - 16, -2e4, 0.0]])
    yield np.array([[NAN, 0.0], [0.0, NAN], [INF, 0.0], [-INF, 0.0], [-INF, -INF], [INF, INF]])
    yield np.zeros((0, 3))
    yield np.zeros((3, 0))


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def check_binary(actual, x, y, axes, t, where):
    with np.errstate(all="ignore"):
        # In the type of the region, where the other weight is computed.
        other = from_bits(to_bits(1 - y, t), t)
        first = np.where(y == 0, 0, -y * log_sigmoid(x))
        second = np.where(other == 0, 0, -other * log_sigmoid(-x))
        expected = (first + second).sum(axis=axes) if axes else first + second
        size = (np.abs(first) + np.abs(second)).sum(axis=axes) if axes else np.abs(first) + np.abs(second)
    # exp, log1p, two sums and two products of f32 at least, 8 units together; one
    # rounding of the sum.
    compute = max(EPS["f32"], EPS[t]) if t != "f64" else EPS["f64"]
    bound = 8 * min(compute, EPS["f32"]) * size + EPS[t] * np.abs(expected) + LEAST[t]
    with np.errstate(all="ignore"):
        close = (actual == expected) | (np.isnan(actual) & np.isnan(expected)) | (np.abs(actual - expected) <= bound)
    check(np.all(close), f"{where}: {x}, {y} gives {actual}, not {expected}")


def main():
    directory = scratch_directory()
    path = directory / "model.mlir"
    path.write_text(source())
    model = compile_model(path, directory)
    count = 0
    for t in EPS:
        for values in rows():
            bits = to_bits(values, t)
            x = from_bits(bits, t)
            for dim in (0, 1):
                for name, alpha, death in [("sparsemax_nan", 2.0, "nan"), ("sparsemax_zero", 2.0, "zero")] + [
                        (f"entmax{int(a * 100)}", a, "nan") for a in ALPHAS]:
                    out = np.empty_like(bits)
                    call(model, f"{name}_{dim}_{t}", [bits], out)
                    actual = from_bits(out, t)
                    for number in range(x.shape[1 - dim]):
                        row = (slice(None), number) if dim == 0 else (number, slice(None))
                        check_sparse(actual[row], x[row], alpha, death, t, f"{name}_{dim}_{t}")
                        count += 1
            generator = np.random.default_rng(11)
            for hard in (True, False):
                weights = generator.random(values.shape)
                targets = to_bits(np.round(weights) if hard else weights, t)
                y = from_bits(targets, t)
                for dims, axes, shape in (("none", (), x.shape), ("rows", (1,), x.shape[:1]), ("all", (0, 1), ())):
                    out = np.empty(shape, bits.dtype)
                    call(model, f"binary_{dims}_{t}", [bits, targets], out)
                    check_binary(from_bits(out, t), x, y, axes, t, f"binary_{dims}_{t}")
                    count += 1
    print(f"{count} rows and losses as expected")


main()
