"""The same bits for any number of threads and any split of the batch."""

import hashlib
import pathlib
import subprocess
import sys

import numpy as np
from lse_testing import Model, check, compile_model, scratch_directory, with_threads

SOURCE = pathlib.Path(__file__).parent / "softmax_dynamic.mlir"
SHAPES = [(1, 100000), (7, 9001), (1000, 333), (4099, 17)]


def logits(shape):
    return (np.random.default_rng(4).normal(size=shape) * 5).astype(np.float32)


def digest(directory):
    model = Model(directory / "model.so", directory / "model.h")
    state = hashlib.sha256()
    for shape in SHAPES:
        result = np.empty(shape, np.float32)
        check(model.call("model_main", [logits(shape)], [result]) == 0, "status")
        state.update(result.tobytes())
    return state.hexdigest()


def main():
    directory = scratch_directory()
    if len(sys.argv) > 2:
        print(digest(directory))
        return
    model = compile_model(SOURCE, directory, flags=["-mcpu=native"])
    digests = {
        count: subprocess.run(
            [sys.executable, __file__, directory, "child"], env=with_threads(count),
            capture_output=True, text=True, check=True).stdout
        for count in (1, 2, 3, 8)
    }
    check(len(set(digests.values())) == 1, f"thread counts differ: {digests}")

    for shape in SHAPES:
        x = logits(shape)
        whole, split = np.empty(shape, np.float32), np.empty(shape, np.float32)
        check(model.call("model_main", [x], [whole]) == 0, "status")
        for start in range(0, shape[0], 3):
            part = np.empty_like(x[start:start + 3])
            check(model.call("model_main", [x[start:start + 3].copy()], [part]) == 0,
                  "status")
            split[start:start + 3] = part
        check(whole.tobytes() == split.tobytes(), f"splitting {shape} changes bits")
    print("the same bits for 1, 2, 3 and 8 threads and for batches of 3 rows")


main()
