"""What a workspace holds: channels with their messages, tokens, webhooks, and refusals to come."""

from . import reading

TOKEN = "xoxb-peer-0123456789-abcdefghijklmnop"
WEBHOOK = "/services/T00000001/B00000001/peerpeerpeerpeerpeerpeer"
SETTINGS = {"tokens", "channels", "webhooks", "refusals", "deleted"}


class Message:
    """One message, as it stands and as it stood. `content` has text, blocks, attachments, metadata."""

    def __init__(self, ts, author, content, thread_ts=None, broadcast=False):
        self.ts, self.author, self.content = ts, author, content
        self.thread_ts, self.broadcast = thread_ts, broadcast
        self.history = []

    def update(self, content):
        """What an update leaves out stays (docs: chat.update, blocks and attachments)."""
        self.history.append(self.content)
        self.content = {**self.content, **content}

    def describe(self):
        return {"ts": self.ts, "author": self.author, "broadcast": self.broadcast, **self.content,
                "shown": reading.shown(self.content), "links": reading.links(self.content),
                "pings": reading.pings(self.content), "emoji": reading.emoji(self.content),
                "styled": reading.styled(self.content),
                "history": [{**each, "shown": reading.shown(each)} for each in self.history]}


class Channel:
    def __init__(self, identifier, name, member=True, archived=False):
        self.id, self.name, self.member, self.archived = identifier, name, member, archived
        self.messages = []

    def message(self, ts):
        return next((each for each in self.messages if each.ts == ts), None)

    def describe(self):
        """Threads under the messages that they hang on."""
        roots = [{**each.describe(), "thread": [reply.describe() for reply in self.messages
                                                if reply.thread_ts == each.ts]}
                 for each in self.messages if each.thread_ts is None]
        return {"id": self.id, "name": self.name, "member": self.member, "archived": self.archived,
                "messages": roots}


class Workspace:
    def __init__(self):
        self.tokens = {TOKEN: ["chat:write"]}
        self.channels = [Channel("C00000001", "deployments")]
        self.webhooks = {WEBHOOK: "C00000001"}
        # Each is used once: {"method", "error", "thread"?: only replies, "retry_after"?: 429}.
        self.refusals = []
        self.posted = 0

    def forget(self):
        for channel in self.channels:
            channel.messages.clear()

    def channel(self, wanted, by_name=True):
        """By id, or by name with or without its #."""
        for each in self.channels:
            if wanted == each.id or by_name and wanted in (each.name, "#" + each.name):
                return each
        return None

    def refusal(self, method, is_reply):
        for each in self.refusals:
            if each["method"] == method and each.get("thread", is_reply) == is_reply:
                self.refusals.remove(each)
                return each
        return None

    def post(self, channel, author, content, thread_ts=None, broadcast=False):
        self.posted += 1
        ts = f"{1700000000 + self.posted}.{self.posted:06d}"
        channel.messages.append(Message(ts, author, content, thread_ts, broadcast))
        return channel.messages[-1]

    def describe(self):
        return {"tokens": self.tokens, "webhooks": self.webhooks, "refusals": self.refusals,
                "channels": [each.describe() for each in self.channels]}

    def change(self, wanted):
        unknown = set(wanted) - SETTINGS
        if unknown:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        for each in wanted.get("refusals", []):
            if not {"method", "error"} <= set(each) <= {"method", "error", "thread", "retry_after", "needed"}:
                raise ValueError("a refusal has method and error, and may have thread, retry_after, needed")
        for ts in wanted.get("deleted", []):
            for channel in self.channels:
                channel.messages = [each for each in channel.messages if each.ts != ts]
        if "channels" in wanted:
            known = {each.id: each for each in self.channels}
            self.channels = [Channel(each["id"], each["name"], each.get("member", True),
                                     each.get("archived", False)) for each in wanted["channels"]]
            for each in self.channels:
                each.messages = known[each.id].messages if each.id in known else []
        self.tokens = wanted.get("tokens", self.tokens)
        self.webhooks = wanted.get("webhooks", self.webhooks)
        self.refusals = list(wanted.get("refusals", self.refusals))
