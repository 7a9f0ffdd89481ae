"""Gradients with a number for each row, through lse-compile with kernels and decomposed,
against extended precision: that of a log-sum-exp, and that of a cross-entropy with a weight,
alone, beside its loss, and beside the log-sum-exp, too, which a loss may have as well. Every element type, rows along either dimension, ordinary rows,
long ones, special ones, one element and none, weights of 0 and NaN; in place; and a source
that multiplies probabilities by a number for each row."""

import itertools

import numpy as np
from loss_reference import agree, log_softmax, reference, special_logits
from lse_testing import (EPS, Model, check, compile_decomposed, compile_model, from_bits, run, scratch_directory,
                         to_bits)

HEAD = """
func.func @{name}_{t}_{dim}(%x: tensor<?x?x{t}>, %y: tensor<?x?x{t}>, %g: tensor<?x{t}>) -> ({types}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %gradient = tensor.empty(%m, %n) : tensor<?x?x{t}>
  %loss = tensor.empty({rows}) : tensor<?x{t}>
  %logsumexp = tensor.empty({rows}) : tensor<?x{t}>
"""
LOG_SUM_EXP = HEAD + """  %r = lse.logsumexp_grad dims = [{dim}]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %g : tensor<?x?x{t}>, tensor<?x{t}>) outs(%gradient : tensor<?x?x{t}>) -> tensor<?x?x{t}>
  return %r : tensor<?x?x{t}>
}}
"""
# What lse-fuse makes a gradient of.
PRODUCT = HEAD + """  %p = lse.softmax dims = [{dim}] ins(%x : tensor<?x?x{t}>) outs(%gradient : tensor<?x?x{t}>) -> tensor<?x?x{t}>
  %r = linalg.generic {{
    indexing_maps = [affine_map<(i, j) -> ({row})>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]}} ins(%g, %p : tensor<?x{t}>, tensor<?x?x{t}>) outs(%gradient : tensor<?x?x{t}>) {{
  ^bb0(%a: {t}, %b: {t}, %out: {t}):
    %0 = arith.mulf %a, %b : {t}
    linalg.yield %0 : {t}
  }} -> tensor<?x?x{t}>
  return %r : tensor<?x?x{t}>
}}
"""
CROSS_ENTROPY = HEAD + """  %r:{count} = lse.{op} dims = [{dim}] results = [{results}]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, {maps}]
    ins(%x, %y, %g : tensor<?x?x{t}>, tensor<?x?x{t}>, tensor<?x{t}>) outs({outs} : {types}) logits {{
  ^bb0(%a: {t}, %b: {t}, %w: {t}):
    lse.yield {yielded}
  }} -> ({types})
  return {values} : {types}
}}
"""
# Of the operations with targets.
RESULTS = {"weighted": ("gradient",), "both": ("gradient", "loss"), "all": ("logsumexp", "gradient", "loss"),
           "loss": ("logsumexp", "loss"), "loss_first": ("loss", "logsumexp")}


def source(operations_only=False):
    text = []
    for t, dim in itertools.product(EPS, (0, 1)):
        common = dict(t=t, dim=dim, row="j" if dim == 0 else "i", rows="%n" if dim == 0 else "%m")
        element, per_row = f"tensor<?x?x{t}>", f"tensor<?x{t}>"
        text.append(LOG_SUM_EXP.format(name="logsumexp", types=element, **common))
        if not operations_only:
            text.append(PRODUCT.format(name="product", types=element, **common))
        maps = {"gradient": "affine_map<(i, j) -> (i, j)>", "loss": f"affine_map<(i, j) -> ({common['row']})>"}
        maps["logsumexp"] = maps["loss"]
        for name, results in RESULTS.items():
            has_weight = "gradient" in results
            text.append(CROSS_ENTROPY.format(
                op="cross_entropy_grad" if has_weight else "cross_entropy",
                yielded=f"%a, %b, %w : {t}, {t}, {t}" if has_weight else f"%a, %b : {t}, {t}",
                name=name, count=len(results), results=", ".join(results), maps=", ".join(maps[r] for r in results),
                outs=", ".join(f"%{r}" for r in results), values=", ".join(f"%r#{i}" for i in range(len(results))),
                types=", ".join(element if r == "gradient" else per_row for r in results), **common))
    return "".join(text)


class Decomposed(Model):
    """A library without a header whose functions are those of `other`, which has one."""

    def __init__(self, library, other):
        self.library = library
        self.prototypes = {name.replace("rows", "decomposed", 1): p for name, p in other.prototypes.items()}


def expected_of(name, x, y, g):
    """The gradient of a row, the loss, and what the errors of both are measured by."""
    if name in ("logsumexp", "product"):
        p = np.exp(log_softmax(x))
        steps = 8 + np.where(np.isfinite(x), x.max(initial=-np.inf) - x, 0)
        return {"gradient": (p * g, np.abs(p * g) * steps)}
    gradient, scale = reference("cross_entropy_grad", x, y)
    largest = x.max(initial=-np.inf)
    total = largest + np.log(np.exp(x - largest).sum()) if np.isfinite(largest) else largest
    return {"gradient": (gradient * g, scale * np.abs(g)), "loss": reference("cross_entropy", x, y),
            "logsumexp": (total, 1 + np.abs(total))}


def check_rows(model, prefix, name, t, dim, x, y, g):
    oriented = lambda array: np.ascontiguousarray(array if dim == 1 else array.T)
    bits = [to_bits(a, t) for a in (x, y, g)]
    names = RESULTS.get(name, ("gradient",))
    outputs = [np.full(oriented(bits[0]).shape if n == "gradient" else len(x), 7, bits[0].dtype) for n in names]
    who = f"{prefix}_{name}_{t}_{dim}"
    status = model.call(who, [oriented(bits[0]), oriented(bits[1]), bits[2]], outputs)
    check(status == 0, f"{who}: status {status}")
    x, y, g = (from_bits(a, t) for a in bits)
    actual = {n: from_bits(oriented(a) if n == "gradient" else a, t) for n, a in zip(names, outputs)}
    for i in range(len(x)):
        with np.errstate(all="ignore"):
            results = expected_of(name, x[i], y[i], g[i])
        for n in names:
            expected, scale = results[n]
            with np.errstate(all="ignore"):
                ok = agree(actual[n][i], expected, scale + np.abs(expected), t)
            check(ok, f"{who}: {n} {actual[n][i]} instead of {expected} for {x[i][:8]}, {y[i][:8]} and {g[i]}")
    return len(x)


def sets_of(generator):
    for count, n in ((5, 1), (3, 7), (66, 5), (133, 3), (3, 1001), (3, 4137), (0, 4), (3, 0)):
        yield 3 * generator.standard_normal((count, n))
    yield special_logits(5)


def main():
    directory = scratch_directory()
    path = directory / "rows.mlir"
    path.write_text(source())
    fused = run(["lse-opt", path, "--lse-fuse"])
    check(fused.count("lse.logsumexp_grad") == 4 * len(EPS) and "lse.softmax" not in fused, f"not fused:\n{fused}")
    native = compile_model(path, directory, "rows", ("--mcpu=native",))
    alone = directory / "operations.mlir"
    alone.write_text(source(operations_only=True))
    models = {"rows": native, "decomposed": Decomposed(compile_decomposed(alone, directory), native)}
    generator, count = np.random.default_rng(11), 0
    for t, dim in itertools.product(EPS, (0, 1)):
        for a in sets_of(generator):
            y = generator.random(a.shape)
            y /= y.sum(axis=1, keepdims=True) if a.size else 1
            y[:1] = 0
            g = generator.standard_normal(len(a))
            g[1::5], g[2::7] = 0, np.nan
            for name, (prefix, model) in itertools.product(("logsumexp", "product", *RESULTS), models.items()):
                # The sums of what is decomposed have errors that grow with the row.
                if prefix == "decomposed" and (a.shape[1] > 1001 or name == "product"):
                    continue
                count += check_rows(model, prefix, name, t, dim, a, y, g)
    print(f"row gradients: {count} rows agree")


main()
