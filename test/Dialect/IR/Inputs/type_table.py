"""Prints a module with each operation over rows in each element type, static,
dynamic and mixed, over one dimension and several, with and without results of
every kind."""

import itertools

OPERATIONS = {"softmax": "probabilities", "log_softmax": "log_probabilities", "logsumexp": "logsumexp"}
KINDS = ["probabilities", "log_probabilities", "logsumexp", "argmax"]
# These have two inputs; the first three have logits, and all of KINDS as well.
WITH_TARGETS = {"cross_entropy": "loss", "kl_divergence": "loss", "cross_entropy_grad": "gradient",
                "softmax_grad": "gradient", "log_softmax_grad": "gradient"}
PER_ROW = {"logsumexp", "argmax", "loss"}
# Extents, and rows' dimensions.
SHAPES = ["4x6", "?x?", "4x?", "2x3x5", "?x?x?", "2x?x5", "7", "?"]
DIMS = {1: [[0]], 2: [[0], [1], [0, 1]], 3: [[0], [2], [0, 2], [1, 2], [0, 1, 2]]}


def tensor(extents, element):
    return f"tensor<{'x'.join(list(extents) + [element])}>"


def function(number, name, element, extents, dims, kinds, numInputs=1):
    rows = [e for i, e in enumerate(extents) if i not in dims]
    types = [
        tensor(rows if kind in PER_ROW else extents,
               "index" if kind == "argmax" else element)
        for kind in kinds
    ]
    outs = [f"%out{i}" for i in range(len(types))]
    inputs = [f"%x{i}" for i in range(numInputs)]
    inputTypes = [tensor(extents, element)] * numInputs
    arguments = [f"{v}: {t}" for v, t in zip(inputs + outs, inputTypes + types)]
    results = ", ".join(types)
    return f"""func.func @{name}_{number}({', '.join(arguments)}) -> ({results}) {{
  %r:{len(types)} = lse.{name} dims = {dims} results = [{', '.join(kinds)}]
    ins({', '.join(inputs)} : {', '.join(inputTypes)}) outs({', '.join(outs)} : {results}) -> ({results})
  return {', '.join(f'%r#{i}' for i in range(len(types)))} : {results}
}}"""


number = itertools.count()
for element, shape in itertools.product(["f32", "f64", "f16", "bf16"], SHAPES):
    extents = shape.split("x")
    for dims, (name, own) in itertools.product(DIMS[len(extents)], OPERATIONS.items()):
        for kinds in ([own], KINDS):
            print(function(next(number), name, element, extents, dims, kinds))
    for dims, (name, own) in itertools.product(DIMS[len(extents)], WITH_TARGETS.items()):
        print(function(next(number), name, element, extents, dims, [own], numInputs=2))
        if name in ("cross_entropy", "kl_divergence", "cross_entropy_grad"):
            print(function(next(number), name, element, extents, dims, [own] + KINDS, numInputs=2))

# Exact zeros, and two classes, of which each element may be a row.
for element, shape in itertools.product(["f32", "f64", "f16", "bf16"], SHAPES):
    extents = shape.split("x")
    for dims in DIMS[len(extents)]:
        print(function(next(number), "sparsemax", element, extents, dims, ["probabilities"]))
    for dims in DIMS[len(extents)] + [[]]:
        print(function(next(number), "binary_cross_entropy", element, extents, dims, ["loss"], numInputs=3))

# Attention: batch, queries, keys, and the dimensions of scores and values.
for element, mixed in itertools.product(["f32", "f64", "f16", "bf16"], [False, True]):
    for b, i, j, d, n in [("2", "4", "6", "8", "5"), ("?", "?", "?", "?", "?"), ("2", "?", "6", "?", "5")]:
        out = "f32" if mixed else element
        types = [tensor([b, i, d], element), tensor([b, j, d], "f16" if mixed else element),
                 tensor([b, j, n], element), tensor([b, i, n], out)]
        print(f"""func.func @attention_{next(number)}(%q: {types[0]}, %k: {types[1]}, %v: {types[2]}, %o: {types[3]}) -> {types[3]} {{
  %r = lse.attention dims = [2] ins(%q, %k, %v : {', '.join(types[:3])}) outs(%o : {types[3]}) -> {types[3]}
  return %r : {types[3]}
}}""")
