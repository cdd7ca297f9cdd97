// Checks the analysis modules built for WebAssembly: fixed cases, the reference values where they
// are present, and the same answers as the native program where it is given.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [file, golden, program] = process.argv.slice(2);
const bytes = readFileSync(file);
const module = new WebAssembly.Module(bytes);
assert.deepEqual(WebAssembly.Module.imports(module), [], "the module needs nothing from outside");
const wasm = new WebAssembly.Instance(module).exports;

// MARK: calls

/** Runs `body` with the arrays copied into the module's memory, and frees them. */
function withArrays(arrays, body) {
  const places = arrays.map((array) => wasm.reserve(array.byteLength));
  arrays.forEach((array, i) =>
    new Uint8Array(wasm.memory.buffer, places[i], array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
  try {
    return body(...places);
  } finally {
    places.forEach((place) => wasm.release(place));
  }
}

const numbers = (place, count) => [...new Float64Array(wasm.memory.buffer, place, count)];
const text = (place, count) =>
  new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, place, count));
const encode = (string) => new TextEncoder().encode(string);

/** Dense ids of two sequences of anything. */
function dense(...sequences) {
  const ids = new Map();
  return sequences.map((sequence) => Int32Array.from(sequence, (element) => {
    if (!ids.has(element)) ids.set(element, ids.size);
    return ids.get(element);
  }));
}

const measures = { lcs: 0, levenshtein: 1, osa: 2, indel: 3, damerau_levenshtein: 4 };
const edit = (measure, a, b) => withArrays(dense(a, b), (left, right) =>
  wasm.edit(measures[measure], left, a.length, right, b.length));
const warp = (a, b, radius = -1) => withArrays(
  [Float64Array.from(a), Float64Array.from(b)],
  (left, right) => wasm.warp(left, a.length, right, b.length, radius));
const spring = (query, stream, threshold) => withArrays(
  [Float64Array.from(query), Float64Array.from(stream), new Float64Array(3 * stream.length)],
  (q, s, out) => {
    const count = wasm.spring(q, query.length, s, stream.length, threshold, out, 3 * stream.length);
    const flat = numbers(out, 3 * count);
    return Array.from({ length: count }, (_, i) => flat.slice(3 * i, 3 * i + 3));
  });
const profile = (series, length) => withArrays(
  [Float64Array.from(series), new Float64Array(series.length)],
  (place, out) => numbers(out, wasm.profile(place, series.length, length, out)));

/** The verdicts of all prefixes and that of the ended trace; states are strings of letters. */
function monitor(formula, trace) {
  const [source, states] = [encode(formula), encode(trace.map((state) => state + "\n").join(""))];
  return withArrays([source, states, new Uint8Array(trace.length + 1)], (f, t, out) => {
    const count = wasm.monitor(f, source.length, t, states.length, out);
    if (count < 0) return { column: -count };
    const letters = text(out, count);
    return { prefixes: letters.slice(0, -1), ended: letters.slice(-1) };
  });
}

function pointwise(formula, trace, times) {
  const [source, states] = [encode(formula), encode(trace.map((state) => state + "\n").join(""))];
  return withArrays(
    [source, states, Float64Array.from(times), new Uint8Array(trace.length)],
    (f, t, at, out) => {
      const count = wasm.pointwise(f, source.length, t, states.length, at, out);
      return count < 0 ? { column: -count } : text(out, count);
    });
}

const lyapunov = (series) => withArrays(
  [Float64Array.from(series)], (place) => wasm.lyapunov(place, series.length));
const classes = [
  "fixedPoint", "periodic", "quasiPeriodic", "chaotic", "stochastic", "drifting", "undetermined",
];
function classify(series) {
  return withArrays([Float64Array.from(series), new Float64Array(4)], (place, out) => {
    const name = classes[wasm.classify(place, series.length, out)];
    const [confidence, perSample, period, point] = numbers(out, 4);
    return { name, confidence, perSample, period, point };
  });
}

// MARK: checks

let checks = 0;
function equal(actual, expected, what) {
  checks += 1;
  assert.deepEqual(actual, expected, what);
}
function close(actual, expected, tolerance, what) {
  checks += 1;
  const scale = Math.max(Math.abs(actual), Math.abs(expected), 1e-6);
  assert.ok(Math.abs(actual - expected) <= tolerance * scale, `${what}: ${actual} ≠ ${expected}`);
}

function logistic(count, growth = 4) {
  const series = [];
  for (let x = 0.1, i = 0; i < 1000 + count; i++, x = growth * x * (1 - x)) {
    if (i >= 1000) series.push(x);
  }
  return series;
}

function fixedCases() {
  equal(edit("levenshtein", "kitten", "sitting"), 3, "Levenshtein");
  equal(edit("lcs", "AGGTAB", "GXTXAYB"), 4, "LCS");
  equal(edit("osa", "ca", "abc"), 3, "OSA");
  equal(edit("damerau_levenshtein", "ca", "abc"), 2, "Damerau");
  equal(edit("indel", "", "abc"), 3, "indel of nothing");
  const long = Array.from({ length: 1000 }, (_, i) => (i * i) % 97);
  equal(edit("levenshtein", long, long.slice(3)), 3, "Levenshtein of a shifted sequence");
  equal(warp([1, 2, 3], [1, 3, 3]), 1, "DTW");
  equal(warp([1, 2, 3, 4], [1, 1, 2, 3, 4]), 0, "DTW of a stretched series");
  equal(warp([1, 2], [1, 2, 3, 4], 1), Infinity, "DTW with no path in the band");
  equal(spring([1, 5, 2], [9, 1, 5, 2, 9], 0.5), [[1, 3, 0]], "SPRING");
  equal(monitor("G(a -> F b)", ["a", "", "b"]), { prefixes: "fft", ended: "1" }, "response");
  equal(monitor("F b", ["", "b", ""]), { prefixes: "f11", ended: "1" }, "eventually");
  equal(monitor("G !b", ["", "b"]), { prefixes: "t0", ended: "0" }, "never");
  equal(monitor("G (a", ["a"]).column, 5, "a parser's error points at its column");
  equal(pointwise("O[<=2] a", ["a", "", "", "", "a"], [0, 1, 2, 3, 4]), "11101", "past");
  equal(classify(new Array(500).fill(7)).name, "fixedPoint", "a constant");
  equal(classify(new Array(500).fill(7)).point, 7, "a constant's point");
  const cycle = classify(logistic(1000, 3.5));
  equal([cycle.name, Math.round(cycle.period)], ["periodic", 4], "period four");
  equal(classify(logistic(2000)).name, "chaotic", "the logistic map");
  close(lyapunov(logistic(5000)), Math.LN2, 0.01, "λ of the logistic map");
  const samples = Float64Array.from({ length: 1001 }, (_, i) => 1 + i);
  close(withArrays([samples], (place) => wasm.median(place, 1001)), 501, 0.02, "median");
}

const read = (name) => JSON.parse(readFileSync(join(golden, name)));
const bits = (states) => [...states];

function referenceCases() {
  for (const pair of read("edit_lcs.json").pairs) {
    const [a, b] = [[...pair.a], [...pair.b]];
    for (const measure of Object.keys(measures)) {
      equal(edit(measure, a, b), pair[measure], `pair ${pair.id}: ${measure}`);
    }
  }
  for (const pair of read("dtw.json").pairs) {
    close(warp(pair.a, pair.b), pair.dtw_full, 1e-6, `pair ${pair.id}: DTW`);
    for (const [radius, distance] of Object.entries(pair.radius ?? {})) {
      close(warp(pair.a, pair.b, Number(radius)), distance, 1e-6, `pair ${pair.id}: band`);
    }
  }
  for (const entry of read("subsequence.json").cases) {
    const costs = spring(entry.query, entry.stream, entry.eps_sq).map((report) => report[2]);
    equal(costs.length, entry.spring_hits.length, `stream ${entry.id}`);
    costs.forEach((cost, i) => close(cost, entry.spring_hits[i][2], 1e-6, `stream ${entry.id}`));
  }
  for (const entry of read("matrix_profile.json").cases) {
    const distances = profile(entry.series, entry.m);
    equal(distances.length, entry.profile.length, "length of the profile");
    distances.forEach((distance, i) => close(distance, entry.profile[i], 1e-6, "profile"));
  }
  for (const entry of read("ltl.json").cases) {
    const { prefixes, ended } = monitor(entry.formula, entry.trace);
    const expected = [...entry.rv4_prefix].map((v) => ({ T: "1", F: "0" })[v] ?? v).join("");
    equal(prefixes, expected, `${entry.id}: ${entry.formula}`);
    equal(ended, entry.ltlf ? "1" : "0", `${entry.id}: ${entry.formula}, ended`);
  }
  for (const entry of read("mtl_past_discrete.json").cases) {
    equal(pointwise(entry.formula, entry.trace, entry.trace.map((_, i) => i)), entry.verdict,
      `${entry.id}: ${entry.formula}`);
  }
  for (const entry of read("series_expected.json").series) {
    const series = readFileSync(join(golden, "series", `${entry.name}.csv`), "utf8")
      .split(/\s+/).filter(Boolean).map(Number);
    const name = entry.attractor.replace(/[-_ ](.)/g, (_, letter) => letter.toUpperCase());
    if (classes.includes(name)) equal(classify(series).name, name, entry.name);
  }
}

/** The same work by the native program: integers and verdicts the same, numbers to 1e-12. */
function nativeCases() {
  const folder = mkdtempSync(join(tmpdir(), "midstream-wasm-"));
  const write = (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const run = (...parts) => {
    try {
      return JSON.parse(execFileSync(program, [...parts, "--json"], { stdio: "pipe" }));
    } catch (error) {
      // `verify` exits with 1 when a property does not hold.
      if (error.status === 1) return JSON.parse(error.stdout);
      throw error;
    }
  };
  let state = 1;
  const random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  const list = (count, make) => Array.from({ length: count }, make);
  try {
    for (const [count, alphabet] of [[5, 3], [60, 4], [100, 26], [700, 1000]]) {
      const [a, b] = [0, 1].map(() => list(count, () => `s${Math.floor(random() * alphabet)}`));
      const files = [write("a.json", JSON.stringify(a)), write("b.json", JSON.stringify(b))];
      for (const [ours, theirs] of [
        ["edit", "levenshtein"], ["osa", "osa"], ["damerau", "damerau_levenshtein"],
      ]) {
        equal(edit(theirs, a, b), run("compare", ...files, "--algorithm", ours).distance, theirs);
      }
      const walk = () => {
        let level = 0;
        return list(count, () => (level += random() - 0.5));
      };
      const [x, y] = [walk(), walk()];
      const series = [write("x.json", JSON.stringify(x)), write("y.json", JSON.stringify(y))];
      close(warp(x, y), run("compare", ...series, "--algorithm", "dtw").distance, 1e-12, "DTW");
      const radius = Math.max(2, count >> 3);
      close(warp(x, y, radius),
        run("compare", ...series, "--algorithm", "dtw", "--window", `${radius}`).distance, 1e-12,
        "DTW in a band");
    }
    const letters = { true: "1", false: "0", presumablyTrue: "t", presumablyFalse: "f" };
    for (const formula of [
      "G(a -> F b)", "(!b U a) | G !b", "G(a -> F[<=3] b)", "F(a & X b)", "G(c -> O a)",
    ]) {
      const trace = list(40, () => ["a", "b", "c"].filter(() => random() < 0.3).join(""));
      const path = write("trace.json", JSON.stringify(trace.map(bits)));
      const [answer] = run(
        "verify", path, "--trace", "--prefixes", "--formula", formula).properties;
      const { prefixes, ended } = monitor(formula, trace);
      equal(prefixes, answer.rvltl.map((verdict) => letters[verdict]).join(""), formula);
      equal(ended, answer.ltlf ? "1" : "0", formula);
    }
    for (const series of [
      logistic(2000), logistic(1000, 3.5), new Array(300).fill(2), list(1000, random),
      list(1000, (_, i) => Math.sin(i / 5) + Math.sin((i * Math.SQRT2) / 5)),
    ]) {
      const answer = run("attractor", write("series.csv", series.join("\n") + "\n"));
      const ours = classify(series);
      equal(ours.name, answer.class, "class");
      close(ours.confidence, answer.confidence, 1e-12, "confidence");
      if (answer.lyapunov) close(ours.perSample, answer.lyapunov.perSample, 1e-12, "λ");
      if (answer.period != null) close(ours.period, answer.period, 1e-12, "period");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

fixedCases();
let said = `${checks} fixed checks`;
const part = (name, isPresent, body, absent) => {
  const before = checks;
  if (isPresent) body();
  said += isPresent ? `, ${checks - before} ${name}` : `; ${absent}`;
};
part("against the reference values", existsSync(golden), referenceCases,
  `no reference values in ${golden}, skipped`);
part("against the native program", Boolean(program), nativeCases,
  "no native program, not compared");
const memory = wasm.memory.buffer.byteLength;
for (let i = 0; i < 2000; i++) fixedCasesLight();
assert.equal(wasm.memory.buffer.byteLength, memory, "memory does not grow");
console.log(`${said}; ${(bytes.length / 1024).toFixed(0)} kB of WebAssembly, no imports`);

/** Work that allocates, to see whether all of it is freed. */
function fixedCasesLight() {
  edit("levenshtein", "kitten", "sitting");
  warp([1, 2, 3], [1, 3, 3]);
  monitor("G(a -> F b)", ["a", "", "b"]);
}
