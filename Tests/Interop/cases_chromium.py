"""Chromium against quic-host: HTTP/3, WebTransport, and the page that shows a session."""

import json

from cases_http3 import RECORDING, events_of, serve
from chromium import certificate_hash, chromium, key_hash, pages
from interop import ROOT, case, check

ECHO = """
(async () => {
  const value = Uint8Array.from("HASH".match(/../g), (pair) => parseInt(pair, 16));
  const transport = new WebTransport("https://127.0.0.1:PORT/echo", {
    serverCertificateHashes: [{ algorithm: "sha-256", value }],
  });
  await transport.ready;
  const sent = Uint8Array.from({ length: 200000 }, (_, i) => (i ^ (i >> 8)) & 255);
  const same = (bytes) => bytes.length === sent.length && bytes.every((b, i) => b === sent[i]);
  const all = async (readable) => new Uint8Array(await new Response(readable).arrayBuffer());
  const both = await transport.createBidirectionalStream();
  const write = async (writable) => {
    const writer = writable.getWriter();
    await writer.write(sent);
    await writer.close();
  };
  const [answer] = await Promise.all([all(both.readable), write(both.writable)]);
  const incoming = transport.incomingUnidirectionalStreams.getReader();
  await write(await transport.createUnidirectionalStream());
  const oneWay = await all((await incoming.read()).value);
  const datagrams = transport.datagrams.readable.getReader();
  await transport.datagrams.writable.getWriter().write(Uint8Array.of(1, 2, 3));
  const datagram = Array.from((await datagrams.read()).value);
  transport.close({ closeCode: 9, reason: "enough" });
  return { both: same(answer), oneWay: same(oneWay), datagram };
})()
"""


@case("Chromium to ours: WebTransport", extra=True)
async def webtransport(bench):
    server, port = await serve(bench)
    with pages(ROOT / "docs") as address:
        async with chromium(bench) as page:
            await page.show(f"{address}/watch.html")
            await page.until("window.watch !== undefined")
            script = ECHO.replace("HASH", certificate_hash(bench)).replace("PORT", str(port))
            result = await page.evaluate(script)
            check(result == {"both": True, "oneWay": True, "datagram": [1, 2, 3]}, f"{result}")
            closed = await server.event("sessionClosed")
            check(closed["code"] == 9 and closed["text"] == "enough", f"{closed}")


@case("Chromium to ours: HTTP/3", extra=True)
async def http3(bench):
    server, port = await serve(bench)
    options = [
        f"--origin-to-force-quic-on=localhost:{port}",
        f"--ignore-certificate-errors-spki-list={key_hash(bench.certificates / 'chain.pem')}",
        "--host-resolver-rules=MAP localhost 127.0.0.1",
    ]
    async with chromium(bench, *options) as page:
        await page.show(f"https://localhost:{port}/")
        await page.until("document.querySelector('#shown')?.textContent === 'yes'")
        size = await page.evaluate("fetch('/1000000').then((r) => r.blob()).then((b) => b.size)")
        check(size == 1_000_000, f"{size} bytes came")
        protocol = await page.evaluate(
            "performance.getEntriesByType('navigation')[0].nextHopProtocol"
        )
        check(protocol == "h3", f"the page came by {protocol}")
    requests = server.events("request")
    check(requests[0]["priority"].startswith("u=0"), f"{requests}")


@case("Chromium to a log: the page that shows a session", extra=True)
async def watch(bench):
    expected = events_of("realtime")
    # Slow enough that the break falls into the middle.
    options = ["--log", RECORDING, "--interval", "15", "--token", "secret"]
    server, port = await serve(bench, *options)
    fields = f"host=127.0.0.1:{port}&session=realtime&token=secret&hash={certificate_hash(bench)}"
    with pages(ROOT / "docs") as address:
        async with chromium(bench) as page:
            await page.show(f"{address}/watch.html#{fields}")
            await page.until(f"watch.events > {len(expected) // 2}")
            server.process.kill()
            await page.until("watch.breaks > 0", timeout=60)
            before = await page.evaluate("watch.events")
            await serve(bench, *options, "--listen", f"127.0.0.1:{port}")
            await page.until(f"watch.next === {expected[-1][0] + 1}", timeout=60)
            state = json.loads(await page.evaluate("JSON.stringify(watch)"))
            check(state["events"] == len(expected) and before < len(expected), f"{state}")
            text = ""
            for _, line in expected:
                event = json.loads(line.get("text", "{}"))
                if event.get("type") in (
                    "response.output_text.delta", "response.output_audio_transcript.delta",
                ):  # fmt: skip
                    text += event["delta"]
            check(text and state["text"] == text, f"{state['text'][:200]}")
            shown = await page.evaluate("document.querySelector('article.answer').innerText")
            check("first after" in shown, shown)


@case("Chromium to a log: the host comes back with another one", extra=True)
async def another(bench):
    other = ROOT / "recordings" / "text.jsonl"
    server, port = await serve(bench, "--log", RECORDING, "--interval", "1")
    fields = f"host=127.0.0.1:{port}&session=realtime&hash={certificate_hash(bench)}"
    with pages(ROOT / "docs") as address:
        async with chromium(bench) as page:
            await page.show(f"{address}/watch.html#{fields}")
            await page.until(f"watch.next === {events_of('realtime')[-1][0] + 1}")
            server.process.kill()
            await serve(bench, "--log", other, "--interval", "1", "--listen", f"127.0.0.1:{port}")
            last = len(other.read_text().splitlines()) - 2
            await page.until(f"watch.next === {last + 1} && watch.breaks > 0", timeout=60)
            shown = await page.evaluate("document.getElementById('log').innerText")
            check(shown.startswith("the host has another log now"), shown[:200])


@case("Chromium to a log: what is not in memory comes later, and the page says so", extra=True)
async def slow(bench):
    _, port = await serve(bench, "--log", RECORDING, "--interval", "2", "--tail", "3000")
    fields = f"host=127.0.0.1:{port}&session=realtime&hash={certificate_hash(bench)}"
    async with chromium(bench) as page:
        await page.show(f"file://{ROOT}/docs/watch.html#{fields}")
        await page.until(f"window.watch?.next === {events_of('realtime')[-1][0] + 1}", timeout=60)
        await page.until("watch.summaries > 1 && watch.behind === null")
        said = await page.evaluate("document.getElementById('slow').textContent")
        check(said.startswith("Slower than the log"), said)
        check(await page.evaluate("document.getElementById('slow').hidden"), "it is still said")
        check(await page.evaluate("watch.breaks") == 0, "there were breaks")
