"""Which vector registers the code for each target uses.

usage: vector_registers.py ASSEMBLY LOOP_NESTS

The loop nests tell which kernel is for which target. What belongs to none is
`around`.
"""

import collections
import re
import sys

assembly, nests = (open(path, encoding="utf-8").read() for path in sys.argv[1:])

target_of = dict(re.findall(
    r"^// kernel (lse\.[0-9a-f]+)$.*?^//   target    \S+, (\S+)", nests, re.M | re.S))

registers = collections.defaultdict(set)
functions = collections.Counter()
target = None
for line in assembly.splitlines():
    label = re.match(r"([\w.]+):", line)
    # Labels of blocks and constants begin with .L and a capital letter.
    if label and not re.match(r"\.L[A-Z]|\.L_|\.Ltmp", label[1]):
        kernel = re.search(r"lse\.[0-9a-f]+(?!.*dispatch)", label[1])
        target = target_of[kernel[0]] if kernel and kernel[0] in target_of else "around"
        functions[target] += 1
    elif target:
        registers[target].update(re.findall(r"%([xyz]mm)\d", line))

if len(target_of) != 3 or any(functions[name] == 0 for name in target_of.values()):
    raise SystemExit(f"kernels {target_of}, functions {functions}")
for name in sorted(functions):
    print(f"{name}: {' '.join(sorted(registers[name]))}")
