"""What lse-decompose makes of every operation, kind of result, element type and
layout, run without any kernel and compared with extended precision: ordinary
rows and the cases E1 to E22 of docs/Numerics.md."""

import ctypes

import numpy as np
from lse_testing import check, compile_decomposed, scratch_directory

NAN, INF = np.nan, np.inf
# Element type: its name in NumPy (bf16 has none), eps of the type that rows are
# computed in, and eps of the results.
TYPES = {
    "f32": (np.float32, 2.0**-23, 2.0**-23),
    "f64": (np.float64, 2.0**-52, 2.0**-52),
    "f16": (np.float16, 2.0**-23, 2.0**-10),
    "bf16": (None, 2.0**-23, 2.0**-7),
}

# %x is ?x? with rows along dimension 1, or 2x?x3 with rows along 0 and 2 and a
# transposed result, or ?x? as a single row, whose results per row are scalars.
FUNCTIONS = """
func.func @rows_{death}_{t}(%x: tensor<?x?x{t}>) -> (tensor<?x?x{t}>, tensor<?x?x{t}>, tensor<?x{t}>, tensor<?xi64>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %1 = tensor.empty(%m) : tensor<?x{t}>
  %2 = tensor.empty(%m) : tensor<?xi64>
  %p = lse.softmax dims = [1] row_death = {death} ins(%x : tensor<?x?x{t}>) outs(%0 : tensor<?x?x{t}>) -> tensor<?x?x{t}>
  %l = lse.log_softmax dims = [1] row_death = {death} ins(%x : tensor<?x?x{t}>) outs(%0 : tensor<?x?x{t}>) -> tensor<?x?x{t}>
  %z:2 = lse.logsumexp dims = [1] results = [logsumexp, argmax] row_death = {death} ins(%x : tensor<?x?x{t}>)
    outs(%1, %2 : tensor<?x{t}>, tensor<?xi64>) -> (tensor<?x{t}>, tensor<?xi64>)
  return %p, %l, %z#0, %z#1 : tensor<?x?x{t}>, tensor<?x?x{t}>, tensor<?x{t}>, tensor<?xi64>
}}
func.func @several_{death}_{t}(%x: tensor<2x?x3x{t}>) -> (tensor<2x?x3x{t}>, tensor<?x3x2x{t}>, tensor<?x{t}>, tensor<?xi8>) {{
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c1 : tensor<2x?x3x{t}>
  %0 = tensor.empty(%m) : tensor<2x?x3x{t}>
  %1 = tensor.empty(%m) : tensor<?x3x2x{t}>
  %2 = tensor.empty(%m) : tensor<?x{t}>
  %3 = tensor.empty(%m) : tensor<?xi8>
  %r:4 = lse.log_softmax dims = [0, 2] results = [probabilities, log_probabilities, logsumexp, argmax]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>,
                     affine_map<(d0, d1, d2) -> (d1, d2, d0)>, affine_map<(d0, d1, d2) -> (d1)>,
                     affine_map<(d0, d1, d2) -> (d1)>] row_death = {death}
    ins(%x : tensor<2x?x3x{t}>) outs(%0, %1, %2, %3 : tensor<2x?x3x{t}>, tensor<?x3x2x{t}>, tensor<?x{t}>, tensor<?xi8>)
    -> (tensor<2x?x3x{t}>, tensor<?x3x2x{t}>, tensor<?x{t}>, tensor<?xi8>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<2x?x3x{t}>, tensor<?x3x2x{t}>, tensor<?x{t}>, tensor<?xi8>
}}
func.func @everything_{death}_{t}(%x: tensor<?x?x{t}>) -> (tensor<{t}>, tensor<i64>) {{
  %0 = tensor.empty() : tensor<{t}>
  %1 = tensor.empty() : tensor<i64>
  %z:2 = lse.logsumexp dims = [0, 1] results = [logsumexp, argmax] row_death = {death} ins(%x : tensor<?x?x{t}>)
    outs(%0, %1 : tensor<{t}>, tensor<i64>) -> (tensor<{t}>, tensor<i64>)
  return %z#0, %z#1 : tensor<{t}>, tensor<i64>
}}
"""

# Whole rows; the names are those of docs/Numerics.md.
ROWS = [
    ("E2", [-INF, -INF, -INF]), ("E4", [-3e38] * 4), ("E5", [INF, 1.0, 2.0]),
    ("E6", [INF, -INF]), ("E7", [1.0, 2.0, NAN]), ("E7", [NAN, 2.0, 3.0, NAN]),
    ("E8", [1.0, INF, NAN]), ("E8", [-INF, NAN, -INF]), ("E9", [0.0, -INF, 1.0]),
    ("E10", [3.25]), ("E10", [-7.5]), ("E11", [-INF]), ("E11", [INF]), ("E11", [NAN]),
    ("E12", []), ("E14", [1e30, 0.0, -1e30, 1e30]), ("E16", [1e4, 1e4]),
    ("E16", [-1e8, -1e8]), ("E17", [0.0, -90.0]), ("E19", [1e-45, 1e-40, 0.0, -1e-41]),
    ("E20", [0.0, -20.0]), ("E21", [-0.6931472, -0.6931472]), ("E24", [-104.0, -104.0]),
    ("E27", [-0.0, 0.0]), ("first of equals", [1.0, 5.0, 2.0, 5.0]),
    ("late maximum", [-INF, -INF, -5.0]), ("position over a byte", [0.0] * 299 + [1.0]),
]


def to_bits(values, name):
    """`values` as an array that C takes for elements of type `name`."""
    if name != "bf16":
        with np.errstate(all="ignore"):
            return np.ascontiguousarray(values, TYPES[name][0])
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return np.where(np.isnan(values), 0x7FC0, rounded).astype(np.uint16)


def from_bits(array, name):
    if name == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array


def reference(row, death):
    """Probabilities, log-probabilities, log-sum-exp and argmax of one row."""
    z = np.asarray(row, np.longdouble)
    position = int(np.argmax(z)) if z.size else 0
    largest = z[position] if z.size else np.longdouble(-INF)
    fill = lambda value: np.full(z.shape, value, np.longdouble)
    if np.isnan(largest) or largest == INF:
        return fill(NAN), fill(NAN), largest, position
    if largest == -INF:
        dead = death == "zero"
        return fill(0 if dead else NAN), fill(-INF if dead else NAN), largest, position
    with np.errstate(all="ignore"):
        e = np.exp(z - largest)
        log_sum = np.log(e.sum())
        return e / e.sum(), z - largest - log_sum, largest + log_sum, position


def agree(actual, expected, tolerance, name):
    """Equal specials, and numbers within `tolerance` and one rounding to `name`."""
    expected = np.asarray(expected, np.longdouble)
    rounded = from_bits(to_bits(expected.astype(np.float64), name), name).astype(np.longdouble)
    actual = np.asarray(actual).astype(np.longdouble)
    with np.errstate(all="ignore"):
        # The least subnormal number of f16 is 2^-24; bf16 has f32's exponents.
        least = {"f16": 2.0**-24, "bf16": 2.0**-133, "f32": 2.0**-149, "f64": 2.0**-1074}[name]
        unit = np.maximum(np.abs(expected) * TYPES[name][2], least)
        close = np.abs(actual - expected) <= tolerance + unit
    return np.all(close | (actual == rounded) | (np.isnan(actual) & np.isnan(expected)))


def compare(label, name, row, answers, death):
    probabilities, log_probabilities, lse, position = reference(row, death)
    eps, z = TYPES[name][1], np.asarray(row, np.longdouble)
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(z[np.isfinite(z)]), initial=0)
        distance = np.nan_to_num(np.abs(z - z.max(initial=-INF)), posinf=0.0)
    # A sum of n numbers in order is off by n/2 roundings at most, exp by one and
    # by the rounding of its argument; cancellation keeps absolute errors.
    roundings = 4 + len(row) / 2
    got = dict(zip(("p", "l", "lse", "argmax"), answers))
    if "p" in got:
        check(agree(got["p"], probabilities, eps * probabilities * (roundings + distance), name),
              f"{label}: probabilities {got['p']} instead of {probabilities}")
        check(agree(got["l"], log_probabilities, eps * (roundings + 2 * distance), name),
              f"{label}: log-probabilities {got['l']} instead of {log_probabilities}")
        if len(row) == 1 and np.isfinite(z[0]):
            check(got["p"][0] == 1 and got["l"][0] == 0 and got["lse"] == row[0],
                  f"{label}: one element is not exact: {answers}")
    check(agree(got["lse"], lse, eps * (roundings + scale), name),
          f"{label}: log-sum-exp {got['lse']} instead of {lse}")
    check(got["argmax"] == position, f"{label}: argmax {got['argmax']}, not {position}")


class Decomposed:
    def __init__(self, directory):
        source = directory / "kinds.mlir"
        source.write_text("".join(FUNCTIONS.format(t=t, death=death)
                                  for t in TYPES for death in ("nan", "zero")))
        self.library = compile_decomposed(source, directory)

    def __call__(self, function, x, *outputs):
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (x, *outputs)]
        extents = [ctypes.c_int64(e) for e in x.shape]
        if x.ndim == 3:
            extents = extents[1:2]
        status = getattr(self.library, f"decomposed_{function}")(pointers[0], *extents, *pointers[1:])
        check(status == 0, f"{function}: status {status}")


def check_rows(model, name, death, label, rows):
    """`rows` in all three layouts."""
    x = to_bits(np.asarray(rows, np.float64), name)
    values = from_bits(x, name).astype(np.float64)
    count, length = x.shape
    full = lambda shape, t=x.dtype: np.full(shape, 7, t)
    p, l, lse, argmax = full(x.shape), full(x.shape), full(count), full(count, np.int64)
    model(f"rows_{death}_{name}", x, p, l, lse, argmax)
    for i in range(count):
        compare(f"rows_{death}_{name} {label}", name, values[i],
                [from_bits(p[i], name), from_bits(l[i], name), from_bits(lse, name)[i], argmax[i]], death)

    lse, argmax = full(()), full((), np.int64)
    model(f"everything_{death}_{name}", x, lse, argmax)
    whole = reference(values.ravel(), death)
    scale = np.max(np.abs(values[np.isfinite(values)]), initial=0)
    check(agree(from_bits(lse, name), whole[2], TYPES[name][1] * (4 + x.size / 2 + scale), name),
          f"everything_{death}_{name} {label}: log-sum-exp {lse} instead of {whole[2]}")
    check(argmax == whole[3], f"everything_{death}_{name} {label}: argmax {argmax}")

    if length != 6:
        return
    # A row of six is element (i, j) of 2x3 at its position in row-major order.
    y = np.ascontiguousarray(x.reshape(count, 2, 3).transpose(1, 0, 2))
    p, l, lse, argmax = full((2, count, 3)), full((count, 3, 2)), full(count), full(count, np.int8)
    model(f"several_{death}_{name}", y, p, l, lse, argmax)
    for i in range(count):
        compare(f"several_{death}_{name} {label}", name, values[i],
                [from_bits(np.ascontiguousarray(p[:, i]).ravel(), name),
                 from_bits(np.ascontiguousarray(l[i].T).ravel(), name),
                 from_bits(lse, name)[i], argmax[i]], death)


def main():
    model = Decomposed(scratch_directory())
    generator = np.random.default_rng(3)
    for name in TYPES:
        for death in ("nan", "zero"):
            for label, row in ROWS:
                check_rows(model, name, death, label, np.reshape(row, (1, len(row))))
            check_rows(model, name, death, "E13", np.zeros((0, 5)))
            sixes = 4 * generator.standard_normal((11, 6))
            sixes[1, 4] = sixes[2, 0] = sixes[2, 5] = NAN
            sixes[3, 5] = INF
            sixes[4, :] = -INF
            sixes[5, 1] = -INF
            sixes[6, :] = 2.5
            check_rows(model, name, death, "sixes", sixes)
            check_rows(model, name, death, "long", generator.standard_normal((3, 1001)) * 8)
    print("decomposed: every kind agrees")


main()
