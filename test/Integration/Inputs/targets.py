"""One library for several CPUs: every kernel in it that this machine can execute
is within the bound, and it is the one that was asked for, because it gives the
bits of a library for that CPU alone."""

import ctypes
import pathlib

import numpy as np
from lse_testing import (
    check, compile_model, scratch_directory, softmax, standard_bound, ulp_error,
)

SOURCE = pathlib.Path(__file__).parent / "softmax_dynamic.mlir"
LEVELS = ["x86-64", "x86-64-v3", "x86-64-v4"]
SIZES = [1, 2, 15, 16, 17, 31, 33, 63, 65, 127, 129, 1000, 4097]


def compute(model, name, logits):
    result = np.full(logits.shape, 7, np.float32)
    check(model.call(name, [logits], [result]) == 0, f"{name} {logits.shape}: status")
    return result


def best_level(model):
    model.library.lse_get_target.restype = ctypes.c_char_p
    return model.library.lse_get_target().decode()


def set_level(model, level):
    answer = model.library.lse_set_max_target(level and level.encode())
    check(answer == 0, f"lse_set_max_target({level}) gives {answer}")


def rows(generator, columns):
    logits = (generator.normal(size=(6, columns)) * 20).astype(np.float32)
    logits[0] /= 20
    logits[1, ::3] = -np.inf
    logits[2, columns // 2] = np.nan
    logits[3, columns // 2] = np.inf
    logits[4] = -np.inf
    logits[5] = 0.3
    return logits


def within_bound(result, logits, label):
    expected = softmax(logits)
    check(np.array_equal(np.isnan(result), np.isnan(expected)), f"{label}: NaN")
    finite = ~np.isnan(expected).any(axis=1)
    error = ulp_error(result[finite], expected[finite])
    bound = standard_bound(np.maximum(logits[finite], -1e4))
    check(np.all(error <= bound), f"{label}: {np.max(error / bound):.2f} of the bound")


def main():
    directory = scratch_directory()
    several = compile_model(SOURCE, directory, "several")
    best = best_level(several)
    order = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"]
    executable = [level for level in LEVELS if order.index(level) <= order.index(best)]
    alone = {level: compile_model(SOURCE, directory, f"alone_{level.replace('-', '_')}",
                                  [f"-mcpu={level}"]) for level in executable}

    generator = np.random.default_rng(11)
    differ = False
    for columns in SIZES:
        logits = rows(generator, columns)
        bits = {}
        for level in executable:
            set_level(several, level)
            result = compute(several, "several_main", logits)
            within_bound(result, logits, f"{level}, {columns} columns")
            single = compute(alone[level], f"alone_{level.replace('-', '_')}_main", logits)
            check(result.tobytes() == single.tobytes(),
                  f"{level}, {columns} columns: not the kernel of that CPU")
            bits[level] = result.tobytes()
        differ = differ or len(set(bits.values())) == len(bits)
        # v2 is no target of its own, and without a limit the best is chosen.
        set_level(several, "x86-64-v2")
        check(compute(several, "several_main", logits).tobytes() == bits["x86-64"], "v2")
        set_level(several, None)
        check(compute(several, "several_main", logits).tobytes() == bits[executable[-1]],
              "the best")
    # They sum in another order: if all bits were equal, nothing would be shown.
    check(differ, "targets cannot be told apart")
    check(several.library.lse_set_max_target(b"best") == -1, "an unknown level")
    print(f"executed {', '.join(executable)}; not executed "
          f"{', '.join(sorted(set(LEVELS) - set(executable))) or 'none'}")


main()
