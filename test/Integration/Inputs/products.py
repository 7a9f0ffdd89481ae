"""Products of matrices against the same sums in NumPy, term by term and in the same
order: to the bit, for every target."""

import itertools

import numpy as np
from lse_testing import check, compile_model, from_bits, scratch_directory, to_bits

TARGETS = ("x86-64", "x86-64-v3", "native")
# Each with the maps of its operands, and of which loops there are.
KINDS = {
    "plain": ("ik", "kj", "ij"),
    "transposed": ("ik", "jk", "ij"),
    "left": ("ki", "kj", "ij"),
    "swapped": ("kj", "ik", "ij"),
    "batched": ("bik", "bjk", "bij"),
    "shared": ("bik", "kj", "bij"),
    "vector": ("k", "jk", "j"),
    "two_sums": ("ikl", "klj", "ij"),
    "inside": ("ik", "kbj", "bij"),
}
LOOPS = "bijkl"
# Extents of b, i, j, k and l: around the extents of tiles and panels, and of none.
EXTENTS = [
    (1, 1, 1, 1, 1), (2, 4, 8, 8, 2), (1, 16, 32, 64, 1), (2, 9, 33, 130, 3), (1, 37, 65, 19, 2),
    (3, 3, 7, 600, 1), (1, 8, 31, 257, 2), (1, 5, 100, 1029, 1), (0, 4, 4, 4, 4), (2, 0, 40, 40, 2),
    (2, 20, 0, 40, 2), (2, 20, 40, 0, 2),
]
STATIC = [(2, 9, 33, 130, 3), (2, 6, 10, 600, 1), (1, 12, 96, 36, 2), (1, 30, 2, 300, 1), (2, 7, 40, 5, 40)]
# Elements of the operands, and of the sums.
TYPES = [("f32", "f32"), ("f64", "f64"), ("f16", "f32"), ("bf16", "f32"), ("f32", "f64"), ("f16", "f16"),
         ("bf16", "bf16"), ("i8", "i32"), ("i32", "i32")]

# Parts of matrices: with gaps between rows, and between elements of a row.
SLICES = """
func.func @slices(%a: tensor<40x60xf32>, %b: tensor<70x50xf32>, %w: tensor<90x130xf32>, %c: tensor<50x80xf32>) -> tensor<50x80xf32> {
  %0 = tensor.extract_slice %a[3, 5] [30, 40] [1, 1] : tensor<40x60xf32> to tensor<30x40xf32>
  %1 = tensor.extract_slice %b[7, 2] [40, 33] [1, 1] : tensor<70x50xf32> to tensor<40x33xf32>
  %2 = tensor.extract_slice %w[1, 3] [40, 33] [2, 3] : tensor<90x130xf32> to tensor<40x33xf32>
  %3 = tensor.extract_slice %c[9, 11] [30, 33] [1, 1] : tensor<50x80xf32> to tensor<30x33xf32>
  %4 = linalg.matmul ins(%0, %1 : tensor<30x40xf32>, tensor<40x33xf32>) outs(%3 : tensor<30x33xf32>) -> tensor<30x33xf32>
  %5 = linalg.matmul ins(%0, %2 : tensor<30x40xf32>, tensor<40x33xf32>) outs(%4 : tensor<30x33xf32>) -> tensor<30x33xf32>
  %r = tensor.insert_slice %5 into %c[9, 11] [30, 33] [1, 1] : tensor<30x33xf32> into tensor<50x80xf32>
  return %r : tensor<50x80xf32>
}
"""


def shape(dims, extents):
    return "x".join("?" if e is None else str(e) for e in (extents[LOOPS.index(d)] for d in dims))


def body(t, s):
    """The products of elements of type `t`, and sums of type `s`."""
    widen = "arith.extsi" if t[0] == "i" else "arith.extf"
    suffix = "i" if t[0] == "i" else "f"
    lines = [f"^bb0(%x: {t}, %y: {t}, %z: {s}):"]
    x, y = "%x", "%y"
    if t != s:
        lines += [f"%u = {widen} %x : {t} to {s}", f"%v = {widen} %y : {t} to {s}"]
        x, y = "%u", "%v"
    lines += [f"%p = arith.mul{suffix} {x}, {y} : {s}", f"%q = arith.add{suffix} %z, %p : {s}",
              f"linalg.yield %q : {s}"]
    return "\n    ".join(lines)


def source(name, kind, extents, t, s):
    left, right, result = KINDS[kind]
    loops = [d for d in LOOPS if d in left + right]
    kinds = ", ".join(f'"{"parallel" if d in result else "reduction"}"' for d in loops)
    maps = ", ".join(f"affine_map<({', '.join(loops)}) -> ({', '.join(dims)})>" for dims in (left, right, result))
    a, b, c = (f"tensor<{shape(dims, extents)}x{e}>" for dims, e in ((left, t), (right, t), (result, s)))
    # What is added to is an argument.
    return f"""
func.func @{name}(%a: {a}, %b: {b}, %c: {c}) -> {c} {{
  %r = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}
      ins(%a, %b : {a}, {b}) outs(%c : {c}) {{
    {body(t, s)}
  }} -> {c}
  return %r : {c}
}}
"""


def make(generator, dims, extents, t):
    size = [extents[LOOPS.index(d)] for d in dims]
    if t[0] == "i":
        return generator.integers(-100, 100, size).astype(f"int{t[1:]}")
    return to_bits(generator.normal(size=size), t)


def widen(array, t):
    """`array` in a type that NumPy computes with, wide enough for a product."""
    if t[0] == "i" or t in ("f32", "f64"):
        return array
    return from_bits(array, t).astype(np.float32)


def reference(kind, arrays, t, s):
    """The sums, one product after the other, each rounded as elements of `s` are."""
    left, right, result = KINDS[kind]
    dtype = {"f64": np.float64, "i32": np.int32}.get(s, np.float32)
    a, b = (widen(x, t).astype(dtype) for x in arrays[:2])

    def rounded(values):
        return widen(to_bits(values, s), s) if s in ("f16", "bf16") else values

    total = widen(arrays[2], s)
    size = dict(zip(left + right, a.shape + b.shape))
    sums = [d for d in LOOPS if d in left and d not in result]
    for place in itertools.product(*(range(size[d]) for d in sums)):
        at = dict(zip(sums, place))
        x, y = (expand(array[tuple(at.get(d, slice(None)) for d in dims)], [d for d in dims if d not in at], result)
                for array, dims in ((a, left), (b, right)))
        with np.errstate(all="ignore"):
            total = rounded(total + rounded(x * y))
    return total


def expand(array, dims, result):
    """`array`, which has `dims`, with all of `result`, in that order."""
    array = np.transpose(array, sorted(range(len(dims)), key=lambda i: result.index(dims[i])))
    return array.reshape([1 if d not in dims else array.shape[sorted(dims, key=result.index).index(d)]
                          for d in result])


def run_case(models, function, generator, kind, extents, t, s, poison=None):
    """Calls `function` of each of `models` with the same numbers."""
    left, right, result = KINDS[kind]
    arrays = [make(generator, dims, extents, e) for dims, e in ((left, t), (right, t), (result, s))]
    if poison is not None:
        for array in arrays[:2]:
            array.flat[generator.integers(array.size)] = poison
    expected = reference(kind, arrays, t, s)
    before = [array.copy() for array in arrays]
    for name, model in models.items():
        label = f"{name}_{function} {extents} {poison}"
        # One more element on either side, which must stay as it is.
        memory = np.full(arrays[2].size + 2, 77, arrays[2].dtype)
        out = memory[1:-1].reshape(arrays[2].shape)
        status = model.call(f"{name}_{function}", arrays, [out])
        check(status == 0, f"{label}: status {status}")
        check(memory[0] == 77 and memory[-1] == 77, f"{label}: wrote beside the result")
        check(all(np.array_equal(x.view(np.uint8), y.view(np.uint8)) for x, y in zip(arrays, before)),
              f"{label}: wrote to an argument")
        actual = widen(out, s)
        same = (actual == expected) | ((actual != actual) & (expected != expected))
        check(same.all(), f"{label}: {np.count_nonzero(~same)} of {same.size} differ")


def check_slices(directory):
    path = directory / "slices.mlir"
    path.write_text(SLICES)
    generator = np.random.default_rng(2)
    a, b, w, c = (generator.normal(size=size).astype(np.float32)
                  for size in ((40, 60), (70, 50), (90, 130), (50, 80)))
    expected = c.copy()
    left, right, strided = a[3:33, 5:45], b[7:47, 2:35], w[1:81:2, 3:102:3]
    for matrix in (right, strided):
        for k in range(40):
            expected[9:39, 11:44] += left[:, k, None] * matrix[None, k]
    for target in TARGETS:
        name = f"slices_{target.replace('-', '_')}"
        model = compile_model(path, directory, name, [f"-mcpu={target}"])
        out = np.zeros_like(c)
        status = model.call(f"{name}_slices", [a, b, w, c], [out])
        check(status == 0 and np.array_equal(out, expected), f"{name}: status {status}, or other bits")


def main():
    directory = scratch_directory()
    check_slices(directory)
    for t, s in TYPES:
        kinds = KINDS if t == s == "f32" else ("plain", "transposed")
        parts = []
        for kind in kinds:
            parts.append(source(kind, kind, (None,) * 5, t, s))
            parts += [source(f"{kind}_{i}", kind, extents, t, s) for i, extents in enumerate(STATIC)]
        path = directory / f"products_{t}_{s}.mlir"
        path.write_text("".join(parts))
        models = {}
        for target in TARGETS:
            name = f"m_{t}_{s}_{target.replace('-', '_')}"
            models[name] = compile_model(path, directory, name, [f"-mcpu={target}"])
        generator = np.random.default_rng(1)
        for kind in kinds:
            for extents in EXTENTS:
                run_case(models, kind, generator, kind, extents, t, s)
            for i, extents in enumerate(STATIC):
                run_case(models, f"{kind}_{i}", generator, kind, extents, t, s)
            for poison in (np.nan, np.inf, -np.inf) if t in ("f32", "f64") else ():
                run_case(models, kind, generator, kind, (2, 9, 33, 130, 3), t, s, poison)
        print(f"{t} {s}: the same bits")


main()
