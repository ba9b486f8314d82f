"""Which service a request is for, and what was asked."""

import threading

from aws.errors import AwsError, render
from aws.messages import Reply, json_reply

from . import containers, instances, portal, signin, sts
from .keys import Keys


class Services:
    def __init__(self, clock):
        self.clock = clock
        self.keys = Keys()
        self.lock = threading.Lock()
        self.requests = []

    def answer(self, request):
        if request.path == "/_peer/requests":
            with self.lock:
                return json_reply({"requests": self.requests})
        with self.lock:
            self.requests.append({
                "method": request.method, "path": request.path,
                "headers": {name.lower(): value for name, value in request.headers},
            })
        place, _, rest = request.path.lstrip("/").partition("/")
        if place == "imds":
            name, _, path = rest.partition("/")
            return instances.answer(self, request, name, path)
        if place == "container":
            return containers.answer(self, request, rest)
        protocol, service, handler = "query", "sts", sts.answer
        if request.path in ("/federation/credentials", "/token"):
            protocol, service, handler = "rest-json", "sso", portal.answer
        elif request.path == "/v1/token":
            protocol, service, handler = "rest-json", "signin", signin.answer
        elif request.path != "/":
            return Reply(404)
        try:
            return handler(self, request)
        except signin.Refused as error:
            return signin.render(error)
        except AwsError as error:
            return Reply(*render(error, protocol, service, "00000000-0000-0000-0000-000000000000"))
