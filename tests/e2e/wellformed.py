# SPDX-License-Identifier: ISC
"""A page read strictly: what is wrong with it, and what it says."""
import html.parser
import re

VOID = {"meta", "link", "input", "br", "hr", "img"}
NO_BLOCK_IN = {"p", "h1", "h2", "h3", "h4", "summary", "label"}
BLOCK = {"p", "div", "ul", "ol", "li", "section", "article", "nav", "form", "table", "details", "fieldset"}
REFERENCES = {"for", "aria-labelledby", "aria-describedby", "aria-controls"}
# What stands between a tag's name and its end when every value is quoted.
TAG = re.compile(r'<[a-z][a-z0-9]*(\s+[a-zA-Z:-]+(="[^"<>]*")?)*\s*/?>')


class Page(html.parser.HTMLParser):
    """faults, links (internal, unescaped), ids and text of an answer's body."""

    def __init__(self, body):
        super().__init__(convert_charrefs=True)
        self.faults, self.links, self.ids, self.open = [], [], set(), []
        self.references, self.elements, self.said = [], [], []
        self.feed(body.decode("utf-8"))
        self.close()
        if self.open:
            self.faults.append(f"never closed: {self.open}")
        self.faults += [f"nothing is called {name}" for name in self.references if name not in self.ids]

    def fault(self, what):
        self.faults.append(f"{what}: {self.get_starttag_text()}")

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if not TAG.fullmatch(self.get_starttag_text()):
            self.fault("no plain tag")
        if len(names) != len(set(names)):
            self.fault("an attribute twice")
        if tag in BLOCK and any(each in NO_BLOCK_IN for each in self.open):
            self.fault(f"in {self.open[-1]}")
        if (tag == "li") != (bool(self.open) and self.open[-1] in ("ul", "ol")):
            self.fault("a list of other things than items")
        if tag in ("a", "form", "label", "button") and tag in self.open:
            self.fault("in itself")
        self.elements.append((tag, dict(attrs)))
        for name, value in attrs:
            self.attribute(tag, name, value or "", dict(attrs))
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if "svg" not in self.open:
            self.fault("a tag that ends itself")
        self.handle_starttag(tag, attrs)

    def attribute(self, tag, name, value, attributes):
        if name == "style" or name.startswith("on"):
            self.fault("the policy forbids it")
        if name == "id":
            if value in self.ids or re.search(r"\s", value) or not value:
                self.fault("the id")
            self.ids.add(value)
        if name in REFERENCES:
            self.references += value.split()
        if name in ("href", "src", "action"):
            self.address(tag, value, attributes)

    def address(self, tag, value, attributes):
        if value.startswith("#"):
            self.references.append(value[1:])
        elif value.startswith("/") and not value.startswith("//"):
            if tag == "a":
                self.links.append(value)
        elif not (tag == "a" and value.startswith(("https://", "http://")) and
                  "noopener" in attributes.get("rel", "")):
            self.fault("another host")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> in {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.faults.append("script or style in the page")
        self.said.append(data)

    @property
    def text(self):
        return "".join(self.said)

    def find(self, tag, **wanted):
        """Attributes of the elements of a name that have these."""
        return [each for name, each in self.elements
                if name == tag and all(each.get(k.replace("_", "-")) == v for k, v in wanted.items())]
