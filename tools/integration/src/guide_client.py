"""A client with nothing but Python's standard library: a session, a tool, a notification."""
import json
import sys
import threading
import urllib.request
import uuid
from datetime import datetime

BASE = sys.argv[1]


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as response:
        text = response.read()
        return json.loads(text) if text else None


def create_request(type_name, payload):
    return {
        "id": f"req-{uuid.uuid4()}",
        "timestamp": datetime.utcnow().isoformat(),  # naive on purpose
        "type": type_name,
        "payload": payload,
        "metadata": {"version": "1.0", "source": "python-client"},
    }


def read_events(path, opened, found):
    with urllib.request.urlopen(BASE + path, timeout=10) as stream:
        event = None
        for line in stream:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                event = text[7:]
            if text.startswith("data: ") and event == "stream-open":
                opened.set()
            if text.startswith("data: ") and event == "greeting":
                found.append(json.loads(text[6:]))
                return


session = call("POST", "/sessions", {"clientId": "python-client"})
path = f"/sessions/{session['sessionId']}"
opened, found = threading.Event(), []
reader = threading.Thread(target=read_events, args=(path + "/events", opened, found), daemon=True)
reader.start()
assert opened.wait(10), "the stream did not open"

response = call("POST", path + "/requests", create_request(
    "tool-execution", {"tool": "calculator", "operation": "multiply", "params": {"a": 12, "b": 12}}))
call("POST", path + "/notifications", {"type": "greeting", "data": {"text": "hello"}})
reader.join(10)
call("DELETE", path)
print(json.dumps({"result": response["data"]["result"], "event": found[0]["data"]["text"]}))
