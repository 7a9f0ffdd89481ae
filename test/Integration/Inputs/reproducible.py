"""The same input gives the same bytes: twice, in another directory, at another
time, and, for kernels, whatever is compiled before them."""

import re
import time

from lse_testing import check, run, scratch_directory

FUNCTION = """
func.func @f{n}(%x: tensor<?x{n}xf32>) -> tensor<?x{n}xf32> {{
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x{n}xf32>
  %0 = tensor.empty(%d) : tensor<?x{n}xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x{n}xf32>)
    outs(%0 : tensor<?x{n}xf32>) -> tensor<?x{n}xf32>
  return %p : tensor<?x{n}xf32>
}}
"""


def kernels(ir):
    """The text of each function of each kernel."""
    found = {}
    for text in re.findall(r"^  llvm\.func [^\n]*{\n.*?^  }$", ir, re.M | re.S):
        name = re.search(r"@(\"?[\w.]+)", text)[1]
        if name.startswith("lse."):
            found[name] = text
    return found


def main():
    directory = scratch_directory()
    sources = {}
    for label, sizes in {"forth": (100, 1000, 37), "back": (37, 1000, 100)}.items():
        sources[label] = directory / f"{label}.mlir"
        sources[label].write_text("".join(FUNCTION.format(n=n) for n in sizes))

    results = []
    for place in ("here", "there"):
        (directory / place).mkdir(exist_ok=True)
        base = directory / place / "model"
        run(["lse-compile", sources["forth"], "--emit=obj,lib,header,asm,llvm,mlir",
             "-o", base])
        results.append({suffix: base.with_suffix(suffix).read_bytes()
                        for suffix in (".o", ".a", ".h", ".s", ".ll", ".mlir")})
        time.sleep(1.1)
    for suffix, content in results[0].items():
        check(content == results[1][suffix], f"two runs differ in {suffix}")

    pipeline = "--lse-default-pipeline=cpu=x86-64-v3"
    options = [pipeline, "--mlir-print-local-scope"]
    forth = kernels(run(["lse-opt", sources["forth"], *options]))
    back = kernels(run(["lse-opt", sources["back"], *options]))
    check(len(forth) >= 6, f"kernels and their helpers expected, not {list(forth)}")
    check(forth == back, "kernels depend on what was compiled before them")
    print("the same bytes")


main()
