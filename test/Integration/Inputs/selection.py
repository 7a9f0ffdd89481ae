"""Top-k and routing, compiled, against a stable sort and softmaxes in extended
precision. Every element type, rows along either dimension, ties, zeros of both
signs, infinities, NaN, one element, none, all, and more than there are."""

import numpy as np
from lse_testing import EPS, LEAST, check, compile_model, from_bits, scratch_directory, softmax, standard_bound, to_bits

NAN, INF = np.nan, np.inf
# The destinations have the extents of an argument.
SOURCE = """
func.func @{name}_{dim}_{t}_{p}(%x: tensor<?x?x{t}>, %like: tensor<?x?xi8>) -> (tensor<?x?x{t}>, tensor<?x?x{p}>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %like, %c0 : tensor<?x?xi8>
  %n = tensor.dim %like, %c1 : tensor<?x?xi8>
  %v = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %q = tensor.empty(%m, %n) : tensor<?x?x{p}>
  %r:2 = lse.{op} dimension = {dim} ins(%x : tensor<?x?x{t}>) outs(%v, %q : tensor<?x?x{t}>, tensor<?x?x{p}>) {attributes}
    -> tensor<?x?x{t}>, tensor<?x?x{p}>
  return %r#0, %r#1 : tensor<?x?x{t}>, tensor<?x?x{p}>
}}
"""
OPERATIONS = {"top_k": ("top_k", ""), "route": ("route", ""), "route_renormalized": ("route", "{renormalize}")}
POSITIONS = {"i32": np.int32, "i64": np.int64}
# What results hold before.
UNTOUCHED = 77


def source():
    return "".join(
        SOURCE.format(name=name, op=op, attributes=attributes, dim=dim, t=t, p=p)
        for name, (op, attributes) in OPERATIONS.items() for dim in (0, 1) for t in EPS for p in POSITIONS)


def matrices():
    generator = np.random.default_rng(5)
    yield generator.normal(0, 4, (5, 9))
    yield generator.integers(-2, 3, (7, 8)).astype(float)
    yield np.array([[0.0, -0.0, 0.0, -1.0], [-INF, -INF, -INF, -INF], [1.0, -INF, 2.0, -INF],
                    [NAN, INF, 3.0, NAN], [INF, 1.0, INF, 2.0], [1e-45, 0.0, -1e-45, 1e-40], [88.0, 200.0, 199.0, -200.0]])
    yield np.array([[3.0]])
    yield np.zeros((3, 0))
    yield np.zeros((0, 4))


def order(row):
    """NaN first, then from the largest down; equals as they are."""
    return np.array(sorted(range(len(row)), key=lambda i: (not np.isnan(row[i]), 0.0 if np.isnan(row[i]) else -row[i], i)),
                    dtype=np.int64)


def check_row(name, row, values, positions, t, where):
    k = len(values)
    expected = order(row)[:k]
    check(np.array_equal(positions, expected), f"{where}: {row} is ordered {positions}, not {expected}")
    if name == "top_k":
        # The same elements, zeros with their sign.
        same = (values == row[expected]) & (np.signbit(values) == np.signbit(row[expected]))
        check(np.all(same | (np.isnan(values) & np.isnan(row[expected]))), f"{where}: {row} has {values} on top")
        return
    logits = row[expected] if name == "route_renormalized" else row
    chosen = slice(None) if name == "route_renormalized" else expected
    if k == 0:
        return
    weights = softmax(logits)[chosen]
    unit = EPS["f64"] if t == "f64" else EPS["f32"]
    with np.errstate(all="ignore"):
        bound = (standard_bound(logits)[chosen] * unit + EPS[t]) * weights + LEAST[t]
        close = (np.isnan(values) & np.isnan(weights)) | (np.abs(values - weights) <= bound)
    check(np.all(close), f"{where}: {row} has weights {values}, not {weights}")


def main():
    directory = scratch_directory()
    path = directory / "model.mlir"
    path.write_text(source())
    model = compile_model(path, directory)
    count = 0
    for t in EPS:
        for matrix in matrices():
            bits = to_bits(matrix, t)
            x = from_bits(bits, t)
            for dim in (0, 1):
                size = x.shape[dim]
                for k in sorted({0, 1, min(2, size), size, size + 1}):
                    shape = (k, x.shape[1]) if dim == 0 else (x.shape[0], k)
                    like = np.zeros(shape, np.int8)
                    for name in OPERATIONS:
                        for p, dtype in POSITIONS.items():
                            values = to_bits(np.full(shape, UNTOUCHED), t)
                            positions = np.full(shape, UNTOUCHED, dtype)
                            where = f"{name}_{dim}_{t}_{p}"
                            status = model.call(f"model_{where}", [bits, like], [values, positions])
                            check((status != 0) == (k > size), f"{where}: status {status} for {k} of {size}")
                            if status != 0:
                                continue
                            for number in range(x.shape[1 - dim]):
                                row = (slice(None), number) if dim == 0 else (number, slice(None))
                                check_row(name, x[row], from_bits(values, t)[row], positions[row], t, where)
                                count += 1
    check(count > 4000, f"only {count} rows")
    print(f"{count} rows as expected")


main()
