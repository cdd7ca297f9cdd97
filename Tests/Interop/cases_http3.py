"""HTTP/3 and WebTransport: aioquic and Debian's ngtcp2 programs against quic-host, both ways."""

import asyncio
import json
import shutil
import socket

from aioquic_web import WebServer, web_client
from interop import ROOT, Skip, case, check, pattern
from prometheus_client.openmetrics.parser import text_string_to_metric_families

RECORDING = ROOT / "recordings" / "tool-call.jsonl"


async def serve(bench, *options):
    """Our server of HTTP/3; gives the process and its port."""
    server = await bench.start(
        bench.host, "web-serve", "--certificate", bench.certificates, *options
    )
    listening = await server.event("listening")
    return server, int(listening["address"].rsplit(":", 1)[1])


async def fetch(bench, port, *options):
    """Our client's report."""
    client = await bench.start(
        bench.host, "web-fetch", f"127.0.0.1:{port}", "--authority", bench.authority, *options
    )
    report = await client.event("fetched", timeout=70)
    await client.end()
    check("failure" not in report, f"our client: {report}")
    return report


# Debian's ngtcp2 programs

SIZES = [1, 1_000, 100_000, 3_000_000]


@case("gtlsclient to ours: HTTP/3")
async def gtlsclient(bench):
    if not shutil.which("gtlsclient"):
        raise Skip("there is no gtlsclient")
    server, port = await serve(bench)
    folder = bench.folder / "downloads"
    folder.mkdir()
    await bench.run(
        "gtlsclient", "-q", "--exit-on-all-streams-close", "--download", folder,
        "127.0.0.1", port, *[f"https://localhost:{port}/{size}" for size in SIZES],
    )  # fmt: skip
    for size in SIZES:
        body = (folder / str(size)).read_bytes()
        check(body == pattern(size), f"{size} bytes came as {len(body)}")
    check(len(server.events("request")) == len(SIZES), f"requests: {server.lines}")


@case("ours to gtlsserver: HTTP/3")
async def gtlsserver(bench):
    program = shutil.which("gtlsserver") or shutil.which("gtlsserver", path="/usr/sbin")
    if not program:
        raise Skip("there is no gtlsserver")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    await bench.start(
        program, "-q", "--max-dyn-length=10000000", "127.0.0.1", port,
        bench.certificates / "key.pem", bench.certificates / "chain.pem",
    )  # fmt: skip
    # It tells nobody when it listens; the first packets are sent again until it does.
    paths = [part for size in SIZES for part in ("--get", f"/{size}")]
    report = await fetch(bench, port, *paths)
    check(report["statuses"] == [200] * len(SIZES), f"{report}")
    check(report["bytes"] == sum(SIZES), f"{report['bytes']} bytes came")


# aioquic


@case("aioquic to ours: HTTP/3")
async def aioquic_client(bench):
    server, port = await serve(bench, "--retry")
    async with web_client(bench, port) as connection:
        sizes = [0, 1, 70_000, 1_000_000] + [500] * 100
        answers = await asyncio.gather(
            *[connection.fetch(f"/{size}", priority="u=1, i") for size in sizes]
        )
        for size, (status, headers, body) in zip(sizes, answers):
            check(status == 200 and body == pattern(size), f"/{size}: {status}, {len(body)} bytes")
            check(headers[b"content-length"] == str(size).encode(), f"{headers}")
        status, _, body = await connection.fetch("/echo", "POST", pattern(300_000))
        check(status == 200 and body == pattern(300_000), f"POST: {status}, {len(body)} bytes")
        status, _, _ = await connection.fetch("/none")
        check(status == 404, f"/none: {status}")
    check(server.events("request")[0]["priority"] == "u=1, i", "the priority did not come")


@case("ours to aioquic: HTTP/3")
async def aioquic_server(bench):
    async with WebServer(bench) as server:
        report = await fetch(
            bench, server.port, "--pattern", "--priority", "u=2",
            "--get", "/0", "--get", "/1000", "--get", "/1000000", "--times", "20",
        )  # fmt: skip
        check(report["statuses"] == [200] * 60, f"{report}")
        check(report["bytes"] == 20 * 1_001_000, f"{report['bytes']} bytes came")
        check(server.requests[0][b"priority"] == b"u=2", f"{server.requests[0]}")


@case("aioquic to ours: WebTransport")
async def webtransport_client(bench):
    server, port = await serve(bench)
    async with web_client(bench, port) as connection:
        session, status = await connection.open_session("/echo")
        check(status == 200, f"the session was answered with {status}")
        both = connection.open_stream(session, pattern(200_000))
        await connection.until(lambda: both in connection.stream_ends)
        check(connection.streams[both] == pattern(200_000), "other bytes came back")
        connection.open_stream(session, pattern(50_000), unidirectional=True)
        await connection.until(lambda: len(connection.stream_ends) == 2)
        answer = max(connection.stream_ends)
        check(answer % 4 == 3, f"the answer came on stream {answer}")
        check(connection.streams[answer] == pattern(50_000), "other bytes came back")
        connection.send_datagram(session, b"hello")
        await connection.until(lambda: connection.datagrams)
        check(connection.datagrams == [(session, b"hello")], f"{connection.datagrams}")
        # A close capsule (0x2843) with code 77 and a reason, then the end.
        reason = b"\x68\x43" + bytes([4 + 4]) + (77).to_bytes(4, "big") + b"over"
        connection.web.send_data(session, reason, end_stream=True)
        connection.transmit()
        closed = await server.event("sessionClosed")
        check(closed["code"] == 77 and closed["text"] == "over", f"{closed}")


@case("ours to aioquic: WebTransport")
async def webtransport_server(bench):
    async with WebServer(bench) as server:
        report = await fetch(bench, server.port, "--webtransport", "/echo")
        check(report["webTransportBytes"] == 200_000, f"{report}")
        check(report["webTransportDatagrams"] == 1, f"{report}")


# The log on the web


def events_of(source):
    """Sequence and line of a source's events in the recording."""
    lines = RECORDING.read_text().splitlines()[1:]
    out, last = [], "realtime"
    for sequence, line in enumerate(lines):
        last = json.loads(line).get("src", last)
        if last == source:
            out.append((sequence, json.loads(line)))
    return out


def parse_events(text):
    """A text/event-stream's events as (id, data)."""
    out = []
    for block in text.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        # Summaries of slow readers have no id.
        if "id" in fields:
            out.append((int(fields["id"]), json.loads(fields["data"])))
    return out


@case("aioquic to a log: server-sent events, JSON Lines, snapshot")
async def log_events(bench):
    _, port = await serve(bench, "--log", RECORDING, "--interval", "2", "--tail", "3000")
    expected = events_of("realtime")
    async with web_client(bench, port) as connection:
        stream = connection.request("/sessions/realtime/events", accept="text/event-stream")

        def got():
            return parse_events(connection.bodies.get(stream, b"").decode())

        await connection.until(lambda: len(got()) > len(expected) // 3)
        connection._quic.stop_stream(stream, 0x10C)
        connection.transmit()
        first = got()
        stream = connection.request(
            "/sessions/realtime/events", accept="text/event-stream",
            last_event_id=str(first[-1][0]),
        )  # fmt: skip
        await connection.until(lambda: len(first) + len(got()) >= len(expected))
        check([id for id, _ in first + got()] == [id for id, _ in expected], "other events")
        check(
            [line["kind"] for _, line in first + got()] == [line["kind"] for _, line in expected],
            "other lines",
        )
        status, headers, body = await connection.fetch(
            "/sessions/realtime/events?follow=0", accept="application/jsonl"
        )
        lines = [json.loads(line) for line in body.decode().splitlines()]
        check(status == 200 and lines[0]["midstream"] == 1, f"{status} {lines[:1]}")
        check([line["seq"] for line in lines[1:]] == [id for id, _ in expected], "other lines")
        status, _, body = await connection.fetch("/sessions/realtime/snapshot")
        check(json.loads(body)["events"] == len(expected), f"{status} {body}")
        status, _, body = await connection.fetch("/sessions")
        check("realtime" in [each["id"] for each in json.loads(body)["sessions"]], f"{body}")


@case("aioquic to a log: OpenMetrics, tokens")
async def log_metrics(bench):
    _, port = await serve(bench, "--log", RECORDING, "--token", "secret")
    async with web_client(bench, port) as connection:
        status, headers, _ = await connection.fetch("/metrics")
        check(status == 401 and b"www-authenticate" in headers, f"{status} {headers}")
        status, headers, body = await connection.fetch("/metrics", authorization="Bearer secret")
        check(status == 200, f"{status}")
        check(
            headers[b"content-type"].startswith(b"application/openmetrics-text; version=1.0.0"),
            f"{headers}",
        )
        families = {each.name: each for each in text_string_to_metric_families(body.decode())}
        check(families["process_cpu_seconds"].unit == "seconds", f"{families}")
        labels = [sample.labels for sample in families["midstream_session_events"].samples]
        check({"session": "realtime"} in labels, f"{labels}")
        check(families["midstream_web_responses"].type == "counter", f"{families}")


@case("aioquic to a log: WebTransport")
async def log_webtransport(bench):
    _, port = await serve(bench, "--log", RECORDING, "--interval", "2")
    expected = [id for id, _ in events_of("realtime")]
    async with web_client(bench, port) as connection:
        for start in [0, expected[len(expected) // 2]]:
            connection.streams.clear()
            _, status = await connection.open_session(f"/watch?session=realtime&from={start}")
            check(status == 200, f"{status}")

            def lines():
                text = b"".join(connection.streams.values()).decode()
                return [json.loads(line) for line in text.split("\n")[:-1]]

            wanted = [id for id in expected if id >= start]
            await connection.until(lambda: lines() and lines()[-1].get("seq") == wanted[-1])
            check([line["seq"] for line in lines() if "seq" in line] == wanted, "other events")
        _, status = await connection.open_session("/watch?session=none")
        check(status == 404, f"{status}")
