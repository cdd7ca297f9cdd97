"""Compares what a client saw of two sessions: compare.py DIRECT.jsonl THROUGH.jsonl

Ids, padding and dates differ from session to session and are replaced by their kind. So do times
that a client takes from its own clock, as where it cut what it was playing, and the number of
tokens that were left after that. Events of
one response must follow each other in the same order; those of different kinds may interleave
otherwise, as the client's own timing decides it.
"""

import json
import re
import sys

ID = re.compile(r"^[a-z_]+_[A-Za-z0-9]{10,}$|^client_[0-9]+$")
OWN_ID = re.compile(r"^[0-9a-f]{32}$")
CHANGING = {"obfuscation", "expires_at", "ts", "timestamp", "latency", "reset_seconds"}
CHANGING |= {"audio_end_ms", "remaining", "total_tokens", "input_tokens", "input_token_details"}
# What pydantic-ai counts by its own clock and sends along.
CHANGING |= {"pydantic_ai_inputs"}


def normal(value):
    """The value without what chance or the clock decides."""
    if isinstance(value, dict):
        return {key: normal(part) for key, part in value.items() if key not in CHANGING}
    if isinstance(value, list):
        return [normal(part) for part in value]
    if isinstance(value, str) and OWN_ID.match(value):
        return "id"
    if isinstance(value, str) and ID.match(value):
        return value.rsplit("_", 1)[0]
    return value


def streams(name):
    """The normalised events that came, by the response or the kind of event they belong to."""
    numbers, streams = {}, {}
    for line in open(name, encoding="utf-8"):
        record = json.loads(line)
        if record["kind"] != "received":
            continue
        event = json.loads(record["text"])
        response = event.get("response_id") or event.get("response", {}).get("id")
        if response:
            response = numbers.setdefault(response, len(numbers))
        kind = event["type"] if response is None else f"response {response}"
        # Text and sound run side by side.
        if event["type"].endswith(".delta"):
            kind += " " + event["type"]
        streams.setdefault(kind, []).append(json.dumps(normal(event)))
    return streams


direct, through = streams(sys.argv[1]), streams(sys.argv[2])
problems = [kind for kind in direct.keys() | through.keys() if direct.get(kind) != through.get(kind)]
for kind in sorted(problems):
    a, b = direct.get(kind, []), through.get(kind, [])
    place = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    print(f"{kind}: {len(a)} and {len(b)} events, the first difference is number {place}")
    for events in (a, b):
        print("   ", events[place][:200] if place < len(events) else "nothing")
print(f"compared {sum(map(len, direct.values()))} events, {len(problems)} streams differ")
sys.exit(1 if problems or not direct else 0)
