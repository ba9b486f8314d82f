"""What arrived, taken apart by Python's email package, with what is wrong about it.

A mail is held to RFC 5322 (lines, required and single fields), RFC 2045 to 2047 (parts, encodings,
encoded words) and RFC 3834 (Auto-Submitted).
"""

import email
import email.policy
import email.utils
import re
import threading
import time

# Fields that are there once (RFC 5322, 3.6), and those that have to be.
SINGLE = ("Date", "From", "Sender", "Reply-To", "To", "Cc", "Message-ID", "In-Reply-To", "References", "Subject",
          "MIME-Version", "Auto-Submitted", "Content-Type")
REQUIRED = ("Date", "From", "Message-ID", "Subject", "MIME-Version")


class Mailbox:
    def __init__(self):
        self.changed = threading.Condition()
        self.messages = []
        # Others that bring messages when they are asked.
        self.sources = []

    def add(self, sender, recipients, raw, via, **more):
        with self.changed:
            self.messages.append(taken_apart(sender, recipients, raw) | {"via": via} | more)
            self.changed.notify_all()

    def collect(self):
        for source in self.sources:
            source()
        with self.changed:
            return list(self.messages)

    def wait(self, count, timeout):
        """The messages, once there are that many or the time is up."""
        end = time.monotonic() + timeout
        while True:
            messages = self.collect()
            left = end - time.monotonic()
            if len(messages) >= count or left <= 0:
                return messages
            with self.changed:
                self.changed.wait(min(left, 0.02))

    def clear(self):
        self.collect()
        with self.changed:
            self.messages.clear()


def taken_apart(sender, recipients, raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [each for each in message.walk() if not each.is_multipart()]
    contents = {each.get_content_type(): each.get_content().replace("\r\n", "\n")
                for each in parts if each.get_content_maintype() == "text"}
    return {
        "sender": sender,
        "recipients": sorted(recipients),
        "headers": {name: str(value) for name, value in message.items()},
        "type": message.get_content_type(),
        "parts": [{"type": each.get_content_type(), "charset": each.get_content_charset(),
                   "encoding": str(each["Content-Transfer-Encoding"])} for each in parts],
        "text": contents.get("text/plain"),
        "html": contents.get("text/html"),
        "raw": raw.decode("utf-8", "backslashreplace"),
        "problems": problems(message, raw),
    }


def problems(message, raw):
    found = [repr(each) for part in message.walk() for each in part.defects]
    for name, value in message.items():
        found += [f"{name}: {each!r}" for each in getattr(value, "defects", ())]
    head = raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    if any(byte > 126 for byte in head):
        found.append("the header isn't ASCII")
    found += [f"a line of {len(line)} bytes" for line in raw.splitlines() if len(line) > 998]
    found += [f"no {name}" for name in REQUIRED if message[name] is None]
    found += [f"{name} more than once" for name in SINGLE if len(message.get_all(name, [])) > 1]
    if message["To"] is None and message["Cc"] is None:
        found.append("no recipient in the header")
    if message["Bcc"] is not None:
        found.append("a Bcc")
    for name in ("Message-ID", "In-Reply-To", "References"):
        value = re.sub(r"\s+", " ", str(message.get(name, "<x@y>"))).strip()
        if not all(re.fullmatch(r"<[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+>", each) for each in value.split(" ")):
            found.append(f"{name} is {value}")
    if message["Date"] is not None and email.utils.parsedate_to_datetime(str(message["Date"])).tzinfo is None:
        found.append("a date without a zone")
    if message.get_content_type() == "multipart/alternative":
        kinds = [each.get_content_type() for each in message.iter_parts()]
        if kinds != ["text/plain", "text/html"]:
            found.append(f"the alternatives are {kinds}")
    else:
        found.append(f"it is {message.get_content_type()}")
    return found
