"""HTML as chats and tooltips take it, looked at as a browser would."""

from html.parser import HTMLParser

VOID = {"br", "img"}


class Markup(HTMLParser):
    """What a text consists of: its elements, where it links to, its words, and what is wrong."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.links, self.words, self.problem = [], [], "", None
        self.open = []
        self.feed(source)
        self.close()
        if self.open:
            self.problem = self.problem or f"<{self.open[-1]}> isn't closed"

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.links += [value for name, value in attributes if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problem = self.problem or f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.words += data

    def describe(self):
        return {"elements": sorted(set(self.elements)), "links": self.links, "words": self.words}
