"""Front-end IR, compiled as it came, against the float64 results beside it.

usage: frontends_run.py SCRATCH FOLDER

For each FOLDER/*.npz: `in0..` are the inputs, `out0..` what the same
mathematics gives in float64, `big_out*` the same with input `big_arg` scaled by
`big_scale`, where a softmax without shift overflows.
"""

import pathlib
import re
import sys

import numpy as np
from lse_testing import check, compile_model, scratch_directory, ulp_error

# The sources round in f32 on the way to the logits (a matmul, a division by a
# temperature), once more than the operation itself does: the bound of
# docs/Numerics.md plus this many ULP for each unit of the largest logit.
ULP_PER_LOGIT = 4.0


def bit_pattern(array, element):
    """bf16 is stored as f32 in the files and passed as uint16_t."""
    if element == "bf16":
        return (array.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return array


def number(array, element):
    if element == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array.view(np.float16) if element == "f16" else array


def run(model, name, source, data, suffix, scale):
    signature = re.search(r"^ *func\.func .*$", source, re.M)[0]
    elements = re.findall(r"%arg\d+: (?:tensor<([^>]*)>|(\w+))", signature)
    elements = [(a or b).split("x")[-1] for a, b in elements]
    result_type = re.search(r"-> \(?tensor<([^>]*)>", signature)[1].split("x")[-1]
    inputs = []
    for index, element in enumerate(elements):
        value = data[f"in{index}"]
        if scale and index == int(data["big_arg"]):
            value = np.asarray(value * data["big_scale"], value.dtype)
        inputs.append(np.asarray(bit_pattern(value, element), order="C"))
    expected = data[f"{suffix}out0"]
    storage = {"bf16": np.uint16, "f16": np.uint16, "f64": np.float64}
    result = np.zeros(expected.shape, storage.get(result_type, np.float32))
    status = model.call(name, inputs, [result])
    check(status == 0, f"{name}: status {status}")
    actual = number(result, result_type)
    precision = {"f16": np.float16, "f64": np.float64}.get(result_type, np.float32)
    largest = float(np.max(np.abs(data["in0"].astype(np.float64))))
    largest *= float(data["big_scale"]) if scale else 1.0
    bound = 16 + ULP_PER_LOGIT * largest
    if "bf16" in elements:
        bound *= 2**16
    # Logarithms have an absolute error, that of logits and sums around 1: near
    # 0 they are the small difference of larger numbers. Sums of both signs have
    # the error of the largest of them.
    # A gradient is a difference of what comes from above, weighted.
    least = 0.0
    operation = re.search(r"^// EXPECT: (.*)$", source, re.M)[1]
    if "_grad" in operation:
        least = min(float(np.max(np.abs(data[f"in{i}"]))) for i in range(len(elements)))
    elif "log" in operation:
        least = 1.0
    elif np.any(expected < 0):
        least = np.max(np.abs(expected))
    # Below this a float64 reference and f32 agree that there is nothing.
    error = np.where(np.abs(expected) < (0.0 if least else 1e-30),
                     np.abs(actual) > 1e-28,
                     ulp_error(actual, expected, precision, least))
    check(np.all(error <= bound), f"{name} {suffix}: {np.max(error)} ULP of {bound}")
    return np.max(error)


def main():
    directory = scratch_directory()
    files = sorted(pathlib.Path(sys.argv[2]).glob("*.npz"))
    check(len(files) > 0, "no files")
    for index, file in enumerate(files):
        source_file = file.with_suffix(".mlir")
        source = source_file.read_text()
        # A look-alike is compiled as it came: its error is its own.
        if re.search(r"^// EXPECT: none", source, re.M):
            continue
        function = re.search(r"^ *func\.func (?:public )?@(\w+)", source, re.M)[1]
        name = f"file{index}"
        model = compile_model(source_file, directory, name, ["-mcpu=native"])
        data = np.load(file)
        worst = [run(model, f"{name}_{function}", source, data, "", False)]
        if "big_out0" in data:
            worst.append(run(model, f"{name}_{function}", source, data, "big_", True))
        print(f"{file.stem}: {max(worst):.1f} ULP")


main()
