"""Runs other tools on what `midstream-tui bench --works` wrote and compares times and results.

The times are medians of this thread's CPU time, as the program's own. A Python tool pays for its
call, which counts only where a call is short; where a tool takes many pairs at once, its better
time stands.
"""

import importlib
import json
import math
import statistics
import sys
import time

folder = sys.argv[1]
quick = "--quick" in sys.argv
with open(f"{folder}/works.json") as file:
    works = json.load(file)
with open(f"{folder}/figures.json") as file:
    figures = {figure["id"]: figure for figure in json.load(file) if "id" in figure}
units = {"ns": 1, "µs": 1e3, "ms": 1e6}
rows = []
absent = set()


def peer(name):
    """A tool's module, or None when it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        absent.add(name.split(".")[0])
        return None


def measure(work):
    """Nanoseconds of `work` and its result; the first call, which may compile, does not count."""
    result = work()
    rounds = 3 if quick else 7
    length = 0.02 if quick else 0.05
    repeats = 1
    start = time.thread_time()
    work()
    once = max(time.thread_time() - start, 1e-7)
    if once < length:
        repeats = max(1, int(length / once))
    elif once > 1:
        rounds = 3
    times = []
    for _ in range(rounds):
        start = time.thread_time()
        for _ in range(repeats):
            work()
        times.append((time.thread_time() - start) / repeats)
    return statistics.median(times) * 1e9, result


def add(figure, tool, nanoseconds, agrees, remark=""):
    ours = figures[figure]["value"] * units[figures[figure]["unit"].split()[0]]
    rows.append((figures[figure]["name"], ours, tool, nanoseconds, agrees, remark))


def near(a, b, tolerance=1e-6):
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-9)


def edits():
    distance = peer("rapidfuzz.distance")
    process = peer("rapidfuzz.process")
    edlib = peer("edlib")
    scorers = distance and {
        "lcs": distance.LCSseq.similarity,
        "levenshtein": distance.Levenshtein.distance,
        "indel": distance.Indel.distance,
        "osa": distance.OSA.distance,
    }
    for name, work in works.items():
        if not name.startswith("edit-"):
            continue
        alphabet = int(name.split("-")[1])
        base = 97 if alphabet == 26 else 0x10000
        texts = ["".join(chr(base + symbol) for symbol in text) for text in work["input"]]
        left, right = texts[::2], texts[1::2]
        if distance:
            for measured, scorer in scorers.items():
                cost, result = measure(lambda: [scorer(a, b) for a, b in zip(left, right)])
                together, _ = measure(
                    lambda: process.cpdist(left, right, scorer=scorer, workers=1))
                add(f"{name}-{measured}", "rapidfuzz", min(cost, together) / len(left),
                    result == work["answer"][measured])
        if edlib and alphabet == 26:
            cost, result = measure(
                lambda: [edlib.align(a, b)["editDistance"] for a, b in zip(left, right)])
            add(f"{name}-levenshtein", "edlib", cost / len(left),
                result == work["answer"]["levenshtein"])
    if distance:
        batch = works["batch"]
        queries, candidates = batch["input"]["queries"], batch["input"]["candidates"]
        pairs = len(queries) * len(candidates)
        for measured in ["lcs", "indel", "levenshtein"]:
            cost, result = measure(
                lambda: process.cdist(
                    queries, candidates, scorer=scorers[measured], workers=1).sum(dtype=int))
            add(f"batch-{measured}", "rapidfuzz", cost / pairs,
                int(result) == batch["answer"][measured])


def warping():
    numpy = peer("numpy")
    dtai = peer("dtaidistance.dtw")
    aeon = peer("aeon.distances")
    for count in [100, 1000]:
        work = works[f"dtw-{count}"]
        a, b = numpy.array(work["input"]["a"]), numpy.array(work["input"]["b"])
        radius = work["input"]["radius"]
        for kind in ["full", "band"]:
            figure, answer = f"dtw-{count}-{kind}", work["answer"][kind]
            if dtai:
                window = None if kind == "full" else radius + 1
                cost, result = measure(
                    lambda: dtai.distance_fast(a, b, window=window, use_pruning=False))
                add(figure, "dtaidistance", cost, near(result, answer))
            if aeon:
                window = None if kind == "full" else radius / count
                cost, result = measure(lambda: aeon.dtw_distance(a, b, window=window))
                add(figure, "aeon", cost, near(math.sqrt(result), answer))


def searches():
    numpy = peer("numpy")
    subsequence = peer("dtaidistance.subsequence.dtw")
    stumpy = peer("stumpy")
    work = works["search"]
    query = numpy.array(work["input"]["query"])
    stream = numpy.array(work["input"]["stream"])
    if subsequence:
        def best():
            alignment = subsequence.subsequence_alignment(query, stream, penalty=0, use_c=True)
            return alignment.matching_function().min() * len(query)
        cost, result = measure(best)
        agrees = near(result**2, work["answer"]["best"])
        for figure in ["spring-best", "spring-all"]:
            add(figure, "dtaidistance", cost / len(stream), agrees, "whole matrix")
    if stumpy:
        cost, result = measure(lambda: stumpy.mass(query, stream).min())
        add("normalised-0", "stumpy.mass", cost / len(stream),
            near(result**2, work["answer"]["normalised-0"], 1e-5), "no warping")
        series = numpy.array(works["profile"]["input"])
        answer = works["profile"]["answer"]
        stumpi = stumpy.stumpi(series[:1064], 64, egress=True)
        left = iter(list(series[1064:]) * 1000)
        cost, _ = measure(lambda: stumpi.update(next(left)))
        last = stumpy.stump(series[-1064:], 64)[:, 0].astype(float)
        agrees = near(last[-1], answer[-1], 1e-5) and all(
            ours <= theirs + 1e-5 for ours, theirs in zip(answer, last))
        add("profile", "stumpy.stumpi", cost, agrees)


def exponents():
    numpy = peer("numpy")
    nolds = peer("nolds")
    neurokit = peer("neurokit2")
    systems = {
        "logistic": (math.log(2), 0.01, dict(emb_dim=2, lag=1, min_tsep=10, trajectory_len=6)),
        "henon": (0.4192, 0.04, dict(emb_dim=2, lag=1, min_tsep=10, trajectory_len=8)),
        "lorenz": (
            0.9056 * 0.02, 0.15, dict(emb_dim=5, lag=8, min_tsep=60, trajectory_len=80)),
    }
    for name, (truth, tolerance, tuned) in systems.items():
        work = works[f"lyapunov-{name}"]
        series = numpy.array(work["input"])
        agrees = abs(work["answer"] - truth) <= tolerance * truth

        def remark(value):
            ours = abs(work["answer"] / truth - 1)
            return f"error {ours:.1%}, theirs {abs(value / truth - 1):.1%}"

        if nolds:
            cost, value = measure(lambda: nolds.lyap_r(series, fit="poly", **tuned))
            add(f"lyapunov-{name}", "nolds, tuned", cost, agrees, remark(value))
        if neurokit:
            cost, value = measure(
                lambda: neurokit.complexity_lyapunov(
                    series, delay=tuned["lag"], dimension=tuned["emb_dim"],
                    method="rosenstein1993", separation=tuned["min_tsep"],
                    len_trajectory=tuned["trajectory_len"])[0])
            add(f"lyapunov-{name}", "neurokit2, tuned", cost, agrees, remark(value))


def monitors():
    rtamt = peer("rtamt")
    reelay = peer("reelay")
    for bound in [10, 100, 1000]:
        work = works[f"response-{bound}"]
        events = [
            {"request": bool(state & 1), "response": bool(state & 2)} for state in work["input"]]
        if reelay:
            def holds():
                monitor = reelay.discrete_timed_monitor(
                    pattern="historically((once[%d:%d]{request}) -> (once[0:%d]{response}))"
                    % (bound, bound, bound), condense=False)
                return all([monitor.update(event)["value"] for event in events])
            cost, result = measure(holds)
            add(f"response-{bound}", "reelay", cost / len(events), result == work["answer"])
            past = works[f"past-{bound}"]
            before = [
                {"request": bool(state & 1), "response": bool(state & 2)}
                for state in past["input"]]

            def held():
                monitor = reelay.discrete_timed_monitor(
                    pattern="(once[0:%d]{request}) or not {response}" % bound, condense=False)
                return sum(monitor.update(event)["value"] for event in before)
            cost, result = measure(held)
            add(f"past-{bound}", "reelay", cost / len(before), result == past["answer"])
        if rtamt:
            some = work["input"][: 2000 if quick or bound == 1000 else 10000]

            def least():
                specification = rtamt.StlDiscreteTimeOnlineSpecification()
                specification.declare_var("request", "float")
                specification.declare_var("response", "float")
                specification.spec = (
                    f"(once[{bound}:{bound}](request >= 0.5))"
                    f" implies (once[0:{bound}](response >= 0.5))")
                specification.parse()
                values = [
                    specification.update(
                        place,
                        [("request", float(state & 1)), ("response", float(state >> 1 & 1))])
                    for place, state in enumerate(some)]
                return min(values[bound:])
            cost, result = measure(least)
            add(f"response-{bound}", "rtamt", cost / len(some), (result > 0) == work["answer"])


def text(nanoseconds):
    for unit, size in [("ms", 1e6), ("µs", 1e3)]:
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


for part in [edits, warping, searches, exponents, monitors]:
    part()
print("| work | ours | peer | its time | peer / ours | results |\n|---|---|---|---|---|---|")
for name, ours, tool, theirs, agrees, remark in rows:
    results = ("agree" if agrees else "DIFFER") + (f" ({remark})" if remark else "")
    print(f"| {name} | {text(ours)} | {tool} | {text(theirs)} | {theirs / ours:.2f} | {results} |")
slower = [row for row in rows if row[3] < row[1]]
print(f"\n{len(rows)} comparisons, {len(slower)} in which the peer is faster.")
for name in sorted(absent):
    print(f"{name} is not installed: not compared.")
differing = [row for row in rows if not row[4]]
sys.exit(f"{len(differing)} results differ." if differing else 0)
