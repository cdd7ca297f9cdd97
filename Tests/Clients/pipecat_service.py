"""pipecat: its OpenAI realtime service in a pipeline of its own, without audio devices."""

import asyncio

import wire
from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    EndFrame,
    InputAudioRawFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineTask
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.openai.realtime.events import InputAudioTranscription, SessionProperties
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService

asked = []


class Ear(FrameProcessor):
    """Keeps what the service says and tells when an answer has ended."""

    def __init__(self):
        super().__init__()
        self.text, self.audio, self.ended = "", 0, asyncio.Event()

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSTextFrame):
            self.text += frame.text
        elif isinstance(frame, TTSAudioRawFrame):
            self.audio += len(frame.audio)
        elif isinstance(frame, LLMFullResponseEndFrame):
            self.ended.set()
        await self.push_frame(frame, direction)

    async def answer(self):
        await self.ended.wait()
        self.ended.clear()
        said = (self.text, self.audio)
        self.text, self.audio = "", 0
        return said


async def main():
    wire.listen()
    tool = FunctionSchema(
        name="get_weather",
        description="Look up the weather for a city.",
        properties=wire.SCHEMA["properties"],
        required=wire.SCHEMA["required"],
    )
    service = OpenAIRealtimeLLMService(
        api_key=wire.KEY,
        base_url=f"{wire.BASE}/realtime",
        settings=OpenAIRealtimeLLMService.Settings(
            model=wire.MODEL, session_properties=SessionProperties()
        ),
    )

    async def get_weather(parameters):
        asked.append(parameters.arguments["city"])
        await parameters.result_callback(wire.FORECAST)

    service.register_function("get_weather", get_weather)
    ear = Ear()
    task = PipelineTask(Pipeline([service, ear]))
    running = asyncio.create_task(PipelineRunner(handle_sigint=False).run(task))

    tools = ToolsSchema(standard_tools=[tool])
    messages = [{"role": "user", "content": wire.QUESTION}]
    await task.queue_frame(LLMContextFrame(LLMContext(messages=messages, tools=tools)))
    await ear.answer()
    while not asked:
        await asyncio.sleep(0.05)
    text, audio = "", 0
    # The answer to a voice may be another call of the tool, which says nothing: speak again.
    while not (text and audio):
        for piece in wire.voice():
            await task.queue_frame(
                InputAudioRawFrame(audio=piece, sample_rate=24_000, num_channels=1)
            )
            await asyncio.sleep(0.1)
        said = await ear.answer()
        text, audio = text + said[0], audio + said[1]
    await task.queue_frame(EndFrame())
    await running
    wire.passed("pipecat", text, audio, asked[0])


asyncio.run(asyncio.wait_for(main(), 60))
