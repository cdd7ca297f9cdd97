"""Compares what a client sent and got with what the proxy recorded: bytes.py LOG RECORDING…

Every recording is one session. Its frames must be in the client's log, byte for byte and in the
same order, and the log may hold no others. Only what came after the client had stopped reading
may be missing there.
"""

import json
import sys


def frames(name, kind):
    """The text frames of one direction, in order."""
    records = (json.loads(line) for line in open(name, encoding="utf-8"))
    return [record["text"] for record in records if record.get("kind") == kind]


log, recordings = sys.argv[1], sys.argv[2:]
problems, unread = [], 0
for kind in ("sent", "received"):
    seen = frames(log, kind)
    left = list(seen)
    for name in recordings:
        place = 0
        recorded = frames(name, kind)
        for number, frame in enumerate(recorded):
            try:
                place = seen.index(frame, place) + 1
                left.remove(frame)
            except ValueError:
                # Nothing after it may have been seen either.
                rest = recorded[number:]
                if kind == "sent" or set(rest) & set(seen[place:]):
                    problems.append(f"{name}: {kind} frame {number} was not seen: {frame[:120]}")
                else:
                    unread += len(rest)
                break
    problems += [f"{kind} and not recorded: {frame[:120]}" for frame in left]
    print(f"{kind}: {len(seen)} frames")
print("\n".join(problems[:10]) or f"byte-identical; {unread} came after the client stopped reading")
sys.exit(1 if problems or not recordings else 0)
