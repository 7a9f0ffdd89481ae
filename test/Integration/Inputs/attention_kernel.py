"""The kernel of an attention against extended precision: sizes on both sides of every
tile, on each instruction set that the machine has, in memory that ends where the
operands end; layouts, what a region may compute, values too large to touch, and allocations that
fail."""

import ctypes
import mmap
import os
import subprocess
import sys

import numpy as np
from attention_reference import attend, compare
from lse_testing import EPS, check, compile_model, from_bits, scratch_directory, to_bits

INF = np.inf
LOGIT = {"f32": "f32", "f64": "f64", "f16": "f32", "bf16": "f32"}
LOWEST = {"f32": "0xFF800000", "f64": "0xFFF0000000000000"}
# Batch, queries, heads and scores; one head of keys for two of queries. Everything
# that a region can do with a score.
EVERYTHING = """
#q = affine_map<(b, g, h, i, j, d, n) -> (b, i, g, h, d)>
#k = affine_map<(b, g, h, i, j, d, n) -> (b, j, g, d)>
#v = affine_map<(b, g, h, i, j, d, n) -> (b, j, g, n)>
#bias = affine_map<(b, g, h, i, j, d, n) -> (g, h, i, j)>
#keep = affine_map<(b, g, h, i, j, d, n) -> (b, j)>
#length = affine_map<(b, g, h, i, j, d, n) -> (b)>
#out = affine_map<(b, g, h, i, j, d, n) -> (b, i, g, h, n)>
func.func @everything_{t}(%q: tensor<?x?x2x2x?x{t}>, %k: tensor<?x?x2x?x{t}>, %v: tensor<?x?x2x?x{t}>,
    %bias: tensor<2x2x?x?x{t}>, %keep: tensor<?x?xi1>, %lengths: tensor<?xi32>) -> tensor<?x?x2x2x?x{t}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %b = tensor.dim %q, %c0 : tensor<?x?x2x2x?x{t}>
  %n = tensor.dim %q, %c1 : tensor<?x?x2x2x?x{t}>
  %e = tensor.dim %v, %c3 : tensor<?x?x2x?x{t}>
  %0 = tensor.empty(%b, %n, %e) : tensor<?x?x2x2x?x{t}>
  %r = lse.attention dims = [4] indexing_maps = [#q, #k, #v, #bias, #keep, #length, #out] row_death = zero
    ins(%q, %k, %v, %bias, %keep, %lengths : tensor<?x?x2x2x?x{t}>, tensor<?x?x2x?x{t}>, tensor<?x?x2x?x{t}>, tensor<2x2x?x?x{t}>, tensor<?x?xi1>, tensor<?xi32>)
    outs(%0 : tensor<?x?x2x2x?x{t}>) logits {{
  ^bb0(%score: {c}, %in: {t}, %kept: i1, %length: i32):
    %added = {widen}
    %scale = arith.constant 0.25 : {c}
    %cap = arith.constant 4.0 : {c}
    %minus_infinity = arith.constant {lowest} : {c}
    %window = arith.constant 40 : index
    %least = arith.constant -9223372036854775808 : index
    %i = lse.index 3
    %j = lse.index 4
    %j32 = arith.index_cast %j : index to i32
    %is_key = arith.cmpi slt, %j32, %length : i32
    %end = arith.addi %j, %window : index
    %is_near = arith.cmpi sgt, %end, %i : index
    %is_any = arith.cmpi sge, %end, %least : index
    %is_in = arith.andi %is_key, %is_any : i1
    %is_seen = arith.andi %is_in, %is_near : i1
    %is_kept = arith.andi %is_seen, %kept : i1
    %scaled = arith.mulf %score, %scale : {c}
    %part = arith.divf %scaled, %cap : {c}
    %tanh = math.tanh %part : {c}
    %capped = arith.mulf %tanh, %cap : {c}
    %biased = arith.addf %capped, %added : {c}
    %z = arith.select %is_kept, %biased, %minus_infinity : {c}
    lse.yield %z : {c}
  }} -> tensor<?x?x2x2x?x{t}>
  return %r : tensor<?x?x2x2x?x{t}>
}}
"""
STATIC = """
func.func @static_{m}_{n}_{d}_{e}(%q: tensor<2x{m}x{d}xf32>, %k: tensor<2x{n}x{d}xf32>, %v: tensor<2x{n}x{e}xf32>) -> tensor<2x{m}x{e}xf32> {{
  %0 = tensor.empty() : tensor<2x{m}x{e}xf32>
  %r = lse.attention dims = [2] ins(%q, %k, %v : tensor<2x{m}x{d}xf32>, tensor<2x{n}x{d}xf32>, tensor<2x{n}x{e}xf32>)
    outs(%0 : tensor<2x{m}x{e}xf32>) logits {{
  ^bb0(%score: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = lse.index 1
    %j = lse.index 2
    %is_seen = arith.cmpi sge, %i, %j : index
    %z = arith.select %is_seen, %score, %minus_infinity : f32
    lse.yield %z : f32
  }} -> tensor<2x{m}x{e}xf32>
  return %r : tensor<2x{m}x{e}xf32>
}}
"""
# One query for each head, which are what shares keys then; and values that lie
# column by column.
DECODE = """
#q = affine_map<(b, g, h, j, d, n) -> (b, g, h, d)>
#k = affine_map<(b, g, h, j, d, n) -> (b, g, j, d)>
#v = affine_map<(b, g, h, j, d, n) -> (b, g, n, j)>
#out = affine_map<(b, g, h, j, d, n) -> (b, g, h, n)>
func.func @decode(%q: tensor<1x2x4x16xf32>, %k: tensor<1x2x?x16xf32>, %v: tensor<1x2x24x?xf32>) -> tensor<1x2x4x24xf32> {
  %0 = tensor.empty() : tensor<1x2x4x24xf32>
  %r = lse.attention dims = [3] indexing_maps = [#q, #k, #v, #out]
    ins(%q, %k, %v : tensor<1x2x4x16xf32>, tensor<1x2x?x16xf32>, tensor<1x2x24x?xf32>) outs(%0 : tensor<1x2x4x24xf32>)
    -> tensor<1x2x4x24xf32>
  return %r : tensor<1x2x4x24xf32>
}
func.func @no_queries(%q: tensor<16xf32>, %k: tensor<?x16xf32>, %v: tensor<?x3xf32>) -> tensor<3xf32> {
  %0 = tensor.empty() : tensor<3xf32>
  %r = lse.attention dims = [0]
    indexing_maps = [affine_map<(j, d, n) -> (d)>, affine_map<(j, d, n) -> (j, d)>, affine_map<(j, d, n) -> (j, n)>, affine_map<(j, d, n) -> (n)>]
    ins(%q, %k, %v : tensor<16xf32>, tensor<?x16xf32>, tensor<?x3xf32>) outs(%0 : tensor<3xf32>) -> tensor<3xf32>
  return %r : tensor<3xf32>
}
func.func @lengths(%q: tensor<2x4x16xf32>, %k: tensor<2x?x16xf32>, %v: tensor<2x?x8xf32>, %lengths: tensor<2xi32>) -> tensor<2x4x8xf32> {
  %0 = tensor.empty() : tensor<2x4x8xf32>
  %r = lse.attention dims = [2]
    indexing_maps = [affine_map<(b, i, j, d, n) -> (b, i, d)>, affine_map<(b, i, j, d, n) -> (b, j, d)>, affine_map<(b, i, j, d, n) -> (b, j, n)>,
                     affine_map<(b, i, j, d, n) -> (b)>, affine_map<(b, i, j, d, n) -> (b, i, n)>] row_death = zero
    ins(%q, %k, %v, %lengths : tensor<2x4x16xf32>, tensor<2x?x16xf32>, tensor<2x?x8xf32>, tensor<2xi32>) outs(%0 : tensor<2x4x8xf32>) logits {
  ^bb0(%score: f32, %length: i32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %j = lse.index 2
    %end = arith.index_cast %length : i32 to index
    %is_key = arith.cmpi slt, %j, %end : index
    %z = arith.select %is_key, %score, %minus_infinity : f32
    lse.yield %z : f32
  } -> tensor<2x4x8xf32>
  return %r : tensor<2x4x8xf32>
}
func.func @repeated(%q: tensor<5x16xf32>, %k: tensor<?x16xf32>, %v: tensor<?x3xf32>) -> tensor<2x5x3xf32> {
  %0 = tensor.empty() : tensor<2x5x3xf32>
  %r = lse.attention dims = [2]
    indexing_maps = [affine_map<(r, i, j, d, n) -> (i, d)>, affine_map<(r, i, j, d, n) -> (j, d)>, affine_map<(r, i, j, d, n) -> (j, n)>,
                     affine_map<(r, i, j, d, n) -> (r, i, n)>]
    ins(%q, %k, %v : tensor<5x16xf32>, tensor<?x16xf32>, tensor<?x3xf32>) outs(%0 : tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  return %r : tensor<2x5x3xf32>
}
"""
# Queries, keys, scores and columns.
SIZES = [(1, 1, 1, 1), (1, 40, 64, 64), (5, 31, 8, 5), (12, 32, 16, 32), (13, 33, 7, 33), (25, 9, 5, 16), (49, 100, 64, 64),
         (24, 256, 12, 31), (97, 260, 3, 40), (3, 700, 32, 17)]


def guarded(array):
    """A copy that ends where memory does."""
    size = max(array.nbytes, 1)
    pages = (size + mmap.PAGESIZE - 1) // mmap.PAGESIZE
    memory = mmap.mmap(-1, (pages + 1) * mmap.PAGESIZE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    end = pages * mmap.PAGESIZE
    assert libc.mprotect(ctypes.c_void_p(address + end), ctypes.c_size_t(mmap.PAGESIZE), 0) == 0
    copy = np.frombuffer(memory, array.dtype, array.size, end - array.nbytes).reshape(array.shape)
    copy[...] = array
    return copy


def call(model, name, inputs, out):
    inputs = [guarded(a) for a in inputs]
    out = guarded(out)
    status = model.call(f"model_{name}", inputs, [out])
    check(status == 0, f"{name}: status {status}")
    return out


def run_everything(model, t, sizes, generator):
    m, n, d, e = sizes
    batch = 2
    operands = [to_bits(generator.normal(size=s), t) for s in
                ((batch, m, 2, 2, d), (batch, n, 2, d), (batch, n, 2, e), (2, 2, m, n))]
    keep = generator.random((batch, n)) < 0.8
    lengths = np.array([n, n // 2], np.int32)
    out = call(model, f"everything_{t}", operands + [keep, lengths], np.full((batch, m, 2, 2, e), 7, operands[0].dtype))
    q, k, v, bias = (from_bits(a, t) for a in operands)
    i, j = np.arange(m)[:, None], np.arange(n)[None, :]
    seen = (j[None] < lengths[:, None, None]) & (j + 40 > i)[None] & keep[:, None, :]
    # As batch, group, head, then rows and columns.
    q = q.transpose(0, 2, 3, 1, 4)
    k, v = (a.transpose(0, 2, 1, 3)[:, :, None] for a in (k, v))
    scores = q @ np.swapaxes(k, -1, -2) * np.longdouble(0.25)
    capped = 4 * np.tanh(scores / 4)
    mask = np.where(seen[:, None, None], capped - scores + bias[None], -INF)
    expected, bound = attend(q, k, v, mask, np.longdouble(0.25), "zero", t)
    # The bound has one rounding of the bias in the type of the operands, where the
    # cap is as large as 4 and has 8 roundings of f32.
    weights = 2 * 8 * 4 * EPS["f64" if t == "f64" else "f32"] * np.abs(v).max(axis=-2, keepdims=True)
    compare(f"everything {t} {sizes}", from_bits(out, t).transpose(0, 2, 3, 1, 4), expected, bound + weights)


def run_static(model, sizes, generator):
    m, n, d, e = sizes
    q, k, v = (generator.normal(size=s).astype(np.float32) for s in ((2, m, d), (2, n, d), (2, n, e)))
    hidden = v.copy()
    # Larger than what is exactly nothing times it.
    hidden[:, min(m, n):] = 3e38
    out = call(model, f"static_{m}_{n}_{d}_{e}", [q, k, hidden], np.zeros((2, m, e), np.float32))
    seen = np.arange(n)[None, :] <= np.arange(m)[:, None]
    expected, bound = attend(*(a.astype(np.longdouble) for a in (q, k, v)), np.where(seen, 0, -INF), np.longdouble(1), "nan", "f32")
    compare(f"static {sizes}", out, expected, bound)


def run_decode(model, n, generator):
    q, k, v = (generator.normal(size=s).astype(np.float32) for s in ((1, 2, 4, 16), (1, 2, n, 16), (1, 2, 24, n)))
    out = call(model, "decode", [q, k, v], np.zeros((1, 2, 4, 24), np.float32))
    wide = [a.astype(np.longdouble) for a in (q, k, v)]
    expected, bound = attend(wide[0], wide[1], np.swapaxes(wide[2], -1, -2), np.zeros((4, n)), np.longdouble(1), "nan", "f32")
    compare(f"decode {n}", out, expected, bound)
    out = call(model, "no_queries", [q[0, 0, 0], k[0, 0], np.ascontiguousarray(v[0, 0, :3].T)], np.zeros(3, np.float32))
    expected, bound = attend(wide[0][0, 0, :1], wide[1][0, 0], wide[2][0, 0, :3].T, np.zeros((1, n)), np.longdouble(1), "nan", "f32")
    compare(f"no queries {n}", out[None], expected, bound)
    q = generator.normal(size=(5, 16)).astype(np.float32)
    out = call(model, "repeated", [q, k[0, 0], np.ascontiguousarray(v[0, 0, :3].T)], np.zeros((2, 5, 3), np.float32))
    expected, bound = attend(q.astype(np.longdouble), wide[1][0, 0], wide[2][0, 0, :3].T, np.zeros((5, n)), np.longdouble(1), "nan", "f32")
    compare(f"repeated {n}", out, np.stack([expected] * 2), np.stack([bound] * 2))


def run_lengths(model, n, generator):
    """What lies behind the length is not touched."""
    q, k, v = (generator.normal(size=s).astype(np.float32) for s in ((2, 4, 16), (2, n, 16), (2, n, 8)))
    for lengths in ([n, n // 2], [0, 1], [-3, n + 5]):
        hidden = np.arange(n)[None, :] >= np.array(lengths)[:, None]
        far = np.where(hidden[..., None], np.float32(3e38), v)
        out = call(model, "lengths", [q, k, far, np.array(lengths, np.int32)], np.zeros((2, 4, 8), np.float32))
        wide = [a.astype(np.longdouble) for a in (q, k, v)]
        expected, bound = attend(*wide, np.where(hidden, -INF, 0)[:, None, :], np.longdouble(1), "zero", "f32")
        compare(f"lengths {lengths} of {n}", out, expected, bound)


def run_out_of_memory(model, generator):
    """However many allocations succeed, a failed one is a status, and all that
    succeeded are freed."""
    m, n, d, e = SIZES[8]
    operands = [generator.normal(size=s).astype(np.float32) for s in ((2, m, d), (2, n, d), (2, n, e))]
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    live, counts = set(), {"made": 0, "most": None}

    @ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
    def allocate(_, size):
        if counts["made"] == counts["most"]:
            return None
        counts["made"] += 1
        live.add(pointer := libc.malloc(size))
        return pointer

    @ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    def release(_, pointer):
        live.discard(pointer)
        libc.free(pointer)

    model.library.lse_set_allocator(allocate, release, None)
    name = f"model_static_{m}_{n}_{d}_{e}"
    status = model.call(name, operands, [np.zeros((2, m, e), np.float32)])
    needed = counts["made"]
    check(status == 0 and needed > 2 and not live, f"status {status} after {needed} allocations, {len(live)} left")
    for most in range(needed):
        counts.update(made=0, most=most)
        status = model.call(name, operands, [np.zeros((2, m, e), np.float32)])
        check(status == 5 and not live, f"status {status} when {most} of {needed} allocations succeed, {len(live)} left")
    model.library.lse_set_allocator(None, None, None)


def run(directory):
    """On the instruction set that the environment allows."""
    base = directory / "model"
    from lse_testing import Model
    model = Model(base.with_suffix(".so"), base.with_suffix(".h"))
    generator = np.random.default_rng(4)
    for sizes in SIZES:
        for t in EPS:
            run_everything(model, t, sizes, generator)
        run_static(model, sizes, generator)
    for n in (1, 7, 64, 333):
        run_decode(model, n, generator)
        run_lengths(model, n, generator)
    run_out_of_memory(model, generator)


def main():
    directory = scratch_directory()
    if os.environ.get("LSE_MAX_TARGET"):
        return run(directory)
    text = DECODE
    for t in EPS:
        c = LOGIT[t]
        widen = f"arith.extf %in : {t} to {c}" if c != t else f"arith.bitcast %in : {t} to {t}"
        source = EVERYTHING.format(t=t, c=c, lowest=LOWEST[c], widen="WIDEN" if c == t else widen)
        if c == t:
            source = source.replace("    %added = WIDEN\n", "").replace("%added", "%in")
        text += source.replace("#", f"#{t}_")
    for m, n, d, e in SIZES:
        text += STATIC.format(m=m, n=n, d=d, e=e)
    path = directory / "model.mlir"
    path.write_text(text)
    compile_model(path, directory)
    for target in ("x86-64", "x86-64-v3", "x86-64-v4"):
        done = subprocess.run([sys.executable, *sys.argv], env={**os.environ, "LSE_MAX_TARGET": target})
        check(done.returncode == 0, f"on {target}")


main()
