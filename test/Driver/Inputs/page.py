"""Reads a page of loop nests as a browser would: every element of the page is
closed, and every frame holds a page of its own with a loop in it."""

import html.parser
import sys

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.frames = [], []

    def handle_starttag(self, tag, attributes):
        if tag == "iframe":
            self.frames.append(dict(attributes)["srcdoc"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise SystemExit(f"</{tag}> closes nothing")


page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
page.close()
if page.open:
    raise SystemExit(f"never closed: {page.open}")
for frame in page.frames:
    if "<html" not in frame or "For" not in frame and "for" not in frame:
        raise SystemExit("a frame without a loop nest")
print(f"{len(page.frames)} frames, well formed")
