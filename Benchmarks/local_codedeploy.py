"""A CodeDeploy that only lists and reads, and a webhook's server, for many deployments at once.

`python local_codedeploy.py [--latency SECONDS]` says on a line where it listens, and ends with its
standard input. It checks no signature: Tests/Peers does, and is too slow for this many.
"""

import argparse
import asyncio
import json
import sys
import time

PAGE = 100
IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/bench</Arn>"
    "<UserId>AIDABENCH</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></GetCallerIdentityResponse>")


class World:
    def __init__(self, latency):
        self.latency = latency
        self.ended_at, self.applications, self.ids = time.time(), ["app-000"], []
        self.counts, self.receipts, self.most_at_once, self.at_once = {}, [], 0, 0

    def control(self, body):
        """Sets what is there and forgets what was counted; answers what was counted before."""
        answer = {"counts": self.counts, "receipts": self.receipts, "most_at_once": self.most_at_once}
        self.counts, self.receipts, self.most_at_once = {}, [], 0
        self.latency = body.get("latency", self.latency)
        self.applications = body.get("applications", self.applications)
        if "deployments" in body:
            self.ended_at = time.time()
            self.ids = [f"d-{number:09}" for number in range(body["deployments"])]
        return answer

    def ListDeployments(self, body):
        start = int(body.get("nextToken") or 0)
        page = {"deployments": self.ids[start:start + PAGE]}
        # What is in flight, and what was created before now, is nothing here.
        if body.get("includeOnlyStatuses"):
            page = {"deployments": []}
        elif start + PAGE < len(self.ids):
            page["nextToken"] = str(start + PAGE)
        return page

    def BatchGetDeployments(self, body):
        return {"deploymentsInfo": [self.deployment(each) for each in body["deploymentIds"]]}

    def deployment(self, id):
        return {
            "applicationName": self.applications[int(id[2:]) % len(self.applications)],
            "deploymentGroupName": "production", "deploymentId": id, "status": "Succeeded",
            "deploymentConfigName": "CodeDeployDefault.OneAtATime", "creator": "user",
            "computePlatform": "Server", "description": "A release like any other",
            "createTime": self.ended_at - 60, "startTime": self.ended_at - 59,
            "completeTime": self.ended_at,
            "revision": {"revisionType": "GitHub", "gitHubLocation": {
                "repository": "example/checkout", "commitId": "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"}},
            "deploymentOverview": {"Pending": 0, "InProgress": 0, "Succeeded": 3, "Failed": 0,
                                   "Skipped": 0, "Ready": 0}}

    async def hook(self):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.receipts.append(time.time())
        await asyncio.sleep(self.latency)
        self.at_once -= 1

    async def answer(self, path, target, body):
        if path == "/hook":
            await self.hook()
            return 200, "text/plain", b"ok"
        if path == "/control":
            return 200, "application/json", json.dumps(self.control(json.loads(body))).encode()
        if not target:
            self.counts["GetCallerIdentity"] = self.counts.get("GetCallerIdentity", 0) + 1
            return 200, "text/xml", IDENTITY.encode()
        operation = target.rpartition(".")[2]
        self.counts[operation] = self.counts.get(operation, 0) + 1
        if operation not in ("ListDeployments", "BatchGetDeployments"):
            return 400, "application/x-amz-json-1.1", b'{"__type":"UnknownOperationException"}'
        answer = json.dumps(getattr(self, operation)(json.loads(body))).encode()
        return 200, "application/x-amz-json-1.1", answer


async def serve_connection(world, reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = {name.lower(): value.strip() for name, _, value in
                       (line.partition(":") for line in head[1:] if line)}
            if headers.get("expect"):
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            status, kind, answer = await world.answer(path, headers.get("x-amz-target"), body)
            date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
            writer.write((f"HTTP/1.1 {status} -\r\nDate: {date}\r\nContent-Type: {kind}\r\n"
                          f"Content-Length: {len(answer)}\r\n\r\n").encode() + answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--latency", type=float, default=0, help="seconds that a webhook takes")
    world = World(options.parse_args().latency)
    server = await asyncio.start_server(
        lambda reader, writer: serve_connection(world, reader, writer), "127.0.0.1", 0, backlog=1024)
    endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(json.dumps({"endpoint": endpoint}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(main())
