"""What all clients share: the log of raw frames, a voice, the tool, and where to connect."""

import json
import math
import os
import struct

#: "ws://127.0.0.1:8765/v1"
BASE = os.environ["REALTIME_BASE"]
MODEL = "gpt-realtime-2.1"
KEY = "none-needed"
QUESTION = "What is the weather in London?"
FORECAST = "It is foggy and 12 degrees in London."
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
_log = open(os.environ["REALTIME_LOG"], "w", encoding="utf-8")


def note(kind, text):
    """Appends a text frame to the log, a line in the form of a recording's."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    if isinstance(text, str):
        _log.write(json.dumps({"kind": kind, "text": text}) + "\n")
        _log.flush()


def listen():
    """Lets every WebSocket of this process log its frames, before the client sees them."""
    try:
        from websockets.asyncio.connection import Connection
    except ImportError:
        pass
    else:
        receive, send = Connection.recv, Connection.send

        async def logged_receive(self, *arguments, **named):
            message = await receive(self, *arguments, **named)
            note("received", message)
            return message

        async def logged_send(self, message, *arguments, **named):
            note("sent", message)
            return await send(self, message, *arguments, **named)

        Connection.recv, Connection.send = logged_receive, logged_send
    try:
        import aiohttp
    except ImportError:
        return
    socket = aiohttp.ClientWebSocketResponse
    take, put = socket.receive, socket.send_str

    async def logged_take(self, *arguments, **named):
        message = await take(self, *arguments, **named)
        if message.type == aiohttp.WSMsgType.TEXT:
            note("received", message.data)
        return message

    async def logged_put(self, data, *arguments, **named):
        note("sent", data)
        return await put(self, data, *arguments, **named)

    socket.receive, socket.send_str = logged_take, logged_put


def voice(seconds=2.0, rate=24_000):
    """Something that a detector of voice activity takes for speech, then silence; 100 ms each."""
    spoken = int(seconds * rate)
    samples = []
    for index in range(spoken):
        time = index / rate
        syllable = abs(math.sin(math.pi * 4 * time))
        wave = sum(math.sin(2 * math.pi * 140 * k * time) / k for k in range(1, 8))
        samples.append(int(5000 * syllable * wave))
    samples += [0] * int(1.0 * rate)
    data = struct.pack(f"<{len(samples)}h", *samples)
    size = rate // 10 * 2
    return [data[start : start + size] for start in range(0, len(data), size)]


def passed(client, text, audio, tool):
    """Says what came of the three turns; raises when one of them is missing."""
    assert text.strip(), "no written answer"
    assert audio > 10_000, f"only {audio} bytes of sound"
    assert "London" in tool, f"the tool was not asked about London: {tool!r}"
    print(f"{client}: {len(text)} characters, {audio} bytes of sound, tool asked for {tool}")
