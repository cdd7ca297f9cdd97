"""HTTP/3 under Retry, 0-RTT, loss and key updates, with many requests, and with broken ones."""

import asyncio
import shutil
import socket

from aioquic_web import WebServer, web_client
from cases_http3 import fetch, serve
from interop import Skip, case, check, pattern


def program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        raise Skip(f"there is no {name}")
    return found


async def download(bench, port, sizes, *options):
    """What gtlsclient gets of /N for each size."""
    folder = bench.folder / "downloads"
    folder.mkdir(exist_ok=True)
    await bench.run(
        program("gtlsclient"), "-q", "--exit-on-all-streams-close", f"--download={folder}",
        "--timeout=20s", *options, "127.0.0.1", port,
        *[f"https://localhost:{port}/{size}" for size in sizes],
    )  # fmt: skip
    for size in sizes:
        body = (folder / str(size)).read_bytes()
        check(body == pattern(size), f"/{size}: {len(body)} bytes, or others")


@case("gtlsclient to ours: HTTP/3, many requests")
async def many(bench):
    server, port = await serve(bench)
    await download(bench, port, range(100, 250))
    check(len(server.events("request")) == 150, "requests are missing")


@case("gtlsclient to ours: HTTP/3 after Retry")
async def retry(bench):
    server, port = await serve(bench, "--retry")
    await download(bench, port, [50_000])
    check((await server.event("connected"))["retried"], "there was no Retry")


@case("gtlsclient to ours: HTTP/3 with loss and a key update")
async def loss(bench):
    _, port = await serve(bench)
    await download(bench, port, [3_000_000], "-t", "0.03", "-r", "0.03", "--key-update=50ms")


@case("gtlsclient to ours: HTTP/3 in 0-RTT")
async def early(bench):
    server, port = await serve(bench)
    options = [f"--session-file={bench.folder}/session", f"--tp-file={bench.folder}/parameters"]
    await download(bench, port, [100], *options)
    await download(bench, port, [200], *options)
    second = await server.event("connected", count=2)
    check(second["resumed"] and second["early"], f"not early: {second}")
    check((await server.event("request", count=2))["early"], "the request was not early")


async def listen(bench, *options):
    """gtlsserver with files of the pattern; gives its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    documents = bench.folder / "documents"
    documents.mkdir()
    for size in [1, 1_000, 3_000_000]:
        (documents / f"{size}.bin").write_bytes(pattern(size))
    await bench.start(
        program("gtlsserver"), "-q", f"--htdocs={documents}", *options, "127.0.0.1", port,
        bench.certificates / "key.pem", bench.certificates / "chain.pem",
    )  # fmt: skip
    return port


@case("ours to gtlsserver: HTTP/3, every byte")
async def contents(bench):
    port = await listen(bench)
    report = await fetch(
        bench, port, "--pattern", "--get", "/1.bin", "--get", "/1000.bin",
        "--get", "/3000000.bin", "--times", "5",
    )  # fmt: skip
    check(report["statuses"] == [200] * 15 and report["bytes"] == 5 * 3_001_001, f"{report}")


@case("ours to gtlsserver: HTTP/3 after Retry and with loss")
async def server_loss(bench):
    port = await listen(bench, "--validate-addr", "-t", "0.03", "-r", "0.03")
    report = await fetch(bench, port, "--pattern", "--get", "/3000000.bin")
    check(report["retried"] and report["bytes"] == 3_000_000, f"{report}")


@case("ours to gtlsserver: HTTP/3 in 0-RTT")
async def server_early(bench):
    port = await listen(bench)
    options = ["--pattern", "--get", "/1000.bin", "--ticket", bench.folder / "ticket"]
    await fetch(bench, port, *options)
    report = await fetch(bench, port, *options)
    check(report["resumed"] and report["early"], f"not early: {report}")
    check(report["bytes"] == 1_000, f"{report}")


@case("ours to aioquic: HTTP/3 in 0-RTT, and refused")
async def aioquic_early(bench):
    async with WebServer(bench) as server:
        options = ["--pattern", "--get", "/1000", "--times", "3", "--ticket", bench.folder / "ticket"]
        await fetch(bench, server.port, *options)
        report = await fetch(bench, server.port, *options)
        check(report["resumed"] and report["early"], f"not early: {report}")
        server.tickets.clear()
        report = await fetch(bench, server.port, *options)
        check(report["earlyRejected"] and not report["early"], f"not refused: {report}")
        check(len(server.requests) == 9, f"{len(server.requests)} requests")


@case("ours to ours: HTTP/3 in 0-RTT")
async def own_early(bench):
    server, port = await serve(bench)
    options = ["--pattern", "--get", "/1000", "--ticket", bench.folder / "ticket"]
    await fetch(bench, port, *options)
    report = await fetch(bench, port, *options)
    check(report["resumed"] and report["early"], f"not early: {report}")
    check((await server.event("request", count=2))["early"], "the request was not early")


@case("aioquic to ours: fields that fill the table")
async def table(bench):
    _, port = await serve(bench)
    async with web_client(bench, port) as connection:
        for number in range(150):
            status, _, body = await connection.fetch(
                "/10", x_number=str(number // 3), x_long="y" * 300
            )
            check(status == 200 and body == pattern(10), f"{number}: {status}")


@case("aioquic to ours: too large fields")
async def large(bench):
    _, port = await serve(bench)
    async with web_client(bench, port) as connection:
        for size in [18_000, 60_000]:
            status, _, _ = await connection.fetch("/10", x_long="y" * size)
            check(status == 431, f"{status} for {size} bytes of fields")
        status, _, _ = await connection.fetch("/10")
        check(status == 200, f"{status} afterwards")


@case("aioquic to ours: a malformed request, then a broken rule")
async def broken(bench):
    server, port = await serve(bench)
    async with web_client(bench, port) as connection:
        stream = connection.request("/10", Upper="x")
        await connection.until(lambda: stream in connection.resets)
        check(connection.resets[stream] == 0x10E, f"reset with {connection.resets[stream]:#x}")
        # DATA before HEADERS.
        stream = connection._quic.get_next_available_stream_id()
        connection._quic.send_stream_data(stream, b"\x00\x01x")
        connection.transmit()
        await connection.until(lambda: connection.terminated is not None)
        code = connection.terminated.error_code
        check(code == 0x105, f"closed with {code:#x}")


@case("aioquic to ours: a cancelled download")
async def cancelled(bench):
    _, port = await serve(bench)
    async with web_client(bench, port) as connection:
        stream = connection.request("/500000000")
        await connection.until(lambda: len(connection.bodies.get(stream, b"")) > 100_000)
        connection._quic.stop_stream(stream, 0x10C)
        connection.transmit()
        bodies = await asyncio.gather(*[connection.fetch("/70000") for _ in range(10)])
        check(all(body == pattern(70_000) for _, _, body in bodies), "other bytes came")
