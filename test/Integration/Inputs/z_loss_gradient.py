"""Losses with a z-loss and their gradients, as differentiated sources spell them: one kernel
yields the cross-entropy, the log-sum-exp and the gradient of their sum, or two do. Against extended
precision: static and dynamic extents, long rows, and rows with infinities and NaN."""

import re

import numpy as np
from loss_reference import agree, log_softmax, reference, special_logits
from lse_testing import check, compile_model, run, scratch_directory

MAPS = """
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#one = affine_map<(i) -> (i)>
"""
BEGIN = """
func.func @{name}(%x: tensor<{s}xf32>, %y: tensor<{s}xf32>, %g: tensor<{r}xf32>) -> (tensor<{r}xf32>, tensor<{s}xf32>) {{
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %weight = arith.constant 1.0e-2 : f32
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %count = tensor.dim %x, %c0 : tensor<{s}xf32>
  %n = tensor.dim %x, %c1 : tensor<{s}xf32>
  %rows = tensor.empty({count}) : tensor<{r}xf32>
  %elements = tensor.empty({all}) : tensor<{s}xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<{r}xf32>) -> tensor<{r}xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<{r}xf32>) -> tensor<{r}xf32>
"""


class Function:
    """The text of one, with values numbered."""

    def __init__(self, **names):
        self.names, self.text, self.number = names, BEGIN.format(**names), 0

    def emit(self, what, ins, out, maps, iterators, body):
        """An operation whose body, which has the arguments a, b, ..., is `body`, ending in %r."""
        self.number += 1
        result, kind = f"%v{self.number}", self.names["s"] if out != "r" else self.names["r"]
        types = {"s": f"tensor<{self.names['s']}xf32>", "r": f"tensor<{self.names['r']}xf32>"}
        shapes = ["r" if m in ("#row", "#one") else "s" for m in maps[:-1]]
        arguments = ", ".join(f"%{chr(97 + i)}: f32" for i in range(len(ins))) + ", %o: f32"
        self.text += f"""  {result} = linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{iterators}]}}
    ins({', '.join(ins)} : {', '.join(types[k] for k in shapes)}) outs({what} : tensor<{kind}xf32>) {{
  ^bb0({arguments}):
{body}    linalg.yield %r : f32
  }} -> tensor<{kind}xf32>
"""
        return result

    def elements(self, body, *ins):
        """Element by element, of tensors `(name, map)`."""
        return self.emit("%elements", [i for i, _ in ins], "s", [m for _, m in ins] + ["#all"], '"parallel", "parallel"', body)

    def of_rows(self, body, *ins):
        return self.emit("%rows", ins, "r", ["#one"] * (len(ins) + 1), '"parallel"', body)

    def reduce(self, init, body, *ins):
        return self.emit(init, [i for i, _ in ins], "r", [m for _, m in ins] + ["#row"], '"parallel", "reduction"', body)

    def forward(self):
        """The log-sum-exp of rows and what it is made of, log-probabilities and losses."""
        x = ("%x", "#all")
        self.maximum = self.reduce("%lowests", "    %r = arith.maximumf %a, %o : f32\n", x)
        self.exponentials = self.elements("    %0 = arith.subf %a, %b : f32\n    %r = math.exp %0 : f32\n", x, (self.maximum, "#row"))
        self.sum = self.reduce("%zeros", "    %r = arith.addf %o, %a : f32\n", (self.exponentials, "#all"))
        self.lse = self.of_rows("    %0 = math.log %a : f32\n    %r = arith.addf %0, %b : f32\n", self.sum, self.maximum)
        self.logs = self.elements("    %r = arith.subf %a, %b : f32\n", x, (self.lse, "#row"))
        self.loss = self.reduce("%zeros", "    %0 = arith.mulf %a, %b : f32\n    %1 = arith.negf %0 : f32\n    %r = arith.addf %o, %1 : f32\n",
                                (self.logs, "#all"), ("%y", "#all"))
        self.objective = self.of_rows("    %0 = arith.mulf %b, %b : f32\n    %1 = arith.mulf %0, %weight : f32\n    %r = arith.addf %a, %1 : f32\n",
                                      self.loss, self.lse)

    def of_logs(self):
        """What log-probabilities hand back: t - p sum t, with the targets t of the loss."""
        t = self.elements("    %0 = arith.negf %b : f32\n    %r = arith.mulf %a, %0 : f32\n", ("%y", "#all"), ("%g", "#row"))
        total = self.reduce("%zeros", "    %r = arith.addf %o, %a : f32\n", (t, "#all"))
        return self.elements("    %0 = math.exp %a : f32\n    %1 = arith.mulf %0, %c : f32\n    %r = arith.subf %b, %1 : f32\n",
                             (self.logs, "#all"), (t, "#all"), (total, "#row"))

    def add(self, first, second):
        return self.elements("    %r = arith.addf %a, %b : f32\n", (first, "#all"), (second, "#all"))

    def finish(self, gradient):
        r, s = self.names["r"], self.names["s"]
        return self.text + f"  return {self.objective}, {gradient} : tensor<{r}xf32>, tensor<{s}xf32>\n}}\n"


def jax(**names):
    """The square handed back as two equal terms, and exponentials over their sum."""
    f = Function(**names)
    f.forward()
    half = f.of_rows("    %0 = arith.mulf %weight, %a : f32\n    %r = arith.mulf %0, %b : f32\n", f.lse, "%g")
    of_lse = f.of_rows("    %r = arith.addf %a, %b : f32\n", half, half)
    over = f.of_rows("    %r = arith.divf %a, %b : f32\n", of_lse, f.sum)
    second = f.elements("    %r = arith.mulf %a, %b : f32\n", (f.exponentials, "#all"), (over, "#row"))
    return f.finish(f.add(f.of_logs(), second))


def pytorch(**names):
    """The derivative of a power, and exponentials of logits less the log-sum-exp."""
    f = Function(**names)
    f.forward()
    scaled = f.of_rows("    %r = arith.mulf %a, %weight : f32\n", "%g")
    of_lse = f.of_rows("    %0 = arith.mulf %b, %two : f32\n    %r = arith.mulf %a, %0 : f32\n", scaled, f.lse)
    p = f.elements("    %0 = arith.subf %a, %b : f32\n    %r = math.exp %0 : f32\n", ("%x", "#all"), (f.lse, "#row"))
    second = f.elements("    %r = arith.mulf %a, %b : f32\n", (of_lse, "#row"), (p, "#all"))
    return f.finish(f.add(second, f.of_logs()))


def t5x(**names):
    """One gradient for both, of targets whose sum is taken to be 1."""
    f = Function(**names)
    f.forward()
    factor = f.of_rows("    %0 = arith.mulf %two, %weight : f32\n    %1 = arith.mulf %0, %a : f32\n    %r = arith.addf %1, %one : f32\n", f.lse)
    scaled = f.elements("    %r = arith.mulf %a, %b : f32\n", (factor, "#row"), (f.exponentials, "#all"))
    p = f.elements("    %r = arith.divf %a, %b : f32\n", (scaled, "#all"), (f.sum, "#row"))
    difference = f.elements("    %r = arith.subf %a, %b : f32\n", (p, "#all"), ("%y", "#all"))
    return f.finish(f.elements("    %r = arith.mulf %a, %b : f32\n", ("%g", "#row"), (difference, "#all")))


def expected_row(x, y, g):
    """The objective and its gradient, each with what its errors are measured by."""
    x, y, g, c = (np.asarray(a, np.longdouble) for a in (x, y, g, np.float32(1e-2)))
    loss, loss_scale = reference("cross_entropy", x, y)
    gradient, scale = reference("cross_entropy_grad", x, y)
    largest = x.max(initial=-np.inf)
    lse = largest + np.log(np.exp(x - largest).sum()) if np.isfinite(largest) else largest
    square = np.exp(log_softmax(x)) * (2 * c * g * lse)
    steps = 16 + np.where(np.isfinite(x), largest - x, 0)
    return ((loss + c * lse * lse, loss_scale + np.abs(lse) * (1 + np.abs(lse))),
            (gradient * g + square, scale * np.abs(g) + steps * np.abs(square) + np.abs(gradient * g)))


def main():
    directory = scratch_directory()
    path = directory / "z.mlir"
    shapes = {"static": dict(s="6x37", r="6", count="", all=""), "dynamic": dict(s="?x?", r="?", count="%count", all="%count, %n")}
    path.write_text(MAPS + "".join(spelling(name=f"{spelling.__name__}_{kind}", **shape)
                                   for spelling in (jax, pytorch, t5x) for kind, shape in shapes.items()))
    prepared = run(["lse-opt", path, "--lse-raise-pipeline", "--lse-bufferize-pipeline"])
    for function in prepared.split("func.func @")[1:]:
        kernels = re.findall(r"lse\.(\w+) dims", function)
        # What is to be multiplied by a log-sum-exp and more is not in its kernel.
        expected = ["cross_entropy", "logsumexp_grad"] if function.startswith("t5x") else ["cross_entropy_grad"]
        check(kernels == expected, f"{kernels} instead of {expected}:\n{function}")
    model = compile_model(path, directory, "z", ("--mcpu=native",))
    generator = np.random.default_rng(8)
    sets = [("static", 3 * generator.standard_normal((6, 37)))]
    sets += [("dynamic", 3 * generator.standard_normal(shape)) for shape in ((1, 1), (5, 33), (66, 3), (3, 4137), (2, 20001))]
    sets.append(("dynamic", special_logits(5)))
    for kind, a in sets:
        x, y = a.astype(np.float32), generator.random(a.shape)
        y = (y / y.sum(axis=1, keepdims=True)).astype(np.float32)
        g = generator.standard_normal(len(a)).astype(np.float32)
        for spelling in (jax, pytorch, t5x):
            loss, gradient = np.full(len(x), 7, np.float32), np.full(x.shape, 7, np.float32)
            check(model.call(f"z_{spelling.__name__}_{kind}", [x, y, g], [loss, gradient]) == 0, "status")
            for i in range(len(x)):
                with np.errstate(all="ignore"):
                    (of_row, scale), (of_elements, scales) = expected_row(x[i], y[i], g[i])
                    of_row = np.inf if np.abs(of_row) > np.finfo(np.float32).max else of_row
                    good = agree(np.longdouble(loss[i]), of_row, scale, "f32"), agree(gradient[i].astype(np.longdouble), of_elements, scales, "f32")
                check(good[0], f"{spelling.__name__}: {loss[i]} instead of {of_row} for {x[i][:8]}")
                check(good[1], f"{spelling.__name__}: {gradient[i][:8]} instead of {of_elements[:8]} for {x[i][:8]}")
    print("z-loss gradient: all agree")


main()
