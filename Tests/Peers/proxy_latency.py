"""Round trips of a message: direct, through `midstream-tui proxy`, and through mitmproxy, in turn.

Usage: proxy_latency.py PROGRAM [ROUND_TRIPS]
Needs websockets==17.4 and mitmproxy==11.0.2. A round trip passes a proxy twice, so what it adds to
a message is half the difference. All of them have the same upstream and the same client.
"""

import asyncio
import contextlib
import multiprocessing
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from websockets.asyncio.server import serve
from websockets.sync.client import connect


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def upstream(port):
    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async def main():
        async with serve(echo, "127.0.0.1", port, compression=None):
            await asyncio.Future()

    asyncio.run(main())


def wait_for(port):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)


def measure(ports, count, size):
    message = "a" * size
    times = {name: [] for name in ports}
    with contextlib.ExitStack() as stack:
        connections = {
            name: stack.enter_context(
                connect(f"ws://127.0.0.1:{port}/v1/realtime", compression=None)
            )
            for name, port in ports.items()
        }
        for number in range(count + count // 10):
            for name, connection in connections.items():
                begin = time.perf_counter_ns()
                connection.send(message)
                assert connection.recv() == message
                # The first tenth warms up.
                if number >= count // 10:
                    times[name].append((time.perf_counter_ns() - begin) / 1000)
    return times


def report(times, size):
    print(f"{size} bytes, {len(times['direct'])} round trips each, in µs")
    cut = {name: statistics.quantiles(values, n=100) for name, values in times.items()}
    for name, quantiles in cut.items():
        p50, p99 = quantiles[49], quantiles[98]
        added50 = (p50 - cut["direct"][49]) / 2
        added99 = (p99 - cut["direct"][98]) / 2
        print(
            f"  {name:10} round trip p50 {p50:7.0f}  p99 {p99:7.0f}"
            f"   added per message p50 {added50:6.0f}  p99 {added99:6.0f}"
        )


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    ports = {"direct": free_port(), "midstream": free_port(), "mitmproxy": free_port()}
    target = f"127.0.0.1:{ports['direct']}"
    server = multiprocessing.Process(target=upstream, args=(ports["direct"],), daemon=True)
    server.start()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with tempfile.TemporaryDirectory() as folder:
        listen = f"127.0.0.1:{ports['midstream']}"
        arguments = ["proxy", "--listen", listen, "--upstream", f"ws://{target}"]
        arguments += ["--headless", "--record", folder]
        mitmdump = pathlib.Path(sys.executable).parent / "mitmdump"
        mode = ["--mode", f"reverse:http://{target}", "-p", str(ports["mitmproxy"])]
        proxies = [
            subprocess.Popen([program, *arguments], **quiet),
            subprocess.Popen([mitmdump, "-q", "--set", f"confdir={folder}", *mode], **quiet),
        ]
        try:
            for port in ports.values():
                wait_for(port)
            for size in (400, 17000):
                report(measure(ports, count, size), size)
        finally:
            for proxy in proxies:
                proxy.terminate()
                proxy.wait()
            server.terminate()


if __name__ == "__main__":
    main()
