"""Cross-entropies and their gradients with `lse.is_class`, compiled and by the
interpreter, against extended precision: i32 and i64, rows along either dimension, with
a number to ignore and without. A number that is no class is a status and leaves results
alone, wherever it is in the batch."""

import itertools
import subprocess

import numpy as np
from lse_testing import check, check_expanded, compile_model, scratch_directory, softmax

LOSS = """
func.func @{op}_{dim}_{t}_{kind}(%x: tensor<?x?xf32>, %labels: tensor<?x{t}>) -> tensor<{shape}xf32> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty({extents}) : tensor<{shape}xf32>
  %r = lse.{op} dims = [{dim}]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ({row})>, affine_map<(i, j) -> ({result})>]
    ins(%x, %labels : tensor<?x?xf32>, tensor<?x{t}>) outs(%0 : tensor<{shape}xf32>) logits {{
  ^bb0(%in: f32, %label: {t}):
    %is = lse.is_class %label along {dim}{ignoring} : {t}
    %target = arith.uitofp %is : i1 to f32
    lse.yield %in, %target : f32, f32
  }} -> tensor<{shape}xf32>
  return %r : tensor<{shape}xf32>
}}
"""
CASES = list(itertools.product(("cross_entropy", "cross_entropy_grad"), (0, 1), ("i32", "i64"), ("all", "some")))


def source(cases=CASES):
    text = []
    for op, dim, t, kind in cases:
        row, extent = ("j", "%n") if dim == 0 else ("i", "%m")
        isGradient = op == "cross_entropy_grad"
        text.append(LOSS.format(op=op, dim=dim, t=t, kind=kind, row=row, shape="?x?" if isGradient else "?",
                                extents="%m, %n" if isGradient else extent, result="i, j" if isGradient else row,
                                ignoring=" ignoring -100" if kind == "some" else ""))
    return "".join(text)


def call(model, case, x, labels, value=7.0):
    op, dim, t, kind = case
    x = np.ascontiguousarray(x if dim == 1 else x.T)
    labels = labels.astype(np.int32 if t == "i32" else np.int64)
    out = np.full(x.shape if op == "cross_entropy_grad" else labels.shape, value, np.float32)
    status = model.call(f"model_{'_'.join(map(str, case))}", [x, labels], [out])
    return status, out.T if dim == 0 and op == "cross_entropy_grad" else out


def check_values(model, case, x, labels):
    status, actual = call(model, case, x, labels)
    check(status == 0, f"{case}: status {status}")
    p = softmax(x)
    target = (np.arange(x.shape[1]) == labels[:, None]).astype(np.longdouble)
    if case[0] == "cross_entropy":
        expected = -(np.where(target > 0, np.log(p), 0) * target).sum(axis=1)
    else:
        expected = p * target.sum(axis=1, keepdims=True) - target
    check(np.all(np.abs(actual - expected) <= 4e-6 * np.maximum(np.abs(expected), 1)), f"{case}: {actual}, not {expected}")


def check_interpreter(directory, labels, isValid):
    path = directory / "one.mlir"
    path.write_text(source([("cross_entropy", 1, "i64", "some")]))
    words = [len(labels), 4, *np.zeros(4 * len(labels)), len(labels), *labels]
    done = subprocess.run(["lse-fuzz", "--evaluate", path], input=" ".join(map(str, words)), capture_output=True, text=True)
    check((done.returncode == 0) == isValid, f"the interpreter says {done.returncode} of {labels}: {done.stderr}")
    if isValid:
        expected = np.where(np.array(labels) == -100, 0, np.log(4))
        check(np.allclose(np.array(done.stdout.split(), float), expected), f"the interpreter: {done.stdout}")


def main():
    directory = scratch_directory()
    path = directory / "model.mlir"
    path.write_text(source())
    check_expanded(path, "lse.is_class")
    model = compile_model(path, directory)
    generator = np.random.default_rng(2)
    count = 0
    for case in CASES:
        for shape in ((5, 7), (1, 33), (64, 130), (3, 1)):
            x = (3 * generator.standard_normal(shape)).astype(np.float32)
            labels = generator.integers(0, shape[1], shape[0])
            if case[3] == "some":
                labels[::3] = -100
            check_values(model, case, x, labels)
            count += 1
            for place, bad in itertools.product({0, shape[0] - 1}, (-1, shape[1], 2**31 - 1, -(2**31), -100)):
                if bad == -100 and case[3] == "some":
                    continue
                wrong = labels.copy()
                wrong[place] = bad
                status, out = call(model, case, x, wrong)
                check(status == 6 and np.all(out == 7), f"{case}: class {bad} of {shape[1]} gives status {status}, {out}")
        status, out = call(model, case, np.zeros((0, 4), np.float32), np.zeros(0))
        check(status == 0, f"{case}: status {status} without rows")
    check_interpreter(directory, [0, 3, -100], True)
    check_interpreter(directory, [0, 4], False)
    check_interpreter(directory, [-1, 2], False)
    print(f"{count} losses as expected")


main()
