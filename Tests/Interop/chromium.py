"""Chromium without a window, driven through its debugging pipe."""

import asyncio
import base64
import contextlib
import functools
import hashlib
import http.server
import itertools
import json
import os
import shutil
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from interop import Skip


def leaf(file):
    return x509.load_pem_x509_certificate(file.read_bytes())


def certificate_hash(bench):
    chain = bench.certificates / "chain.pem"
    return hashlib.sha256(leaf(chain).public_bytes(Encoding.DER)).hexdigest()


def key_hash(file):
    key = leaf(file).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


class Page:
    """A page and its browser."""

    def __init__(self, write, read, session=None):
        self.write, self.read, self.session = write, read, session
        self.numbers = itertools.count(1)

    async def call(self, method, **parameters):
        message = {"id": next(self.numbers), "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads((await self.read.readuntil(b"\0"))[:-1])
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]

    async def evaluate(self, expression):
        answer = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"the page says {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def until(self, expression, timeout=30):
        """The value of an expression once it is true."""
        for _ in range(timeout * 10):
            value = await self.evaluate(expression)
            if value:
                return value
            await asyncio.sleep(0.1)
        state = await self.evaluate("JSON.stringify(window.watch ?? document.body.innerText)")
        raise AssertionError(f"{expression} did not come true: {state}")

    async def show(self, url):
        await self.call("Page.enable")
        await self.call("Page.navigate", url=url)


@contextlib.asynccontextmanager
async def chromium(bench, *options):
    program = shutil.which("chromium")
    if not program:
        raise Skip("there is no chromium")
    # Its children may write there a moment longer than it lives.
    profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    command = [
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--user-data-dir={profile.name}", "--remote-debugging-pipe", *options,
        "about:blank",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", f'exec "$@" 3<&{to_read} 4>&{from_write}', "bash", *map(str, command),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        pass_fds=(to_read, from_write),
    )  # fmt: skip
    os.close(to_read)
    os.close(from_write)
    reader = asyncio.StreamReader(limit=1 << 26)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(from_read, "rb")
    )
    browser = Page(to_write, reader)
    try:
        target = await browser.call("Target.createTarget", url="about:blank")
        attached = await browser.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        page = Page(to_write, reader, attached["sessionId"])
        page.numbers = browser.numbers
        yield page
    finally:
        with contextlib.suppress(AssertionError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            await asyncio.wait_for(browser.call("Browser.close"), 5)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), 10)
        if process.returncode is None:
            process.kill()
            await process.wait()
        transport.close()
        os.close(to_write)
        profile.cleanup()


@contextlib.contextmanager
def pages(folder):
    """Files of a folder on localhost, which browsers count as secure; gives the address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
