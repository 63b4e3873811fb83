"""A foreign producer and reader of the contract: Python and its standard library alone.

It shares no line of code with the dashboard. REDIS_PORT and REDIS_PASSWORD say where Redis is.

  emit <stream>            adds the events below, prints their entry ids as JSON
  work <stream> <group>    reads one task as a worker does, XACK and XDEL, prints its fields
"""

import base64
import datetime
import json
import os
import socket
import struct
import sys
import uuid


class Redis:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", int(os.environ["REDIS_PORT"])))
        self.file = self.socket.makefile("rb")
        if os.environ.get("REDIS_PASSWORD"):
            self.call("AUTH", os.environ["REDIS_PASSWORD"])

    def call(self, *arguments):
        parts = [b"*%d\r\n" % len(arguments)]
        for argument in arguments:
            raw = argument if isinstance(argument, bytes) else str(argument).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
        self.socket.sendall(b"".join(parts))
        return self.reply()

    def reply(self):
        line = self.file.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.reply() for _ in range(int(rest))]
        raise RuntimeError(line.decode())


def msgpack(value):
    """https://github.com/msgpack/msgpack/blob/master/spec.md, as much of it as is needed."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return struct.pack(">Bq", 0xD3, value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xCB, value)
    if isinstance(value, bytes):
        return struct.pack(">BH", 0xC5, len(value)) + value
    if isinstance(value, str):
        raw = value.encode()
        return struct.pack(">BH", 0xDA, len(raw)) + raw
    if isinstance(value, list):
        return struct.pack(">BH", 0xDC, len(value)) + b"".join(map(msgpack, value))
    items = b"".join(msgpack(key) + msgpack(item) for key, item in value.items())
    return struct.pack(">BH", 0xDE, len(value)) + items


def event(kind, data, job_id):
    return (
        "event_id", uuid.uuid4(),
        "type", kind,
        "timestamp", datetime.datetime(2026, 1, 2, 3, 4, 5, 678901).isoformat(),
        "job_id", job_id,
        "data", data,
        "metadata", "{}",
    )


def emit(redis, stream):
    progress = {
        "chunk_id": "c-1", "chunks_processed": 3, "chunks_total": 4, "percent_complete": 75.0,
    }
    packed = {
        "chunk_id": "ü-2", "bytes_seen": 9007199254740993, "ok": True, "none": None,
        "ratio": 0.5, "tags": ["a", "b"], "digest": b"\xff\x00",
    }
    events = [
        event("ingestion.progress", json.dumps(progress), "job-py"),
        event("ingestion.progress", msgpack(packed), "job-py"),
        event("worker.started", json.dumps({"name": "grüße 日本"}, ensure_ascii=False), ""),
    ]
    ids = [
        redis.call("XADD", stream, "MAXLEN", "~", 10000, "*", *fields).decode() for fields in events
    ]
    print(json.dumps(ids))


def work(redis, stream, group):
    reply = redis.call(
        "XREADGROUP", "GROUP", group, "orchestrator-host-1", "COUNT", 1, "STREAMS", stream, ">"
    )
    entry_id, flat = reply[0][1][0]
    acknowledged = redis.call("XACK", stream, group, entry_id)
    deleted = redis.call("XDEL", stream, entry_id)
    fields = [
        [flat[at].decode(), base64.b64encode(flat[at + 1]).decode()] for at in range(0, len(flat), 2)
    ]
    answer = {
        "id": entry_id.decode(), "fields": fields, "acknowledged": acknowledged, "deleted": deleted,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    {"emit": emit, "work": work}[sys.argv[1]](Redis(), *sys.argv[2:])
