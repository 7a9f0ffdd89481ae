"""Looks at the AArch64 code of each kernel, since this machine cannot execute it.

usage: neon.py ASSEMBLY LOOP_NESTS

Prints a line for each kernel: the operations it is for, and what their code
lacks. A kernel has to compute in whole NEON registers of f32 or f64: loads and
stores, maxima or comparisons, fused multiply-adds, and the integer shift that
makes a power of two. Nothing but the runtime and the memory functions of C may
be called.
"""

import re
import sys

assembly, nests = (open(path, encoding="utf-8").read() for path in sys.argv[1:])

NEEDED = {
    "loads": r"\tld[rp]\tq\d|\tld1\t\{ ?v\d+\.(4s|2d)",
    "stores": r"\tst[rpu]*\tq\d|\tst1\t\{ ?v\d+\.(4s|2d)",
    "maxima": r"\t(fmax|fmaxnm|fcmg[te])\tv\d+\.(4s|2d)",
    "multiply-adds": r"\tfml[as]\tv\d+\.(4s|2d)",
    "powers of two": r"\tshl\tv\d+\.(4s|2d)",
}
ALLOWED = {"lse_rt_do_par_for", "lse_rt_malloc", "lse_rt_free", "memcpy", "memset",
           "memmove"}

# The text of each function, by the kernel it is part of.
bodies, current = {}, None
for line in assembly.splitlines():
    label = re.match(r"([\w.]+):", line)
    if label and not re.match(r"\.L[A-Z]|\.Ltmp", label[1]):
        kernel = re.search(r"lse\.[0-9a-f]+", label[1])
        current = kernel[0] if kernel else None
    elif current:
        bodies.setdefault(current, []).append(line)

kernels = re.findall(r"^// kernel (lse\.[0-9a-f]+)\n((?:^//   for .*\n)+)", nests, re.M)
if not kernels:
    raise SystemExit("no kernels")
for name, users in kernels:
    body = "\n".join(bodies.get(name, []))
    lacking = [what for what, pattern in NEEDED.items() if not re.search(pattern, body)]
    called = set(re.findall(r"\tbl?\t([a-zA-Z]\w*)$", body, re.M)) - ALLOWED
    operations = sorted(set(re.findall(r"//   for +(\S+)", users)))
    print(f"{', '.join(operations)}: "
          + (f"lacks {', '.join(lacking)}" if lacking else "NEON")
          + (f"; calls {', '.join(sorted(called))}" if called else ""))
