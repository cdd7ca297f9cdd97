"""pydantic-ai: an agent's realtime session with a tool that it answers itself."""

import asyncio

import wire
from pydantic_ai import Agent
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.realtime.openai import OpenAIRealtimeModel

asked = []


async def main():
    wire.listen()
    agent = Agent(instructions="Be brief.")

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """Look up the weather for a city."""
        asked.append(city)
        return wire.FORECAST

    base = wire.BASE.replace("ws://", "http://", 1)
    model = OpenAIRealtimeModel(
        wire.MODEL, provider=OpenAIProvider(base_url=base, api_key=wire.KEY)
    )
    heard = bytearray()
    async with agent.realtime(model).session() as session:

        async def keep():
            async for chunk in session.stream_audio():
                heard.extend(chunk)

        task = asyncio.create_task(keep())
        await session.send("Tell me about bees, briefly.")
        await session.wait_for_reply()
        written = len(heard)
        await session.send(wire.QUESTION)
        await session.wait_for_reply()
        before = len(heard)
        for piece in wire.voice():
            await session.send_audio(piece)
            await asyncio.sleep(0.1)
        while len(heard) < before + 10_000:
            await asyncio.sleep(0.1)
        await session.wait_for_reply()
        text = "".join(
            part.transcript or ""
            for message in session.all_messages()
            for part in message.parts
            if type(part).__name__ == "SpeechPart"
        )
        sound = min(written, len(heard) - before)
        task.cancel()
    assert "foggy" in text, text
    wire.passed("pydantic-ai", text, sound, asked[0])


asyncio.run(asyncio.wait_for(main(), 60))
