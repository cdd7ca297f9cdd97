"""Runs the interoperability cases: interop.py [--all] [--list] [--verbose] [NAME...]

A case is an async function with @case in a file cases_*.py beside this one; it gets a Bench and
fails by raising. A name given runs the cases that contain it.
"""

import argparse
import asyncio
import importlib
import json
import os
import pathlib
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent


class Case:
    def __init__(self, name, body, extra):
        self.name, self.body, self.extra = name, body, extra


CASES = []


def case(name, extra=False):
    """Adds a case; an extra one runs with --all or by its name only."""

    def add(body):
        CASES.append(Case(name, body, extra))
        return body

    return add


class Skip(Exception):
    """What the case needs is not here."""


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def pattern(count, start=0):
    """The bytes that quic-host sends: at place i, (i ^ i >> 8) & 0xff."""
    period = bytes((i ^ i >> 8) & 0xFF for i in range(65536))
    first = start % 65536
    whole = period * ((first + count) // 65536 + 1)
    return whole[first : first + count]


class Process:
    """A program whose lines of JSON are kept as they come."""

    def __init__(self, process, arguments):
        self.process, self.arguments = process, arguments
        self.lines = []
        self.errors = b""
        self.changed = asyncio.Condition()
        self.readers = [
            asyncio.create_task(self.read()),
            asyncio.create_task(self.read_errors()),
        ]

    async def read(self):
        while line := await self.process.stdout.readline():
            async with self.changed:
                try:
                    self.lines.append(json.loads(line))
                except ValueError:
                    self.lines.append({"event": "text", "text": line.decode()})
                self.changed.notify_all()

    async def read_errors(self):
        while part := await self.process.stderr.read(4096):
            self.errors += part

    def events(self, name):
        return [line for line in self.lines if line.get("event") == name]

    async def event(self, name, count=1, timeout=20):
        """The count-th event of that name, once it is there."""

        async def wait():
            async with self.changed:
                await self.changed.wait_for(lambda: len(self.events(name)) >= count)

        try:
            await asyncio.wait_for(wait(), timeout)
        except asyncio.TimeoutError:
            raise AssertionError(
                f"{' '.join(map(str, self.arguments))} told no {name}: {self.lines} "
                f"{self.errors.decode(errors='replace')}"
            ) from None
        return self.events(name)[count - 1]

    async def end(self):
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()
        await asyncio.gather(*self.readers)


class Bench:
    """A folder and the programs of one case."""

    def __init__(self, folder, certificates):
        self.folder = pathlib.Path(folder)
        self.certificates = certificates
        self.authority = certificates / "authority.pem"
        self.host = os.environ["HOST"]
        self.processes = []

    async def start(self, *arguments, env=None):
        process = await asyncio.create_subprocess_exec(
            *map(str, arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **(env or {})},
            limit=1 << 24,
        )
        out = Process(process, arguments)
        self.processes.append(out)
        return out

    async def serve(self, *options, port=0):
        """Our server; gives the process and its port."""
        server = await self.start(
            self.host, "serve", "--certificate", self.certificates,
            "--listen", f"127.0.0.1:{port}", *options,
        )  # fmt: skip
        listening = await server.event("listening")
        return server, int(listening["address"].rsplit(":", 1)[1])

    async def fetch(self, port, *options, fails=False, env=None):
        """Our client's report."""
        client = await self.start(
            self.host, "fetch", f"127.0.0.1:{port}", "--authority", self.authority, *options,
            env=env,
        )  # fmt: skip
        report = await client.event("fetched", timeout=130)
        await client.end()
        if not fails:
            check("failure" not in report, f"our client: {report}")
        return report

    async def run(self, *arguments, timeout=60, env=None, cwd=None):
        """Output of a program that ends by itself with success."""
        process = await asyncio.create_subprocess_exec(
            *map(str, arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), timeout)
        except asyncio.TimeoutError:
            process.kill()
            raise AssertionError(f"{arguments[0]} did not end within {timeout} s") from None
        text = output.decode(errors="replace")
        check(process.returncode == 0, f"{arguments[0]} ended with {process.returncode}: {text}")
        return text

    async def close(self):
        for process in self.processes:
            await process.end()


async def attempt(each, certificates, verbose):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, certificates)
        start = time.monotonic()
        try:
            await asyncio.wait_for(each.body(bench), 900 if each.extra else 150)
            result, words = "pass", ""
        except Skip as reason:
            result, words = "skip", f": {reason}"
        except (Exception, asyncio.CancelledError) as error:
            result, words = "FAIL", f": {type(error).__name__}: {error}"
            if verbose:
                traceback.print_exc()
                for process in bench.processes:
                    print(process.arguments, process.lines, process.errors.decode())
        finally:
            await bench.close()
        print(f"{result} {each.name} ({time.monotonic() - start:.1f} s){words}", flush=True)
        return result


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for file in sorted(HERE.glob("cases_*.py")):
        importlib.import_module(file.stem)
    chosen = [
        each
        for each in CASES
        if (any(name in each.name for name in options.names))
        or (not options.names and (options.all or not each.extra))
    ]
    if options.list:
        for each in chosen:
            print(each.name)
        return
    if not chosen:
        sys.exit("no such case")
    with tempfile.TemporaryDirectory() as folder:
        certificates = pathlib.Path(folder) / "certificates"
        process = await asyncio.create_subprocess_exec(
            os.environ["HOST"], "certificate", str(certificates)
        )
        check(await process.wait() == 0, "no certificate could be made")
        results = [await attempt(each, certificates, options.verbose) for each in chosen]
    failed = results.count("FAIL")
    print(f"{results.count('pass')} passed, {failed} failed, {results.count('skip')} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    # The cases import this file by its name.
    sys.modules["interop"] = sys.modules["__main__"]
    asyncio.run(main())
