"""Checks the frames of recordings against the official SDK's models, strictly.

usage: check.py RECORDING.jsonl ...

Every received frame must be a server event and every sent one a client event, without a field
that the models do not name. Exits 1 when one is not, or when there was nothing to check.
"""

import json
import sys

from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter, ValidationError

ADAPTERS = {"sent": TypeAdapter(RealtimeClientEvent), "received": TypeAdapter(RealtimeServerEvent)}

# Fields that providers send and the published models do not name.
ON_THE_WIRE = {"reasoning_tokens", "audio_duration_ms", "ts", "latency", "obfuscation", "phase", "object", "id", "expires_at", "content"}

# Put into the failure demo on purpose: a client must survive an event it does not know.
MADE_UP = {"response.thermal_forecast.updated", "ping"}


def unknown_fields(model, path):
    """Yields the paths of fields that the model accepted without knowing them."""
    if isinstance(model, BaseModel):
        for key in model.model_extra or {}:
            if key not in ON_THE_WIRE:
                yield f"{path}.{key}"
        for key in model.model_fields_set:
            yield from unknown_fields(getattr(model, key, None), f"{path}.{key}")
    elif isinstance(model, list):
        for element in model:
            yield from unknown_fields(element, f"{path}[]")


def complaints(text, kind):
    """Returns why the frame is not what the SDK expects, or nothing."""
    try:
        model = ADAPTERS[kind].validate_json(text, strict=True)
    except ValidationError as error:
        return [f"not a valid event: {error.errors()[0]['msg']}"]
    wire = json.loads(text)["type"]
    if model.type != wire:
        return [f"taken for {model.type}"]
    return [f"unknown field {path}" for path in unknown_fields(model, wire)]


def main(names):
    accepted = rejected = 0
    for name in names:
        with open(name, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                record = json.loads(line)
                if record.get("kind") not in ADAPTERS or "text" not in record:
                    continue
                wire = json.loads(record["text"]).get("type")
                if wire in MADE_UP:
                    continue
                reasons = complaints(record["text"], record["kind"])
                for reason in reasons:
                    print(f"{name}:{number}: {record['kind']} {wire}: {reason}")
                accepted += not reasons
                rejected += bool(reasons)
    print(f"conformance: {accepted} frames accepted, {rejected} rejected")
    return 1 if rejected or not accepted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
