"""aioquic against midstream-tui itself: a shared recording over HTTP/3 and WebTransport, beside a
guest of the peer protocol. Needs PROGRAM, the path of midstream-tui."""

import asyncio
import json
import os
import re

from aioquic_web import web_client
from cases_http3 import fetch
from chromium import chromium, key_hash, pages
from interop import ROOT, Skip, case, check
from prometheus_client.openmetrics.parser import text_string_to_metric_families

RECORDING = ROOT / "recordings" / "tool-call.jsonl"
EVENTS = [json.loads(line) for line in RECORDING.read_text().splitlines()[1:]]


def state(bench):
    """The program's own files go where the case ends."""
    return {"XDG_STATE_HOME": str(bench.folder / "state")}


async def share(bench, *options):
    """A host in headless mode; gives its port."""
    if "PROGRAM" not in os.environ:
        raise Skip("PROGRAM is not set")
    program = os.environ["PROGRAM"]
    folder = bench.folder / "certificate"
    made = await bench.run(
        program, "peer", "certificate", "--force", folder, env=state(bench)
    )
    bench.certificate_hash = made.split()[-1]
    bench.authority = folder / "authority.pem"
    host = await bench.start(
        program, "peer", "serve", "--headless", "--listen", "127.0.0.1:0",
        "--certificate", folder, "--recording", RECORDING, *options, env=state(bench),
    )  # fmt: skip
    for _ in range(1_000):
        if found := re.search(rb"serving 127\.0\.0\.1:(\d+)", host.errors):
            return program, int(found[1])
        await asyncio.sleep(0.02)
    raise AssertionError(f"it does not serve: {host.errors}")


def lines(data):
    return [json.loads(line) for line in data.decode().splitlines()]


async def shown(connection, count):
    """Waits until the log has so many events."""
    for _ in range(500):
        _, _, body = await connection.fetch("/sessions")
        if json.loads(body)["head"] >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"the log has not got {count} events: {body}")


@case("aioquic to midstream-tui: sessions, events, snapshot, OpenMetrics")
async def resources(bench):
    _, port = await share(bench, "--speed", "max")
    async with web_client(bench, port) as connection:
        await shown(connection, len(EVENTS))
        _, _, body = await connection.fetch("/sessions")
        check([each["id"] for each in json.loads(body)["sessions"]] == ["realtime"], f"{body}")
        status, _, body = await connection.fetch(
            "/sessions/realtime/events?follow=0", accept="application/jsonl"
        )
        got = lines(body)
        check(status == 200 and got[0]["midstream"] == 1, f"{status} {got[:1]}")
        for sequence, (line, event) in enumerate(zip(got[1:], EVENTS, strict=True)):
            check(line.pop("seq") == sequence and line == event, f"{sequence}: {line}")
        status, _, body = await connection.fetch("/sessions/realtime/snapshot")
        check(status == 200 and json.loads(body)["id"] == "realtime", f"{status} {body[:200]}")
        status, headers, body = await connection.fetch("/metrics")
        check(headers[b"content-type"].startswith(b"application/openmetrics-text"), f"{headers}")
        families = {each.name: each for each in text_string_to_metric_families(body.decode())}
        check(families["midstream_log_events"].samples[0].value == len(EVENTS), f"{families}")


@case("aioquic to midstream-tui: live events, and the rest after a break")
async def live(bench):
    _, port = await share(bench, "--speed", "20")
    seen = []
    async with web_client(bench, port) as connection:
        stream = connection.request("/sessions/realtime/events", accept="application/jsonl")
        await connection.until(lambda: connection.bodies.get(stream, b"").count(b"\n") > 50)
        seen += lines(connection.bodies[stream][: connection.bodies[stream].rindex(b"\n")])[1:]
    async with web_client(bench, port) as connection:
        session, status = await connection.open_session(
            f"/watch?session=realtime&from={seen[-1]['seq'] + 1}"
        )
        check(status == 200, f"status {status}")

        def rest():
            data = b"".join(connection.streams.values())
            return [line for line in lines(data[: data.rfind(b"\n") + 1]) if "seq" in line]

        await connection.until(lambda: len(seen) + len(rest()) >= len(EVENTS), timeout=60)
        seen += rest()
    check([line["seq"] for line in seen] == list(range(len(EVENTS))), "other events")


@case("aioquic to midstream-tui: a guest and a reader at once")
async def together(bench):
    program, port = await share(bench, "--speed", "20")
    guest = await bench.start(
        program, "peer", "join", "--headless", "--authority", bench.authority,
        f"localhost:{port}", env=state(bench),
    )  # fmt: skip
    async with web_client(bench, port) as connection:
        stream = connection.request("/sessions/realtime/events", accept="application/jsonl")
        await connection.until(
            lambda: connection.bodies.get(stream, b"").count(b"\n") > len(EVENTS), timeout=60
        )
        read = [
            {name: value for name, value in line.items() if name != "seq"}
            for line in lines(connection.bodies[stream])[1:]
        ]
    check(read == EVENTS, "the reader has other events")
    for _ in range(500):
        # What the guest's headless mode prints besides the session's events is its own.
        copied = [line for line in guest.lines if line.get("src") == "realtime"]
        if len(copied) >= len(EVENTS):
            break
        await asyncio.sleep(0.02)
    check(copied == EVENTS, f"the guest has {len(copied)} events, or others")


@case("ours to midstream-tui: HTTP/3 in 0-RTT")
async def early(bench):
    _, port = await share(bench, "--speed", "max")
    options = ["--get", "/sessions/realtime/events?follow=0", "--ticket", bench.folder / "ticket"]
    async with web_client(bench, port) as connection:
        await shown(connection, len(EVENTS))
    first = await fetch(bench, port, *options)
    second = await fetch(bench, port, *options)
    check(second["resumed"] and second["early"], f"not early: {second}")
    check(second["statuses"] == [200] and first["bytes"] == second["bytes"], f"{first} {second}")


@case("aioquic to midstream-tui: a token")
async def token(bench):
    file = bench.folder / "token"
    file.write_text("secret\n")
    file.chmod(0o600)
    _, port = await share(bench, "--speed", "max", "--token-file", file)
    async with web_client(bench, port) as connection:
        for path in ["/sessions", "/metrics", "/sessions/realtime/events?follow=0"]:
            status, _, _ = await connection.fetch(path)
            check(status == 401, f"{path}: {status} without a token")
        status, _, _ = await connection.fetch("/sessions", authorization="Bearer secret")
        check(status == 200, f"{status} with the token")
        status, _, _ = await connection.fetch("/sessions?token=secret")
        check(status == 200, f"{status} with the token in the query")
        _, status = await connection.open_session("/watch?session=realtime")
        check(status == 401, f"a session without a token: {status}")


@case("Chromium to midstream-tui: the page that shows a session", extra=True)
async def page(bench):
    _, port = await share(bench, "--speed", "20")
    fields = f"host=127.0.0.1:{port}&session=realtime&hash={bench.certificate_hash}"
    async with chromium(bench) as page:
        await page.show(f"file://{ROOT}/docs/watch.html#{fields}")
        await page.until(f"window.watch?.events === {len(EVENTS)}", timeout=60)
        shown = await page.evaluate("document.querySelector('article.answer').innerText")
        check("first after" in shown, shown)
        broken = await page.evaluate("`${watch.breaks} ${watch.failure}`")
        check(broken == "0 ", f"there were breaks: {broken}")


@case("aioquic to midstream-tui: origins, and the page for browsers")
async def origins(bench):
    _, port = await share(bench, "--speed", "max", "--allow-origin", "https://good.example")
    async with web_client(bench, port) as connection:
        await shown(connection, len(EVENTS))
        for origin, expected in [
            ("https://good.example", 200), ("null", 200), ("https://evil.example", 403),
        ]:  # fmt: skip
            status, headers, _ = await connection.fetch("/sessions", origin=origin)
            check(status == expected, f"{origin}: {status}")
            told = headers.get(b"access-control-allow-origin")
            check(told == (origin.encode() if expected == 200 else None), f"{origin}: {told}")
        status, headers, body = await connection.fetch("/", accept="text/html,*/*;q=0.8")
        check(status == 200 and headers[b"content-type"].startswith(b"text/html"), f"{headers}")
        check(body.strip() == (ROOT / "docs" / "watch.html").read_bytes().strip(), "another page")
        status, headers, _ = await connection.fetch("/")
        check(headers[b"content-type"] == b"application/json", f"{headers}")


@case("Chromium to midstream-tui: a page from elsewhere", extra=True)
async def elsewhere(bench):
    with pages(ROOT / "docs") as address:
        for options, expected in [((), "broken"), (("--allow-origin", address), "open")]:
            _, port = await share(bench, "--speed", "20", *options)
            fields = f"host=127.0.0.1:{port}&session=realtime&hash={bench.certificate_hash}"
            async with chromium(bench) as page:
                await page.show(f"{address}/watch.html#{fields}")
                await page.until("['open', 'broken'].includes(window.watch?.state)")
                state = await page.evaluate("watch.state")
                check(state == expected, f"{state} with {options}")


@case("Chromium to midstream-tui: the host's own page", extra=True)
async def own(bench):
    _, port = await share(bench, "--speed", "20")
    certificate = bench.folder / "certificate" / "certificate.pem"
    options = [
        f"--origin-to-force-quic-on=localhost:{port}",
        f"--ignore-certificate-errors-spki-list={key_hash(certificate)}",
        "--host-resolver-rules=MAP localhost 127.0.0.1",
    ]
    async with chromium(bench, *options) as page:
        await page.show(f"https://localhost:{port}/")
        await page.until("window.watch !== undefined")
        host = await page.evaluate("form.elements.host.value")
        check(host == f"localhost:{port}", f"the page's host is {host}")
        await page.evaluate(f"form.elements.hash.value = '{bench.certificate_hash}'; begin()")
        await page.until(f"watch.events === {len(EVENTS)}", timeout=60)
        status = await page.evaluate("fetch('/sessions').then((answer) => answer.status)")
        check(status == 200, f"fetch: {status}")
