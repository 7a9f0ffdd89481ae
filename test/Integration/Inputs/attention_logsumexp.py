"""Attention and the log-sum-exp of its scores, as front ends write them, raised to one
operation, with its kernel and decomposed, against extended precision: every element
type, dynamic extents, queries without keys, no keys at all, infinities and NaN. Prints
how many kernels each function calls."""

import re

import numpy as np
from attention_reference import attend, compare, log_sum_exps
from lse_testing import (EPS, Model, check, compile_decomposed, compile_model, from_bits, run,
                         scratch_directory, to_bits)

NAN, INF = np.nan, np.inf
# The type of scores and log-sum-exps, and its -inf.
SUMS = {"f32": "f32", "f64": "f64", "f16": "f32", "bf16": "f32"}
LOWEST = {"f32": "0xFF800000", "f64": "0xFFF0000000000000"}

# Batch and heads are one dimension for the products; a maximum that is infinite is
# replaced, and the row's dimension kept.
MERGED = """
#id = affine_map<(b, h, i, j) -> (b, h, i, j)>
#mask = affine_map<(b, h, i, j) -> (b, 0, i, j)>
#row = affine_map<(b, h, i, j) -> (b, h, i, 0)>
#id3 = affine_map<(b, i, j) -> (b, i, j)>
func.func @merged_{t}(%q: tensor<?x4x?x8x{t}>, %k: tensor<?x4x?x8x{t}>, %v: tensor<?x4x?x5x{t}>, %mask: tensor<?x1x?x?x{c}>) -> (tensor<?x?x5x{t}>, tensor<?x4x?x1x{c}>) {{
  %zero = arith.constant 0.0 : {c}
  %scale = arith.constant 0.375 : {c}
  %lowest = arith.constant {lowest} : {c}
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %q, %c0 : tensor<?x4x?x8x{t}>
  %n = tensor.dim %q, %c2 : tensor<?x4x?x8x{t}>
  %m = tensor.dim %k, %c2 : tensor<?x4x?x8x{t}>
  %kt0 = tensor.empty(%b, %m) : tensor<?x4x8x?x{t}>
  %kt = linalg.transpose ins(%k : tensor<?x4x?x8x{t}>) outs(%kt0 : tensor<?x4x8x?x{t}>) permutation = [0, 1, 3, 2]
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x4x?x8x{t}> into tensor<?x?x8x{t}>
  %k1 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<?x4x8x?x{t}> into tensor<?x8x?x{t}>
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<?x4x?x5x{t}> into tensor<?x?x5x{t}>
  %bh = tensor.dim %q1, %c0 : tensor<?x?x8x{t}>
  %s0 = tensor.empty(%bh, %n, %m) : tensor<?x?x?x{c}>
  %s1 = linalg.fill ins(%zero : {c}) outs(%s0 : tensor<?x?x?x{c}>) -> tensor<?x?x?x{c}>
  %s = linalg.batch_matmul ins(%q1, %k1 : tensor<?x?x8x{t}>, tensor<?x8x?x{t}>) outs(%s1 : tensor<?x?x?x{c}>) -> tensor<?x?x?x{c}>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [%b, 4, %n, %m] : tensor<?x?x?x{c}> into tensor<?x4x?x?x{c}>
  %z0 = tensor.empty(%b, %n, %m) : tensor<?x4x?x?x{c}>
  %z = linalg.generic {{indexing_maps = [#id, #mask, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
      ins(%s4, %mask : tensor<?x4x?x?x{c}>, tensor<?x1x?x?x{c}>) outs(%z0 : tensor<?x4x?x?x{c}>) {{
  ^bb0(%x: {c}, %y: {c}, %out: {c}):
    %scaled = arith.mulf %x, %scale : {c}
    %r = arith.addf %scaled, %y : {c}
    linalg.yield %r : {c}
  }} -> tensor<?x4x?x?x{c}>
  %r0 = tensor.empty(%b, %n) : tensor<?x4x?x1x{c}>
  %m0 = linalg.fill ins(%lowest : {c}) outs(%r0 : tensor<?x4x?x1x{c}>) -> tensor<?x4x?x1x{c}>
  %max = linalg.generic {{indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}}
      ins(%z : tensor<?x4x?x?x{c}>) outs(%m0 : tensor<?x4x?x1x{c}>) {{
  ^bb0(%x: {c}, %out: {c}):
    %r = arith.maximumf %x, %out : {c}
    linalg.yield %r : {c}
  }} -> tensor<?x4x?x1x{c}>
  %shift = linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
      ins(%max : tensor<?x4x?x1x{c}>) outs(%r0 : tensor<?x4x?x1x{c}>) {{
  ^bb0(%x: {c}, %out: {c}):
    %a = math.absf %x : {c}
    %w = {widen}
    %is = arith.cmpf oeq, %w, %infinity : f64
    %r = arith.select %is, %zero, %x : {c}
    linalg.yield %r : {c}
  }} -> tensor<?x4x?x1x{c}>
  %e = linalg.generic {{indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
      ins(%z, %shift : tensor<?x4x?x?x{c}>, tensor<?x4x?x1x{c}>) outs(%z0 : tensor<?x4x?x?x{c}>) {{
  ^bb0(%x: {c}, %y: {c}, %out: {c}):
    %d = arith.subf %x, %y : {c}
    %r = math.exp %d : {c}
    linalg.yield %r : {c}
  }} -> tensor<?x4x?x?x{c}>
  %t0 = linalg.fill ins(%zero : {c}) outs(%r0 : tensor<?x4x?x1x{c}>) -> tensor<?x4x?x1x{c}>
  %sum = linalg.generic {{indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}}
      ins(%e : tensor<?x4x?x?x{c}>) outs(%t0 : tensor<?x4x?x1x{c}>) {{
  ^bb0(%x: {c}, %out: {c}):
    %r = arith.addf %x, %out : {c}
    linalg.yield %r : {c}
  }} -> tensor<?x4x?x1x{c}>
  %log = math.log %sum : tensor<?x4x?x1x{c}>
  %lse = arith.addf %log, %shift : tensor<?x4x?x1x{c}>
  %p4 = linalg.softmax dimension(3) ins(%z : tensor<?x4x?x?x{c}>) outs(%z0 : tensor<?x4x?x?x{c}>) -> tensor<?x4x?x?x{c}>
  %p = tensor.collapse_shape %p4 [[0, 1], [2], [3]] : tensor<?x4x?x?x{c}> into tensor<?x?x?x{c}>
  %o0 = tensor.empty(%bh, %n) : tensor<?x?x5x{c}>
  %o1 = linalg.fill ins(%zero : {c}) outs(%o0 : tensor<?x?x5x{c}>) -> tensor<?x?x5x{c}>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<?x?x?x{c}>, tensor<?x?x5x{t}>) outs(%o1 : tensor<?x?x5x{c}>) -> tensor<?x?x5x{c}>
  {narrow}
  return %result, %lse : tensor<?x?x5x{t}>, tensor<?x4x?x1x{c}>
}}
"""
ROUNDED = """%h = tensor.empty(%bh, %n) : tensor<?x?x5x{t}>
  %result = linalg.generic {{indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}}
      ins(%o : tensor<?x?x5xf32>) outs(%h : tensor<?x?x5x{t}>) {{
  ^bb0(%x: f32, %out: {t}):
    %r = arith.truncf %x : f32 to {t}
    linalg.yield %r : {t}
  }} -> tensor<?x?x5x{t}>"""
# Queries 2x5x3x8 and keys 2x7x3x8 of three heads, causal: m + log(l) and (e v) / l.
CAUSAL = """
#q = affine_map<(b, h, i, j, d) -> (b, i, h, d)>
#k = affine_map<(b, h, i, j, d) -> (b, j, h, d)>
#s = affine_map<(b, h, i, j, d) -> (b, h, i, j)>
#id4 = affine_map<(b, h, i, j) -> (b, h, i, j)>
#queries = affine_map<(b, h, i, j) -> (b, i, h)>
#weights = affine_map<(b, i, h, n, j) -> (b, h, i, j)>
#v = affine_map<(b, i, h, n, j) -> (b, j, h, n)>
#o = affine_map<(b, i, h, n, j) -> (b, i, h, n)>
#out = affine_map<(b, i, h, n) -> (b, i, h, n)>
#by = affine_map<(b, i, h, n) -> (b, i, h)>
func.func @causal(%q: tensor<2x5x3x8xf32>, %k: tensor<2x7x3x8xf32>, %v: tensor<2x7x3x5xf32>) -> (tensor<2x5x3xf32>, tensor<2x5x3x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant 0.375 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %s0 = tensor.empty() : tensor<2x3x5x7xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x3x5x7xf32>) -> tensor<2x3x5x7xf32>
  %s = linalg.generic {indexing_maps = [#q, #k, #s], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<2x5x3x8xf32>, tensor<2x7x3x8xf32>) outs(%s1 : tensor<2x3x5x7xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %a = arith.mulf %x, %y : f32
    %r = arith.addf %out, %a : f32
    linalg.yield %r : f32
  } -> tensor<2x3x5x7xf32>
  %z = linalg.generic {indexing_maps = [#id4, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s : tensor<2x3x5x7xf32>) outs(%s0 : tensor<2x3x5x7xf32>) {
  ^bb0(%x: f32, %out: f32):
    %i = linalg.index 2 : index
    %j = linalg.index 3 : index
    %seen = arith.cmpi sle, %j, %i : index
    %scaled = arith.mulf %x, %scale : f32
    %r = arith.select %seen, %scaled, %lowest : f32
    linalg.yield %r : f32
  } -> tensor<2x3x5x7xf32>
  %m0 = arith.constant dense<0xFF800000> : tensor<2x5x3xf32>
  %m = linalg.generic {indexing_maps = [#id4, #queries], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%z : tensor<2x3x5x7xf32>) outs(%m0 : tensor<2x5x3xf32>) {
  ^bb0(%x: f32, %out: f32):
    %r = arith.maximumf %x, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x5x3xf32>
  %e = linalg.generic {indexing_maps = [#id4, #queries, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%z, %m : tensor<2x3x5x7xf32>, tensor<2x5x3xf32>) outs(%s0 : tensor<2x3x5x7xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %d = arith.subf %x, %y : f32
    %r = math.exp %d : f32
    linalg.yield %r : f32
  } -> tensor<2x3x5x7xf32>
  %l0 = arith.constant dense<0.0> : tensor<2x5x3xf32>
  %l = linalg.generic {indexing_maps = [#id4, #queries], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%e : tensor<2x3x5x7xf32>) outs(%l0 : tensor<2x5x3xf32>) {
  ^bb0(%x: f32, %out: f32):
    %r = arith.addf %x, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x5x3xf32>
  %log = math.log %l : tensor<2x5x3xf32>
  %lse = arith.addf %m, %log : tensor<2x5x3xf32>
  %o0 = tensor.empty() : tensor<2x5x3x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x5x3x5xf32>) -> tensor<2x5x3x5xf32>
  %o = linalg.generic {indexing_maps = [#weights, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%e, %v : tensor<2x3x5x7xf32>, tensor<2x7x3x5xf32>) outs(%o1 : tensor<2x5x3x5xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %a = arith.mulf %x, %y : f32
    %r = arith.addf %out, %a : f32
    linalg.yield %r : f32
  } -> tensor<2x5x3x5xf32>
  %r = linalg.generic {indexing_maps = [#out, #by, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%o, %l : tensor<2x5x3x5xf32>, tensor<2x5x3xf32>) outs(%o0 : tensor<2x5x3x5xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %a = arith.divf %x, %y : f32
    linalg.yield %a : f32
  } -> tensor<2x5x3x5xf32>
  return %lse, %r : tensor<2x5x3xf32>, tensor<2x5x3x5xf32>
}
"""


def source(t):
    c = SUMS[t]
    narrow = f"%result = arith.bitcast %o : tensor<?x?x5x{t}> to tensor<?x?x5x{t}>" if c == t else ROUNDED.format(t=t)
    widen = "arith.bitcast %a : f64 to f64" if c == "f64" else "arith.extf %a : f32 to f64"
    return MERGED.format(t=t, c=c, lowest=LOWEST[c], widen=widen, narrow=narrow)


def print_kernels(raised, names):
    """How many kernels each function calls, after a check that all of it is one operation."""
    prepared = run(["lse-opt", raised, "--lse-bufferize-pipeline"])
    lowered = run(["lse-opt", raised, "--lse-bufferize-pipeline", "--lse-kernel-pipeline=cpu=x86-64-v3"])

    def body(text, name):
        return re.search(rf"^  func[.]func @{name}\(.*?^  }}$", text, re.M | re.S)[0]

    for name in names:
        text = body(prepared, name)
        # An output that is rounded behind a reshape is rounded by a loop of its own.
        isRounded = any(SUMS[t] != t and name.endswith(t) for t in EPS)
        loops = re.findall(r"^ *linalg[.]generic", text, re.M)
        check(text.count("= [output, logsumexp]") == 1 and len(loops) == isRounded,
              f"{name} is more than an attention:\n{text}")
        print(f"{name} | {len(re.findall(r'call @(lse[.][0-9a-f]+)[.]call', body(lowered, name)))}")


def run_merged(name, model, t, q, k, v, mask):
    q, k, v = (to_bits(array, t) for array in (q, k, v))
    mask = to_bits(mask, SUMS[t])
    batch, heads, queries = q.shape[:3]
    output = np.full((batch * heads, queries, 5), 7, q.dtype)
    sums = np.full((batch, heads, queries, 1), 7, mask.dtype)
    status = model.call(f"{name}_merged_{t}", [q, k, v, mask], [output, sums])
    check(status == 0, f"{name} {t}: status {status}")
    q, k, v, mask = (from_bits(a, u) for a, u in ((q, t), (k, t), (v, t), (mask, SUMS[t])))
    scale = np.longdouble(0.375)
    title = f"{name} {t} of {q.shape}, keys {k.shape}"
    expected, bound = attend(q, k, v, mask, scale, "nan", t)
    compare(title, from_bits(output, t).reshape(expected.shape), expected, bound)
    expected, bound = log_sum_exps(q, k, mask, scale, SUMS[t])
    compare(f"{title}, log-sum-exp", from_bits(sums, SUMS[t])[..., 0], expected, bound)


def run_causal(name, model, q, k, v):
    q, k, v = (to_bits(array, "f32") for array in (q, k, v))
    output, sums = np.full((2, 5, 3, 5), 7, np.float32), np.full((2, 5, 3), 7, np.float32)
    status = model.call(f"{name}_causal", [q, k, v], [sums, output])
    check(status == 0, f"{name} causal: status {status}")
    q, k, v = (np.swapaxes(from_bits(array, "f32"), 1, 2) for array in (q, k, v))
    mask = np.where(np.arange(7)[None, :] <= np.arange(5)[:, None], np.longdouble(0), -INF)
    scale = np.longdouble(0.375)
    expected, bound = attend(q, k, v, mask, scale, "nan", "f32")
    compare(f"{name} causal", np.swapaxes(from_bits(output, "f32"), 1, 2), expected, bound)
    expected, bound = log_sum_exps(q, k, mask, scale, "f32")
    compare(f"{name} causal, log-sum-exp", np.swapaxes(from_bits(sums, "f32"), 1, 2), expected, bound)


def special_cases(generator):
    """Operands with one thing in them that is special."""
    def ordinary(batch=2, queries=4, keys=5):
        return [generator.normal(size=s) for s in
                ((batch, 4, queries, 8), (batch, 4, keys, 8), (batch, 4, keys, 5), (batch, 1, queries, keys))]
    for shape in ((2, 4, 5), (1, 1, 1), (2, 3, 0), (0, 3, 4), (1, 7, 33), (2, 0, 3)):
        yield ordinary(*shape)
    q, k, v, m = ordinary()
    yield q, k, v, np.where(np.arange(4)[:, None] == 1, -INF, m)
    yield q, k, v, np.full_like(m, -INF)
    yield q, k, v, m - 1e4
    yield q * 30, k, v, m
    for value in (NAN, INF, -INF, 3e4):
        for which, place in ((0, (1, 2, 1, 3)), (1, (0, 3, 3, 2)), (2, (1, 1, 4, 0)), (3, (1, 0, 2, 1))):
            case = [array.copy() for array in (q, k, v, m)]
            case[which][place] = value
            yield case


def main():
    directory = scratch_directory()
    sources = {f"merged_{t}": source(t) for t in EPS} | {"causal": CAUSAL}
    path = directory / "all.mlir"
    path.write_text("".join(re.sub(r"^#.*\n", "", text, flags=re.M) if i not in (0, len(EPS)) else text
                            for i, text in enumerate(sources.values())))
    raised = directory / "raised.mlir"
    raised.write_text(run(["lse-opt", path, "--lse-raise-pipeline"]))
    print_kernels(raised, sources)
    kernels = compile_model(path, directory, "kernels")
    compile_decomposed(raised, directory)
    decomposed = Model(directory / "decomposed.so", directory / "kernels.h")
    decomposed.prototypes = {name.replace("kernels", "decomposed"): of for name, of in kernels.prototypes.items()}
    generator = np.random.default_rng(8)
    operands = [generator.normal(size=(2, n, 3, d)) for n, d in ((5, 8), (7, 8), (7, 5))]
    cases = list(special_cases(generator))
    for name, model in (("kernels", kernels), ("decomposed", decomposed)):
        run_causal(name, model, *operands)
        for t in EPS:
            for case in cases:
                run_merged(name, model, t, *case)


main()
