"""Runs the same measurements by several QUIC stacks and prints the figures side by side."""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROWS = [
    # id, words, unit, whether more is better
    ("handshake-full-p50", "handshake, full, p50", "ms", False),
    ("handshakes-sequential", "handshakes, one after another", "/s", True),
    ("handshakes-16", "handshakes, 16 at once", "/s", True),
    ("early-answer-p50", "0-RTT and an answer of 1 kB, p50", "ms", False),
    ("request-p50", "request, answer of 1 kB, p50", "us", False),
    ("streams-1000", "1,000 streams at once, 1 kB each", "ms", False),
    ("streams-10000", "10,000 streams at once, 1 kB each", "ms", False),
    ("down-gbps", "one stream down", "Gbit/s", True),
    ("down-cpu", "  CPU of both sides", "s/GiB", False),
    ("up-gbps", "one stream up", "Gbit/s", True),
    ("up-cpu", "  CPU of both sides", "s/GiB", False),
    ("datagrams", "datagrams there and back", "/s", True),
    ("h3-requests-1", "HTTP/3, 1 kB, one after another", "/s", True),
    ("h3-requests-100", "HTTP/3, 1 kB, 100 at once", "/s", True),
    ("h3-streams-1000", "HTTP/3, 1,000 at once, 1 kB each", "ms", False),
    ("h3-down-gbps", "HTTP/3, one GET", "Gbit/s", True),
    ("h3-down-cpu", "  CPU of both sides", "s/GiB", False),
]
# Ours with packets no larger than on another network.
SMALL = {"down-gbps", "down-cpu", "up-gbps", "up-cpu", "h3-down-gbps", "h3-down-cpu"}


def ours(program, quick):
    command = [program, "bench", "quic", "--json"] + (["--quick"] if quick else [])
    figures = {
        each["id"]: each["value"]
        for each in json.loads(subprocess.check_output(command))
        if "id" in each
    }
    large = {id: figures[f"{id}-large" if id in SMALL else id] for id, *_ in ROWS}
    return large, {id: figures[id] for id in SMALL}


def bench(program, certificates, key, quick):
    command = [
        program, "bench", certificates / "chain.pem", key, certificates / "authority.pem",
        "quick" if quick else "full",
    ]  # fmt: skip
    return json.loads(subprocess.check_output(command, timeout=900))


def used(process):
    """CPU seconds of a process that still runs."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def handshakes(host, port, protocol, authority, quick):
    """Our client's handshakes with any server."""
    out = {}
    for id, at_once in [("handshakes-sequential", 1), ("handshakes-16", 16)]:
        report = subprocess.check_output(
            [host, "handshakes", f"127.0.0.1:{port}", "--alpn", protocol, "--authority",
             authority, "--count", "125" if quick else "1000", "--at-once", str(at_once)]
        )  # fmt: skip
        report = json.loads(report)
        out[id] = report["perSecond"]
        if at_once == 1:
            out["handshake-full-p50"] = report["median"] * 1e3
    return out


class Ours:
    """Our server alone in a process, as gtlsserver is."""

    def __init__(self, host, certificates):
        self.server = subprocess.Popen(
            [host, "serve", "--certificate", certificates], stdout=subprocess.PIPE, text=True
        )
        address = json.loads(self.server.stdout.readline())["address"]
        self.port = int(address.rpartition(":")[2])
        # It tells of every connection, and waits for whoever reads.
        threading.Thread(target=self.server.stdout.read, daemon=True).start()

    def end(self):
        self.server.terminate()
        self.server.wait()


def handshakes_in_turn(host, certificates, gtls, quick):
    """Medians of rounds in which the same client visits our server and gtlsserver in turn.

    What the machine does besides then meets both alike: ours twice, and gtlsserver's.
    """
    own = Ours(host, certificates)
    rounds = {"ours": [], "again": [], "gtls": []}
    visits = {"ours": (own.port, "test"), "gtls": (gtls.port, "h3"), "again": (own.port, "test")}
    try:
        for _ in range(3 if quick else 7):
            for name, (port, protocol) in visits.items():
                rounds[name].append(
                    handshakes(host, port, protocol, certificates / "authority.pem", quick)
                )
    finally:
        own.end()
    return {
        name: {id: statistics.median(each[id] for each in taken) for id in taken[0]}
        for name, taken in rounds.items()
    }


class Gtls:
    """Debian's ngtcp2 programs with GnuTLS; they speak HTTP/3 only, and a client is a process."""

    port = 4477
    windows = [
        "--max-data=24M", "--max-stream-data-bidi-local=16M", "--max-stream-data-bidi-remote=16M",
        "--max-window=24M", "--max-stream-window=16M",
    ]  # fmt: skip

    def __init__(self, certificates, key, folder):
        self.folder = folder
        self.server = subprocess.Popen(
            ["/usr/sbin/gtlsserver", "-q", *self.windows, "--max-dyn-length=4G",
             "--max-streams-bidi=20000", "127.0.0.1", str(self.port), key,
             certificates / "chain.pem"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.5)

    def client(self, path, *options):
        """Seconds of the wall, and CPU seconds of both sides."""
        before, start = used(self.server), time.monotonic()
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            ["/usr/bin/gtlsclient", "-q", "--exit-on-all-streams-close", *self.windows,
             *options, "127.0.0.1", str(self.port), f"https://localhost:{self.port}/{path}"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        seconds = time.monotonic() - start
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = now.ru_utime + now.ru_stime - own.ru_utime - own.ru_stime
        return seconds, cpu + used(self.server) - before

    def figures(self, quick):
        size = (1 << 30) // (8 if quick else 1)
        out = {}
        # The whole process, with its start and the system's authorities. With 10,000 streams at
        # once the server ends the connection with an error.
        times = sorted(self.client("1000", "--nstreams=1000")[0] for _ in range(3))
        out["streams-1000"] = times[1] * 1e3
        seconds, cpu = self.client(str(size))
        out["down-gbps"], out["down-cpu"] = size * 8 / seconds / 1e9, cpu / size * (1 << 30)
        # What they measure is HTTP/3 in any case.
        for id in ["streams-1000", "down-gbps", "down-cpu"]:
            out[f"h3-{id}"] = out[id]
        file = self.folder / "upload"
        with open(file, "wb") as upload:
            upload.truncate(size)
        seconds, cpu = self.client("1", "-m", "POST", f"--data={file}")
        out["up-gbps"], out["up-cpu"] = size * 8 / seconds / 1e9, cpu / size * (1 << 30)
        return out

    def end(self):
        self.server.terminate()
        self.server.wait()


def number(value):
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:,.0f}"


def main():
    binaries, peers = map(pathlib.Path, sys.argv[1:3])
    quick = "--quick" in sys.argv[3:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certificates = folder / "certificates"
        host = binaries / "quic-host"
        subprocess.run([host, "certificate", certificates], check=True)
        key = folder / "key8.pem"
        subprocess.run(
            ["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", certificates / "key.pem", "-out",
             key],
            check=True,
        )  # fmt: skip
        large, small = ours(binaries / "midstream-tui", quick)
        others = {}
        for peer in ["quic-go", "quinn"]:
            if (peers / peer).exists():
                others[peer] = bench(peers / peer, certificates, key, quick)
        if pathlib.Path("/usr/sbin/gtlsserver").exists():
            gtls = Gtls(certificates, key, folder)
            try:
                others["gtls"] = gtls.figures(quick)
                turns = handshakes_in_turn(host, certificates, gtls, quick)
            finally:
                gtls.end()
        again, small_again = ours(binaries / "midstream-tui", quick)
        if "gtls" in others:
            large |= turns["ours"]
            again |= turns["again"]
            others["gtls"] |= turns["gtls"]

    print(f"{'':38}{'unit':>8}{'ours':>11}{'again':>11}", *(f"{peer:>11}" for peer in others),
          f"{'ratio':>9}", sep="")  # fmt: skip
    rows = [(id, words, unit, more, large, again) for id, words, unit, more in ROWS]
    rows += [
        (id, words + " (1,444 B)", unit, more, small, small_again)
        for id, words, unit, more in ROWS
        if id in SMALL
    ]
    for id, words, unit, more, first, second in rows:
        values = [figures.get(id) for figures in others.values()]
        known = [value for value in values if value is not None]
        ratio = "-"
        if known:
            best, middle = (max if more else min)(known), (first[id] + second[id]) / 2
            ratio = f"{middle / best if more else best / middle:.2f}"
        print(f"{words:38}{unit:>8}{number(first[id]):>11}{number(second[id]):>11}",
              *(f"{number(value):>11}" for value in values), f"{ratio:>9}", sep="")  # fmt: skip
    print("ratio: how many times better the mean of ours is than the best of the others.")


if __name__ == "__main__":
    main()
