"""Prints a module with each operation over rows in each element type, static,
dynamic and mixed, over one dimension and several, with and without results of
every kind."""

import itertools

OPERATIONS = {"softmax": "probabilities", "log_softmax": "log_probabilities", "logsumexp": "logsumexp"}
KINDS = ["probabilities", "log_probabilities", "logsumexp", "argmax"]
# Extents, and rows' dimensions.
SHAPES = ["4x6", "?x?", "4x?", "2x3x5", "?x?x?", "2x?x5", "7", "?"]
DIMS = {1: [[0]], 2: [[0], [1], [0, 1]], 3: [[0], [2], [0, 2], [1, 2], [0, 1, 2]]}


def tensor(extents, element):
    return f"tensor<{'x'.join(list(extents) + [element])}>"


def function(number, name, element, extents, dims, kinds):
    rows = [e for i, e in enumerate(extents) if i not in dims]
    types = [
        tensor(extents if kind.endswith("probabilities") else rows,
               "index" if kind == "argmax" else element)
        for kind in kinds
    ]
    outs = [f"%out{i}" for i in range(len(types))]
    arguments = [f"%x: {tensor(extents, element)}"] + [f"{o}: {t}" for o, t in zip(outs, types)]
    results = ", ".join(types)
    return f"""func.func @{name}_{number}({', '.join(arguments)}) -> ({results}) {{
  %r:{len(types)} = lse.{name} dims = {dims} results = [{', '.join(kinds)}]
    ins(%x : {tensor(extents, element)}) outs({', '.join(outs)} : {results}) -> ({results})
  return {', '.join(f'%r#{i}' for i in range(len(types)))} : {results}
}}"""


number = itertools.count()
for element, shape in itertools.product(["f32", "f64", "f16", "bf16"], SHAPES):
    extents = shape.split("x")
    for dims, (name, own) in itertools.product(DIMS[len(extents)], OPERATIONS.items()):
        for kinds in ([own], KINDS):
            print(function(next(number), name, element, extents, dims, kinds))
