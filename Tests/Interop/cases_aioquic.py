"""aioquic against quic-host, both ways: streams, datagrams, Retry, 0-RTT, keys, paths."""

import asyncio
import os
import socket
import struct

from aioquic.tls import Epoch
from aioquic_peer import Client, Server, client
from interop import case, check, pattern

# aioquic as the client


@case("aioquic to ours: streams")
async def streams(bench):
    _, port = await bench.serve()
    async with client(bench, port) as connection:
        sizes = [0, 1, 1_000, 65_536, 1_000_000] + [500] * 200
        answers = await asyncio.gather(*[connection.exchange(pattern(size)) for size in sizes])
        for size, answer in zip(sizes, answers):
            check(answer == pattern(size), f"{size} bytes came back as {len(answer)}")


@case("aioquic to ours: one-way streams")
async def unidirectional(bench):
    _, port = await bench.serve()
    async with client(bench, port) as connection:
        for size in range(1, 40):
            connection.send(pattern(size * 100), unidirectional=True)
        await connection.until(lambda: len(connection.ended) == 39)
        got = sorted(connection.received.values(), key=len)
        check(got == [pattern(size * 100) for size in range(1, 40)], "other bytes came back")


@case("aioquic to ours: download")
async def download(bench):
    _, port = await bench.serve("--mode", "source")
    async with client(bench, port) as connection:
        check(await connection.exchange(b"3000000") == pattern(3_000_000), "other bytes came")


@case("aioquic to ours: datagrams")
async def datagrams(bench):
    _, port = await bench.serve()
    async with client(bench, port) as connection:
        sent = [pattern(size) for size in range(1, 1_100, 50)]
        for data in sent:
            connection.send_datagram(data)
        await connection.until(lambda: len(connection.datagrams) == len(sent))
        check(sorted(connection.datagrams, key=len) == sent, "other datagrams came back")


@case("aioquic to ours: Retry")
async def retry(bench):
    server, port = await bench.serve("--retry")
    async with client(bench, port) as connection:
        check(await connection.exchange(b"hello") == b"hello", "another answer")
    connected = await server.event("connected")
    check(connected["retried"], "the server sent no Retry")


async def ticket_of(bench, port):
    """A session ticket of our server."""
    tickets = []
    async with client(bench, port, on_ticket=tickets.append) as connection:
        await connection.exchange(b"first")
        for _ in range(100):
            if tickets:
                break
            await asyncio.sleep(0.02)
    check(tickets, "no session ticket came")
    check(tickets[-1].max_early_data_size == 0xFFFFFFFF, "the ticket allows no early data")
    return tickets[-1]


@case("aioquic to ours: 0-RTT")
async def early(bench):
    server, port = await bench.serve()
    ticket = await ticket_of(bench, port)
    async with client(bench, port, ticket=ticket, wait=False) as connection:
        check(await connection.exchange(b"early") == b"early", "another answer")
        await connection.until(lambda: connection.handshake)
        check(connection.handshake.session_resumed, "not resumed")
        check(connection.handshake.early_data_accepted, "early data was not accepted")
    closed = await server.event("closed", 2)
    check(closed["earlyBytes"] == 5, f"{closed['earlyBytes']} early bytes came")


@case("aioquic to ours: 0-RTT is taken once")
async def replay(bench):
    _, port = await bench.serve()
    ticket = await ticket_of(bench, port)
    async with client(bench, port, ticket=ticket, wait=False) as connection:
        await connection.exchange(b"early")
    async with client(bench, port, ticket=ticket, wait=False) as connection:
        check(await connection.exchange(b"again") == b"again", "another answer")
        await connection.until(lambda: connection.handshake)


@case("aioquic to ours: rejected 0-RTT")
async def early_rejected(bench):
    server, port = await bench.serve()
    ticket = await ticket_of(bench, port)
    await server.end()
    server, port = await bench.serve("--no-early-data", port=port)
    async with client(bench, port, ticket=ticket, wait=False) as connection:
        check(await connection.exchange(b"early") == b"early", "another answer")
        await connection.until(lambda: connection.handshake)
        check(not connection.handshake.early_data_accepted, "early data was accepted")
    closed = await server.event("closed")
    check(closed["earlyBytes"] == 0, "early bytes came")


@case("aioquic to ours: key update by the client")
async def key_update(bench):
    server, port = await bench.serve()
    async with client(bench, port) as connection:
        await connection.exchange(pattern(10_000))
        connection.request_key_update()
        check(await connection.exchange(pattern(300_000)) == pattern(300_000), "other bytes")
        # The count goes up with the next packet after three probe timeouts.
        await asyncio.sleep(0.5)
        await connection.exchange(b"later")
    closed = await server.event("closed")
    check(closed["keyUpdates"] >= 1, "the server saw no key update")


@case("aioquic to ours: key update by the server")
async def key_update_by_server(bench):
    server, port = await bench.serve("--update-keys-after", 20_000)
    async with client(bench, port) as connection:
        keys = connection._quic._cryptos[Epoch.ONE_RTT]
        before = keys.key_phase
        for _ in range(10):
            check(await connection.exchange(pattern(30_000)) == pattern(30_000), "other bytes")
        check(before != keys.key_phase, "the client's keys are the old ones")
        await asyncio.sleep(0.5)
        await connection.exchange(b"later")
    closed = await server.event("closed")
    check(closed["keyUpdates"] >= 1, "the server did not update")


@case("aioquic to ours: change of the connection id")
async def connection_id(bench):
    _, port = await bench.serve()
    async with client(bench, port) as connection:
        for _ in range(3):
            connection.change_connection_id()
            check(await connection.exchange(pattern(5_000)) == pattern(5_000), "other bytes")


@case("aioquic to ours: the client's address changes")
async def address(bench):
    server, port = await bench.serve()
    async with client(bench, port) as connection:
        await connection.exchange(b"before")
        old = connection._transport
        await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: connection, local_addr=("::", 0)
        )
        connection.change_connection_id()
        check(await connection.exchange(pattern(50_000)) == pattern(50_000), "other bytes")
        old.close()
    closed = await server.event("closed")
    check(closed["paths"] >= 1, "the server did not validate the new path")


@case("aioquic to ours: the server has forgotten the connection")
async def reset(bench):
    """aioquic gives the token but does not look for it, so the case does."""
    secret = bench.folder / "secret"
    secret.write_bytes(os.urandom(32))
    server, port = await bench.serve("--secret", secret)
    seen = []

    class Watching(Client):
        def datagram_received(self, data, address):
            seen.append(bytes(data))
            super().datagram_received(data, address)

    async with client(bench, port, protocol=Watching) as connection:
        await connection.exchange(b"before")
        server.process.kill()
        await server.process.wait()
        _, port = await bench.serve("--secret", secret, port=port)
        seen.clear()
        token = connection._quic._peer_cid.stateless_reset_token
        connection.send(pattern(200))
        for _ in range(250):
            if seen:
                break
            await asyncio.sleep(0.02)
        check(seen and seen[0][-16:] == token, "no stateless reset with the right token")
        check(len(seen[0]) <= 41 and seen[0][0] & 0x80 == 0, "it does not look like a packet")


@case("aioquic to ours: a stream is given up")
async def give_up(bench):
    _, port = await bench.serve("--mode", "source")
    async with client(bench, port) as connection:
        stream = connection.send(b"1000000000")
        await connection.until(lambda: stream in connection.received)
        connection._quic.stop_stream(stream, 7)
        connection.transmit()
        check(await connection.exchange(b"5000") == pattern(5_000), "other bytes")


@case("any client to ours: version negotiation")
async def version(bench):
    _, port = await bench.serve()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(5)
        destination, source = os.urandom(8), os.urandom(8)
        header = b"\xc0\x1a\x2a\x3a\x4a\x08" + destination + b"\x08" + source
        peer.sendto(header.ljust(1200, b"\0"), ("127.0.0.1", port))
        answer = await asyncio.to_thread(peer.recv, 2000)
    check(answer[0] & 0x80 and answer[1:5] == b"\0\0\0\0", "no version negotiation packet")
    check(answer[5:23] == b"\x08" + source + b"\x08" + destination, "other connection ids")
    versions = struct.unpack(f">{(len(answer) - 23) // 4}I", answer[23:])
    check(1 in versions and 0x1A2A3A4A not in versions, f"versions {versions}")


# ours as the client


@case("ours to aioquic: streams")
async def our_streams(bench):
    async with Server(bench) as server:
        await bench.fetch(server.port, "--bytes", 1_000_000)
        await bench.fetch(server.port, "--streams", 100, "--bytes", 777)


@case("ours to aioquic: one-way streams")
async def our_unidirectional(bench):
    async with Server(bench) as server:
        await bench.fetch(server.port, "--streams", 50, "--bytes", 3_000, "--unidirectional")


@case("ours to aioquic: datagrams")
async def our_datagrams(bench):
    async with Server(bench) as server:
        report = await bench.fetch(server.port, "--datagrams", 100)
        check(report["datagramsReceived"] == 100, f"{report['datagramsReceived']} came back")


@case("ours to aioquic: Retry")
async def our_retry(bench):
    async with Server(bench, retry=True) as server:
        report = await bench.fetch(server.port)
        check(report["retried"], "there was no Retry")


@case("ours to aioquic: 0-RTT")
async def our_early(bench):
    ticket = bench.folder / "ticket"
    async with Server(bench) as server:
        await bench.fetch(server.port, "--ticket", ticket)
        check(ticket.stat().st_mode & 0o777 == 0o600, "others can read the ticket")
        report = await bench.fetch(server.port, "--ticket", ticket, "--early")
        check(report["resumed"] and report["early"], f"not early: {report}")


@case("ours to aioquic: rejected 0-RTT")
async def our_early_rejected(bench):
    ticket = bench.folder / "ticket"
    async with Server(bench) as server:
        await bench.fetch(server.port, "--ticket", ticket)
        server.tickets.clear()
        report = await bench.fetch(
            server.port, "--ticket", ticket, "--early", "--streams", 5, "--bytes", 2_000
        )
        check(report["earlyRejected"] and not report["early"], f"not rejected: {report}")


@case("ours to aioquic: key update by the client")
async def our_key_update(bench):
    async with Server(bench) as server:
        report = await bench.fetch(server.port, "--bytes", 200_000, "--update-keys")
        check(report["keyUpdates"] >= 1, f"no key update: {report}")


@case("ours to aioquic: key update by the server")
async def our_key_update_by_server(bench):
    async with Server(bench, update_keys_after=100_000) as server:
        report = await bench.fetch(server.port, "--bytes", 500_000, "--await-key-update")
        check(report["keyUpdates"] >= 1, f"no key update: {report}")


@case("ours to aioquic: we move to another address")
async def our_migration(bench):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("0.0.0.0", 0))
        port = probe.getsockname()[1]
    async with Server(bench) as server:
        report = await bench.fetch(
            server.port, "--bytes", 20_000, "--from", f"0.0.0.0:{port}",
            "--migrate", f"127.0.0.2:{port}",
        )  # fmt: skip
        check(report["paths"] >= 1, f"the path was not validated: {report}")


@case("ours to aioquic: a certificate by somebody else")
async def our_mistrust(bench):
    other = bench.folder / "other"
    await bench.run(bench.host, "certificate", other)
    async with Server(bench) as server:
        report = await bench.fetch(
            server.port, "--authority", other / "authority.pem", fails=True
        )
        check("TLS alert" in report.get("failure", ""), f"it was trusted: {report}")
        report = await bench.fetch(server.port, "--server-name", "example.org", fails=True)
        check("TLS alert" in report.get("failure", ""), f"the name was taken: {report}")
