"""Checks what lse-opt raises in front-end IR against the files' own verdicts.

usage: check_corpus.py [--partial] LSE_OPT FOLDER [OTHER...]

OTHER is another command that has to give the same output for the same file.

Each FOLDER/*.mlir says in a line `// EXPECT:` which lse operations an ideal
raise leaves in it: `softmax*1`, or `none` for a look-alike. A file fails if
lse-opt does, or if it leaves anything else. With --partial it has to leave what a
line `// ACCEPT:` says, and no more: a file that is raised as a whole belongs
elsewhere.
"""

import collections
import pathlib
import re
import subprocess
import sys


def expected(text, line):
    """The outcomes that the file allows in `line`."""
    outcomes = []
    for spec in re.search(rf"^// {line}: *(.*)$", text, re.M).group(1).split("|"):
        counts = collections.Counter()
        for part in spec.split(";"):
            name, _, times = part.strip().partition("*")
            if name != "none":
                counts[name] = int(times)
        outcomes.append(counts)
    return outcomes


def raised(text):
    operations = re.findall(r"^\s*(?:%[\w:]+ = )?lse\.(\w+)", text, re.M)
    return collections.Counter(name for name in operations
                               if name not in ("yield", "index"))


def main():
    arguments = sys.argv[1:]
    line = "ACCEPT" if arguments[0] == "--partial" else "EXPECT"
    lse_opt, folder, *other = [a for a in arguments if a != "--partial"]
    files = sorted(pathlib.Path(folder).glob("*.mlir"))
    failures = 0
    for file in files:
        run = subprocess.run(
            [lse_opt, "--lse-raise", file], capture_output=True, text=True
        )
        want, got = expected(file.read_text(), line), raised(run.stdout)
        if run.returncode != 0 or got not in want:
            failures += 1
            print(f"{file.name}: expected {want}, raised {got}")
            print(run.stderr)
        elif other:
            again = subprocess.run([*other, file], capture_output=True, text=True)
            if again.stdout != run.stdout:
                failures += 1
                print(f"{file.name}: {other[0]} gives something else")
                print(again.stderr)
    print(f"{len(files) - failures} of {len(files)} files as expected")
    return 1 if failures or not files else 0


sys.exit(main())
