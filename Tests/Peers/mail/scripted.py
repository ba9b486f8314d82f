"""A mail server that takes everything, until it is told to do what no MTA would do on demand: hang,
break off, refuse STARTTLS, or not offer it."""

import socketserver
import ssl
import threading

LONGEST_LINE = 64 << 10


class Scripts:
    """What to do at which moment, and how often."""

    def __init__(self):
        self.lock = threading.Lock()
        self.scripts = []

    def add(self, given):
        unknown = set(given) - {"at", "do", "reply", "count"}
        if unknown or given.get("do", "reply") not in ("reply", "hang", "drop") or not given.get("at"):
            raise ValueError(f"no such script: {given}")
        with self.lock:
            self.scripts.append({"do": "reply", "count": -1, "used": 0} | given)

    def take(self, moment):
        with self.lock:
            for each in self.scripts:
                if moment.upper().startswith(each["at"].upper()) and each["used"] != each["count"]:
                    each["used"] += 1
                    return each
        return None

    def clear(self):
        with self.lock:
            self.scripts.clear()


class Scripted:
    def __init__(self, mailbox, server_file):
        self.mailbox = mailbox
        self.scripts = Scripts()
        self.offers = []
        self.commands = []
        self.released = threading.Event()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(server_file)
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                Conversation(outer, self.request).run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self):
        self.scripts.clear()
        self.offers = []
        self.commands = []
        # What hangs is let go.
        self.released.set()
        self.released = threading.Event()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Gone(Exception):
    """The conversation is over."""


class Conversation:
    def __init__(self, server, link):
        self.server = server
        self.link = link
        self.buffer = b""
        self.sender = None
        self.recipients = []

    def run(self):
        try:
            self.say("connect", "220 localhost ESMTP")
            while True:
                self.take(self.line())
        except (Gone, OSError):
            pass
        finally:
            self.link.close()

    def take(self, line):
        verb = line[:4].upper()
        self.server.commands.append(line if verb != "AUTH" else "AUTH")
        if verb == "EHLO":
            self.sender, self.recipients = None, []
            self.say(line, "250-localhost\r\n" + "".join(f"250-{each}\r\n" for each in self.server.offers) + "250 HELP")
        elif verb == "STAR":
            if self.say(line, "220 Go on"):
                self.link = self.server.context.wrap_socket(self.link, server_side=True)
        elif verb == "AUTH":
            self.authenticate(line)
        elif verb == "MAIL":
            self.sender, self.recipients = address(line), []
            self.say(line, "250 OK")
        elif verb == "RCPT":
            if self.sender is None:
                return self.send("503 5.5.1 MAIL first")
            if self.say(line, "250 OK"):
                self.recipients.append(address(line))
        elif verb == "DATA":
            self.data(line)
        elif verb == "QUIT":
            self.say(line, "221 Bye")
            raise Gone
        else:
            self.send("500 5.5.2 What?")

    def authenticate(self, line):
        self.send("334 ")
        self.line()
        self.say(line, "235 Welcome")

    def data(self, line):
        if not self.recipients:
            return self.send("503 5.5.1 RCPT first")
        if not self.say(line, "354 Go on"):
            return
        raw = self.until(b"\r\n.\r\n")
        raw = (b"\r\n" + raw).replace(b"\r\n..", b"\r\n.")[2:] + b"\r\n"
        script = self.server.scripts.take("end")
        # A server that breaks off after the last byte may have taken the message.
        if script is None or script["do"] == "drop" and script.get("reply") == "taken":
            self.server.mailbox.add(self.sender, self.recipients, raw, "scripted")
        self.perform(script, "250 OK id=scripted")

    def say(self, moment, usual):
        """Whether what was asked for is granted."""
        return self.perform(self.server.scripts.take(moment), usual)

    def perform(self, script, usual):
        if script is None:
            self.send(usual)
            return True
        if script["do"] == "drop":
            raise Gone
        if script["do"] == "hang":
            self.server.released.wait(600)
            raise Gone
        self.send(script["reply"])
        if script["reply"].startswith("421"):
            raise Gone
        return False

    def send(self, text):
        self.link.sendall(text.encode() + b"\r\n")

    def line(self):
        return self.until(b"\r\n").decode("utf-8", "backslashreplace")

    def until(self, end):
        while end not in self.buffer:
            more = self.link.recv(65536)
            if not more or (end == b"\r\n" and len(self.buffer) > LONGEST_LINE):
                raise Gone
            self.buffer += more
        found, self.buffer = self.buffer.split(end, 1)
        return found


def address(line):
    return line.partition("<")[2].partition(">")[0]


