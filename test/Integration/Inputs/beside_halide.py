"""A user's own Halide pipeline, with Halide's own runtime, in one program with a
function of lse: neither disturbs the other."""

import pathlib
import subprocess

import halide as hl
from lse_testing import check, run, scratch_directory

SOURCE = pathlib.Path(__file__).parent / "softmax_dynamic.mlir"
PROGRAM = pathlib.Path(__file__).parent / "beside_halide.c"


def main():
    directory = scratch_directory()
    x, = [hl.Var("x")]
    input_buffer = hl.ImageParam(hl.Float(32), 1, "input")
    doubled = hl.Func("doubled")
    doubled[x] = input_buffer[x] * 2.0
    doubled.parallel(x)
    doubled.compile_to_static_library(
        str(directory / "doubled"), [input_buffer], "doubled")
    run(["lse-compile", SOURCE, "-o", directory / "model"])

    symbols = run(["llvm-nm", directory / "model.a"])
    check("halide" not in symbols, "the library has a symbol of Halide's")
    check("lse_rt_do_par_for" in symbols, "the library has no runtime")

    include = pathlib.Path(hl.install_dir()) / "include"
    for order in (["doubled.a", "model.a"], ["model.a", "doubled.a"]):
        run(["cc", f"-I{directory}", f"-I{include}", PROGRAM,
             *[directory / name for name in order],
             "-o", directory / "program", "-lpthread", "-ldl", "-lm"])
        print(subprocess.run([directory / "program"], capture_output=True, text=True,
                             check=True).stdout, end="")


main()
