"""Stores as years of use leave them, made by SQL: the program would take hours to fill them."""

import shutil
import sqlite3


def multiplied(template, path, count):
    """A copy of a store in which one deployment was announced, with `count` like it."""
    shutil.copy(template, path)
    with sqlite3.connect(path) as store:
        id, name = store.execute("SELECT id, deployment_id FROM deployment").fetchone()
        store.execute("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
        store.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO temp.n SELECT i FROM n", (count,))
        fill(store, "deployment", "JOIN n ON t.id = :id", {
            "id": "t.id + n.i", "deployment_id": "printf('d-X%09d', n.i)",
            "created_at": "t.created_at - n.i",
            "snapshot": "replace(t.snapshot, :name, printf('d-X%09d', n.i))"}, id=id, name=name)
        (events,) = store.execute("SELECT max(id) FROM event").fetchone()
        fill(store, "event", "JOIN n ON t.deployment = :id", {
            "id": "t.id + n.i * :events", "deployment": "t.deployment + n.i",
            "content": "replace(t.content, :name, printf('d-X%09d', n.i))"},
            id=id, name=name, events=events)
        fill(store, "notification", "JOIN n", {
            "id": "printf('%.8s%024x', t.id, n.i)", "event": "t.event + n.i * :events"}, events=events)
    store.close()
    return path


def fill(store, table, source, changed, **values):
    columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
    taken = ", ".join(changed.get(each, f"t.{each}") for each in columns)
    store.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} t {source}", values)


def registered(template, path, count):
    """A copy of a store with one registration, with `count` in all."""
    shutil.copy(template, path)
    with sqlite3.connect(path) as store:
        (name,) = store.execute("SELECT application FROM registration").fetchone()
        store.execute("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
        store.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO temp.n SELECT i FROM n", (count - 1,))
        fill(store, "registration", "JOIN n", {
            "application": "printf('more-%06d', n.i)",
            "record": "replace(t.record, :name, printf('\"more-%06d\"', n.i))"}, name=f'"{name}"')
    store.close()
    return path
