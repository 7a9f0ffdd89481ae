"""Compiles the attention layers and transformer blocks of a folder and runs each from a
C program of its own.

usage: model_blocks.py SCRATCH FOLDER CC
"""

import pathlib
import re
import shlex
import sys

import numpy as np
from lse_testing import check, compile_decomposed, run, scratch_directory

BLOCKS = ("*encoder_block*", "*distilbert_block*", "*llama_attention*", "*bert_self_attention*", "*flax_mha*",
          "tflite*attention*")
# At least so many files, of so many exporters.
LEAST_FILES, EXPORTERS = 11, {"hf-torchmlir-tosa", "hf-torchmlir", "jax-ireeopt", "jax-tml", "onnx-torch",
                              "tflite-tosa", "torchmlir-tosa"}
PROGRAM = """
#include "{name}.h"
#include <stdio.h>
{arrays}
int main(void) {{
  FILE *in = fopen("{name}.in", "rb"), *out = fopen("{name}.out", "wb");
  int status;
  if (!in || !out)
    return 100;
{reads}
  status = {function}({arguments});
  if (status) {{
    fprintf(stderr, "%s\\n", {name}_status_string(status));
    return status;
  }}
{writes}
  return fclose(out) != 0;
}}
"""


def shapes_of(source):
    """The shapes and element types of the arguments and the result of the function."""
    signature = re.search(r"^ *func\.func .*$", source, re.M)[0]
    parameters, results = signature.split("->", 1)
    def parse(text):
        return [(tuple(int(n) for n in t.split("x")[:-1]), t.split("x")[-1]) for t in re.findall(r"tensor<([^>]*)>", text)]
    return parse(parameters), parse(results)


def build_program(directory, name, inputs, results, cc):
    header = (directory / f"{name}.h").read_text()
    function, parameters = re.search(r"^int (\w+)\(([^)]*)\);", re.sub(r"/\*.*?\*/", "", header, flags=re.S), re.M).groups()
    types = re.findall(r"(?:const )?(\w+) \*", parameters)
    sizes = [int(np.prod(shape)) for shape, _ in inputs + results]
    check(len(types) == len(sizes), f"{name}: {parameters}")
    arrays = "".join(f"static {t} a{i}[{size}];\n" for i, (t, size) in enumerate(zip(types, sizes)))
    reads = "".join(f"  if (fread(a{i}, sizeof a{i}, 1, in) != 1)\n    return 101;\n" for i in range(len(inputs)))
    writes = "".join(f"  if (fwrite(a{i}, sizeof a{i}, 1, out) != 1)\n    return 102;\n" for i in range(len(inputs), len(sizes)))
    (directory / f"{name}.c").write_text(PROGRAM.format(
        name=name, arrays=arrays, reads=reads, writes=writes, function=function,
        arguments=", ".join(f"a{i}" for i in range(len(sizes)))))
    run([*cc, "-std=c99", "-Wall", "-Wextra", "-Werror", "-I.", f"{name}.c", f"{name}.a", "-lpthread", "-lm", "-o", name], cwd=directory)


def main():
    directory = scratch_directory()
    folder, cc = pathlib.Path(sys.argv[2]), shlex.split(sys.argv[3])
    files = sorted({path for pattern in BLOCKS for path in folder.glob(pattern + ".mlir")})
    check(len(files) >= LEAST_FILES, f"only {len(files)} blocks")
    exporters = {path.name.split("_")[0] for path in files}
    check(EXPORTERS <= exporters, f"no blocks of {EXPORTERS - exporters}")
    generator = np.random.default_rng(8)
    for number, path in enumerate(files):
        name = f"block{number}"
        inputs, results = shapes_of(path.read_text())
        check(all(t == "f32" for _, t in inputs + results), f"{path.name}: not all of f32")
        run(["lse-compile", path, "-o", directory / name])
        build_program(directory, name, inputs, results, cc)
        data = path.with_suffix(".npz")
        arrays = ([np.asarray(np.load(data)[f"in{i}"], np.float32) for i in range(len(inputs))] if data.exists()
                  else [generator.normal(size=shape).astype(np.float32) for shape, _ in inputs])
        (directory / f"{name}.in").write_bytes(b"".join(a.tobytes() for a in arrays))
        run([f"./{name}"], cwd=directory)
        actual = np.frombuffer((directory / f"{name}.out").read_bytes(), np.float32)
        if data.exists():
            expected = np.load(data)["out0"].ravel()
            actual = actual[:expected.size]
        else:
            expected = run_without_kernels(path, directory, name, arrays, results)
        # Sums of products of numbers around 1, through some layers.
        error = np.abs(actual - expected) / (1 + np.abs(expected))
        check(actual.size == expected.size and np.all(error < 2e-5), f"{path.name}: off by {error.max()}")
        print(f"{path.stem}: within {error.max():.1e}")


def run_without_kernels(path, directory, name, arrays, results):
    import ctypes
    lowered = directory / f"{name}.linalg.mlir"
    lowered.write_text(run(["lse-opt", path, "--pass-pipeline=builtin.module(inline,func.func(tosa-to-linalg-named,tosa-to-linalg,"
                            "tosa-to-arith,tosa-to-tensor),canonicalize)"]))
    library = compile_decomposed(lowered, directory, f"plain{number_of(name)}")
    outs = [np.zeros(shape, np.float32) for shape, _ in results]
    function = getattr(library, f"plain{number_of(name)}_main", None) or getattr(library, f"plain{number_of(name)}_forward")
    status = function(*(ctypes.c_void_p(a.ctypes.data) for a in [*arrays, *outs]))
    check(status == 0, f"{path.name} without kernels: status {status}")
    return np.concatenate([o.ravel() for o in outs])


def number_of(name):
    return name.removeprefix("block")


main()
