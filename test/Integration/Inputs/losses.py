"""Losses and gradients, through lse-compile with kernels for what they are made of
and decomposed as a whole, against extended precision: every element type, rows
along either dimension, ordinary rows and those with infinities, NaN, masks, no
target, one element and none."""

import ctypes
import itertools

import numpy as np
from loss_reference import agree, log_softmax, reference, special_logits
from lse_testing import (EPS, check, compile_decomposed, compile_model, from_bits, scratch_directory,
                         to_bits)

# Logits and targets, or whatever an operation takes, are ?x?; %x and %y have the
# same shape, and a row is dimension {dim} of them.
PAIR = """
func.func @{op}_{dim}_{t}(%x: tensor<?x?x{t}>, %y: tensor<?x?x{t}>) -> tensor<{shape}x{t}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty({extents}) : tensor<{shape}x{t}>
  %r = lse.{op} dims = [{dim}] ins(%x, %y : tensor<?x?x{t}>, tensor<?x?x{t}>)
    outs(%0 : tensor<{shape}x{t}>) logits {{
  ^bb0(%a: {t}, %b: {t}):
    lse.yield %a, %b : {t}, {t}
  }} -> tensor<{shape}x{t}>
  return %r : tensor<{shape}x{t}>
}}
"""
LABELS = """
func.func @labels_{dim}_{t}(%x: tensor<?x?x{t}>, %labels: tensor<?xi64>) -> (tensor<?x{t}>, tensor<?x?x{t}>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty({extents}) : tensor<?x{t}>
  %1 = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %r:2 = lse.cross_entropy dims = [{dim}] results = [loss, probabilities]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d{other})>,
                     affine_map<(d0, d1) -> (d{other})>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %labels : tensor<?x?x{t}>, tensor<?xi64>)
    outs(%0, %1 : tensor<?x{t}>, tensor<?x?x{t}>) logits {{
  ^bb0(%a: {t}, %label: i64):
    %k = lse.index {dim}
    %class = arith.index_cast %k : index to i64
    %is_label = arith.cmpi eq, %class, %label : i64
    %target = arith.uitofp %is_label : i1 to {t}
    lse.yield %a, %target : {t}, {t}
  }} -> (tensor<?x{t}>, tensor<?x?x{t}>)
  return %r#0, %r#1 : tensor<?x{t}>, tensor<?x?x{t}>
}}
"""
PER_ROW = ("cross_entropy", "kl_divergence")
GRADIENTS = ("softmax_grad", "log_softmax_grad", "cross_entropy_grad")


def source():
    text = []
    for t in EPS:
        for dim in (0, 1):
            other = "%n" if dim == 0 else "%m"
            for op in PER_ROW:
                text.append(PAIR.format(op=op, dim=dim, t=t, shape="?", extents=other))
            for op in GRADIENTS:
                text.append(PAIR.format(op=op, dim=dim, t=t, shape="?x?", extents="%m, %n"))
            text.append(LABELS.format(dim=dim, other=1 - dim, t=t, extents=other))
    return "".join(text)


#===--- Running ------------------------------------------------------------===#


class Model:
    def __init__(self, library, prefix):
        self.library, self.prefix = library, prefix

    def __call__(self, function, x, y, *outputs):
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (x, y, *outputs)]
        m, n = (ctypes.c_int64(e) for e in x.shape)
        more = [ctypes.c_int64(e) for e in y.shape]
        status = getattr(self.library, f"{self.prefix}_{function}")(
            pointers[0], m, n, pointers[1], *more, *pointers[2:])
        check(status == 0, f"{self.prefix}_{function}: status {status}")


def run_pair(model, op, t, dim, a, b):
    """`op` on the rows of `a` and `b`, which become dimension `dim`."""
    x, y = to_bits(a, t), to_bits(b, t)
    orient = lambda array: np.ascontiguousarray(array if dim == 1 else array.T)
    out = np.full(len(a) if op in PER_ROW else orient(x).shape, 7, x.dtype)
    model(f"{op}_{dim}_{t}", orient(x), orient(y), out)
    actual = from_bits(out if op in PER_ROW else orient(out), t)
    x, y = from_bits(x, t), from_bits(y, t)
    for i in range(len(a)):
        with np.errstate(all="ignore"):
            expected, scale = reference(op, x[i], y[i])
            ok = agree(actual[i], expected, scale, t)
        check(ok, f"{model.prefix} {op}, {t}, rows along {dim}, {x[i][:8]} and {y[i][:8]}: "
                  f"{actual[i]} instead of {expected}")


def run_labels(model, t, dim, a, labels):
    x = to_bits(a, t)
    orient = lambda array: np.ascontiguousarray(array if dim == 1 else array.T)
    loss, p = np.full(len(a), 7, x.dtype), np.full(orient(x).shape, 7, x.dtype)
    model(f"labels_{dim}_{t}", orient(x), labels, loss, p)
    x, loss, p = from_bits(x, t), from_bits(loss, t), from_bits(orient(p), t)
    for i in range(len(a)):
        target = (np.arange(x.shape[1]) == labels[i]).astype(np.longdouble)
        with np.errstate(all="ignore"):
            expected, scale = reference("cross_entropy", x[i], target)
            ok = agree(loss[i], expected, scale, t)
            q = np.exp(log_softmax(x[i]))
            distance = np.where(np.isfinite(x[i]), x[i].max(initial=-np.inf) - x[i], 0)
            ok_p = agree(p[i], q, q * (2 + distance), t)
        check(ok and ok_p, f"{model.prefix} labels, {t}, rows along {dim}, {x[i][:8]} with {labels[i]}: "
                           f"{loss[i]} instead of {expected}, {p[i]} instead of {q}")


def main():
    directory = scratch_directory()
    path = directory / "losses.mlir"
    path.write_text(source())
    models = [Model(compile_model(path, directory, "losses").library, "losses"),
              Model(compile_decomposed(path, directory), "decomposed")]
    generator = np.random.default_rng(5)
    for t in EPS:
        sets = [3 * generator.standard_normal((5, n)) for n in (1, 2, 7, 33, 1001)]
        sets.append(np.zeros((3, 0)))
        sets.append(special_logits(5))
        for a in sets:
            y = generator.random(a.shape)
            y /= y.sum(axis=1, keepdims=True) if a.size else 1
            y[0] = 0
            y[-1:, ::2] = 0
            other = np.roll(a[::-1], 1, axis=1) if a.size else a
            with np.errstate(all="ignore"):
                e = np.exp(np.clip(a, -100, 100)) if a.size else a
            p = e / e.sum(axis=1, keepdims=True) if a.size else a
            gradient = generator.standard_normal(a.shape)
            labels = np.arange(len(a), dtype=np.int64) % max(a.shape[1], 1)
            labels[:1] = -100
            for model in models:
                for dim in (0, 1):
                    run_pair(model, "cross_entropy", t, dim, a, y)
                    run_pair(model, "cross_entropy_grad", t, dim, a, y)
                    run_pair(model, "kl_divergence", t, dim, a, other)
                    run_pair(model, "softmax_grad", t, dim, p, gradient)
                    run_pair(model, "log_softmax_grad", t, dim, p, gradient)
                    run_labels(model, t, dim, a, labels)
        # A teacher that weighs classes which its student masks by large numbers: what is
        # added up is larger than f32 has, the divergence is not.
        for n, model, dim in itertools.product((4, 67), models, (0, 1)):
            student = np.where(np.arange(n) == 0, 0, -3.3e38)[None]
            run_pair(model, "kl_divergence", t, dim, student, np.zeros((1, n)))
    print("losses: all agree")


main()
