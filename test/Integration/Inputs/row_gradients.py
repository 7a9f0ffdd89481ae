"""Gradients with a number for each row, through lse-compile with kernels and decomposed,
against extended precision: that of a log-sum-exp, and that of a cross-entropy with a weight,
alone, beside its loss, and beside the log-sum-exp, too, which a loss may have as well, and
with the square of the log-sum-exp in the loss; and what else is a sum and a product of
probabilities, by name and as a source multiplies and adds. Every element type, rows along either dimension, ordinary rows,
long ones, special ones, one element and none, weights of 0 and NaN; in place."""

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
# What lse-fuse makes one of these of.
LINEAR = HEAD + """  %p = lse.softmax dims = [{dim}] ins(%x : tensor<?x?x{t}>) outs(%gradient : tensor<?x?x{t}>) -> tensor<?x?x{t}>
  %r = linalg.generic {{
    indexing_maps = [affine_map<(i, j) -> ({row})>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]}} ins(%g, %p, %y : tensor<?x{t}>, tensor<?x?x{t}>, tensor<?x?x{t}>) outs(%gradient : tensor<?x?x{t}>) {{
  ^bb0(%g_i: {t}, %p_i: {t}, %y_i: {t}, %out: {t}):
{body}    linalg.yield %r_i : {t}
  }} -> tensor<?x?x{t}>
  return %r : tensor<?x?x{t}>
}}
"""
# (p * factor + addend) * weight, by name: what the region yields after the logit.
NAMED = HEAD + """  %r = lse.logsumexp_grad dims = [{dim}]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %g, %y : tensor<?x?x{t}>, tensor<?x{t}>, tensor<?x?x{t}>) outs(%gradient : tensor<?x?x{t}>) logits {{
  ^bb0(%a: {t}, %b: {t}, %c: {t}):
    lse.yield %a, {yielded}
  }} -> tensor<?x?x{t}>
  return %r : tensor<?x?x{t}>
}}
"""
LINEAR_BODIES = {"product": ("%r_i = arith.mulf %g_i, %p_i",),
                 "difference": ("%r_i = arith.subf %p_i, %y_i",),
                 "weighted_difference": ("%0 = arith.subf %p_i, %y_i", "%r_i = arith.mulf %0, %g_i"),
                 "reversed": ("%four = arith.constant 4.0", "%0 = arith.subf %y_i, %p_i", "%1 = arith.divf %0, %four",
                              "%r_i = arith.negf %1"),
                 "sum": ("%half = arith.constant -0.5", "%0 = arith.mulf %p_i, %g_i", "%1 = arith.mulf %0, %half",
                         "%2 = arith.mulf %y_i, %g_i", "%r_i = arith.addf %2, %1")}
NAMED_YIELDS = {"added": ("%b", "%c"), "added_weighted": ("%b", "%c", "%b")}


def linear_terms(name, y, g):
    """Factor, addend and weight of probabilities."""
    return {"logsumexp": (g, 0 * y, 1), "product": (g, 0 * y, 1), "difference": (1, -y, 1), "weighted_difference": (1, -y, g),
            "reversed": (1, -y, 0.25), "sum": (-g / 2, y * g, 1), "added": (g, y, 1), "added_weighted": (g, y, g)}.get(name)


CROSS_ENTROPY = HEAD + """  %r:{count} = lse.{op} dims = [{dim}] results = [{results}]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, {maps}]
    ins(%x, %y, %g : tensor<?x?x{t}>, tensor<?x?x{t}>, tensor<?x{t}>) outs({outs} : {types}) logits {{
  ^bb0(%a: {t}, %b: {t}, %w: {t}):
    %quarter = arith.constant 0.25 : {wide}
    {widen}
    %v = arith.mulf {wide_w}, %quarter : {wide}
    lse.yield {yielded}
  }} -> ({types})
  return {values} : {types}
}}
"""
# Of the operations with targets.
RESULTS = {"weighted": ("gradient",), "both": ("gradient", "loss"), "all": ("logsumexp", "gradient", "loss"),
           "loss": ("logsumexp", "loss"), "loss_first": ("loss", "logsumexp"),
           "z_weighted": ("gradient",), "z_both": ("gradient", "loss"), "z_all": ("loss", "logsumexp", "gradient")}


def has_sources(t):
    """Whether there are functions as sources spell them; operations are there in every type."""
    return t in ("f32", "bf16")


def source(operations_only=False):
    text = []
    for t, dim in itertools.product(EPS, (0, 1)):
        common = dict(t=t, dim=dim, row="j" if dim == 0 else "i", rows="%n" if dim == 0 else "%m")
        element, per_row = f"tensor<?x?x{t}>", f"tensor<?x{t}>"
        text.append(LOG_SUM_EXP.format(name="logsumexp", types=element, **common))
        for name, body in LINEAR_BODIES.items() if has_sources(t) and not operations_only else ():
            text.append(LINEAR.format(name=name, types=element, body="".join(f"    {line} : {t}\n" for line in body), **common))
        for name, yielded in NAMED_YIELDS.items():
            text.append(NAMED.format(name=name, types=element, yielded=", ".join(yielded) + " : " + ", ".join([t] * (1 + len(yielded))), **common))
        maps = {"gradient": "affine_map<(i, j) -> (i, j)>", "loss": f"affine_map<(i, j) -> ({common['row']})>"}
        maps["logsumexp"] = maps["loss"]
        for name, results in RESULTS.items():
            has_weight = "gradient" in results
            yielded = ["%a", "%b"] + ["%w"] * has_weight + ["%v"] * name.startswith("z_")
            is_narrow = t in ("f16", "bf16")
            wide = "f32" if is_narrow else t
            text.append(CROSS_ENTROPY.format(
                op="cross_entropy_grad" if has_weight else "cross_entropy",
                yielded=", ".join(yielded) + " : " + ", ".join(wide if value == "%v" else t for value in yielded),
                wide=wide, widen=f"%wide = arith.extf %w : {t} to f32" if is_narrow else "", wide_w="%wide" if is_narrow else "%w",
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
    if linear_terms(name, y, g):
        factor, addend, weight = linear_terms(name, y, g)
        p = np.exp(log_softmax(x)) * factor
        steps = 8 + np.where(np.isfinite(x), x.max(initial=-np.inf) - x, 0)
        return {"gradient": ((p + addend) * weight, (np.abs(p) * steps + np.abs(addend)) * np.abs(weight))}
    gradient, scale = reference("cross_entropy_grad", x, y)
    largest = x.max(initial=-np.inf)
    total = largest + np.log(np.exp(x - largest).sum()) if np.isfinite(largest) else largest
    gradient, scale = gradient * g, scale * np.abs(g)
    if name.startswith("z_") and g != 0:
        steps = 16 + np.where(np.isfinite(x), largest - x, 0)
        square = np.exp(log_softmax(x)) * (g / 4 * total)
        gradient, scale = gradient + square, scale + steps * np.abs(square)
    return {"gradient": (gradient, scale), "loss": reference("cross_entropy", x, y),
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
    kinds = sum(1 + len(NAMED_YIELDS) + len(LINEAR_BODIES) * has_sources(t) for t in EPS)
    check(fused.count("lse.logsumexp_grad") == 2 * kinds and "lse.softmax" not in fused and "linalg" not in fused,
          f"not fused:\n{fused}")
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
            # Special rows that are ignored: their targets and weights are 0.
            y[6::10] = 0
            g = generator.standard_normal(len(a))
            g[1::5], g[2::7] = 0, np.nan
            for name, (prefix, model) in itertools.product(("logsumexp", *LINEAR_BODIES, *NAMED_YIELDS, *RESULTS), models.items()):
                if name in LINEAR_BODIES and (prefix == "decomposed" or not has_sources(t)):
                    continue
                # The sums of what is decomposed have errors that grow with the row.
                if prefix == "decomposed" and a.shape[1] > 1001:
                    continue
                count += check_rows(model, prefix, name, t, dim, a, y, g)
    print(f"row gradients: {count} rows agree")


main()
