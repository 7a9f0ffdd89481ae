#===- peers.py - The errors of other libraries on the same rows -------------===#
#
# Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# "peers.py DIR" reads the rows that "lse-verify --stage=ulp --write-rows=DIR"
# wrote (RowFiles.h says how), computes them with PyTorch, ONNX Runtime and
# oneDNN, and prints a Markdown table of the largest errors.
#
#===------------------------------------------------------------------------===#

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import torch

OPERATIONS = ["softmax", "log-softmax", "log-sum-exp"]
CLASSES = ["standard", "accurate"]

LEAST_NORMAL_EXPONENT = -126
FRACTION = 23


def largest_error(operation, actual, reference):
    """The largest error in units in the last place of f32 at the true value.

    `reference` holds each true value as the sum of two numbers. Probabilities
    that are subnormal or zero are left out: some libraries flush them.
    """
    high, low = reference[..., 0], reference[..., 1]
    actual = actual.astype(numpy.float64)
    # frexp() gives fractions from a half to one.
    exponent = numpy.maximum(numpy.frexp(high)[1] - 1, LEAST_NORMAL_EXPONENT)
    with numpy.errstate(invalid="ignore"):
        error = numpy.abs((actual - high) - low)
    error = numpy.ldexp(error, FRACTION - exponent)
    error[numpy.isinf(high)] = numpy.inf
    error[actual == high + low] = 0
    error[numpy.isnan(actual)] = numpy.inf
    if operation == "softmax":
        error = error[high >= 2.0**LEAST_NORMAL_EXPONENT]
    return error.max()


class PyTorch:
    name = f"PyTorch {torch.__version__.partition('+')[0]}"
    operations = {
        "softmax": lambda x: torch.softmax(x, -1),
        "log-softmax": lambda x: torch.log_softmax(x, -1),
        "log-sum-exp": lambda x: torch.logsumexp(x, -1),
    }

    def compute(self, operation, logits):
        return self.operations[operation](torch.from_numpy(logits)).numpy()


class OneDNN:
    """oneDNN's softmax is what PyTorch calls for tensors in its layout; other
    operations have no such call."""

    name = "oneDNN, in PyTorch"

    def compute(self, operation, logits):
        if operation != "softmax":
            return None
        tensor = torch.from_numpy(logits).to_mkldnn()
        return torch.softmax(tensor, -1).to_dense().numpy()


class ONNXRuntime:
    name = f"ONNX Runtime {onnxruntime.__version__}"
    operators = {
        "softmax": "Softmax",
        "log-softmax": "LogSoftmax",
        "log-sum-exp": "ReduceLogSumExp",
    }

    def __init__(self):
        self.sessions = {
            operation: onnxruntime.InferenceSession(
                self.make_model(operator), providers=["CPUExecutionProvider"]
            )
            for operation, operator in self.operators.items()
        }

    def make_model(self, operator):
        is_reduction = operator.startswith("Reduce")
        attributes = {"keepdims": 0} if is_reduction else {"axis": -1}
        tensor = onnx.helper.make_tensor_value_info
        f32 = onnx.TensorProto.FLOAT
        node = onnx.helper.make_node(
            operator, ["x", "axes"] if is_reduction else ["x"], ["y"], **attributes
        )
        axes = onnx.helper.make_tensor("axes", onnx.TensorProto.INT64, [1], [1])
        graph = onnx.helper.make_graph(
            [node],
            operator,
            [tensor("x", f32, ["rows", "length"])],
            [tensor("y", f32, ["rows"] if is_reduction else ["rows", "length"])],
            [axes] if is_reduction else [],
        )
        model = onnx.helper.make_model(
            graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=10
        )
        onnx.checker.check_model(model)
        return model.SerializeToString()

    def compute(self, operation, logits):
        return self.sessions[operation].run(None, {"x": logits})[0]


class Ours:
    """What lse-verify wrote."""

    def __init__(self, numerics):
        self.numerics = numerics
        self.name = f"lse, {numerics}"


def read(path, dtype, shape):
    return numpy.fromfile(path, dtype).reshape(shape)


def format_error(error):
    if error is None:
        return "-"
    if error < 100:
        return f"{error:.2f}"
    return f"{error:.0f}" if error < 1e5 else f"{error:.1e}"


def print_distribution(directory, entry, contestants):
    rows, length = entry["rows"], entry["length"]
    prefix = str(directory / entry["files"])
    logits = read(f"{prefix}.logits", "<f4", (rows, length))
    cells = [entry["name"], f"{rows} x {length}"]
    for contestant in contestants:
        errors = []
        for operation in OPERATIONS:
            shape = (rows,) if operation == "log-sum-exp" else (rows, length)
            reference = read(f"{prefix}.{operation}.reference", "<f8", (*shape, 2))
            if not isinstance(contestant, Ours):
                actual = contestant.compute(operation, logits)
            elif contestant.numerics in entry["classes"]:
                path = f"{prefix}.{operation}.{contestant.numerics}"
                actual = read(path, "<f4", shape)
            else:
                actual = None
            errors.append(
                None
                if actual is None
                else largest_error(operation, actual, reference)
            )
        cells.append(" / ".join(map(format_error, errors)))
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    directory = pathlib.Path(sys.argv[1])
    index = json.loads((directory / "index.json").read_text())
    ours = [
        Ours(numerics)
        for numerics in CLASSES
        if any(numerics in entry["classes"] for entry in index)
    ]
    contestants = [*ours, PyTorch(), ONNXRuntime(), OneDNN()]
    columns = ["logits", "rows"] + [contestant.name for contestant in contestants]
    print("| " + " | ".join(columns) + " |")
    print("| --- " * len(columns) + "|")
    for entry in index:
        print_distribution(directory, entry, contestants)


if __name__ == "__main__":
    main()
