"""The control API that tests speak: /_mail/… on an address of its own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LONGEST_WAIT = 60


class Control:
    def __init__(self, mailbox, scripted, exim):
        self.mailbox, self.scripted, self.exim = mailbox, scripted, exim
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else {}
                try:
                    status, value = 200, outer.route(self.command, self.path, body)
                except (ValueError, TypeError, KeyError) as error:
                    status, value = 400, {"error": str(error)}
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def route(self, method, path, body):
        place = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(place.query).items()}
        call = (method, place.path)
        if call == ("GET", "/_mail/messages"):
            count = int(query.get("count", 0))
            timeout = min(float(query.get("timeout", 30)), LONGEST_WAIT)
            return {"messages": self.mailbox.wait(count, timeout)}
        if call == ("DELETE", "/_mail/messages"):
            self.mailbox.clear()
            return {}
        if call == ("POST", "/_mail/replies"):
            if self.exim is None:
                raise ValueError("there is no exim here")
            self.exim.script(body)
            return {}
        if call == ("POST", "/_mail/script"):
            self.scripted.scripts.add(body)
            return {}
        if call == ("POST", "/_mail/offers"):
            self.scripted.offers = [str(each) for each in body["offers"]]
            return {}
        if call == ("GET", "/_mail/commands"):
            return {"commands": list(self.scripted.commands)}
        if call == ("POST", "/_mail/reset"):
            self.scripted.reset()
            if self.exim:
                self.exim.script({})
            self.mailbox.clear()
            return {}
        raise ValueError(f"no {method} {path}")

    def close(self):
        self.server.shutdown()
        self.server.server_close()
