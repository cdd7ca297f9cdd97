"""livekit-plugins-openai without a LiveKit server: its realtime model and nothing else."""

import asyncio

import aiohttp
import wire
from livekit import rtc
from livekit.agents import llm
from livekit.plugins import openai


@llm.function_tool
async def get_weather(city: str) -> str:
    """Look up the weather for a city.

    Args:
        city: The city's name.
    """
    return wire.FORECAST


async def read(generation):
    """The words, the bytes of sound and the calls of one generation."""
    text, audio, calls = "", 0, []

    async def messages():
        nonlocal text, audio
        async for message in generation.message_stream:

            async def words():
                nonlocal text
                async for piece in message.text_stream:
                    text += str(piece)

            async def sound():
                nonlocal audio
                async for frame in message.audio_stream:
                    audio += len(frame.data.tobytes())

            await asyncio.gather(words(), sound())

    async def functions():
        async for call in generation.function_stream:
            calls.append(call)

    await asyncio.gather(messages(), functions())
    return text, audio, calls


async def main():
    wire.listen()
    async with aiohttp.ClientSession() as http:
        model = openai.realtime.RealtimeModel(
            base_url=wire.BASE, api_key=wire.KEY, model=wire.MODEL, http_session=http
        )
        session = model.session()
        spoken = asyncio.Queue()
        session.on(
            "generation_created",
            lambda event: None if event.user_initiated else spoken.put_nowait(event),
        )
        await session.update_tools([get_weather])
        context = llm.ChatContext.empty()
        context.add_message(role="user", content="Tell me about bees, briefly.")
        await session.update_chat_ctx(context)
        text, audio, _ = await read(await session.generate_reply())

        context = session.chat_ctx.copy()
        context.add_message(role="user", content=wire.QUESTION)
        await session.update_chat_ctx(context)
        _, _, calls = await read(await session.generate_reply())
        context = session.chat_ctx.copy()
        context.items.append(
            llm.FunctionCallOutput(
                call_id=calls[0].call_id, name=calls[0].name, output=wire.FORECAST, is_error=False
            )
        )
        await session.update_chat_ctx(context)
        answer, _, _ = await read(await session.generate_reply())
        assert "foggy" in answer, answer

        for piece in wire.voice():
            count = len(piece) // 2
            session.push_audio(rtc.AudioFrame(piece, 24_000, 1, count))
            await asyncio.sleep(0.1)
        _, heard, _ = await read(await spoken.get())
        await session.aclose()
    wire.passed("livekit", text, min(audio, heard), calls[0].arguments)


asyncio.run(asyncio.wait_for(main(), 60))
