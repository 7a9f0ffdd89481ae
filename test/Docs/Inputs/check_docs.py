"""Checks README.md and docs/ against the code.

usage: check_docs.py [--only=CHECK] SOURCE_ROOT BUILD_ROOT SCRATCH

codes     Every code of a remark that the code has is a section of docs/Remarks.md
          and occurs in a test, and the page has no other codes.
examples  The example in each of these sections gives the remark it stands under.
mlir      Every block ```mlir that is whole (it has a function or a module)
          parses. In pages that are written by hand each is whole.
commands  In every block ```console, each `$ command` gives the output below it;
          a line `...` stands for any number of lines. Commands run in a folder
          that has the repository's test and docs, and its build.
links     Every relative link leads to a file, and its #anchor to a heading.
"""

import pathlib
import re
import subprocess
import sys

GENERATED = {"docs/Dialect/Reference.md", "docs/Passes.md"}

errors = []


def fail(where, message):
    errors.append(f"{where}: {message}")


def blocks(page, language):
    """The line and the text of each fenced block in `language`."""
    current = None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = re.fullmatch(r" *```([\w-]*)", line)
        if not fence:
            if current:
                current[2].append(line)
        elif current:
            if current[0] == language:
                yield current[1], "\n".join(current[2]) + "\n"
            current = None
        else:
            current = (fence[1], number, [])


def prose(page):
    """The page's lines without what is fenced."""
    is_fenced = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if re.match(r" *```", line):
            is_fenced = not is_fenced
        elif not is_fenced:
            yield number, line


class Checker:
    def __init__(self, root, build, scratch):
        self.root, self.scratch = root, scratch
        self.pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
        for name, place in {
            "test": root / "test", "docs": root / "docs", "build": build
        }.items():
            (scratch / name).symlink_to(place.resolve())

    def name(self, page):
        return str(page.relative_to(self.root))

    def lse_opt(self, text, *options):
        return subprocess.run(["lse-opt", "-", *options], input=text,
                              capture_output=True, text=True)

    #===--- Remarks --------------------------------------------------------===#

    def codes_in_source(self):
        """From where the code spells them; a check that finds none is broken."""
        def find(pattern, files):
            found = set()
            for file in sorted(self.root.glob(files)):
                found.update(re.findall(pattern, file.read_text()))
            if not found:
                fail(files, f"no remark code like {pattern} is there any more")
            return found

        decided = set()
        for function in ["lse::getRefusalName", "getRaisedName"]:
            names = set()
            for file in self.root.glob("lib/Raise/*.cpp"):
                body = re.search(rf"StringRef {function}\(.*?^}}",
                                 file.read_text(), re.M | re.S)
                if body:
                    returned = " ".join(re.findall(r"return (.*?);", body[0], re.S))
                    names.update(re.findall(r'"([\w-]+)"', returned))
            if not names:
                fail("lib/Raise", f"{function} is not there any more")
            decided |= names
        return {
            "lse-raise": decided,
            "lse-prepare-kernels":
                find(r'report\(op, "([\w-]+)"', "lib/Conversion/PrepareKernels.cpp"),
        }

    def sections(self):
        """Category, code, line and text of each code's section."""
        page = self.root / "docs/Remarks.md"
        category, code, found = None, None, []
        for number, line in enumerate(page.read_text().splitlines(), 1):
            heading = re.fullmatch(r"(#+) (.*)", line)
            if heading and len(heading[1]) == 2:
                category = re.search(r"`(lse-[\w-]+)`", heading[2])
                category, code = category and category[1], None
            elif heading and len(heading[1]) == 3 and category:
                code = heading[2].strip("`")
                found.append([category, code, number, ""])
            elif code:
                found[-1][3] += line + "\n"
        return found

    def check_codes(self):
        codes = self.codes_in_source()
        documented = {(category, code) for category, code, _, _ in self.sections()}
        spelled = {(category, code) for category in codes for code in codes[category]}
        for category, code in sorted(spelled - documented):
            fail("docs/Remarks.md", f"no section for {category}: {code}")
        for category, code in sorted(documented - spelled):
            fail("docs/Remarks.md", f"nothing gives {category}: {code}")
        tests = "".join(
            file.read_text() for file in self.root.glob("test/**/*.mlir")
            if "Corpus/Inputs" not in str(file))
        for category, code in sorted(spelled):
            if not re.search(rf"\[(?:Passed|Missed)\] {code}(?![\w-])", tests):
                fail("test", f"no test expects the remark {category}: {code}")
        print(f"remark codes: {len(spelled)}")

    def check_examples(self):
        sections = self.sections()
        for category, code, line, text in sections:
            where = f"docs/Remarks.md:{line}"
            example = re.search(r"```mlir\n(.*?)```", text, re.S)
            if not example:
                fail(where, f"{code} has no example")
                continue
            # A code that takes an option says so.
            raising = re.search(r"`(--lse-raise=[^`]*)`", text)
            raising = raising[1] if raising else "--lse-raise"
            run = self.lse_opt(example[1], raising, "--lse-prepare-kernels",
                               f"--remarks-filter={category}", "-o", "/dev/null")
            given = re.findall(r"remark: \[\w+\] ([\w-]+) \|", run.stderr)
            if given != [code]:
                fail(where, f"the example gives {given}, not {code}\n{run.stderr}")
        print(f"remark examples: {len(sections)}")

    #===--- Blocks ---------------------------------------------------------===#

    def check_mlir(self):
        count = 0
        for page in self.pages:
            for line, text in blocks(page, "mlir"):
                where = f"{self.name(page)}:{line}"
                if not re.search(r"^ *(func\.func|module)\b", text, re.M):
                    if self.name(page) not in GENERATED:
                        fail(where, "not a whole function or module: use ```text")
                    continue
                count += 1
                run = self.lse_opt(text, "-o", "/dev/null")
                if run.returncode != 0:
                    fail(where, run.stderr)
        print(f"mlir blocks: {count}")

    def check_commands(self):
        count = 0
        for page in self.pages:
            for line, text in blocks(page, "console"):
                for command, expected in re.findall(
                        r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*\n)*)", text, re.M):
                    count += 1
                    run = subprocess.run(
                        ["bash", "-c", command], cwd=self.scratch, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    pattern = "".join(
                        "(?:.*\n)*?" if row.strip() == "..." else
                        re.escape(row.rstrip()) + " *\n"
                        for row in expected.splitlines())
                    actual = run.stdout
                    if actual and not actual.endswith("\n"):
                        actual += "\n"
                    if not re.fullmatch(pattern + "\n*", actual):
                        fail(f"{self.name(page)}:{line}",
                             f"$ {command}\ngives\n{actual}")
        print(f"commands: {count}")

    #===--- Links ----------------------------------------------------------===#

    def anchors(self, page):
        """The anchors of the page's headings, as GitHub makes them."""
        found = set()
        for _, line in prose(page):
            heading = re.fullmatch(r"#+ (.*)", line)
            if heading:
                title = re.sub(r"[^\w\- ]", "", heading[1].strip().lower())
                found.add(title.replace(" ", "-"))
        return found

    def check_links(self):
        count = 0
        for page in self.pages:
            for number, line in prose(page):
                for target in re.findall(r"\]\(([^)\s]+)\)", line):
                    if re.match(r"\w+:", target):
                        continue
                    count += 1
                    where = f"{self.name(page)}:{number}"
                    path, _, anchor = target.partition("#")
                    file = page.parent / path if path else page
                    if not file.exists():
                        fail(where, f"the link to {target} leads nowhere")
                    elif anchor and anchor not in self.anchors(file):
                        fail(where, f"{path} has no heading #{anchor}")
        print(f"links: {count}")


def main():
    arguments = sys.argv[1:]
    checks = ["codes", "examples", "mlir", "commands", "links"]
    if arguments[0].startswith("--only="):
        checks = [arguments.pop(0).removeprefix("--only=")]
    checker = Checker(*map(pathlib.Path, arguments))
    for check in checks:
        getattr(checker, f"check_{check}")()
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


sys.exit(main())
