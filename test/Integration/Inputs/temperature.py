"""Logits at temperatures, compiled, by the interpreter, and decomposed, against the
limit in extended precision: 0 is one-hot at the largest, shared by equals, infinity is
uniform over what is not masked, what is negative or NaN is a status that leaves results
alone. Temperatures of each row and of the call, rows along either dimension, every
type; very small ones with logits whose quotients overflow."""

import itertools
import subprocess

import numpy as np
from lse_testing import EPS, LEAST, check, check_expanded, compile_model, from_bits, scratch_directory, to_bits

NAN, INF = np.nan, np.inf
ROWS = """
func.func @{op}_{dim}_{t}(%x: tensor<?x?x{t}>, %t: tensor<?x{t}>) -> ({results}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %1 = tensor.empty({rows}) : tensor<?x{t}>
  %r:2 = lse.{op} dims = [{dim}] results = [{kind}, logsumexp]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>]
    row_death = zero ins(%x, %t : tensor<?x?x{t}>, tensor<?x{t}>) outs(%0, %1 : tensor<?x?x{t}>, tensor<?x{t}>) logits {{
  ^bb0(%in: {t}, %temperature: {t}):
    %z = lse.temper %in by %temperature : {t}, {t}
    lse.yield %z : {t}
  }} -> ({results})
  return %r#0, %r#1 : {results}
}}
"""
# One temperature for the call, and a mask before it.
CALL = """
func.func @masked(%x: tensor<?x?xf32>, %mask: tensor<?x?xi1>, %t: f32) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %r = lse.softmax dims = [1]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %mask, %t : tensor<?x?xf32>, tensor<?x?xi1>, f32) outs(%0 : tensor<?x?xf32>) logits {
  ^bb0(%in: f32, %keep: i1, %temperature: f32):
    %lowest = arith.constant 0xFF800000 : f32
    %kept = arith.select %keep, %in, %lowest : f32
    %z = lse.temper %kept by %temperature : f32, f32
    lse.yield %z : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// A divergence of two rows, each at a temperature of its own, of which one is a constant.
func.func @distilled(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %t: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %0 = tensor.empty(%m) : tensor<?xf32>
  %r = lse.kl_divergence dims = [1]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>]
    ins(%x, %y, %t : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) outs(%0 : tensor<?xf32>) logits {
  ^bb0(%a: f32, %b: f32, %temperature: f32):
    %two = arith.constant 2.0 : f32
    %z = lse.temper %a by %two : f32, f32
    %w = lse.temper %b by %temperature : f32, f32
    lse.yield %z, %w : f32, f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
"""
OPS = {"softmax": "probabilities", "log_softmax": "log_probabilities"}


def source():
    text = []
    for (op, kind), dim, t in itertools.product(OPS.items(), (0, 1), EPS):
        text.append(ROWS.format(op=op, kind=kind, dim=dim, t=t, results=f"tensor<?x?x{t}>, tensor<?x{t}>",
                                rows="%n" if dim == 0 else "%m", row="j" if dim == 0 else "i"))
    return "".join(text) + CALL


def tempered(z, temperature):
    """A row's logits, but for a number that is the same for all, and that number."""
    largest = z.max() if z.size else -INF
    if not np.isfinite(largest):
        return z, 0.0
    with np.errstate(all="ignore"):
        if temperature == 0:
            scaled = np.where(z == largest, 0.0, -INF)
            return scaled, largest if largest == 0 else largest * INF
        if temperature == INF:
            return np.where(z == -INF, -INF, 0.0), 0.0
        return (z - largest) / temperature, largest / temperature


def expected(z, temperature, op):
    """Of one row, with dead rows of 0, and the bound of each."""
    w, shift = tempered(z, temperature)
    largest = w.max() if w.size else -INF
    if not np.isfinite(largest):
        special = (0.0 if op == "softmax" else -INF) if largest == -INF else NAN
        return np.full(z.shape, special), largest
    with np.errstate(all="ignore"):
        logs = w - largest - np.log(np.exp(w - largest).sum())
        return (np.exp(logs) if op == "softmax" else logs), np.log(np.exp(w - largest).sum()) + largest + shift


def close(actual, wanted, bound):
    with np.errstate(all="ignore"):
        return (actual == wanted) | (np.isnan(actual) & np.isnan(wanted)) | (np.abs(actual - wanted) <= bound)


def batches():
    generator = np.random.default_rng(3)
    temperatures = [0.0, -0.0, 1e-3, 0.7, 1.0, 5.0, INF]
    for shape in ((7, 9), (7, 33), (7, 1), (7, 130)):
        x = np.round(generator.standard_normal(shape) * 4, 1)
        x[:, shape[1] // 2] = x.max(axis=1)
        yield x, np.array(temperatures)
    yield np.array([[1.0, 3.0, 3.0], [-INF, 2.0, 2.0], [-INF, -INF, -INF], [NAN, 1.0, 2.0], [INF, 1.0, 0.0]]), np.zeros(5)
    yield np.array([[1.0, 3.0, 3.0], [-INF, 2.0, 2.0], [-INF, -INF, -INF], [NAN, 1.0, 2.0], [INF, 1.0, 0.0]]), np.full(5, INF)
    yield np.array([[0.0, -1.0], [-2.0, -3.0], [-2.0, -2.0]]), np.zeros(3)
    yield np.array([[6e4, 6e4, -6e4], [-6e4, -5e4, -6e4], [1.0, 0.0, -INF]]), np.array([1e-6, 1e-6, 6e-8])
    # Quotients overflow, in f32 and in f64, but for the maximum that is taken away first.
    cold = np.array([[1e3, 1e3, 998.0], [1e3, 0.0, -1e3], [-1e3, -1e3, -2e3], [-1e3, -998.0, -INF]])
    yield cold, np.full(4, 1e-38)
    yield cold, np.full(4, 1e-306)
    yield np.zeros((0, 3)), np.zeros(0)
    yield np.zeros((3, 0)), np.zeros(3)


def check_rows(model, op, dim, t, x, temperatures):
    if dim == 0:
        x = np.ascontiguousarray(x.T)
    bits, tbits = to_bits(x, t), to_bits(temperatures, t)
    out, sums = np.zeros_like(bits), np.zeros_like(tbits)
    status = model.call(f"model_{op}_{dim}_{t}", [bits, tbits], [out, sums])
    check(status == 0, f"{op}_{dim}_{t}: status {status}")
    z, ts = from_bits(bits, t), from_bits(tbits, t)
    actual, actual_sums = from_bits(out, t), from_bits(sums, t)
    if dim == 0:
        z, actual = z.T, actual.T
    compute = EPS["f64"] if t == "f64" else EPS["f32"]
    for row in range(z.shape[0]):
        wanted, wanted_sum = expected(z[row], ts[row], op)
        with np.errstate(all="ignore"):
            # A quotient is off by a unit of its own size, and an exponential by as much.
            finite = np.abs(z[row][np.isfinite(z[row])]).max(initial=0)
            size = min(2 * finite / ts[row], 1e5) if 0 < ts[row] < INF else 0.0
            unit = (16 + 4 * size) * compute
            bound = unit * (np.abs(wanted) if op == "softmax" else np.maximum(np.abs(wanted), 1)) + 0.5 * EPS[t] * np.abs(wanted) + LEAST[t]
            ok = close(actual[row], from_bits(to_bits(wanted, t), t), bound)
            ok_sum = close(actual_sums[row], from_bits(to_bits(np.array([wanted_sum]), t), t), unit * max(abs(wanted_sum), 1) + EPS[t] * abs(wanted_sum))
        check(np.all(ok), f"{op}_{dim}_{t}: {z[row]} at {ts[row]} gives {actual[row]}, not {wanted}")
        check(np.all(ok_sum), f"{op}_{dim}_{t}: {z[row]} at {ts[row]} has log-sum-exp {actual_sums[row]}, not {wanted_sum}")
    return z.shape[0]


def check_interpreter(directory, x, temperatures):
    """The definition that fuzzing trusts."""
    path = directory / "one.mlir"
    path.write_text(ROWS.format(op="softmax", kind="probabilities", dim=1, t="f64", results="tensor<?x?xf64>, tensor<?xf64>", rows="%m", row="i"))
    words = [*x.shape, *x.ravel(), len(temperatures), *temperatures]
    done = subprocess.run(["lse-fuzz", "--evaluate", path], input=" ".join(str(word) for word in words), capture_output=True, text=True)
    if not np.all(temperatures >= 0):
        check(done.returncode != 0, f"the interpreter takes {temperatures}")
        return
    check(done.returncode == 0, f"the interpreter: {done.stderr}")
    actual = np.array([float(word) for word in done.stdout.split()])[: x.size].reshape(x.shape)
    for row in range(x.shape[0]):
        wanted, _ = expected(x[row].astype(np.longdouble), temperatures[row], "softmax")
        check(np.all(close(actual[row], wanted, 1e-12)), f"the interpreter: {x[row]} at {temperatures[row]} gives {actual[row]}, not {wanted}")


def check_status(model):
    x = np.ones((3, 4), np.float32)
    for bad in (-1.0, NAN, -INF, -1e-45):
        temperatures = np.array([1.0, bad, 0.0], np.float32)
        out, sums = np.full_like(x, 7), np.full(3, 7, np.float32)
        status = model.call("model_softmax_1_f32", [x, temperatures], [out, sums])
        check(status == 6, f"a temperature of {bad}: status {status}")
        check(np.all(out == 7) and np.all(sums == 7), f"a temperature of {bad} leaves {out}, {sums}")
        status = model.call("model_masked", [x, np.ones((3, 4), np.uint8), np.float32(bad)], [out])
        check(status == 6 and np.all(out == 7), f"a temperature of {bad} for the call: status {status}, {out}")


def check_masked(model):
    x = np.array([[5.0, 2.0, 2.0, 1.0], [1.0, 1.0, 1.0, 1.0], [3.0, 4.0, 1.0, 0.0]], np.float32)
    mask = np.array([[0, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 1]], np.uint8)
    for temperature in (0.0, 0.5, 1.0, INF):
        out = np.zeros_like(x)
        check(model.call("model_masked", [x, mask, np.float32(temperature)], [out]) == 0, "masked")
        for row in range(3):
            z = np.where(mask[row], x[row], -INF).astype(np.longdouble)
            wanted, _ = expected(z, temperature, "softmax")
            check(np.all(close(out[row], wanted, 1e-6)), f"{z} at {temperature} gives {out[row]}, not {wanted}")


def check_distilled(model):
    generator = np.random.default_rng(9)
    x, y = (np.round(generator.standard_normal((6, 11)), 2).astype(np.float32) for _ in range(2))
    temperatures = np.array([0.0, 1e-3, 0.5, 1.0, 4.0, INF], np.float32)
    out = np.zeros(6, np.float32)
    check(model.call("model_distilled", [x, y, temperatures], [out]) == 0, "distilled")
    for row in range(6):
        q, _ = expected(x[row].astype(np.longdouble), 2.0, "log_softmax")
        p, _ = expected(y[row].astype(np.longdouble), temperatures[row], "softmax")
        with np.errstate(all="ignore"):
            wanted = np.where(p > 0, p * (np.log(p) - q), 0).sum()
        check(abs(out[row] - wanted) <= 2e-6 * max(1, abs(wanted)), f"a divergence at {temperatures[row]} is {out[row]}, not {wanted}")


def main():
    directory = scratch_directory()
    path = directory / "model.mlir"
    path.write_text(source())
    check_expanded(path, "lse.temper")
    model = compile_model(path, directory)
    count = 0
    for x, temperatures in batches():
        for op, dim, t in itertools.product(OPS, (0, 1), EPS):
            count += check_rows(model, op, dim, t, x, temperatures)
        check_interpreter(directory, x, temperatures)
    check_interpreter(directory, np.ones((2, 3)), np.array([1.0, -1.0]))
    check_status(model)
    check_masked(model)
    check_distilled(model)
    print(f"{count} rows as expected")


main()
