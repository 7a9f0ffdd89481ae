"""Rows with NaN, infinities, subnormals and nothing at all, at every lane of a
vector and in tails: the cases E1 to E19 and E26 of docs/Numerics.md, with the
answers written down here."""

import pathlib

import numpy as np
from lse_testing import (
    check, compile_model, scratch_directory, softmax, standard_bound, ulp_error,
)

SOURCE = pathlib.Path(__file__).parent / "softmax_dynamic.mlir"
NAN, INF = np.nan, np.inf
LARGEST = float(np.finfo(np.float32).max)

# Whole rows and their probabilities.
ROWS = [
    ("E2 all -inf", [-INF, -INF, -INF], [NAN, NAN, NAN]),
    ("E4 all lowest", [-LARGEST] * 4, [0.25] * 4),
    ("E4 all -1e9", [-1e9] * 5, [0.2] * 5),
    ("E5 one +inf", [INF, 1.0, 2.0], [NAN, NAN, NAN]),
    ("E6 both infinities", [INF, -INF], [NAN, NAN]),
    ("E8 NaN and +inf", [NAN, INF], [NAN, NAN]),
    ("E8 NaN and -inf", [NAN, -INF], [NAN, NAN]),
    ("E9 some -inf", [0.0, -INF, 0.0], [0.5, 0.0, 0.5]),
    ("E10 one element", [3.25], [1.0]),
    ("E11 one -inf", [-INF], [NAN]),
    ("E11 one +inf", [INF], [NAN]),
    ("E11 one NaN", [NAN], [NAN]),
    ("E12 no element", [], []),
    ("E14 huge", [1e30, 0.0, -1e30, 1e30], [0.5, 0.0, 0.0, 0.5]),
    ("E15 extremes", [LARGEST, -LARGEST], [1.0, 0.0]),
    ("E16 pair", [1e8, 1e8], [0.5, 0.5]),
    ("E16 negative pair", [-1e8, -1e8], [0.5, 0.5]),
    ("E17 subnormal", [0.0, -90.0], [1.0, 8.194e-40]),
    ("E18 least subnormal", [0.0, -103.0], [1.0, 1.401298464324817e-45]),
    ("E18 underflow", [0.0, -104.0], [1.0, 0.0]),
    ("E19 subnormal logits", [1e-45, 1e-40, 0.0, -1e-41], [0.25] * 4),
    ("E23 overflow of exp", [89.0, 0.0], [1.0, 2.2273636e-39]),
    ("E24 underflow of the sum", [-104.0, -104.0], [0.5, 0.5]),
    ("E27 zeros", [0.0, -0.0], [0.5, 0.5]),
]


def expect(model, name, logits, expected, label, bound=1.0):
    logits = np.asarray(logits, np.float32)
    result = np.full(logits.shape, 7, np.float32)
    status = model.call(name, [logits], [result])
    check(status == 0, f"{label}: status {status}")
    error = ulp_error(result, expected)
    check(np.all(error <= bound), f"{label}: {result} instead of {expected}")
    zeros = result[np.asarray(expected) == 0]
    check(not np.signbit(zeros).any(), f"{label}: a negative zero")
    return result


def whole_rows(model, prefix):
    for label, row, answer in ROWS:
        # An exact subnormal is one of few numbers: within one of them.
        expect(model, f"{prefix}_main", [row], np.asarray([answer], np.float64),
               label, bound=1.0 if "E17" not in label and "E23" not in label else 130)


def dead_rows(model, prefix):
    name = f"{prefix}_dead_rows_are_zero"
    rows = [[-INF] * 5, [NAN] + [-INF] * 4, [INF] + [-INF] * 4, [0.0] * 5]
    answers = [[0.0] * 5, [NAN] * 5, [NAN] * 5, [0.2] * 5]
    expect(model, name, rows, np.asarray(answers), "E3 dead rows")


def every_lane(model, prefix):
    generator = np.random.default_rng(2)
    for columns in (1, 5, 16, 37, 64, 150):
        plain = generator.normal(size=(3, columns)).astype(np.float32)
        for lane in range(columns):
            for special in (NAN, INF, -INF):
                logits = plain.copy()
                logits[1, lane] = special
                expected = softmax(plain)
                expected[1] = softmax(logits[1]) if special == -INF and columns > 1 else NAN
                expect(model, f"{prefix}_main", logits, expected,
                       f"E7/E5/E9 {special} at {lane} of {columns}",
                       bound=standard_bound(plain).max() + 5)


def equal_logits(model, prefix):
    for columns in (1, 2, 3, 17, 64, 100, 1000, 4097):
        logits = np.full((2, columns), 0.3, np.float32)
        result = np.empty_like(logits)
        check(model.call(f"{prefix}_main", [logits], [result]) == 0, "E26 status")
        check(np.unique(result).size == 1, f"E26 equal logits, {columns} columns")


def large_products(model, prefix):
    # |x * c| around 2^31, where x * c - m contracted would exceed 0 or be NaN.
    generator = np.random.default_rng(3)
    for exponent in (30.0, 31.0, 32.0):
        for scale in (np.float32(1 / 3), np.float32(np.pi)):
            logits = (generator.normal(size=(20, 333)) * 2.0**exponent / scale)
            logits = logits.astype(np.float32)
            logits[:, ::7] = logits[:, :1]
            result = np.full(logits.shape, 7, np.float32)
            status = model.call(f"{prefix}_scaled", [logits, scale], [result])
            check(status == 0, "large products: status")
            check(np.all((result >= 0) & (result <= 1)),
                  f"large products: {np.nanmin(result)} to {np.nanmax(result)}")
            expected = softmax((logits * scale).astype(np.float32))
            bound = standard_bound((logits * scale).astype(np.float32))
            check(np.all(ulp_error(result, expected) <= bound), "large products: value")


def main():
    directory = scratch_directory()
    for cpu in ("x86-64", "x86-64-v3", "native"):
        prefix = f"kernel_{cpu.replace('-', '_')}"
        model = compile_model(SOURCE, directory, prefix, [f"-mcpu={cpu}"])
        for test in (whole_rows, dead_rows, every_lane, equal_logits, large_products):
            test(model, prefix)
        print(f"{cpu}: every special row as written down")


main()
