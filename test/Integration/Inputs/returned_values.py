"""Values that are returned and also what other results are computed from, and
in whose place: each result has its own values, in whichever order."""

import numpy as np
from lse_testing import check, compile_model, scratch_directory

FUNCTION = """
func.func @{name}(%a: tensor<5x4xf32>, %b: tensor<4x9xf32>) -> (tensor<5x9xf32>, tensor<5x9xf32>) {{
  %zero = arith.constant 0.0 : f32
  %t = tensor.empty() : tensor<5x9xf32>
  %z = linalg.fill ins(%zero : f32) outs(%t : tensor<5x9xf32>) -> tensor<5x9xf32>
  %x = linalg.matmul ins(%a, %b : tensor<5x4xf32>, tensor<4x9xf32>) outs(%z : tensor<5x9xf32>) -> tensor<5x9xf32>
  %y = {operation} -> tensor<5x9xf32>
  return {order} : tensor<5x9xf32>, tensor<5x9xf32>
}}
"""

# Each with the destination in which the first value is.
OPERATIONS = {
    "tanh": ("linalg.tanh ins(%x : tensor<5x9xf32>) outs(%x : tensor<5x9xf32>)",
             lambda x, a, b: np.tanh(x)),
    "accumulate": ("linalg.matmul ins(%a, %b : tensor<5x4xf32>, tensor<4x9xf32>) "
                   "outs(%x : tensor<5x9xf32>)",
                   lambda x, a, b: x + a @ b),
    "softmax": ("lse.softmax dims = [1] ins(%x : tensor<5x9xf32>) "
                "outs(%x : tensor<5x9xf32>)",
                lambda x, a, b: np.exp(x) / np.exp(x).sum(1, keepdims=True)),
}


def main():
    directory = scratch_directory()
    names = [(kind, order) for kind in OPERATIONS for order in ("xy", "yx")]
    source = directory / "returned.mlir"
    source.write_text("".join(
        FUNCTION.format(name=f"{kind}_{order}", operation=OPERATIONS[kind][0],
                        order=", ".join("%" + value for value in order))
        for kind, order in names))
    model = compile_model(source, directory, "returned")
    generator = np.random.default_rng(5)
    a = generator.normal(size=(5, 4)).astype(np.float32)
    b = generator.normal(size=(4, 9)).astype(np.float32)
    wide_a, wide_b = a.astype(np.float64), b.astype(np.float64)
    x = wide_a @ wide_b
    for kind, order in names:
        expected = {"x": x, "y": OPERATIONS[kind][1](x, wide_a, wide_b)}
        results = [np.full((5, 9), 7, np.float32) for _ in order]
        check(model.call(f"returned_{kind}_{order}", [a, b], results) == 0, "status")
        for value, result in zip(order, results):
            # Eight products and a function: some ULPs of numbers near 1.
            error = np.abs(result - expected[value]).max()
            check(error < 1e-5, f"{kind} {order}: {value} is wrong by {error}")


main()
