"""aioquic as a client and as a server of plain streams and datagrams."""

import asyncio
import contextlib

from aioquic.asyncio import connect, serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import (
    ConnectionTerminated,
    DatagramFrameReceived,
    HandshakeCompleted,
    StreamDataReceived,
)

ALPN = "test"


class Client(QuicConnectionProtocol):
    """Keeps what comes and lets a case wait for it."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.received = {}
        self.ended = set()
        self.datagrams = []
        self.handshake = None
        self.terminated = None
        self.changed = asyncio.Condition()

    def quic_event_received(self, event):
        if isinstance(event, StreamDataReceived):
            self.received[event.stream_id] = self.received.get(event.stream_id, b"") + event.data
            if event.end_stream:
                self.ended.add(event.stream_id)
        elif isinstance(event, DatagramFrameReceived):
            self.datagrams.append(event.data)
        elif isinstance(event, HandshakeCompleted):
            self.handshake = event
        elif isinstance(event, ConnectionTerminated):
            self.terminated = event
        asyncio.ensure_future(self.tell())

    async def tell(self):
        async with self.changed:
            self.changed.notify_all()

    async def until(self, condition, timeout=20):
        async def wait():
            async with self.changed:
                await self.changed.wait_for(condition)

        await asyncio.wait_for(wait(), timeout)

    def send(self, data, end=True, unidirectional=False):
        stream = self._quic.get_next_available_stream_id(is_unidirectional=unidirectional)
        self._quic.send_stream_data(stream, data, end_stream=end)
        self.transmit()
        return stream

    async def exchange(self, data):
        """What an echo answers on a new stream."""
        stream = self.send(data)
        await self.until(lambda: stream in self.ended)
        return self.received[stream]

    def send_datagram(self, data):
        self._quic.send_datagram_frame(data)
        self.transmit()


@contextlib.asynccontextmanager
async def client(bench, port, ticket=None, on_ticket=None, wait=True, protocol=Client, **settings):
    configuration = QuicConfiguration(
        is_client=True,
        alpn_protocols=[ALPN],
        server_name="localhost",
        max_datagram_frame_size=65536,
        session_ticket=ticket,
        idle_timeout=10,
        **settings,
    )
    configuration.load_verify_locations(str(bench.authority))
    async with connect(
        "127.0.0.1",
        port,
        configuration=configuration,
        create_protocol=protocol,
        session_ticket_handler=on_ticket,
        wait_connected=wait,
    ) as connection:
        yield connection


class Echo(QuicConnectionProtocol):
    """Answers every stream with its bytes and every datagram with itself."""

    update_keys_after = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.answers = {}
        self.bytes = 0

    def quic_event_received(self, event):
        if isinstance(event, StreamDataReceived):
            stream = event.stream_id
            if stream & 2:
                if stream not in self.answers:
                    self.answers[stream] = self._quic.get_next_available_stream_id(
                        is_unidirectional=True
                    )
                stream = self.answers[stream]
            self._quic.send_stream_data(stream, event.data, event.end_stream)
            self.bytes += len(event.data)
            if self.update_keys_after is not None and self.bytes >= self.update_keys_after:
                self.update_keys_after = None
                self._quic.request_key_update()
        elif isinstance(event, DatagramFrameReceived):
            self._quic.send_datagram_frame(event.data)
        elif isinstance(event, HandshakeCompleted):
            self.handshakes.append(event)


class Server:
    """An aioquic server on a port of its own."""

    def __init__(self, bench, retry=False, update_keys_after=None, tickets=None):
        self.tickets = {} if tickets is None else tickets
        self.handshakes = []
        self.retry = retry
        self.configuration = QuicConfiguration(
            is_client=False, alpn_protocols=[ALPN], max_datagram_frame_size=65536
        )
        self.configuration.load_cert_chain(
            str(bench.certificates / "chain.pem"), str(bench.certificates / "key.pem")
        )
        handshakes = self.handshakes

        class Protocol(Echo):
            def __init__(self, *arguments, **options):
                super().__init__(*arguments, **options)
                self.handshakes = handshakes
                self.update_keys_after = update_keys_after

        self.protocol = Protocol

    async def __aenter__(self):
        self.server = await serve(
            "127.0.0.1",
            0,
            configuration=self.configuration,
            create_protocol=self.protocol,
            retry=self.retry,
            session_ticket_fetcher=lambda label: self.tickets.pop(label, None),
            session_ticket_handler=lambda ticket: self.tickets.__setitem__(ticket.ticket, ticket),
        )
        self.port = self.server._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
