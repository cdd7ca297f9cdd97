"""openai-agents: a written turn that is spoken, a tool call that it answers itself, a voice."""

import asyncio

import wire
from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner

asked = []


@function_tool
def get_weather(city: str) -> str:
    """Look up the weather for a city."""
    asked.append(city)
    return wire.FORECAST


async def turn(session, events, needs):
    """Reads until an answer is done that has what is needed; returns its words and its sound."""
    text, audio = "", 0
    async for event in events:
        assert event.type != "error", event
        if event.type == "audio":
            audio += len(event.audio.data)
        elif event.type == "raw_model_event" and event.data.type == "raw_server_event":
            data = event.data.data
            if data["type"].endswith("transcript.delta") and "output" in data["type"]:
                text += data["delta"]
            if data["type"] == "response.done" and needs(text, audio):
                return text, audio
    raise AssertionError("the session ended")


async def main():
    wire.listen()
    agent = RealtimeAgent(name="Pilot", instructions="Be brief.", tools=[get_weather])
    url = f"{wire.BASE}/realtime?model={wire.MODEL}"
    session = await RealtimeRunner(agent).run(model_config={"url": url, "api_key": wire.KEY})
    async with session:
        events = session.__aiter__()
        await session.send_message("Tell me about bees, briefly.")
        text, audio = await turn(session, events, lambda text, audio: text and audio)
        await session.send_message(wire.QUESTION)
        await turn(session, events, lambda text, audio: asked and "foggy" in text)
        for piece in wire.voice():
            await session.send_audio(piece)
            await asyncio.sleep(0.1)
        _, heard = await turn(session, events, lambda text, audio: audio)
    wire.passed("openai-agents", text, min(audio, heard), asked[0])


asyncio.run(asyncio.wait_for(main(), 60))
