"""aioquic as a client and as a server of HTTP/3 and WebTransport."""

import asyncio
import contextlib

from aioquic.asyncio import connect, serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import FrameType, H3Connection, Setting
from aioquic.h3.events import (
    DataReceived,
    DatagramReceived,
    HeadersReceived,
    WebTransportStreamDataReceived,
)
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, ProtocolNegotiated, StreamReset
from interop import pattern


class WebClient(QuicConnectionProtocol):
    """Makes requests and keeps the answers."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.web = None
        self.headers, self.bodies, self.ended = {}, {}, set()
        self.streams, self.stream_ends, self.datagrams = {}, set(), []
        self.resets, self.terminated = {}, None
        self.changed = asyncio.Condition()

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            # Later it would miss the server's control stream.
            self.web = H3Connection(self._quic, enable_webtransport=True)
        elif isinstance(event, StreamReset):
            self.resets[event.stream_id] = event.error_code
        elif isinstance(event, ConnectionTerminated):
            self.terminated = event
        if self.web is not None:
            for each in self.web.handle_event(event):
                self.web_event_received(each)
        asyncio.ensure_future(self.tell())

    def web_event_received(self, event):
        if isinstance(event, HeadersReceived):
            self.headers.setdefault(event.stream_id, []).append(dict(event.headers))
        elif isinstance(event, DataReceived):
            self.bodies[event.stream_id] = self.bodies.get(event.stream_id, b"") + event.data
        elif isinstance(event, WebTransportStreamDataReceived):
            self.streams[event.stream_id] = self.streams.get(event.stream_id, b"") + event.data
            if event.stream_ended:
                self.stream_ends.add(event.stream_id)
        elif isinstance(event, DatagramReceived):
            self.datagrams.append((event.stream_id, event.data))
        if getattr(event, "stream_ended", False):
            self.ended.add(event.stream_id)

    async def tell(self):
        async with self.changed:
            self.changed.notify_all()

    async def until(self, condition, timeout=20):
        async def wait():
            async with self.changed:
                await self.changed.wait_for(condition)

        await asyncio.wait_for(wait(), timeout)

    def request(self, path, method="GET", body=None, end=True, **fields):
        stream = self._quic.get_next_available_stream_id()
        headers = [
            (b":method", method.encode()),
            (b":scheme", b"https"),
            (b":authority", b"localhost"),
            (b":path", path.encode()),
        ]
        headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
        self.web.send_headers(stream, headers, end_stream=body is None and end)
        if body is not None:
            self.web.send_data(stream, body, end_stream=True)
        self.transmit()
        return stream

    async def fetch(self, path, method="GET", body=None, **fields):
        """Status, headers and body of an answer."""
        stream = self.request(path, method, body, **fields)
        await self.until(lambda: stream in self.ended)
        headers = self.headers[stream][-1]
        return int(headers[b":status"]), headers, self.bodies.get(stream, b"")

    async def open_session(self, path):
        await self.until(lambda: self.web.received_settings is not None)
        settings = self.web.received_settings
        assert settings.get(Setting.ENABLE_CONNECT_PROTOCOL) == 1, settings
        assert settings.get(Setting.ENABLE_WEBTRANSPORT) == 1, settings
        assert settings.get(Setting.H3_DATAGRAM) == 1, settings
        session = self._quic.get_next_available_stream_id()
        self.web.send_headers(
            session,
            [
                (b":method", b"CONNECT"),
                (b":scheme", b"https"),
                (b":authority", b"localhost"),
                (b":path", path.encode()),
                (b":protocol", b"webtransport"),
                (b"sec-webtransport-http3-draft02", b"1"),
            ],
        )
        self.transmit()
        await self.until(lambda: session in self.headers)
        return session, int(self.headers[session][0][b":status"])

    def open_stream(self, session, data, unidirectional=False):
        stream = self.web.create_webtransport_stream(session, is_unidirectional=unidirectional)
        if not unidirectional:
            # It takes replies on its own streams for frames unless told otherwise.
            with self.web._get_or_create_stream(stream) as state:
                state.frame_type = FrameType.WEBTRANSPORT_STREAM
                state.session_id = session
        self._quic.send_stream_data(stream, data, end_stream=True)
        self.transmit()
        return stream

    def send_datagram(self, session, data):
        self.web.send_datagram(session, data)
        self.transmit()


@contextlib.asynccontextmanager
async def web_client(bench, port):
    configuration = QuicConfiguration(
        is_client=True,
        alpn_protocols=["h3"],
        server_name="localhost",
        max_datagram_frame_size=65536,
        idle_timeout=20,
    )
    configuration.load_verify_locations(str(bench.authority))
    async with connect(
        "127.0.0.1", port, configuration=configuration, create_protocol=WebClient
    ) as connection:
        yield connection


class WebPeer(QuicConnectionProtocol):
    """Answers GET /N with N bytes, and sessions with what they send."""

    requests = []

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.web = None
        self.answers = {}

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.web = H3Connection(self._quic, enable_webtransport=True)
        if self.web is not None:
            for each in self.web.handle_event(event):
                self.web_event_received(each)
            self.transmit()

    def web_event_received(self, event):
        if isinstance(event, HeadersReceived):
            headers = dict(event.headers)
            self.requests.append(headers)
            if headers.get(b":protocol") == b"webtransport":
                self.web.send_headers(event.stream_id, [(b":status", b"200")])
                return
            body = pattern(int(headers[b":path"][1:]))
            self.web.send_headers(
                event.stream_id,
                [(b":status", b"200"), (b"content-length", str(len(body)).encode())],
            )
            self.web.send_data(event.stream_id, body, end_stream=True)
        elif isinstance(event, WebTransportStreamDataReceived):
            stream = event.stream_id
            if stream & 2:
                if stream not in self.answers:
                    self.answers[stream] = self.web.create_webtransport_stream(
                        event.session_id, is_unidirectional=True
                    )
                stream = self.answers[stream]
            self._quic.send_stream_data(stream, event.data, event.stream_ended)
        elif isinstance(event, DatagramReceived):
            self.web.send_datagram(event.stream_id, event.data)


class WebServer:
    """An aioquic server of HTTP/3 on a port of its own."""

    def __init__(self, bench):
        self.requests = []
        self.configuration = QuicConfiguration(
            is_client=False, alpn_protocols=["h3"], max_datagram_frame_size=65536
        )
        self.configuration.load_cert_chain(
            str(bench.certificates / "chain.pem"), str(bench.certificates / "key.pem")
        )
        self.protocol = type("Protocol", (WebPeer,), {"requests": self.requests})
        self.tickets = {}

    async def __aenter__(self):
        self.server = await serve(
            "127.0.0.1", 0, configuration=self.configuration, create_protocol=self.protocol,
            session_ticket_fetcher=lambda label: self.tickets.pop(label, None),
            session_ticket_handler=lambda ticket: self.tickets.__setitem__(ticket.ticket, ticket),
        )  # fmt: skip
        self.port = self.server._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
