"""A cross-entropy and its gradient from one kernel, against extended precision and against
the kernels of the two operations: every element type, rows along either dimension, static
and dynamic extents, either order, one row and many, long and empty ones, special rows,
class numbers, in place and not. Two operations over the same rows become one."""

import itertools
import re

import numpy as np
from loss_reference import agree, reference, special_logits
from lse_testing import (EPS, Model, check, check_expanded, compile_decomposed, compile_model, from_bits,
                         run, scratch_directory, to_bits)

DESTINATIONS = """  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<{shape}x{t}>
  %n = tensor.dim %x, %c1 : tensor<{shape}x{t}>
  %gradient = tensor.empty({all}) : tensor<{shape}x{t}>
  %loss = tensor.empty({rows}) : tensor<{row_shape}x{t}>
"""
# Rows along dimension {dim} of logits and targets; {first}, {second} are the two results.
BOTH = """
func.func @both_{name}(%x: tensor<{shape}x{t}>, %y: tensor<{shape}x{t}>) -> ({types}) {{
""" + DESTINATIONS + """  %r:2 = lse.cross_entropy_grad dims = [{dim}] results = [{order}] row_death = {death}
    ins(%x, %y : tensor<{shape}x{t}>, tensor<{shape}x{t}>) outs({outs} : {types}) -> ({types})
  return %r#0, %r#1 : {types}
}}
"""
EACH = """
func.func @each_{name}(%x: tensor<{shape}x{t}>, %y: tensor<{shape}x{t}>) -> (tensor<{row_shape}x{t}>, tensor<{shape}x{t}>) {{
""" + DESTINATIONS + """  %l = lse.cross_entropy dims = [{dim}] row_death = {death}
    ins(%x, %y : tensor<{shape}x{t}>, tensor<{shape}x{t}>) outs(%loss : tensor<{row_shape}x{t}>) -> tensor<{row_shape}x{t}>
  %g = lse.cross_entropy_grad dims = [{dim}] row_death = {death}
    ins(%x, %y : tensor<{shape}x{t}>, tensor<{shape}x{t}>) outs(%gradient : tensor<{shape}x{t}>) -> tensor<{shape}x{t}>
  return %l, %g : tensor<{row_shape}x{t}>, tensor<{shape}x{t}>
}}
"""
# The gradient takes the memory of the logits, or the targets, which are computed there by
# what no kernel computes.
IN_PLACE = """
func.func @in_place_{name}(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %loss = tensor.empty({rows}) : tensor<?xf32>
  %z = linalg.map {{ math.sin }} ins(%{place} : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>)
  %r:2 = lse.cross_entropy_grad dims = [{dim}] results = [gradient, loss]
    ins({ins} : tensor<?x?xf32>, tensor<?x?xf32>) outs(%0, %loss : tensor<?x?xf32>, tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<?x?xf32>, tensor<?xf32>
}}
"""
CLASSES = """
func.func @classes_{dim}(%x: tensor<?x?xf32>, %labels: tensor<?xi64>) -> (tensor<?x?xf32>, tensor<?xf32>) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %gradient = tensor.empty(%m, %n) : tensor<?x?xf32>
  %loss = tensor.empty({rows}) : tensor<?xf32>
  %r:2 = lse.cross_entropy_grad dims = [{dim}] results = [gradient, loss]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>,
                     affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>]
    ins(%x, %labels : tensor<?x?xf32>, tensor<?xi64>) outs(%gradient, %loss : tensor<?x?xf32>, tensor<?xf32>) logits {{
  ^bb0(%in: f32, %label: i64):
    %is = lse.is_class %label along {dim} ignoring -100 : i64
    %target = arith.uitofp %is : i1 to f32
    lse.yield %in, %target : f32, f32
  }} -> (tensor<?x?xf32>, tensor<?xf32>)
  return %r#0, %r#1 : tensor<?x?xf32>, tensor<?xf32>
}}
"""


class Decomposed(Model):
    """A library without a header whose functions are those of `other`, which has one."""

    def __init__(self, library, other):
        self.library = library
        self.prototypes = {name.replace("both", "decomposed", 1): p for name, p in other.prototypes.items()}


ORDERS = {"gradient_loss": ("gradient", "loss"), "loss_gradient": ("loss", "gradient")}
STATIC = (5, 37)


def instantiate(text, order, t, dim, death, kind):
    shape, row_shape = ("?x?", "?") if kind == "dynamic" else ("5x37", str(STATIC[1 - dim]))
    dynamic = lambda extents: extents if kind == "dynamic" else ""
    types = {"gradient": f"tensor<{shape}x{t}>", "loss": f"tensor<{row_shape}x{t}>"}
    return text.format(name=f"{order}_{t}_{dim}_{death}_{kind}", shape=shape, row_shape=row_shape, t=t, dim=dim, death=death,
                       all=dynamic("%m, %n"), rows=dynamic("%n" if dim == 0 else "%m"),
                       order=", ".join(ORDERS[order]), outs=", ".join("%" + what for what in ORDERS[order]),
                       types=", ".join(types[what] for what in ORDERS[order]))


CASES = [case for case in itertools.product(ORDERS, EPS, (0, 1), ("nan", "zero"), ("dynamic", "static"))
         if case[0] == "gradient_loss" or case[1:] == ("f32", 1, "nan", "dynamic")]


def oriented(array, dim):
    return np.ascontiguousarray(array if dim == 1 else array.T)


def call(model, function, t, dim, order, x, y):
    """Loss and gradient of the rows of `x` and `y`, which become dimension `dim`."""
    outputs = {"loss": np.full(len(x), 7, x.dtype), "gradient": np.full(oriented(x, dim).shape, 7, x.dtype)}
    status = model.call(function, [oriented(x, dim), oriented(y, dim)], [outputs[what] for what in order])
    check(status == 0, f"{function}: status {status}")
    return from_bits(outputs["loss"], t), from_bits(oriented(outputs["gradient"], dim), t)


def check_rows(who, t, death, x, y, losses, gradients):
    for i in range(len(x)):
        with np.errstate(all="ignore"):
            loss, scale = reference("cross_entropy", x[i], y[i], death)
            ok = agree(losses[i], loss, scale, t)
            gradient, scale = reference("cross_entropy_grad", x[i], y[i], death)
            ok_gradient = agree(gradients[i], gradient, scale, t)
        check(ok, f"{who}, loss of {x[i][:8]} and {y[i][:8]}: {losses[i]} instead of {loss}")
        check(ok_gradient, f"{who}, gradient of {x[i][:8]} and {y[i][:8]}: {gradients[i]} instead of {gradient}")


def same(a, b):
    return np.all((a == b) | (np.isnan(a) & np.isnan(b)))


def rows_of(generator, kind):
    """Logits, whose targets have a row of 0 and some with gaps."""
    if kind == "static":
        return [3 * generator.standard_normal(STATIC)]
    # Around a vector and a tile of them, and around a segment that a long row is read in.
    sets = [3 * generator.standard_normal((count, n))
            for count, n in ((5, 1), (1, 7), (3, 33), (66, 5), (135, 3), (5, 1001), (2, 2049), (3, 4137))]
    return sets + [np.zeros((3, 0)), np.zeros((0, 4)), special_logits(5)]


def targets_for(generator, a):
    y = generator.random(a.shape)
    y /= y.sum(axis=1, keepdims=True) if a.size else 1
    y[:1] = 0
    y[-1:, ::2] = 0
    return y


def check_case(models, each, case, generator):
    order, t, dim, death, kind = case
    name = "_".join(map(str, case))
    for a in rows_of(generator, kind):
        # A static case has rows of one shape along either dimension.
        if kind == "static" and dim == 0:
            a = oriented(a, 0)
        x, y = to_bits(a, t), to_bits(targets_for(generator, a), t)
        results = [call(model, f"{prefix}_both_{name}", t, dim, ORDERS[order], x, y) for prefix, model in models.items()]
        wide = from_bits(x, t), from_bits(y, t)
        for prefix, result in zip(models, results):
            # The sums of what is decomposed have errors that grow with the row.
            if prefix == "decomposed" and a.shape[1] > 1001:
                continue
            check_rows(f"{prefix} {name}", t, death, *wide, *result)
        loss, gradient = call(each, f"each_each_{name}", t, dim, ORDERS["loss_gradient"], x, y)
        # In a narrower type a sum that was contracted in another way may round otherwise.
        near = 4 * EPS[t]
        with np.errstate(all="ignore"):
            for one, two in ((results[0][0], loss), (results[0][1], gradient)):
                check(np.all((one == two) | (np.isnan(one) & np.isnan(two)) | (np.abs(one - two) <= near * np.maximum(np.abs(two), 1))),
                      f"{name}: {one} from one kernel, {two} from two")


def check_in_place(directory, generator):
    path = directory / "in_place.mlir"
    path.write_text("".join(
        IN_PLACE.format(name=f"{place}_{dim}", place=place, dim=dim, rows="%n" if dim == 0 else "%m", ins="%z, %y" if place == "x" else "%x, %z")
        for place, dim in itertools.product("xy", (0, 1))))
    bufferized = run(["lse-opt", path, "--lse-bufferize-pipeline"])
    check("memref.alloc" not in bufferized and "memref.copy" not in bufferized, bufferized)
    operands = re.findall(r"lse.cross_entropy_grad .* ins\((%\w+), (%\w+) : .* outs\((%\w+), ", bufferized)
    check(len(operands) == 4 and all(out in (a, b) for a, b, out in operands), f"not in place:\n{bufferized}")
    model = compile_model(path, directory, "in_place")
    for place, dim, (count, n) in itertools.product("xy", (0, 1), ((5, 33), (3, 4137), (70, 3))):
        a = 3 * generator.standard_normal((count, n)).astype(np.float32)
        b = (generator.random((count, n)) / n).astype(np.float32)
        name = f"in_place_in_place_{place}_{dim}"
        results = call(model, name, "f32", dim, ORDERS["gradient_loss"], a, b)
        terms = (np.sin(a), b) if place == "x" else (a, np.sin(b))
        check_rows(name, "f32", "nan", *(array.astype(np.longdouble) for array in terms), *results)


def check_classes(directory, generator):
    path = directory / "classes.mlir"
    path.write_text("".join(CLASSES.format(dim=dim, row="j" if dim == 0 else "i", rows="%n" if dim == 0 else "%m") for dim in (0, 1)))
    check_expanded(path, "lse.is_class")
    model = compile_model(path, directory, "classes")
    for dim, (count, n) in itertools.product((0, 1), ((6, 1), (7, 10), (66, 130), (4, 6001))):
        a = (3 * generator.standard_normal((count, n))).astype(np.float32)
        labels = generator.integers(0, n, count)
        labels[::3] = -100
        for bad in (None, n, -1):
            if bad is not None:
                labels[count // 2] = bad
            loss, gradient = np.full(count, 7, np.float32), np.full(oriented(a, dim).shape, 7, np.float32)
            status = model.call(f"classes_classes_{dim}", [oriented(a, dim), labels], [gradient, loss])
            check((status == 0) == (bad is None), f"classes {dim}, {labels}: status {status}")
            if bad is not None:
                check(np.all(loss == 7) and np.all(gradient == 7), "results are stored beside a status")
                continue
            y = (np.arange(n) == labels[:, None]).astype(np.longdouble)
            check_rows(f"classes {dim}", "f32", "nan", a.astype(np.longdouble), y, loss.astype(np.longdouble),
                       oriented(gradient, dim).astype(np.longdouble))


def main():
    directory = scratch_directory()
    both, each = directory / "both.mlir", directory / "each.mlir"
    both.write_text("".join(instantiate(BOTH, *case) for case in CASES))
    each.write_text("".join(instantiate(EACH, *case) for case in CASES))
    # What is merged has one operation for each function that was written with one, and no
    # other.
    for path in (both, each):
        prepared = run(["lse-opt", path, "--lse-prepare-kernels"])
        check(prepared.count("lse.cross_entropy_grad") == len(CASES), f"{path}: not one for each function")
        check("lse.cross_entropy " not in prepared and "linalg" not in prepared, f"{path}: more than one kernel")
    # Operations that have a schedule stay as they are.
    each.write_text(run(["lse-opt", each, "--lse-schedule=cpu=native"]))
    native = ("--mcpu=native",)
    models = {"both": compile_model(both, directory, "both", native)}
    each_model = compile_model(each, directory, "each", native)
    models["decomposed"] = Decomposed(compile_decomposed(both, directory), models["both"])
    generator = np.random.default_rng(3)
    for case in CASES:
        check_case(models, each_model, case, generator)
    check_in_place(directory, generator)
    check_classes(directory, generator)
    print("loss and gradient: all agree")


main()
