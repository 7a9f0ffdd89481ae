"""Lists the kernels that operations compile to, and fails if one of them is
decomposed instead, or has its logits computed outside of it."""

import re

from lse_testing import EPS, check, run, scratch_directory

# Rows of 24 elements along dimension 1, and what the operation yields: an element for
# each of them, or for each row.
OPERATIONS = {
    "softmax": (1, True), "log_softmax": (1, True), "logsumexp": (1, False), "cross_entropy": (2, False),
    "kl_divergence": (2, False), "binary_cross_entropy": (3, False), "softmax_grad": (2, True),
    "log_softmax_grad": (2, True), "cross_entropy_grad": (2, True),
}
LOSS_AND_GRADIENT = "cross_entropy_grad with its loss"
ROWS = """
func.func @{op}_{t}_{kind}({arguments}, %o: tensor<{out}x{t}>) -> tensor<{out}x{t}> {{
  %r = lse.{op} dims = [1] ins({inputs} : {types}) outs(%o : tensor<{out}x{t}>) -> tensor<{out}x{t}>
  return %r : tensor<{out}x{t}>
}}
"""
BOTH = """
func.func @both_{t}_{kind}(%x: tensor<{s}x{t}>, %y: tensor<{s}x{t}>, %l: tensor<{row}x{t}>, %o: tensor<{s}x{t}>) -> (tensor<{row}x{t}>, tensor<{s}x{t}>) {{
  %r:2 = lse.cross_entropy_grad dims = [1] results = [loss, gradient] ins(%x, %y : tensor<{s}x{t}>, tensor<{s}x{t}>)
    outs(%l, %o : tensor<{row}x{t}>, tensor<{s}x{t}>) -> (tensor<{row}x{t}>, tensor<{s}x{t}>)
  return %r#0, %r#1 : tensor<{row}x{t}>, tensor<{s}x{t}>
}}
"""
# With an element for each row among the inputs.
MAPS = "affine_map<(i, j) -> (i, j)>, {}affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>"
OF_LOG_SUM_EXP, WEIGHTED = "logsumexp_grad", "cross_entropy_grad with a weight"
WITH_ROW = """
func.func @{op}_{t}_{kind}({arguments}, %g: tensor<{row}x{t}>, %o: tensor<{s}x{t}>) -> tensor<{s}x{t}> {{
  %r = lse.{op} dims = [1] indexing_maps = [{maps}] ins({inputs}, %g : {types}, tensor<{row}x{t}>) outs(%o : tensor<{s}x{t}>) logits {{
  ^bb0({elements}):
    lse.yield {values} : {scalars}
  }} -> tensor<{s}x{t}>
  return %r : tensor<{s}x{t}>
}}
"""
ATTENTION = """
func.func @attention_{t}_{kind}(%q: tensor<{s}x{t}>, %k: tensor<{s}x{t}>, %v: tensor<{s}x{t}>, %o: tensor<{s}x{t}>) -> tensor<{s}x{t}> {{
  %r = lse.attention dims = [2] ins(%q, %k, %v : tensor<{s}x{t}>, tensor<{s}x{t}>, tensor<{s}x{t}>) outs(%o : tensor<{s}x{t}>) -> tensor<{s}x{t}>
  return %r : tensor<{s}x{t}>
}}
"""


def source(title, t, kind):
    op = title.split()[0]
    if op == "attention":
        return ATTENTION.format(t=t, kind=kind, s="2x8x24" if kind == "static" else "?x?x?")
    if title == LOSS_AND_GRADIENT:
        return BOTH.format(t=t, kind=kind, s="8x24" if kind == "static" else "?x?", row="8" if kind == "static" else "?")
    if title in (OF_LOG_SUM_EXP, WEIGHTED):
        count = 1 if title == OF_LOG_SUM_EXP else 2
        s, row = ("8x24", "8") if kind == "static" else ("?x?", "?")
        names = [f"%x{i}" for i in range(count)]
        values = [f"%e{i}" for i in range(count + 1)]
        return WITH_ROW.format(op=op, t=t, kind=kind, s=s, row=row, inputs=", ".join(names),
                               maps=MAPS.format("affine_map<(i, j) -> (i, j)>, " * (count - 1)),
                               arguments=", ".join(f"{name}: tensor<{s}x{t}>" for name in names),
                               types=", ".join([f"tensor<{s}x{t}>"] * count), values=", ".join(values),
                               elements=", ".join(f"{value}: {t}" for value in values), scalars=", ".join([t] * len(values)))
    terms, isElement = OPERATIONS[op]
    shape, row = ("8x24", "8") if kind == "static" else ("?x?", "?")
    names = [f"%x{i}" for i in range(terms)]
    return ROWS.format(op=op, t=t, kind=kind, out=shape if isElement else row, inputs=", ".join(names),
                       arguments=", ".join(f"{name}: tensor<{shape}x{t}>" for name in names),
                       types=", ".join([f"tensor<{shape}x{t}>"] * terms))


def main():
    directory = scratch_directory()
    print("operation | types | kernels")
    for title in [*OPERATIONS, LOSS_AND_GRADIENT, WEIGHTED, OF_LOG_SUM_EXP, "attention"]:
        op = title.split()[0]
        path = directory / f"{title.replace(' ', '_')}.mlir"
        path.write_text("".join(source(title, t, kind) for t in EPS for kind in ("static", "dynamic")))
        prepared = run(["lse-opt", path, "--lse-bufferize-pipeline"])
        check(f"lse.{op} " in prepared, f"{op} is decomposed")
        check("linalg." not in prepared, f"a part of {op} is outside of its kernel:\n{prepared}")
        lowered = run(["lse-opt", path, "--lse-bufferize-pipeline", "--lse-kernel-pipeline=cpu=x86-64-v3"])
        check("lse." + op not in lowered.replace("lse.status", ""), f"{op} is left")
        kernels = set(re.findall(r"call @(lse\.[0-9a-f]+)\.call", lowered))
        print(f"lse.{title} | {' '.join(sorted(EPS))} | {len(kernels)}")


main()
