"""A sink of its own for each class of tests, and the ways to talk to it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from urllib.parse import urlencode, urlsplit

PEERS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def start(*options):
    process = subprocess.Popen([sys.executable, "-m", "sink", *options], cwd=PEERS,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())


class SinkCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.process, cls.places = start("--tls-directory", cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.wait(30)
        cls.process.stdout.close()
        cls.folder.cleanup()

    def setUp(self):
        self.control("POST", "/_sink/reset")

    def connect(self, place="http"):
        connection = http.client.HTTPConnection(urlsplit(self.places[place]).netloc, timeout=30)
        self.addCleanup(connection.close)
        return connection

    def control(self, method, path, value=None, status=200):
        connection = self.connect("control")
        connection.request(method, path, None if value is None else json.dumps(value))
        answer = connection.getresponse()
        text = answer.read()
        self.assertEqual(answer.status, status, text)
        return json.loads(text)

    def script(self, path, **answer):
        self.control("POST", "/_sink/script", {"path": path, "answer": answer})

    def send(self, path, body=b"{}", headers=None, method="POST", connection=None):
        connection = connection or self.connect()
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer

    def raw(self, data):
        """Everything the sink says to these bytes until it closes."""
        place = urlsplit(self.places["http"])
        with socket.create_connection((place.hostname, place.port), timeout=30) as link:
            link.sendall(data)
            received = b""
            while piece := link.recv(65536):
                received += piece
            return received

    def records(self, path=""):
        return self.control("GET", "/_sink/requests?" + urlencode({"path": path}))["requests"]
