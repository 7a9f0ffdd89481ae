"""Cross-entropies with a z-loss, as sources spell them: one kernel yields the loss and the
log-sum-exp, reading the logits as often as for the loss alone. Against extended precision:
static and dynamic extents, long rows, and rows with infinities and NaN."""

import numpy as np
from loss_reference import agree, reference, special_logits
from lse_testing import check, compile_model, run, scratch_directory

# Of each row, with log-probabilities, as T5X has it; and the sum over all rows of two terms
# that are reduced apart.
MAPS = """
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#one = affine_map<(i) -> (i)>
#none = affine_map<(i) -> ()>
"""
SOURCE = """
func.func @{name}(%x: tensor<{s}xf32>, %y: tensor<{s}xf32>) -> {result} {{
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %weight = arith.constant 1.0e-2 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %count = tensor.dim %x, %c0 : tensor<{s}xf32>
  %n = tensor.dim %x, %c1 : tensor<{s}xf32>
  %rows = tensor.empty({count}) : tensor<{r}xf32>
  %elements = tensor.empty({all}) : tensor<{s}xf32>
  %scalar = tensor.empty() : tensor<f32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<{r}xf32>) -> tensor<{r}xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<{r}xf32>) -> tensor<{r}xf32>
  %m = linalg.reduce {{ arith.maximumf }} ins(%x : tensor<{s}xf32>) outs(%lowests : tensor<{r}xf32>) dimensions = [1]
  %sum = linalg.generic {{indexing_maps = [#all, #row, #row], iterator_types = ["parallel", "reduction"]}}
    ins(%x, %m : tensor<{s}xf32>, tensor<{r}xf32>) outs(%zeros : tensor<{r}xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.exp %0 : f32
    %2 = arith.addf %o, %1 : f32
    linalg.yield %2 : f32
  }} -> tensor<{r}xf32>
  %lse = linalg.generic {{indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}}
    ins(%sum, %m : tensor<{r}xf32>, tensor<{r}xf32>) outs(%rows : tensor<{r}xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = math.log %a : f32
    %1 = arith.addf %0, %b : f32
    linalg.yield %1 : f32
  }} -> tensor<{r}xf32>
  %l = linalg.generic {{indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}}
    ins(%x, %lse : tensor<{s}xf32>, tensor<{r}xf32>) outs(%elements : tensor<{s}xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }} -> tensor<{s}xf32>
  %ce = linalg.generic {{indexing_maps = [#all, #all, #row], iterator_types = ["parallel", "reduction"]}}
    ins(%l, %y : tensor<{s}xf32>, tensor<{s}xf32>) outs(%zeros : tensor<{r}xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.negf %0 : f32
    %2 = arith.addf %o, %1 : f32
    linalg.yield %2 : f32
  }} -> tensor<{r}xf32>
{rest}
}}
"""
OF_ROWS = """  %z = linalg.generic {{indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}}
    ins(%ce, %lse : tensor<{r}xf32>, tensor<{r}xf32>) outs(%rows : tensor<{r}xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %b, %b : f32
    %1 = arith.mulf %0, %weight : f32
    %2 = arith.addf %a, %1 : f32
    linalg.yield %2 : f32
  }} -> tensor<{r}xf32>
  return %z : tensor<{r}xf32>"""
OF_ALL = """  %start = linalg.fill ins(%zero : f32) outs(%scalar : tensor<f32>) -> tensor<f32>
  %loss = linalg.reduce {{ arith.addf }} ins(%ce : tensor<{r}xf32>) outs(%start : tensor<f32>) dimensions = [0]
  %squares = linalg.generic {{indexing_maps = [#one, #none], iterator_types = ["reduction"]}}
    ins(%lse : tensor<{r}xf32>) outs(%start : tensor<f32>) {{
  ^bb0(%a: f32, %o: f32):
    %0 = arith.mulf %a, %a : f32
    %1 = arith.addf %0, %o : f32
    linalg.yield %1 : f32
  }} -> tensor<f32>
  %z = linalg.map ins(%loss, %squares : tensor<f32>, tensor<f32>) outs(%scalar : tensor<f32>) (%a: f32, %b: f32, %o: f32) {{
    %0 = arith.mulf %b, %weight : f32
    %1 = arith.addf %a, %0 : f32
    linalg.yield %1 : f32
  }}
  return %z : tensor<f32>"""


def instantiate(name, rest, isStatic, of_rows):
    s, r = ("6x37", "6") if isStatic else ("?x?", "?")
    return SOURCE.format(name=name, s=s, r=r, count="" if isStatic else "%count", all="" if isStatic else "%count, %n",
                         result=f"tensor<{r}xf32>" if of_rows else "tensor<f32>", rest=rest.format(r=r))


def expected_rows(x, y):
    results, scales = [], []
    for a, b in zip(x.astype(np.longdouble), y.astype(np.longdouble)):
        loss, scale = reference("cross_entropy", a, b)
        largest = a.max(initial=-np.inf)
        lse = largest + np.log(np.exp(a - largest).sum()) if np.isfinite(largest) else largest
        results.append(loss + np.longdouble(np.float32(1e-2)) * lse * lse)
        scales.append(scale + np.abs(lse) * (1 + np.abs(lse)))
    return np.array(results), np.array(scales)


def main():
    directory = scratch_directory()
    path = directory / "z.mlir"
    path.write_text(MAPS + "".join(instantiate(f"{name}_{kind}", rest, kind == "static", name == "rows")
                            for name, rest in (("rows", OF_ROWS), ("all", OF_ALL)) for kind in ("static", "dynamic")))
    prepared = run(["lse-opt", path, "--lse-raise-pipeline", "--lse-bufferize-pipeline"])
    check(prepared.count("lse.cross_entropy dims") == 4 and "lse.logsumexp" not in prepared and "log_softmax" not in prepared,
          f"not one kernel for each function:\n{prepared}")
    model = compile_model(path, directory, "z", ("--mcpu=native",))
    generator = np.random.default_rng(8)
    sets = [("static", 3 * generator.standard_normal((6, 37)))]
    sets += [("dynamic", 3 * generator.standard_normal(shape)) for shape in ((1, 1), (5, 33), (66, 3), (3, 4137), (2, 20001))]
    sets.append(("dynamic", special_logits(5)))
    for kind, a in sets:
        x, y = a.astype(np.float32), generator.random(a.shape).astype(np.float32)
        rows, total = np.full(len(x), 7, np.float32), np.full((), 7, np.float32)
        check(model.call(f"z_rows_{kind}", [x, y], [rows]) == 0, "status")
        check(model.call(f"z_all_{kind}", [x, y], [total]) == 0, "status")
        with np.errstate(all="ignore"):
            expected, scale = expected_rows(x, y)
            # What f32 has no number for.
            expected[np.abs(expected) > np.finfo(np.float32).max] = np.inf
            for i in range(len(x)):
                check(agree(np.longdouble(rows[i]), expected[i], scale[i], "f32"), f"{rows[i]} instead of {expected[i]} for {x[i][:8]}")
            # Summed up in f32, one after the other.
            check(agree(np.longdouble(total), expected.sum(), len(x) * scale.sum(), "f32"), f"{total} instead of {expected.sum()}")
    print("z-loss: all agree")


main()
