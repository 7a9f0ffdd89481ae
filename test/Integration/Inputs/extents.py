"""Dynamic extents that have to agree and do not are a status, whatever
operation wants it; those that need not may differ; and a loop may carry a
tensor."""

import numpy as np
from lse_testing import check, compile_model, scratch_directory

SOURCE = """
func.func @add(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %e = math.exp %x : tensor<?x?xf32>
  %a = arith.addf %e, %y : tensor<?x?xf32>
  return %a : tensor<?x?xf32>
}

// As large as the one that is chosen.
func.func @choose(%x: tensor<?xf32>, %y: tensor<?xf32>, %c: i1) -> f32 {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %c0 = arith.constant 0 : index
  %either = scf.if %c -> tensor<?xf32> {
    scf.yield %x : tensor<?xf32>
  } else {
    scf.yield %y : tensor<?xf32>
  }
  %e = math.exp %either : tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?xf32>) outs(%zero : tensor<f32>) dimensions = [0]
  %l = math.log %s : tensor<f32>
  %r = tensor.extract %l[] : tensor<f32>
  return %r : f32
}

// %either is of no account for the rows of %z, which are repeated.
func.func @repeat(%z: tensor<?x?xf32>, %x: tensor<?xf32>, %y: tensor<?xf32>, %c: i1) -> (tensor<?xf32>, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %d0 = tensor.dim %z, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %z, %c1 : tensor<?x?xf32>
  %n = tensor.dim %y, %c0 : tensor<?xf32>
  %either = arith.select %c, %x, %y : tensor<?xf32>
  %t = tensor.empty(%d0, %d1, %n) : tensor<?x?x?xf32>
  %b = linalg.broadcast ins(%z : tensor<?x?xf32>) outs(%t : tensor<?x?x?xf32>) dimensions = [2]
  %e = math.exp %b : tensor<?x?x?xf32>
  %t1 = tensor.empty(%d0) : tensor<?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%t1 : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?x?x?xf32>) outs(%zeros : tensor<?xf32>) dimensions = [1, 2]
  %l = math.log %s : tensor<?xf32>
  %first = tensor.extract %either[%c0] : tensor<?xf32>
  return %l, %first : tensor<?xf32>, f32
}

func.func @loop(%h: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %h) -> tensor<4x8xf32> {
    %e = tensor.empty() : tensor<4x8xf32>
    %n = linalg.softmax dimension(1) ins(%v : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
    scf.yield %n : tensor<4x8xf32>
  }
  return %r : tensor<4x8xf32>
}
"""

EXTENT_MISMATCH = 4


def array(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / 16


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def main():
    directory = scratch_directory()
    source = directory / "extents.mlir"
    source.write_text(SOURCE)
    model = compile_model(source, directory)

    result = np.full((3, 4), 7, np.float32)
    for shape in ((2, 4), (3, 5), (1, 1), (4, 4)):
        status = model.call("model_add", [array(3, 4), array(*shape)], [result])
        check(status == EXTENT_MISMATCH, f"3x4 + {shape}: status {status}")
        check((result == 7).all(), f"3x4 + {shape}: the result is touched")
    check(model.call("model_add", [array(3, 4), array(3, 4)], [result]) == 0, "status")
    check(np.allclose(result, np.exp(array(3, 4)) + array(3, 4)), "sum")

    for lengths in ((2, 8), (8, 2), (3, 3)):
        x, y = array(lengths[0]), -array(lengths[1])
        for condition, chosen in ((1, x), (0, y)):
            scalar = np.zeros(1, np.float32)
            status = model.call("model_choose", [x, y, condition], [scalar])
            expected = np.log(np.exp(chosen.astype(np.float64)).sum())
            check(status == 0 and abs(scalar[0] - expected) < 1e-6,
                  f"choose {lengths} {condition}: {scalar[0]}, not {expected}")
            z = array(3, 5)
            rows = np.zeros(3, np.float32)
            status = model.call("model_repeat", [z, x, y, condition], [rows, scalar])
            expected = np.log(len(y) * np.exp(z.astype(np.float64)).sum(1))
            check(status == 0 and np.abs(rows - expected).max() < 1e-6,
                  f"repeat {lengths} {condition}: {rows}, not {expected}")
            check(scalar[0] == chosen[0], "the first element of what is chosen")

    h = array(4, 8)
    looped = np.zeros_like(h)
    check(model.call("model_loop", [h], [looped]) == 0, "status")
    check(np.abs(looped - softmax(softmax(softmax(h)))).max() < 1e-6, "loop")


main()
