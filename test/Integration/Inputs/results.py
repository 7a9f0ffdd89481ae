"""Every result in every type, over every set of axes, through lse-compile: from
lse operations on tensors to numbers that a C program gets, against a reference
in extended precision. Shapes are static and dynamic; the last one is large
enough to be shared out between threads."""

import itertools
import pathlib

import numpy as np
from lse_testing import check, compile_model, scratch_directory

SHAPES = [(3, 5, 17), (2, 40, 67), (1, 1, 1), (0, 3, 2), (3, 120, 300)]
AXES = [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2)]
# Bits of fraction of the type and of the type that it is computed in.
TYPES = {"f32": (24, 24), "f64": (53, 53), "f16": (11, 24), "bf16": (8, 24)}


def tensor(shape, element, dynamic):
    return "tensor<" + "".join(f"{'?' if dynamic else n}x" for n in shape) + f"{element}>"


def function(name, shape, axes, element, dynamic):
    """log-softmax, log-sum-exp and softmax of one tensor, as MLIR."""
    full = tensor(shape, element, dynamic)
    rest = [axis for axis in range(3) if axis not in axes]
    rows = tensor([shape[axis] for axis in rest], element, dynamic)
    lines = [f"func.func @{name}(%x: {full}) -> ({full}, {rows}, {full}) {{"]
    for axis in range(3):
        lines += [f"  %c{axis} = arith.constant {axis} : index",
                  f"  %n{axis} = tensor.dim %x, %c{axis} : {full}"]

    def extents(dims):
        return ", ".join(f"%n{dim}" for dim in dims) if dynamic else ""

    lines += [
        f"  %l0 = tensor.empty({extents(range(3))}) : {full}",
        f"  %z0 = tensor.empty({extents(rest)}) : {rows}",
        f"  %p0 = tensor.empty({extents(range(3))}) : {full}",
        f"  %l, %z = lse.log_softmax dims = {list(axes)} results = [log_probabilities, logsumexp]",
        f"    ins(%x : {full}) outs(%l0, %z0 : {full}, {rows}) -> ({full}, {rows})",
        f"  %p = lse.softmax dims = {list(axes)} ins(%x : {full}) outs(%p0 : {full}) -> {full}",
        f"  return %l, %z, %p : {full}, {rows}, {full}",
        "}",
    ]
    return "\n".join(lines)


def to_memory(values, element):
    if element == "bf16":
        bits = values.astype(np.float32).view(np.uint32)
        return (bits >> 16).astype(np.uint16)
    dtype = {"f16": np.float16, "f32": np.float32, "f64": np.float64}[element]
    stored = values.astype(dtype)
    return stored.view(np.uint16) if element == "f16" else stored


def from_memory(stored, element):
    if element == "bf16":
        stored = (stored.astype(np.uint32) << 16).view(np.float32)
    elif element == "f16":
        stored = stored.view(np.float16)
    return stored.astype(np.longdouble)


def expect(actual, expected, bound, at, precisions, what):
    """`bound` in units of the computation's last place at `at`, and half a unit
    of the type's last place at the result."""
    own, compute = precisions

    def unit(magnitude, precision):
        exponent = np.frexp(np.maximum(np.abs(magnitude), np.longdouble(2) ** -14))[1]
        return np.ldexp(np.longdouble(1), exponent - precision)

    slack = bound * unit(at, compute)
    if own != compute:
        slack = slack + 0.501 * unit(expected, own)
    share = np.max(np.abs(actual - expected) / slack, initial=0)
    check(share <= 1, f"{what}: {share:.2f} of the bound")


def compare(model, name, shape, axes, element, generator):
    logits = to_memory(generator.normal(size=shape) * 5, element)
    z = from_memory(logits, element)
    rows = tuple(n for axis, n in enumerate(shape) if axis not in axes)
    # Operations on arrays without dimensions yield scalars.
    results = [np.array(to_memory(np.full(s, 7.0), element)) for s in (shape, rows, shape)]
    status = model.call(name, [np.ascontiguousarray(logits)], results)
    check(status == 0, f"{name} {shape}: status {status}")
    if 0 in shape:
        return
    maximum = z.max(axis=axes, keepdims=True)
    distance = maximum - z
    total = np.exp(-distance).sum(axis=axes, keepdims=True)
    length = np.prod([shape[axis] for axis in axes])
    of_sum = np.log(length) / 2 + length / 2
    precisions = TYPES[element]
    log_p, lse, p = (from_memory(result, element) for result in results)
    true = -distance - np.log(total)
    expect(log_p, true, 4 + 2 * np.maximum(distance, np.abs(true)) + of_sum, 1.0,
           precisions, f"{name} {shape} log-probabilities")
    check(np.all(log_p <= 0), f"{name}: a log-probability is above 0")
    true = (maximum + np.log(total)).reshape(rows)
    expect(lse, true, 4 + np.abs(true) + of_sum, 1.0, precisions,
           f"{name} {shape} log-sum-exp")
    true = np.exp(-distance) / total
    expect(p, true, 6 + distance + of_sum, true, precisions,
           f"{name} {shape} probabilities")


BROADCASTS = """
func.func @main(%x: tensor<?x?x?xf32>, %column: tensor<?xf32>, %rest: tensor<?x?xf16>, %scale: f32) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n0 = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %n1 = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %n2 = tensor.dim %x, %c2 : tensor<?x?x?xf32>
  %0 = tensor.empty(%n0, %n1, %n2) : tensor<?x?x?xf32>
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>,
                     affine_map<(d0, d1, d2) -> (d2, d0)>, affine_map<(d0, d1, d2) -> ()>,
                     affine_map<(d0, d1, d2) -> (d0, d1, d2)>]
    ins(%x, %column, %rest, %scale : tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?xf16>, f32)
    outs(%0 : tensor<?x?x?xf32>) logits {
  ^bb0(%in: f32, %bias: f32, %half: f16, %factor: f32):
    %wide = arith.extf %half : f16 to f32
    %1 = arith.mulf %in, %factor : f32
    %2 = arith.addf %1, %bias : f32
    %3 = arith.maximumf %2, %wide : f32
    lse.yield %3 : f32
  } -> tensor<?x?x?xf32>
  return %p : tensor<?x?x?xf32>
}
"""


def compare_broadcasts(directory, generator):
    """Operands with fewer dimensions, permuted ones and scalars, across rows."""
    source = directory / "broadcasts.mlir"
    source.write_text(BROADCASTS)
    model = compile_model(source, directory, "broadcasts", ["-mcpu=native"])
    for shape in [(2, 9, 149), (3, 20, 1), (1, 1, 40)]:
        x = generator.normal(size=shape).astype(np.float32)
        column = generator.normal(size=shape[1]).astype(np.float32)
        rest = generator.normal(size=(shape[2], shape[0])).astype(np.float16)
        scale = np.float32(1.7)
        result = np.zeros(shape, np.float32)
        status = model.call("broadcasts_main", [x, column, rest.view(np.uint16), scale], [result])
        check(status == 0, f"broadcasts {shape}: status {status}")
        # f32 operations, each rounded, as the expression is written.
        z = np.maximum(x * scale + column[None, :, None],
                       rest.astype(np.float32).T[:, None, :]).astype(np.longdouble)
        distance = z.max(axis=1, keepdims=True) - z
        true = np.exp(-distance)
        true /= true.sum(axis=1, keepdims=True)
        expect(result, true, 6 + distance + np.log(shape[1]) / 2 + shape[1] / 2, true,
               TYPES["f32"], f"broadcasts {shape}")


def main():
    directory = scratch_directory()
    generator = np.random.default_rng(7)
    count = 0
    for element in TYPES:
        source = pathlib.Path(directory) / f"{element}.mlir"
        source.parent.mkdir(parents=True, exist_ok=True)
        cases, functions = [], []
        for axes in AXES:
            name = "dynamic" + "".join(map(str, axes))
            functions.append(function(name, SHAPES[0], axes, element, True))
            cases += [(name, shape, axes) for shape in SHAPES]
        for axes, shape in itertools.product(AXES[::3], SHAPES[:2]):
            name = f"static{''.join(map(str, axes))}_{shape[2]}"
            functions.append(function(name, shape, axes, element, False))
            cases.append((name, shape, axes))
        source.write_text("\n".join(functions))
        model = compile_model(source, directory, element, ["-mcpu=native"])
        for name, shape, axes in cases:
            compare(model, f"{element}_{name}", shape, axes, element, generator)
            count += 1
    compare_broadcasts(directory, generator)
    print(f"{count} comparisons")


main()
