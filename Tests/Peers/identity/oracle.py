"""`python -m identity.oracle`: what boto3 makes of environments.

A list on standard input, `{"home", "environment", "profile"}` each; a list on standard output,
`{"outcome": the key's id that signed, "none" or "error", "detail"}` each. Every environment is
looked at in a process of its own, some at a time.
"""

import json
import os
import selectors
import sys

import boto3
from botocore.config import Config
from botocore.credentials import SSOProvider
from botocore.exceptions import NoCredentialsError
from botocore.tokens import SSOTokenProvider


def outcome(case):
    os.environ.clear()
    os.environ.update(case["environment"], HOME=case["home"])
    # Worked out when the modules are loaded, which here was before.
    cache = os.path.expanduser("~/.aws/sso/cache")
    SSOProvider._SSO_TOKEN_CACHE_DIR = SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache
    try:
        session = boto3.Session(profile_name=case.get("profile") or None)
        sts = session.client("sts", config=Config(proxies={}))
        return {"outcome": sts.get_caller_identity()["UserId"], "detail": ""}
    except NoCredentialsError as error:
        return {"outcome": "none", "detail": str(error)}
    except Exception as error:
        return {"outcome": "error", "detail": f"{type(error).__name__}: {error}"}


def started(case):
    """The end of a pipe from which a process' answer is read."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        # A question for a code finds nobody to answer it.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.setsid()
        os.write(writing, json.dumps(outcome(case)).encode())
        os._exit(0)
    os.close(writing)
    return reading


def outcomes(cases, at_once=6):
    answers = [b""] * len(cases)
    waiting = list(enumerate(cases))[::-1]
    with selectors.DefaultSelector() as running:
        while waiting or running.get_map():
            while waiting and len(running.get_map()) < at_once:
                index, case = waiting.pop()
                running.register(started(case), selectors.EVENT_READ, index)
            for key, _ in running.select():
                piece = os.read(key.fd, 65536)
                answers[key.data] += piece
                if not piece:
                    running.unregister(key.fd)
                    os.close(key.fd)
                    os.wait()
    nothing = b'{"outcome": "error", "detail": "boto3 left no answer"}'
    return [json.loads(answer or nothing) for answer in answers]


if __name__ == "__main__":
    json.dump(outcomes(json.load(sys.stdin)), sys.stdout)
