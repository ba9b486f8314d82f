"""The idle poll as a script: one ListDeployments, and a look into SQLite for what is new."""

import datetime
import sqlite3
import sys

import boto3

now = datetime.datetime.now(datetime.timezone.utc)
window = {"start": now - datetime.timedelta(minutes=15), "end": now}
ids = boto3.client("codedeploy").list_deployments(createTimeRange=window)["deployments"]

store = sqlite3.connect(sys.argv[1])
store.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
seen = {row[0] for row in store.execute("SELECT id FROM seen")}
new = [each for each in ids if each not in seen]
if new:
    with store:
        store.executemany("INSERT INTO seen VALUES (?)", [(each,) for each in new])
