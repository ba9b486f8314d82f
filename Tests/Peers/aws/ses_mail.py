"""What SES refuses of a SendEmail, beside what its model says.

Sources: the API reference of SES v2 (`SendEmail`, `Message`, `Destination`, `MessageHeader`), the guide's
pages on quotas (50 recipients), on header fields (which may be there once) and on the sandbox (recipients
have to be verified too), and moto for senders that aren't verified.
"""

import re
from email.header import decode_header
from email.utils import parseaddr

from .errors import AwsError

RECIPIENT_LIMIT = 50
# SES makes these itself from the request; another one would be there twice.
ITS_OWN = {"from", "to", "cc", "bcc", "subject", "reply-to", "date", "message-id", "mime-version", "content-type",
           "content-transfer-encoding", "return-path", "sender"}
# Any of these at most once, of what the program could send.
SINGLE = {"auto-submitted", "in-reply-to", "references", "precedence", "list-id", "thread-index", "thread-topic"}


class SesMail:
    def __init__(self):
        self.reset()

    def reset(self):
        self.sandbox = False
        self.configuration_sets = set()

    def check(self, call, is_verified):
        given = call.input
        destination = given.get("Destination") or {}
        recipients = [each for name in ("ToAddresses", "CcAddresses", "BccAddresses")
                      for each in destination.get(name) or []]
        if not recipients:
            raise bad("Destination must have at least one address.")
        if len(recipients) > RECIPIENT_LIMIT:
            raise bad(f"Recipient count exceeds {RECIPIENT_LIMIT}.")
        sender = given.get("FromEmailAddress")
        if not sender:
            raise bad("FromEmailAddress must not be empty.")
        for each in [sender, *recipients, *(given.get("ReplyToAddresses") or [])]:
            check_address(each)
        failed = [parseaddr(each)[1] for each in [sender] + (recipients if self.sandbox else [])
                  if not is_verified(each)]
        if failed:
            raise AwsError("MessageRejected", "Email address is not verified. The following identities failed the "
                           f"check in region {call.region.upper()}: {', '.join(failed)}")
        name = given.get("ConfigurationSetName")
        if name is not None and name not in self.configuration_sets:
            raise AwsError("NotFoundException", f"Configuration set <{name}> does not exist.", 404)
        self.check_content(given["Content"])

    def check_content(self, content):
        if len(content) != 1:
            raise bad("Exactly one of Simple, Raw and Template is needed.")
        simple = content.get("Simple")
        if simple is None:
            return
        if not simple["Body"]:
            raise bad("Body must have text or HTML.")
        for part in [simple["Subject"], *simple["Body"].values()]:
            # The real one takes it, and what arrives is garbled.
            if not part["Data"].isascii() and part.get("Charset", "").upper() != "UTF-8":
                raise bad("There are characters beyond ASCII, and no charset says which.")
        if re.search(r"[\r\n]", simple["Subject"]["Data"]):
            raise bad("The subject has more than one line.")
        names = [each["Name"].lower() for each in simple.get("Headers") or []]
        for name in names:
            if name in ITS_OWN or (name in SINGLE and names.count(name) > 1):
                raise bad(f"Duplicate header '{name}'.")
        for each in simple.get("Headers") or []:
            if len(each["Name"] + each["Value"]) > 996:
                raise bad(f"Invalid header value for '{each['Name']}'.")


def check_address(text):
    """An address in ASCII, with a name before it that is in ASCII or in encoded words."""
    name, address = parseaddr(text)
    if not text.isascii() or not re.fullmatch(r"[^@\s<>]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address):
        raise bad(f"Local address contains control or whitespace, or the address is not valid: {text!r}")
    decode_header(name)


def bad(message):
    return AwsError("BadRequestException", message)
