"""The official SDK's realtime client: a written turn, a tool call, a spoken turn."""

import asyncio
import base64
import json

import wire
from openai import AsyncOpenAI

TOOL = {
    "type": "function",
    "name": "get_weather",
    "description": "Look up the weather for a city.",
    "parameters": wire.SCHEMA,
}


async def until_done(connection):
    """Reads until the response is done; returns its text, its bytes of sound and its calls."""
    text, audio, calls = "", 0, []
    async for event in connection:
        assert event.type != "error", event
        if event.type == "response.output_text.delta":
            text += event.delta
        elif event.type == "response.output_audio.delta":
            audio += len(base64.b64decode(event.delta))
        elif event.type == "response.function_call_arguments.done":
            calls.append(event)
        elif event.type == "response.done":
            assert event.response.status == "completed", event.response
            assert event.response.usage.total_tokens > 0
            return text, audio, calls
    raise AssertionError("the connection ended")


async def say(connection, text):
    content = [{"type": "input_text", "text": text}]
    item = {"type": "message", "role": "user", "content": content}
    await connection.conversation.item.create(item=item)
    await connection.response.create()


async def main():
    wire.listen()
    client = AsyncOpenAI(api_key=wire.KEY, websocket_base_url=wire.BASE)
    async with client.realtime.connect(model=wire.MODEL) as connection:
        settings = {"type": "realtime", "output_modalities": ["text"], "tools": [TOOL]}
        await connection.session.update(session=settings)
        await say(connection, "Tell me about bees, briefly.")
        text, _, _ = await until_done(connection)

        await say(connection, wire.QUESTION)
        _, _, calls = await until_done(connection)
        output = {"type": "function_call_output", "call_id": calls[0].call_id}
        output["output"] = wire.FORECAST
        await connection.conversation.item.create(item=output)
        await connection.response.create()
        answer, _, _ = await until_done(connection)
        assert "foggy" in answer, answer

        settings = {"type": "realtime", "output_modalities": ["audio"], "tools": []}
        await connection.session.update(session=settings)
        for piece in wire.voice():
            await connection.input_audio_buffer.append(audio=base64.b64encode(piece).decode())
            await asyncio.sleep(0.1)
        _, audio, _ = await until_done(connection)
        city = json.loads(calls[0].arguments)["city"]
    wire.passed("openai", text, audio, city)


asyncio.run(asyncio.wait_for(main(), 60))
