"""Checks docs/Coverage.md: a line for each row M1 to M17 with five columns, of which
none is empty; files that exist, operations that are documented, results that are kinds
of results, and "not yet" where no file or operation is named.

usage: check_coverage.py ROOT
"""

import pathlib
import re
import sys

COLUMNS = ("row", "raised by", "operation", "kernel", "numbers")


def fail(message):
    raise SystemExit(f"docs/Coverage.md: {message}")


def main():
    root = pathlib.Path(sys.argv[1])
    operations = set(re.findall(r"^### `(lse\.\w+)`", (root / "docs/Dialect/Reference.md").read_text(), re.M))
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in (root / "docs/Coverage.md").read_text().splitlines() if line.startswith("| M")]
    names = [row[0].split(":")[0] for row in rows]
    if names != [f"M{i}" for i in range(1, 18)]:
        fail(f"the rows are {names}")
    for row in rows:
        if len(row) != len(COLUMNS) or not all(row):
            fail(f"{row[0]}: there are {len(row)} columns, or an empty one")
        for column, cell in zip(COLUMNS[1:], row[1:]):
            named = re.findall(r"`([^`]+)`", cell)
            if not named and "not yet" not in cell and column in ("raised by", "numbers"):
                fail(f"{row[0]}, {column}: neither a file nor 'not yet'")
            for name in named:
                if "/" in name and not (root / name).is_file():
                    fail(f"{row[0]}, {column}: no file {name}")
                if name.startswith("lse.") and name not in operations:
                    fail(f"{row[0]}, {column}: no operation {name}")
    print(f"{len(rows)} rows")


main()
