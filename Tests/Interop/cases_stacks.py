"""Debian's quic-go and quinn against quic-host, both ways, and tshark's reading of a capture.

They need packages that continuous integration does not install, so they run with --all.
"""

import asyncio
import functools
import json
import os
import shutil
import subprocess

from interop import ROOT, Skip, case, check

PEERS = ROOT / ".build" / "quic-peers"


@functools.cache
def built():
    """What building the peers says."""
    done = subprocess.run(
        [ROOT / "Tests/Peers/quic/build", PEERS], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    check(done.returncode == 0, done.stdout)
    return done.stdout


async def peer(name):
    words = await asyncio.to_thread(built)
    if not (PEERS / name).exists():
        raise Skip(words.strip())
    return PEERS / name


async def key_of(bench):
    """The key in the form that rustls reads."""
    key = bench.folder / "key8.pem"
    await bench.run(
        "openssl", "pkcs8", "-topk8", "-nocrypt", "-in", bench.certificates / "key.pem",
        "-out", key,
    )  # fmt: skip
    return key


WORKS = [
    # mode, streams, bytes, datagrams
    ("echo", 1, 3_000_000, 0),
    ("echo", 500, 2_000, 200),
    ("source", 1, 20_000_000, 0),
    ("sink", 1, 20_000_000, 0),
]


def stack(name):
    @case(f"{name} to ours: streams and datagrams", extra=True)
    async def streams(bench):
        program = await peer(name)
        for mode, count, size, datagrams in WORKS:
            _, port = await bench.serve("--mode", mode)
            await bench.run(
                program, "fetch", f"127.0.0.1:{port}", bench.authority, mode, count, size,
                datagrams,
            )  # fmt: skip

    @case(f"{name} to ours: Retry", extra=True)
    async def retry(bench):
        program = await peer(name)
        server, port = await bench.serve("--retry")
        await bench.run(
            program, "fetch", f"127.0.0.1:{port}", bench.authority, "echo", 3, 1_000, 0
        )
        connected = await server.event("connected")
        check(connected["retried"], "the server sent no Retry")

    @case(f"{name} to ours: 0-RTT", extra=True)
    async def early(bench):
        program = await peer(name)
        server, port = await bench.serve()
        text = await bench.run(
            program, "fetch", f"127.0.0.1:{port}", bench.authority, "echo", 3, 1_000, 0, "early"
        )
        check(json.loads(text.splitlines()[-1])["early"], f"not early: {text}")
        connected = await server.event("connected", 2)
        check(connected["early"], "the server took no early data")

    async def serve(bench, mode):
        server = await bench.start(
            await peer(name), "serve", "127.0.0.1:0", bench.certificates / "chain.pem",
            await key_of(bench), mode,
        )  # fmt: skip
        listening = await server.event("listening")
        return int(listening["address"].rsplit(":", 1)[1])

    @case(f"ours to {name}: streams and datagrams", extra=True)
    async def our_streams(bench):
        for mode, count, size, datagrams in WORKS:
            port = await serve(bench, mode)
            await bench.fetch(
                port, "--mode", mode, "--streams", count, "--bytes", size,
                "--datagrams", datagrams,
            )  # fmt: skip

    @case(f"ours to {name}: 0-RTT", extra=True)
    async def our_early(bench):
        ticket = bench.folder / "ticket"
        port = await serve(bench, "echo")
        await bench.fetch(port, "--ticket", ticket)
        report = await bench.fetch(port, "--ticket", ticket, "--early")
        check(report["resumed"] and report["early"], f"not early: {report}")

    @case(f"ours to {name}: key update", extra=True)
    async def our_key_update(bench):
        port = await serve(bench, "echo")
        report = await bench.fetch(port, "--bytes", 200_000, "--update-keys")
        check(report["keyUpdates"] >= 1, f"no key update: {report}")


for each in ["quic-go", "quinn"]:
    stack(each)


@case("tshark decrypts a capture", extra=True)
async def capture(bench):
    """Streams, datagrams, a key update, Retry and 0-RTT; each packet must be understood."""
    if not shutil.which("tshark") or os.geteuid() != 0:
        raise Skip("needs tshark, and root to capture")
    single = ("--no-gso", "--loopback-payload", 0)
    secrets, file = bench.folder / "secrets", bench.folder / "capture.pcap"
    _, port = await bench.serve("--retry", *single)
    dump = await bench.start(
        "tshark", "-q", "-i", "lo", "-f", f"udp port {port}", "-w", file, "-F", "pcap"
    )
    for _ in range(100):
        if b"Capturing" in dump.errors:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    ticket = bench.folder / "ticket"
    options = (*single, "--keylog", secrets, "--ticket", ticket)
    await bench.fetch(
        port, *options, "--streams", 20, "--bytes", 5_000, "--datagrams", 20, "--update-keys"
    )
    await bench.fetch(port, *options, "--early")
    await asyncio.sleep(1)
    await dump.end()

    async def packets(filter):
        text = await bench.run(
            "tshark", "-r", file, "-o", f"tls.keylog_file:{secrets}", "-d",
            f"udp.port=={port},quic", "-Y", filter, env={"HOME": str(bench.folder)},
        )  # fmt: skip
        return [line for line in text.splitlines() if "QUIC" in line or "Malformed" in line]

    everything = await packets("quic")
    check(len(everything) > 50, f"only {len(everything)} packets were captured")
    malformed = await packets("_ws.malformed || quic.decryption_failed")
    check(not malformed, f"{len(malformed)} packets: {malformed[:3]}")
    kinds = ["quic.stream_data", "quic.dg", "quic.long.packet_type == 1", "quic.long.packet_type == 3"]
    for filter in kinds:
        check(await packets(filter), f"no packet with {filter}")
