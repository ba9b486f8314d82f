r"""The query language of entitySearch, as far as a client that looks for an application needs it.

What the sources say, and what follows here:
 - operators `=`, `AND`, `IN`, `LIKE`; attributes id, name, domain, type, accountId, domainId,
   reporting, and tags with or without `tags.` and backticks (docs.newrelic.com, "Track changes
   using NerdGraph"; `domainId=123` without quotes and `accountId = '123'` with them both occur);
 - a quote in a value is escaped by a backslash, and a bare one makes the query invalid
   (terraform-provider-newrelic issue 2223, and escapeSingleQuote in its newrelic/helpers.go);
 - a lone backslash makes it invalid too, it has to be doubled (issue 1368 there);
 - the error reads "Provided filter: [...] is not a valid NRQL query" (both issues);
 - `name =` may return other spellings of case: that provider compares the names once more
   (newrelic/data_source_newrelic_entity.go). So strings are compared without case here, which is
   the harder peer: "checkout" and "Checkout" are two matches.
Not confirmed, and not done here: whether `=` also treats .,;:*-_() as blanks, as LIKE is said to.
"""

import re

TOKEN = re.compile(r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\['\\])*')
    | (?P<number>\d+)(?![\w.])
    | (?P<word>(?:[A-Za-z_][\w]*\.)*(?:[A-Za-z_][\w]*|`[^`]+`))
    | (?P<sign>[=(),])
)""", re.VERBOSE)

BLANKS = re.compile(r"[\s.,;:*\-_()]+")


class BadQuery(Exception):
    def __init__(self, query):
        super().__init__(f"Provided filter: [{query}] is not a valid NRQL query")


def tokens_of(query):
    position, tokens = 0, []
    text = query.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise BadQuery(query)
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return tokens


class Parser:
    def __init__(self, query):
        self.query, self.tokens = query, tokens_of(query)

    def conditions(self):
        """[(attribute, operator, [values])], all of which must hold."""
        found = [self.condition()]
        while self.tokens:
            if not self.next_is("word", "AND"):
                raise BadQuery(self.query)
            found.append(self.condition())
        return found

    def condition(self):
        attribute = self.take("word").replace("`", "")
        if self.next_is("sign", "="):
            return attribute, "=", [self.value()]
        if self.next_is("word", "LIKE"):
            return attribute, "LIKE", [self.value()]
        if self.next_is("word", "IN") and self.next_is("sign", "("):
            values = [self.value()]
            while self.next_is("sign", ","):
                values.append(self.value())
            if self.next_is("sign", ")"):
                return attribute, "IN", values
        raise BadQuery(self.query)

    def value(self):
        if self.tokens and self.tokens[0][0] == "number":
            return self.take("number")
        return re.sub(r"\\(['\\])", r"\1", self.take("string")[1:-1])

    def next_is(self, kind, text):
        if self.tokens and self.tokens[0][0] == kind and self.tokens[0][1].upper() == text:
            self.tokens.pop(0)
            return True
        return False

    def take(self, kind):
        if not self.tokens or self.tokens[0][0] != kind:
            raise BadQuery(self.query)
        return self.tokens.pop(0)[1]


def search(query, entities):
    """The entities that the query matches, by name as NerdGraph sorts them."""
    conditions = Parser(query).conditions()
    found = [each for each in entities if all(holds(each, *condition) for condition in conditions)]
    return sorted(found, key=lambda each: each["name"])


def holds(entity, attribute, operator, values):
    have = values_of(entity, attribute)
    if operator == "LIKE":
        wanted = BLANKS.sub(" ", values[0].replace("%", " ")).strip().lower()
        return any(wanted in BLANKS.sub(" ", each).strip().lower() for each in have)
    if attribute == "id":
        return any(each in values for each in have)
    return bool({each.lower() for each in have} & {each.lower() for each in values})


def values_of(entity, attribute):
    key = {"id": "guid", "guid": "guid"}.get(attribute, attribute)
    if key in ("guid", "name", "domain", "type", "accountId", "domainId"):
        return [str(entity[key])]
    if key == "reporting":
        return [str(entity["reporting"]).lower()]
    tag = attribute.removeprefix("tags.")
    return [value for each in entity["tags"] if each["key"] == tag for value in each["values"]]
