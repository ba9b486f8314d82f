"""`python -m scripts`: run the tests' scripts until standard input ends.

A test looks into a store with a few lines of Python. Started anew each time, Python spends most of
a second to load boto3; here each script runs in a fork of a process that has loaded it. Posted is
`{"script", "environment", "folder"}`, answered `{"status", "output", "error"}`.
"""

import gc
import http.server
import json
import os
import signal
import socketserver
import sys
import tempfile
import threading
import traceback

import boto3

from aws.__main__ import leave_with_parent

LIMIT = 300  # Seconds until a script that hangs is ended.


class Server(socketserver.ForkingMixIn, http.server.HTTPServer):
    """A process for each request."""

    max_children = 64
    request_queue_size = 64


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps(run(**asked)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer)
        self.close_connection = True

    def log_message(self, *_):
        pass


def run(script, environment, folder):
    """Runs a script in a process of its own, which may end as it likes."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        child = os.fork()
        if child == 0:
            become_script(script, environment, folder, output, error)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        error.seek(0)
        return {
            "status": os.waitstatus_to_exitcode(status), "output": output.read().decode(),
            "error": error.read().decode(),
        }


def become_script(script, environment, folder, output, error):
    """Never returns."""
    status = 1
    try:
        signal.alarm(LIMIT)
        os.dup2(output.fileno(), 1)
        os.dup2(error.fileno(), 2)
        sys.stdout = open(1, "w", closefd=False)
        sys.stderr = open(2, "w", closefd=False)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
        # What the script opened is closed, as at a Python's end: a store's last reader cleans up.
        gc.collect()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def main():
    # What a client needs is read once, here.
    boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
    server = Server(("127.0.0.1", 0), Handler)
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_address[1]}/"}), flush=True)
    threading.Thread(target=leave_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
