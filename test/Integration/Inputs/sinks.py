"""Rows with a sink, and the log-sum-exp beside the output of an attention: compiled,
decomposed and by the interpreter, against extended precision, where the sink is one more
element of each row. Both numerics, every type, rows along either dimension and rows of
several segments; sinks that are larger than all logits, far smaller, infinite and NaN;
rows without a finite logit and without any."""

import ctypes
import itertools
import pathlib
import subprocess

import numpy as np
from attention_reference import attend, compare, log_sum_exps
from lse_testing import EPS, LEAST, check, compile_decomposed, compile_model, from_bits, scratch_directory, to_bits

NAN, INF = np.nan, np.inf
RESULTS = {"softmax": "probabilities", "log_softmax": "log_probabilities", "logsumexp": "logsumexp"}
# The sink of a row is half of what is read.
ROWS = """
func.func @{name}(%x: tensor<?x?x{t}>, %s: tensor<?x{t}>) -> ({types}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %whole = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %rows = tensor.empty({rows}) : tensor<?x{t}>
  %r:{count} = lse.{op} dims = [{dim}] results = [{kinds}]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, {maps}]
    row_death = {death} numerics = {numerics} ins(%x, %s : tensor<?x?x{t}>, tensor<?x{t}>) outs({outs} : {types}) logits {{
  ^bb0(%in: {t}, %out: {t}):
    %half = arith.constant 0.5 : {t}
    %sink = arith.mulf %out, %half : {t}
    lse.yield %in, %sink : {t}, {t}
  }} -> ({types})
  return {values} : {types}
}}
"""
# Each head has a sink of its own, and two share keys; a query sees keys up to its own
# position.
ATTENTION = """
func.func @attention_{death}_{t}(%q: tensor<?x4x?x8x{t}>, %k: tensor<?x2x?x8x{t}>, %v: tensor<?x2x?x5x{t}>, %s: tensor<4x{t}>)
    -> (tensor<?x4x?x5x{t}>, tensor<?x?x4x{t}>) {{
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %q, %c0 : tensor<?x4x?x8x{t}>
  %n = tensor.dim %q, %c2 : tensor<?x4x?x8x{t}>
  %q5 = tensor.expand_shape %q [[0], [1, 2], [3], [4]] output_shape [%b, 2, 2, %n, 8] : tensor<?x4x?x8x{t}> into tensor<?x2x2x?x8x{t}>
  %s2 = tensor.expand_shape %s [[0, 1]] output_shape [2, 2] : tensor<4x{t}> into tensor<2x2x{t}>
  %0 = tensor.empty(%b, %n) : tensor<?x2x2x?x5x{t}>
  %1 = tensor.empty(%b, %n) : tensor<?x?x2x2x{t}>
  %r:2 = lse.attention dims = [4] results = [output, logsumexp]
    indexing_maps = [affine_map<(b, g, h, i, j, d, n) -> (b, g, h, i, d)>, affine_map<(b, g, h, i, j, d, n) -> (b, g, j, d)>,
                     affine_map<(b, g, h, i, j, d, n) -> (b, g, j, n)>, affine_map<(b, g, h, i, j, d, n) -> (g, h)>,
                     affine_map<(b, g, h, i, j, d, n) -> (b, g, h, i, n)>, affine_map<(b, g, h, i, j, d, n) -> (b, i, g, h)>]
    row_death = {death} ins(%q5, %k, %v, %s2 : tensor<?x2x2x?x8x{t}>, tensor<?x2x?x8x{t}>, tensor<?x2x?x5x{t}>, tensor<2x2x{t}>)
    outs(%0, %1 : tensor<?x2x2x?x5x{t}>, tensor<?x?x2x2x{t}>) logits {{
  ^bb0(%score: {c}, %in: {t}):
    {widen}
    %minus_infinity = arith.constant {lowest} : {c}
    %i = lse.index 3
    %j = lse.index 4
    %is_seen = arith.cmpi sle, %j, %i : index
    %z = arith.select %is_seen, %score, %minus_infinity : {c}
    lse.yield %z, %sink : {c}, {c}
  }} -> (tensor<?x2x2x?x5x{t}>, tensor<?x?x2x2x{t}>)
  %o = tensor.collapse_shape %r#0 [[0], [1, 2], [3], [4]] : tensor<?x2x2x?x5x{t}> into tensor<?x4x?x5x{t}>
  %l = tensor.collapse_shape %r#1 [[0], [1], [2, 3]] : tensor<?x?x2x2x{t}> into tensor<?x?x4x{t}>
  return %o, %l : tensor<?x4x?x5x{t}>, tensor<?x?x4x{t}>
}}
"""
# The maps that are left out: the log-sum-exp is indexed by batch and query.
DEFAULT = """
func.func @plain(%q: tensor<2x?x8xf32>, %k: tensor<2x?x8xf32>, %v: tensor<2x?x5xf32>) -> (tensor<2x?x5xf32>, tensor<2x?xf32>) {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %q, %c1 : tensor<2x?x8xf32>
  %0 = tensor.empty(%n) : tensor<2x?x5xf32>
  %1 = tensor.empty(%n) : tensor<2x?xf32>
  %r:2 = lse.attention dims = [2] results = [output, logsumexp] ins(%q, %k, %v : tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x5xf32>)
    outs(%0, %1 : tensor<2x?x5xf32>, tensor<2x?xf32>) -> (tensor<2x?x5xf32>, tensor<2x?xf32>)
  return %r#0, %r#1 : tensor<2x?x5xf32>, tensor<2x?xf32>
}
"""
# As a model in PyTorch has it: sinks of heads appended to masked scores, a maximum that is
# subtracted before a softmax with its own, and the column cut off from probabilities.
RAISED = (pathlib.Path(__file__).parents[2] / "Raise" / "sinks.mlir").read_text().split("// -----")[0]
LOGIT = {"f32": "f32", "f64": "f64", "f16": "f32", "bf16": "f32"}
LOWEST = {"f32": "0xFF800000", "f64": "0xFFF0000000000000"}


def name_of(op, dim, t, death, numerics):
    return f"{op}_{dim}_{t}_{death}_{numerics}"


def rows_source(op, dim, t, death, numerics):
    row, rows = ("j", "%n") if dim == 0 else ("i", "%m")
    kinds = [RESULTS[op]] + (["logsumexp"] if op != "logsumexp" else [])
    types = [f"tensor<?x{t}>" if kind == "logsumexp" else f"tensor<?x?x{t}>" for kind in kinds]
    outs = ["%rows" if kind == "logsumexp" else "%whole" for kind in kinds]
    maps = [f"affine_map<(i, j) -> ({row if kind == 'logsumexp' else 'i, j'})>" for kind in kinds]
    values = ["%r"] if len(kinds) == 1 else ["%r#0", "%r#1"]
    return ROWS.format(name=name_of(op, dim, t, death, numerics), op=op, dim=dim, t=t, death=death, numerics=numerics, row=row, rows=rows,
                       kinds=", ".join(kinds), types=", ".join(types), outs=", ".join(outs), maps=", ".join(maps), values=", ".join(values), count=len(kinds))


def attention_source(death, t):
    c = LOGIT[t]
    widen = f"%sink = arith.extf %in : {t} to {c}" if c != t else f"%sink = arith.bitcast %in : {t} to {t}"
    text = ATTENTION.format(death=death, t=t, c=c, lowest=LOWEST[c], widen=widen)
    return text.replace(f"    {widen}\n", "").replace("%z, %sink", "%z, %in") if c == t else text


def rows_cases():
    """Logits along the last dimension, and twice their sinks."""
    generator = np.random.default_rng(5)
    for shape in ((6, 1), (6, 9), (6, 70), (70, 5), (3, 33000)):
        x = np.round(generator.standard_normal(shape) * 4, 1)
        for sinks in (np.zeros(shape[0]), np.resize([50.0, -50.0, 3.0, 0.5, -INF, 2e4], shape[0])):
            yield x, sinks
    x = np.array([[-INF] * 3, [-INF] * 3, [1.0, -INF, 2.0], [NAN, 0.0, 1.0], [INF, 0.0, 1.0], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [-INF, NAN, -INF]])
    yield x, np.array([1.0, -INF, 1.0, 1.0, 1.0, INF, NAN, -INF])
    yield np.zeros((3, 0)), np.array([2.0, -INF, 0.0])
    yield np.zeros((0, 3)), np.zeros(0)


def expected_rows(z, sink, op, death):
    """What the results of one row are."""
    with np.errstate(all="ignore"):
        largest = np.append(z, sink).max()
        total = np.exp(np.append(z, sink) - largest).sum()
        sums = largest if np.isinf(largest) else largest + np.log(total)
        if not np.isfinite(largest):
            is_dead = largest == -INF and death == "zero"
            special = (0.0 if op == "softmax" else -INF) if is_dead else NAN
            return np.full(z.shape, special), sums
        logs = z - largest - np.log(total)
        return np.exp(logs) if op == "softmax" else logs, sums


def close(actual, wanted, bound):
    with np.errstate(all="ignore"):
        return (actual == wanted) | (np.isnan(actual) & np.isnan(wanted)) | (np.abs(actual - wanted) <= bound)


def check_rows(call, x, sinks, op, dim, t, death, numerics):
    name = name_of(op, dim, t, death, numerics)
    bits, sink_bits = to_bits(x if dim else x.T, t), to_bits(sinks, t)
    sums = np.full_like(sink_bits, 7)
    outs = [sums] if op == "logsumexp" else [np.full_like(bits, 7), sums]
    check(call(name, [bits, sink_bits], outs) == 0, f"{name}: status")
    z, s = from_bits(bits, t), from_bits(to_bits(from_bits(sink_bits, t) / 2, t), t)
    actual = from_bits(outs[0], t) if op != "logsumexp" else np.zeros(z.shape)
    if dim == 0:
        z, actual = z.T, actual.T
    compute = EPS["f64"] if t == "f64" else EPS["f32"]
    for row in range(z.shape[0]):
        wanted, wanted_sum = expected_rows(z[row], s[row], op, death)
        with np.errstate(all="ignore"):
            # What a probability may be off by is as many units as its logit is below the
            # largest one: an exponential's argument has that rounding.
            distance = np.where(np.isfinite(z[row]), np.nan_to_num(max(z[row].max(initial=-INF), s[row]) - z[row], posinf=0), 0)
            # Sums of f64 have no wider type: their N roundings cancel for the most part.
            of_sum = np.sqrt(z.shape[1]) / 4 if t == "f64" else 0
            unit = (16 + distance + of_sum) * compute
            size = np.abs(wanted) if op == "softmax" else np.maximum(np.abs(wanted), 1)
            bound = unit * size + 0.5 * EPS[t] * np.abs(wanted) + LEAST[t]
            rounded = from_bits(to_bits(np.array([wanted_sum]), t), t)
            sum_bound = (16 + of_sum) * compute * max(abs(wanted_sum), 1) + EPS[t] * abs(wanted_sum)
            if op != "logsumexp":
                ok = close(actual[row], from_bits(to_bits(wanted, t), t), bound)
                check(np.all(ok), f"{name}: {z[row][:6]} with {s[row]} gives {actual[row][:6]}, not {wanted[:6]}")
        check(np.all(close(from_bits(sums, t)[row], rounded, sum_bound)),
              f"{name}: {z[row][:6]} with {s[row]} has log-sum-exp {from_bits(sums, t)[row]}, not {wanted_sum}")
    return z.shape[0]


def check_interpreter(directory, x, sinks, death):
    path = directory / "one.mlir"
    path.write_text(rows_source("log_softmax", 1, "f64", death, "standard"))
    words = [*x.shape, *x.ravel(), len(sinks), *sinks]
    done = subprocess.run(["lse-fuzz", "--evaluate", path], input=" ".join(str(word) for word in words), capture_output=True, text=True)
    check(done.returncode == 0, f"the interpreter: {done.stderr}")
    numbers = np.array([float(word) for word in done.stdout.split()])
    logs, sums = numbers[: x.size].reshape(x.shape), numbers[x.size :]
    for row in range(x.shape[0]):
        wanted, wanted_sum = expected_rows(x[row].astype(np.longdouble), np.longdouble(sinks[row]) / 2, "log_softmax", death)
        ok = np.all(close(logs[row], wanted, 1e-11)) and close(sums[row], wanted_sum, 1e-11)
        check(ok, f"the interpreter: {x[row]} with {sinks[row] / 2} gives {logs[row]} and {sums[row]}, not {wanted} and {wanted_sum}")


def attention_cases():
    generator = np.random.default_rng(8)

    def ordinary(batch=2, queries=4, keys=5):
        return [generator.normal(size=s) for s in ((batch, 4, queries, 8), (batch, 2, keys, 8), (batch, 2, keys, 5), (4,))]

    for shape in ((2, 4, 5), (1, 1, 1), (2, 3, 0), (0, 3, 4), (1, 7, 33), (2, 0, 3), (1, 50, 70)):
        yield ordinary(*shape)
    q, k, v, s = ordinary()
    for sinks in ([50.0, -50.0, -INF, 0.0], [1.0, INF, NAN, 2e4]):
        yield q, k, v, np.array(sinks)
    yield q, k * 30, v, s
    # Queries that see no finite logit, with and without a sink.
    dead = k.copy()
    dead[:, :, 0, 0] = -INF
    yield np.abs(q), dead, v, np.array([1.0, -INF, 0.0, -INF])
    for which, value in itertools.product((0, 1), (NAN, INF, -INF)):
        case = [array.copy() for array in (q, k, v, s)]
        case[which][1, 1, 2, 3] = value
        yield case


def check_attention(call, prefix, death, t, q, k, v, s):
    q, k, v, s = (to_bits(a, t) for a in (q, k, v, s))
    out = np.full(q.shape[:3] + (5,), 7, q.dtype)
    sums = np.full((q.shape[0], q.shape[2], 4), 7, q.dtype)
    name = f"attention_{death}_{t}"
    check(call(name, [q, k, v, s], [out, sums]) == 0, f"{prefix} {name}: status")
    out, sums = from_bits(out, t), from_bits(sums, t).transpose(0, 2, 1)
    q, k, v, s = (from_bits(a, t) for a in (q, k, v, s))
    k, v = (np.repeat(a, 2, axis=1) for a in (k, v))
    sink = s[None, :, None, None]
    one = np.longdouble(1)
    # NaN and infinite scores do not reach what a query does not see.
    for i in range(q.shape[2]):
        query = q[:, :, i : i + 1]
        keys, values = k[:, :, : i + 1], v[:, :, : i + 1]
        mask = np.zeros((1, keys.shape[2]))
        where = f"{prefix} {name} query {i} of {q.shape}, keys {k.shape}"
        compare(where, out[:, :, i : i + 1], *attend(query, keys, values, mask, one, death, t, sink))
        wanted, bound = log_sum_exps(query, keys, mask, one, t, sink)
        compare(f"{where}, log-sum-exp", sums[:, :, i : i + 1], from_bits(to_bits(wanted, t), t), bound)
    return out.size


def check_plain(model, generator):
    for m, n in ((1, 1), (13, 33), (40, 7), (3, 0)):
        q, k, v = (generator.normal(size=s).astype(np.float32) for s in ((2, m, 8), (2, n, 8), (2, n, 5)))
        out, sums = np.zeros((2, m, 5), np.float32), np.zeros((2, m), np.float32)
        check(model.call("attention_plain", [q, k, v], [out, sums]) == 0, "plain: status")
        wide = [a.astype(np.longdouble) for a in (q, k, v)]
        zero = np.zeros((m, n))
        compare(f"plain {m} {n}", out, *attend(*wide, zero, np.longdouble(1), "nan", "f32"))
        compare(f"plain {m} {n}, log-sum-exp", sums, *log_sum_exps(*wide[:2], zero, np.longdouble(1), "f32"))


def check_raised(directory, generator):
    path = directory / "raised.mlir"
    path.write_text(RAISED)
    text = subprocess.run(["lse-opt", path, "--lse-raise", "--canonicalize"], capture_output=True, text=True, check=True).stdout
    check("lse.attention" in text and "tensor.concat" not in text, f"not raised: {text}")
    model = compile_model(path, directory, "raised")
    q, k, v = (generator.normal(size=s).astype(np.float32) for s in ((2, 4, 8, 16), (2, 4, 6, 16), (2, 4, 6, 16)))
    mask = np.where(generator.random((2, 1, 8, 6)) < 0.3, -INF, 0).astype(np.float32)
    mask[1, 0, 3] = -INF
    sinks = np.array([0.5, -3.0, 20.0, -INF], np.float32)
    out = np.zeros((2, 4, 8, 16), np.float32)
    check(model.call("raised_appended_to_scores", [q, k, v, mask, sinks], [out]) == 0, "raised: status")
    wide = [a.astype(np.longdouble) for a in (q, k, v)]
    compare("raised", out, *attend(*wide, mask.astype(np.longdouble), np.longdouble(0.25), "nan", "f32", sinks[None, :, None, None].astype(np.longdouble)))


def decomposed_caller(library, prefix, dims):
    """Calls functions whose dynamic extents are numbers `dims` of each argument."""
    def call(name, inputs, outs):
        arguments = []
        for array, own in zip((*inputs, *outs), dims + [()] * len(outs)):
            arguments.append(ctypes.c_void_p(array.ctypes.data))
            arguments.extend(ctypes.c_int64(array.shape[d]) for d in own)
        return getattr(library, f"{prefix}_{name}")(*arguments)

    return call


def main():
    directory = scratch_directory()
    variants = [(op, dim, t, "nan", "standard") for op, dim, t in itertools.product(RESULTS, (0, 1), EPS)]
    variants += [(op, dim, "f32", "zero", "standard") for op, dim in itertools.product(("softmax", "log_softmax"), (0, 1))]
    variants += [(op, 1, t, "nan", "accurate") for op, t in itertools.product(RESULTS, ("f32", "f64"))]
    path = directory / "rows.mlir"
    path.write_text("".join(rows_source(*variant) for variant in variants))
    model = compile_model(path, directory)
    kernels = lambda name, inputs, outs: model.call(f"model_{name}", inputs, outs)
    path = directory / "decomposed.mlir"
    simple = [variant for variant in variants if variant[4] == "standard" and variant[2] != "bf16"]
    path.write_text("".join(rows_source(*variant) for variant in simple))
    decomposed = decomposed_caller(compile_decomposed(path, directory), "decomposed", [(0, 1), (0,)])
    count = 0
    for x, sinks in rows_cases():
        for variant in variants:
            count += check_rows(kernels, x, sinks, *variant)
            if variant in simple and x.shape[1] < 1000:
                count += check_rows(decomposed, x, sinks, *variant)
        if x.shape[1] < 100:
            for death in ("nan", "zero"):
                check_interpreter(directory, x, sinks, death)

    path = directory / "attention.mlir"
    text = "".join(attention_source(death, t) for death in ("nan", "zero") for t in EPS)
    path.write_text(text + DEFAULT)
    model = compile_model(path, directory, "attention")
    kernels = lambda name, inputs, outs: model.call(f"attention_{name}", inputs, outs)
    path.write_text(text)
    expanded = decomposed_caller(compile_decomposed(path, directory, "expanded"), "expanded", [(0, 2), (0, 2), (0, 2), ()])
    for case in attention_cases():
        for death, t in itertools.product(("nan", "zero"), EPS):
            count += check_attention(kernels, "kernel", death, t, *case)
            count += check_attention(expanded, "decomposed", death, t, *case)
    check_plain(model, np.random.default_rng(2))
    check_raised(directory, np.random.default_rng(3))
    print(f"{count} results as expected")


main()
