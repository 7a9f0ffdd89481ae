"""Attention, as the operation, with its kernel and decomposed as a whole, and raised from two products and a softmax, against extended precision: every
element type, dynamic extents, heads that share keys and values, causal masks,
queries without keys, no keys at all, and rows with infinities and NaN."""

import ctypes

import numpy as np
from attention_reference import attend, compare
from lse_testing import (EPS, check, compile_decomposed, compile_model, from_bits,
                         scratch_directory, to_bits)

NAN, INF = np.nan, np.inf
ROW_DEATHS = ("nan", "zero")
LOWEST = {"f32": "0xFF800000", "f64": "0xFFF0000000000000", "f16": "0xFC00"}
# The type of logits. Without kernels, arithmetic in bf16 does not link everywhere.
LOGITS = {"f32": "f32", "f64": "f64", "f16": "f16", "bf16": "f32"}

# Queries ?x3x?x8 of three heads, keys ?x?x8 and values ?x?x5 that the heads share;
# the mask is added to each logit. A query sees keys up to its own position.
OPERATION = """
func.func @causal_{death}_{t}(%q: tensor<?x3x?x8x{t}>, %k: tensor<?x?x8x{t}>, %v: tensor<?x?x5x{t}>, %m: tensor<?x?x{t}>) -> tensor<?x3x?x5x{t}> {{
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %q, %c0 : tensor<?x3x?x8x{t}>
  %n = tensor.dim %q, %c2 : tensor<?x3x?x8x{t}>
  %0 = tensor.empty(%b, %n) : tensor<?x3x?x5x{t}>
  %r = lse.attention dims = [3]
    indexing_maps = [affine_map<(b, h, i, j, d, n) -> (b, h, i, d)>, affine_map<(b, h, i, j, d, n) -> (b, j, d)>,
                     affine_map<(b, h, i, j, d, n) -> (b, j, n)>, affine_map<(b, h, i, j, d, n) -> (i, j)>,
                     affine_map<(b, h, i, j, d, n) -> (b, h, i, n)>]
    row_death = {death} ins(%q, %k, %v, %m : tensor<?x3x?x8x{t}>, tensor<?x?x8x{t}>, tensor<?x?x5x{t}>, tensor<?x?x{t}>)
    outs(%0 : tensor<?x3x?x5x{t}>) logits {{
  ^bb0(%score: {c}, %in: {t}):
    %bias = {widen}
    %scale = arith.constant 0.375 : {c}
    %minus_infinity = arith.constant {lowest} : {c}
    %i = lse.index 2
    %j = lse.index 3
    %is_seen = arith.cmpi sle, %j, %i : index
    %scaled = arith.mulf %score, %scale : {c}
    %masked = arith.addf %scaled, %bias : {c}
    %z = arith.select %is_seen, %masked, %minus_infinity : {c}
    lse.yield %z : {c}
  }} -> tensor<?x3x?x5x{t}>
  return %r : tensor<?x3x?x5x{t}>
}}
"""
# As exporters write it: batch and heads merged, keys and values of two heads
# repeated for four.
RAISED = """
#in = affine_map<(b, g, r, j, d) -> (b, g, j, d)>
#out = affine_map<(b, g, r, j, d) -> (b, g, r, j, d)>
func.func @grouped_{t}(%q: tensor<3x4x5x8x{t}>, %k: tensor<3x2x6x8x{t}>, %v: tensor<3x2x6x7x{t}>) -> tensor<3x4x5x7x{t}> {{
  %zero = arith.constant 0.0 : {t}
  %kr0 = tensor.empty() : tensor<3x2x2x6x8x{t}>
  %kr = linalg.generic {{indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}}
      ins(%k : tensor<3x2x6x8x{t}>) outs(%kr0 : tensor<3x2x2x6x8x{t}>) {{
  ^bb0(%x: {t}, %o: {t}):
    linalg.yield %x : {t}
  }} -> tensor<3x2x2x6x8x{t}>
  %vr0 = tensor.empty() : tensor<3x2x2x6x7x{t}>
  %vr = linalg.generic {{indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}}
      ins(%v : tensor<3x2x6x7x{t}>) outs(%vr0 : tensor<3x2x2x6x7x{t}>) {{
  ^bb0(%x: {t}, %o: {t}):
    linalg.yield %x : {t}
  }} -> tensor<3x2x2x6x7x{t}>
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<3x4x5x8x{t}> into tensor<12x5x8x{t}>
  %k1 = tensor.collapse_shape %kr [[0, 1, 2], [3], [4]] : tensor<3x2x2x6x8x{t}> into tensor<12x6x8x{t}>
  %v1 = tensor.collapse_shape %vr [[0, 1, 2], [3], [4]] : tensor<3x2x2x6x7x{t}> into tensor<12x6x7x{t}>
  %kt0 = tensor.empty() : tensor<12x8x6x{t}>
  %kt = linalg.transpose ins(%k1 : tensor<12x6x8x{t}>) outs(%kt0 : tensor<12x8x6x{t}>) permutation = [0, 2, 1]
  %s0 = tensor.empty() : tensor<12x5x6x{t}>
  %s1 = linalg.fill ins(%zero : {t}) outs(%s0 : tensor<12x5x6x{t}>) -> tensor<12x5x6x{t}>
  %s = linalg.batch_matmul ins(%q1, %kt : tensor<12x5x8x{t}>, tensor<12x8x6x{t}>) outs(%s1 : tensor<12x5x6x{t}>) -> tensor<12x5x6x{t}>
  %p = linalg.softmax dimension(2) ins(%s : tensor<12x5x6x{t}>) outs(%s0 : tensor<12x5x6x{t}>) -> tensor<12x5x6x{t}>
  %o0 = tensor.empty() : tensor<12x5x7x{t}>
  %o1 = linalg.fill ins(%zero : {t}) outs(%o0 : tensor<12x5x7x{t}>) -> tensor<12x5x7x{t}>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<12x5x6x{t}>, tensor<12x6x7x{t}>) outs(%o1 : tensor<12x5x7x{t}>) -> tensor<12x5x7x{t}>
  %r = tensor.expand_shape %o [[0, 1], [2], [3]] output_shape [3, 4, 5, 7] : tensor<12x5x7x{t}> into tensor<3x4x5x7x{t}>
  return %r : tensor<3x4x5x7x{t}>
}}
"""


def run_causal(library, prefix, t, death, q, k, v, m):
    arrays = [to_bits(a, t) for a in (q, k, v, m)]
    out = np.full(q.shape[:3] + (5,), 7, arrays[0].dtype)
    arguments = []
    for array, dims in zip((*arrays, out), ((0, 2), (0, 1), (0, 1), (0, 1), ())):
        arguments.append(ctypes.c_void_p(array.ctypes.data))
        arguments.extend(ctypes.c_int64(array.shape[d]) for d in dims)
    status = getattr(library, f"{prefix}_causal_{death}_{t}")(*arguments)
    check(status == 0, f"{prefix} causal, {t}: status {status}")
    q, k, v, m = (from_bits(a, t) for a in arrays)
    seen = np.arange(k.shape[1])[None, :] <= np.arange(q.shape[2])[:, None]
    mask = np.where(seen, m, -INF)
    # NaN and infinite scores do not reach what a query does not see.
    with np.errstate(all="ignore"):
        for i in range(q.shape[2]):
            one = slice(i, i + 1)
            visible = seen[i]
            expected, bound = attend(
                q[:, :, one], np.where(visible[None, :, None], k, 0)[:, None], v[:, None], mask[one], np.longdouble(0.375), death, t)
            compare(f"{prefix} causal {death} {t} query {i} of {q.shape}, keys {k.shape}",
                    from_bits(out, t)[:, :, one], expected, bound)


def run_grouped(model, t, generator):
    q, k, v = (to_bits(generator.normal(size=s), t) for s in ((3, 4, 5, 8), (3, 2, 6, 8), (3, 2, 6, 7)))
    out = np.full((3, 4, 5, 7), 7, q.dtype)
    status = model.call(f"raised_grouped_{t}", [q, k, v], [out])
    check(status == 0, f"grouped {t}: status {status}")
    q, k, v = (from_bits(a, t) for a in (q, k, v))
    expected, bound = attend(q, np.repeat(k, 2, axis=1), np.repeat(v, 2, axis=1), np.zeros((5, 6)), np.longdouble(1), "nan", t)
    compare(f"grouped {t}", from_bits(out, t), expected, bound)


def special_cases(generator):
    """Operands with one thing in them that is special."""
    def ordinary(batch=2, queries=4, keys=5):
        return [generator.normal(size=s) for s in
                ((batch, 3, queries, 8), (batch, keys, 8), (batch, keys, 5), (queries, keys))]
    for shape in ((2, 4, 5), (1, 1, 1), (2, 3, 0), (0, 3, 4), (1, 7, 33), (2, 0, 3)):
        yield ordinary(*shape)
    q, k, v, m = ordinary()
    yield q, k, v, np.where(np.arange(5) == 0, -INF, m)
    yield q, k, v, np.full_like(m, -INF)
    yield q, k, v, m - 1e4
    yield q, k * 30, v, m
    for value in (NAN, INF, -INF, 3e4):
        changed = [array.copy() for array in (q, k, v, m)]
        for which, place in ((0, (1, 2, 1, 3)), (1, (0, 3, 2)), (2, (1, 4, 0)), (3, (2, 1))):
            case = [array.copy() for array in changed]
            case[which][place] = value
            # What a query does not see has a probability of 0, which is
            # multiplied with a value as any other.
            yield case


def main():
    directory = scratch_directory()
    path = directory / "attention.mlir"
    path.write_text("".join(
        OPERATION.format(t=t, c=c, death=death, lowest=LOWEST[c],
                         widen=f"arith.extf %in : {t} to {c}" if t == "bf16" else f"arith.bitcast %in : {t} to {t}")
        for t, c in LOGITS.items() for death in ROW_DEATHS))
    libraries = {"attention": compile_model(path, directory, "attention").library,
                 "decomposed": compile_decomposed(path, directory)}
    generator = np.random.default_rng(6)
    for q, k, v, m in special_cases(generator):
        for t in EPS:
            for death in ROW_DEATHS:
                for prefix, library in libraries.items():
                    run_causal(library, prefix, t, death, q, k, v, m)

    path = directory / "raised.mlir"
    path.write_text("".join(RAISED.format(t=t) if i == 0 else RAISED.format(t=t).split("\n", 3)[3]
                            for i, t in enumerate(EPS)))
    model = compile_model(path, directory, "raised")
    for t in EPS:
        run_grouped(model, t, generator)


main()
