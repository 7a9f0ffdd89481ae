"""Operations between elementwise ones, casts and transpositions, compiled: nothing is
left of these, and the numbers are those of NumPy in extended precision. Rows along
either dimension, odd sizes, empty ones, masked rows, infinities, NaN, large logits."""

import itertools
import re

import numpy as np
from lse_testing import EPS, LEAST, check, compile_model, from_bits, run, scratch_directory, softmax, to_bits

NAN, INF = np.nan, np.inf
# x * scale + bias, masked; the result is rounded to the type of x.
ROWS = """
#all = affine_map<(d0, d1) -> (d0, d1)>
#columns = affine_map<(d0, d1) -> (d1)>
func.func @{op}_{dim}_{t}(%x: tensor<?x?x{t}>, %scale: f32, %bias: tensor<?xf32>, %mask: tensor<?x?xi1>) -> tensor<?x?x{t}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %lowest = arith.constant 0xFF800000 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %wide = tensor.empty(%m, %n) : tensor<?x?xf32>
  %x32 = linalg.generic {{indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}}
    ins(%x : tensor<?x?x{t}>) outs(%wide : tensor<?x?xf32>) {{
  ^bb0(%in: {t}, %old: f32):
    {widen}
    linalg.yield %0 : f32
  }} -> tensor<?x?xf32>
  %scaled = linalg.generic {{indexing_maps = [#all, #columns, #all], iterator_types = ["parallel", "parallel"]}}
    ins(%x32, %bias : tensor<?x?xf32>, tensor<?xf32>) outs(%wide : tensor<?x?xf32>) {{
  ^bb0(%in: f32, %b: f32, %old: f32):
    %0 = arith.mulf %in, %scale : f32
    %1 = arith.addf %0, %b : f32
    linalg.yield %1 : f32
  }} -> tensor<?x?xf32>
  %masked = linalg.generic {{indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}}
    ins(%scaled, %mask : tensor<?x?xf32>, tensor<?x?xi1>) outs(%wide : tensor<?x?xf32>) {{
  ^bb0(%in: f32, %keep: i1, %old: f32):
    %0 = arith.select %keep, %in, %lowest : f32
    linalg.yield %0 : f32
  }} -> tensor<?x?xf32>
  %p = lse.{op} dims = [{dim}] ins(%masked : tensor<?x?xf32>) outs(%wide : tensor<?x?xf32>) -> tensor<?x?xf32>
  %out = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %r = linalg.generic {{indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}}
    ins(%p : tensor<?x?xf32>) outs(%out : tensor<?x?x{t}>) {{
  ^bb0(%in: f32, %old: {t}):
    {narrow}
    linalg.yield %0 : {t}
  }} -> tensor<?x?x{t}>
  return %r : tensor<?x?x{t}>
}}
"""
CASTS = {
    "f16": ("%0 = arith.extf %in : f16 to f32", "%0 = arith.truncf %in : f32 to f16"),
    "bf16": ("%0 = arith.extf %in : bf16 to f32", "%0 = arith.truncf %in : f32 to bf16"),
    "f32": ("%0 = arith.negf %in : f32", "%0 = arith.addf %in, %in : f32"),
}
# Four heads share keys, which come transposed, and values; heads of the result are merged
# after it.
ATTENTION = """
func.func @attention(%q: tensor<2x?x4x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x9xf32>) -> tensor<2x?x4x9xf32> {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %sq = tensor.dim %q, %c1 : tensor<2x?x4x16xf32>
  %sk = tensor.dim %k, %c2 : tensor<2x16x?xf32>
  %q0 = tensor.empty(%sq) : tensor<2x4x?x16xf32>
  %qt = linalg.transpose ins(%q : tensor<2x?x4x16xf32>) outs(%q0 : tensor<2x4x?x16xf32>) permutation = [0, 2, 1, 3]
  %k0 = tensor.empty(%sk) : tensor<2x?x16xf32>
  %kt = linalg.transpose ins(%k : tensor<2x16x?xf32>) outs(%k0 : tensor<2x?x16xf32>) permutation = [0, 2, 1]
  %k1 = tensor.empty(%sk) : tensor<2x4x?x16xf32>
  %ks = linalg.broadcast ins(%kt : tensor<2x?x16xf32>) outs(%k1 : tensor<2x4x?x16xf32>) dimensions = [1]
  %v1 = tensor.empty(%sk) : tensor<2x4x?x9xf32>
  %vs = linalg.broadcast ins(%v : tensor<2x?x9xf32>) outs(%v1 : tensor<2x4x?x9xf32>) dimensions = [1]
  %o1 = tensor.empty(%sq) : tensor<2x4x?x9xf32>
  %o = lse.attention dims = [3]
    indexing_maps = [affine_map<(b, h, q, k, s, v) -> (b, h, q, s)>, affine_map<(b, h, q, k, s, v) -> (b, h, k, s)>,
                     affine_map<(b, h, q, k, s, v) -> (b, h, k, v)>, affine_map<(b, h, q, k, s, v) -> (b, h, q, v)>]
    ins(%qt, %ks, %vs : tensor<2x4x?x16xf32>, tensor<2x4x?x16xf32>, tensor<2x4x?x9xf32>) outs(%o1 : tensor<2x4x?x9xf32>) -> tensor<2x4x?x9xf32>
  %o2 = tensor.empty(%sq) : tensor<2x?x4x9xf32>
  %ot = linalg.transpose ins(%o : tensor<2x4x?x9xf32>) outs(%o2 : tensor<2x?x4x9xf32>) permutation = [0, 2, 1, 3]
  return %ot : tensor<2x?x4x9xf32>
}
"""


def source():
    text = [ROWS.format(op=op, dim=dim, t=t, widen=widen, narrow=narrow).replace("#all", f"#all_{op}_{dim}_{t}").replace("#columns", f"#columns_{op}_{dim}_{t}")
            for op, dim, (t, (widen, narrow)) in itertools.product(("softmax", "log_softmax"), (0, 1), CASTS.items())]
    return "".join(text) + ATTENTION


def batches():
    generator = np.random.default_rng(5)
    for shape in ((3, 7), (5, 33), (17, 1), (1, 300), (70, 65)):
        for scale in (1.0, 30.0):
            yield generator.standard_normal(shape) * scale, generator.random(shape) < 0.8
    special = np.array([[NAN, 0.0, 1.0], [INF, 0.0, 1.0], [-INF, 2.0, 1.0], [1.0, 2.0, 3.0], [6e4, -6e4, 6e4]])
    yield special, np.ones_like(special, bool)
    yield special, np.array([[False, True, True], [False, True, True], [True, True, True], [False, False, False], [True, False, True]])
    yield np.zeros((0, 3)), np.zeros((0, 3), bool)
    yield np.zeros((3, 0)), np.zeros((3, 0), bool)


def check_rows(model, op, dim, t, values, mask):
    bits = to_bits(values, t)
    bias = np.linspace(-1, 1, values.shape[1]).astype(np.float32)
    scale = np.float32(0.75)
    out = np.zeros_like(bits)
    status = model.call(f"model_{op}_{dim}_{t}", [bits, scale, bias, mask.astype(np.uint8)], [out])
    check(status == 0, f"{op}_{dim}_{t}: status {status}")
    with np.errstate(all="ignore"):
        x = from_bits(bits, t).astype(np.float32)
        z = np.where(mask, (-x if t == "f32" else x) * scale + bias, np.float32(-INF))
        if values.size == 0:
            return
        p = softmax(z, axis=dim)
        wide = np.asarray(z, np.longdouble)
        shifted = wide - wide.max(axis=dim, keepdims=True)
        expected = p if op == "softmax" else shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
        expected = 2 * expected if t == "f32" else expected
        distance = np.nan_to_num(np.abs(shifted), nan=0.0, posinf=0.0)
        # docs/Numerics.md for f32, and half a unit of the narrower type.
        bound = (8 + distance + np.log(z.shape[dim])) * EPS["f32"] * np.maximum(np.abs(expected), 0 if op == "softmax" else 1) \
            + (0.5 * EPS[t] if t != "f32" else 0) * np.abs(expected) + LEAST[t]
        actual = from_bits(out, t)
        # What overflows is infinite.
        rounded = from_bits(to_bits(expected, t), t)
        close = (actual == rounded) | (np.isnan(actual) & np.isnan(expected)) | (np.abs(actual - expected) <= bound)
    check(np.all(close), f"{op}_{dim}_{t} of {z[~np.broadcast_to(close, z.shape)]}: {actual[~close]}, not {expected[~close]}")


def check_attention(model, queries, keys):
    generator = np.random.default_rng(queries * 100 + keys)
    q, k, v = (generator.standard_normal(shape).astype(np.float32)
               for shape in ((2, queries, 4, 16), (2, 16, keys), (2, keys, 9)))
    out = np.zeros((2, queries, 4, 9), np.float32)
    status = model.call("model_attention", [q, k, v], [out])
    check(status == 0, f"attention: status {status}")
    wide = [array.astype(np.longdouble) for array in (q, k, v)]
    p = softmax(np.einsum("bqhs,bsk->bhqk", wide[0], wide[1]))
    expected = np.einsum("bhqk,bkv->bqhv", p, wide[2])
    # Logits below 20 that are off by 16 units, weights and their sum.
    close = np.abs(out - expected) <= 64 * 16 * EPS["f32"] * np.abs(wide[2]).max()
    check(np.all(close), f"attention: {out}, not {expected}")


def main():
    directory = scratch_directory()
    path = directory / "model.mlir"
    path.write_text(source())
    bufferized = run(["lse-compile", path, "--stop-after=bufferize", "-o", "-"])
    check(bufferized.count("lse.softmax ") == 6 and bufferized.count("lse.attention ") == 1, bufferized)
    # No operation yields twice a probability.
    left = re.findall(r"^ *(linalg\.\w+|%\w+ = memref\.alloc)\b", bufferized, re.M)
    left = [operation for operation in left if operation != "linalg.yield"]
    check(len(left) == 8, f"there is more beside kernels than four sums and their memory: {left}\n{bufferized}")
    model = compile_model(path, directory)
    count = 0
    for op, dim, t in itertools.product(("softmax", "log_softmax"), (0, 1), CASTS):
        for values, mask in batches():
            check_rows(model, op, dim, t, values, mask)
            count += 1
    for queries, keys in ((1, 1), (5, 7), (33, 70), (64, 129)):
        check_attention(model, queries, keys)
        count += 1
    print(f"{count} results as expected")


main()
