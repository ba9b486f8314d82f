"""A server that answers as a scene tells it to, for what no local server would ever answer."""

import http.server
import json
import socket
import threading


class Answers:
    """`with Answers(answer) as server:` — calls `answer(request)` for each HTTP request. Its result is
    the body of a 200, a text or a value for JSON, or `(status, body, {header: value})`."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.body = self.rfile.read(length).decode()
                result = answer(self)
                status, body, headers = result if isinstance(result, tuple) else (200, result, {})
                body = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                for name, value in ({"Content-Length": len(body)} | headers).items():
                    self.send_header(name, str(value))
                try:
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:  # Whoever asked has had enough.
                    self.close_connection = True

            do_GET = do_POST = do_PUT = handle_one

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Sockets:
    """`with Sockets(serve) as server:` — calls `serve(connection)` for each connection, in a thread
    of its own, and closes it then."""

    def __init__(self, serve):
        self._serve = serve

    def __enter__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with connection:
            try:
                self._serve(connection)
            except OSError:
                pass

    def __exit__(self, *_):
        # An accept that waits isn't ended by a close alone.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
