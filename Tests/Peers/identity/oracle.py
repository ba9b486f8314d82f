"""`python -m identity.oracle`: what boto3 makes of environments.

A list on standard input, `{"home", "environment", "profile"}` each; a list on standard output,
`{"outcome": the key's id that signed, "none" or "error", "detail"}` each. Every environment is
looked at in a process of its own, some at a time.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

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


def in_a_process(case):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # A question for a code finds nobody to answer it.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.setsid()
        os.write(writing, json.dumps(outcome(case)).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as told:
        answer = told.read()
    os.waitpid(child, 0)
    return json.loads(answer or '{"outcome": "error", "detail": "boto3 left no answer"}')


if __name__ == "__main__":
    with ThreadPoolExecutor(6) as threads:
        json.dump(list(threads.map(in_a_process, json.load(sys.stdin))), sys.stdout)
