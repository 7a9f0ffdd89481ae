"""Losses and gradients of long rows, which kernels read once in segments (`online_row`),
against extended precision, and their special rows against kernels that go over the row as
a whole (`cached_row`)."""

import itertools
import re

import numpy as np
from loss_reference import INF, NAN, agree, reference
from lse_testing import EPS, check, compile_model, from_bits, run, scratch_directory, to_bits

SEGMENT = 2048
LENGTH = 2 * SEGMENT + 41
# First and last of a row and of its segments, and in what is left after them.
PLACES = (0, 77, SEGMENT - 1, SEGMENT, 2 * SEGMENT - 1, 2 * SEGMENT, LENGTH - 1)
SOURCE = """
func.func @{op}_{t}_{death}_{strategy}(%x: tensor<?x?x{t}>, %y: tensor<?x?x{t}>) -> tensor<{out}x{t}> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?x{t}>
  %n = tensor.dim %x, %c1 : tensor<?x?x{t}>
  %0 = tensor.empty({extents}) : tensor<{out}x{t}>
  %r = lse.{op} dims = [1] row_death = {death} {from_logits}
    ins(%x, %y : tensor<?x?x{t}>, tensor<?x?x{t}>) outs(%0 : tensor<{out}x{t}>) -> tensor<{out}x{t}>
  return %r : tensor<{out}x{t}>
}}
"""
PER_ROW = ("cross_entropy", "kl_divergence")
OF_ELEMENTS = ("softmax_grad", "log_softmax_grad")
OPERATIONS = (*PER_ROW, *OF_ELEMENTS, "cross_entropy_grad")
DEATHS = ("nan", "zero")
STRATEGIES = ("online_row", "cached_row")


def source():
    text = []
    for op, t, death, strategy in itertools.product(OPERATIONS, EPS, DEATHS, STRATEGIES):
        if strategy == "cached_row" and t != "f32":
            continue
        text.append(SOURCE.format(op=op, t=t, death=death, strategy=strategy,
                                  extents="%m" if op in PER_ROW else "%m, %n", out="?" if op in PER_ROW else "?x?",
                                  from_logits="from_logits" if op in OF_ELEMENTS else ""))
    return "".join(text)


def with_strategies(path):
    """The module in `path` with a schedule for this machine in each function, of the
    strategy that the function is named after."""
    functions = run(["lse-opt", path, "--lse-schedule=cpu=native"]).split("func.func ")
    for i, strategy in itertools.product(range(len(functions)), STRATEGIES):
        if f"_{strategy}(" in functions[i]:
            functions[i], count = re.subn(r"strategy = \w+", f"strategy = {strategy}", functions[i])
            check(count == 1, functions[i])
    return "func.func ".join(functions)


def call(model, op, t, death, strategy, x, y):
    out = np.full(len(x) if op in PER_ROW else x.shape, 7, x.dtype)
    status = model.call(f"long_rows_{op}_{t}_{death}_{strategy}", [x, y], [out])
    check(status == 0, f"{op}_{t}_{death}_{strategy}: status {status}")
    return from_bits(out, t)


def check_rows(model, op, t, death, a, b):
    x, y = to_bits(a, t), to_bits(b, t)
    actual = call(model, op, t, death, "online_row", x, y)
    x, y = from_bits(x, t), from_bits(y, t)
    for i in range(len(a)):
        with np.errstate(all="ignore"):
            expected, scale = reference(op, x[i], y[i], death, from_logits=op in OF_ELEMENTS)
            ok = agree(actual[i], expected, scale, t)
        check(ok, f"{op}, {t}, row_death {death}, row {i} of {x.shape}: {actual[i]} instead of {expected}")


def check_specials(model, op, death, a, b):
    x, y = to_bits(a, "f32"), to_bits(b, "f32")
    online, cached = (call(model, op, "f32", death, strategy, x, y) for strategy in STRATEGIES)
    with np.errstate(all="ignore"):
        same = ((online == cached) | (np.isnan(online) & np.isnan(cached))
                | (np.abs(online - cached) <= 1e-5 * np.maximum(np.abs(cached), 1)))
    check(same.all(), f"{op}, row_death {death}: rows {np.argwhere(~same)[:8].tolist()} have "
                      f"{online[~same][:8]}, in one piece {cached[~same][:8]}")


def special_rows(generator):
    """Rows with one or two things in them that are special, and segments that are."""
    base = generator.standard_normal(LENGTH)
    part = np.arange(LENGTH) // SEGMENT
    rows = [base, base * 0, np.full(LENGTH, -INF), base + 100 * part, base - 100 * part,
            base + 1e4 * part, base - 1e30 * part, np.where(part == 1, -3e38, base)]
    for number in range(3):
        rows += [np.where(part == number, -INF, base), np.where(part == number, base, -INF),
                 np.where(part == number, NAN, base), np.where(part == number, NAN, -INF)]
    for place in PLACES:
        here = np.arange(LENGTH) == place
        rows += [np.where(here, value, base) for value in (INF, -INF, NAN, 80, -80)]
        rows += [np.where(here, value, -INF) for value in (INF, NAN, 0, -1e30)]
        rows += [np.where(np.arange(LENGTH) == other, NAN, np.where(here, INF, base)) for other in (5, SEGMENT + 5)]
    return np.array(rows)


def special_targets(rows):
    """No target, one for each place, those of a segment, cancelling ones, and NaN."""
    index = np.arange(LENGTH)
    part = index // SEGMENT
    targets = [index * 0.0, np.full(LENGTH, 1 / LENGTH), np.where(part == 0, 1.0, 0), np.where(part == 1, 1.0, 0),
               np.where(part == 2, 1.0, 0), (index == 3) * 1.0 - (index == SEGMENT + 3), np.where(index == SEGMENT + 9, NAN, 0)]
    targets += [(index == place) * 1.0 for place in PLACES]
    pairs = list(itertools.product(rows, targets))
    return np.array([row for row, _ in pairs]), np.array([target for _, target in pairs])


def main():
    directory = scratch_directory()
    path = directory / "long_rows.mlir"
    path.write_text(source())
    path.write_text(with_strategies(path))
    model = compile_model(path, directory, "long_rows", ("--mcpu=native",))
    generator = np.random.default_rng(11)
    rows = special_rows(generator)
    logits, targets = special_targets(rows)
    for op in OPERATIONS:
        for t in EPS:
            for n in (1, 2047, 2048, 2049, 4096, 4137, 9 * SEGMENT + 5):
                a = 3 * generator.standard_normal((3, n))
                b = generator.standard_normal((3, n)) if op in ("kl_divergence", *OF_ELEMENTS) else generator.random((3, n)) / n
                check_rows(model, op, t, "nan", a, b)
        for death in DEATHS:
            if op == "kl_divergence":
                pairs = list(itertools.product(rows[:24], rows[:24])) + list(zip(rows, np.roll(rows, 7, axis=0)))
                a, b = (np.array([pair[i] for pair in pairs]) for i in (0, 1))
            else:
                a, b = logits, targets
            check_specials(model, op, death, a, b)
    print("long rows: all agree")


main()
