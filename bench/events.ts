/**
 * `node --expose-gc bench/events.ts`: what reading, matching and judging patterns costs, for the test vectors, the patterns
 * that benchmarks publish, and the worst that the limits of the service allow. The numbers in docs/performance.md come from here.
 * Times are processor time, so that other work on the machine does not count.
 */
import { createCoverage } from '../src/events/coverage.ts';
import { filterPatternPredicate, parseFilterPattern } from '../src/events/filter-pattern/parse.ts';
import { matches } from '../src/events/matches.ts';
import { everything, type Predicate } from '../src/events/predicate.ts';
import { typicalRecords } from '../src/events/cover/typical-records.ts';
import { control } from '../test/events/controls.ts';
import { publishedPatterns, requiredBy } from '../test/events/published.ts';
import { vectors } from '../test/events/vectors/vectors.ts';
import { worstCases } from '../test/events/worst-patterns.ts';

/** Milliseconds of processor time of one call, the mean of several. */
function cost(work: () => void, times: number): number {
  const start = process.cpuUsage();
  for (let time = 0; time < times; time++) work();
  const { user } = process.cpuUsage(start);
  return user / 1000 / times;
}

function summary(costs: readonly number[]): string {
  const sorted = costs.toSorted((a, b) => a - b);
  const at = (part: number): string => shown(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return `${at(0.5)} | ${at(0.95)} | ${at(1)}`;
}

function shown(milliseconds: number): string {
  return milliseconds < 0.1 ? `${(milliseconds * 1000).toFixed(1)} µs` : `${milliseconds.toFixed(2)} ms`;
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

interface Question {
  readonly required: Predicate;
  readonly provided: Predicate;
}

const [event] = typicalRecords;
const readable = vectors.coverage_vectors.filter(({ verdict }) => verdict !== 'unknown');
const ofVectors: readonly Question[] = readable.map(({ control: name, pattern }) => ({
  required: control(name),
  provided: filterPatternPredicate(pattern),
}));
const ofBenchmarks: readonly Question[] = publishedPatterns.flatMap(({ set, editions, pattern }) =>
  editions.map((edition) => ({
    required: requiredBy(set, { edition }),
    provided: filterPatternPredicate(pattern),
  })),
);

/** Everything once, so that what is measured is compiled. */
for (let round = 0; round < 10; round++)
  for (const { required, provided } of [...ofVectors, ...ofBenchmarks])
    createCoverage().covers(required, [provided]);

print('| | median | 95 % | most |', '| --- | ---: | ---: | ---: |');
print(
  `| read one of ${readable.length} vectors | ${summary(readable.map(({ pattern }) => cost(() => parseFilterPattern(pattern), 300)))} |`,
);
print(
  `| match it on a record | ${summary(ofVectors.map(({ provided }) => cost(() => matches(provided, event ?? {}), 300)))} |`,
);
for (const [name, questions] of [
  ['a vector', ofVectors],
  [`one of ${ofBenchmarks.length} published patterns with its set`, ofBenchmarks],
] as const) {
  print(
    `| judge ${name}, first time | ${summary(questions.map(({ required, provided }) => cost(() => createCoverage().covers(required, [provided]), 30)))} |`,
  );
  const coverage = createCoverage();
  for (const { required, provided } of questions) coverage.covers(required, [provided]);
  print(
    `| the same again | ${summary(questions.map(({ required, provided }) => cost(() => coverage.covers(required, [provided]), 20_000)))} |`,
  );
}

print('', '| worst case | read | judged | memory | verdict |', '| --- | ---: | ---: | ---: | --- |');
for (const { name, required, provided } of worstCases) {
  const wanted = required === undefined ? everything : filterPatternPredicate(required);
  const read = cost(() => provided.map(filterPatternPredicate), 3);
  const sets = provided.map(filterPatternPredicate);
  createCoverage().covers(wanted, sets);
  const judged = cost(() => createCoverage().covers(wanted, sets), 3);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const coverage = createCoverage();
  const { verdict } = coverage.covers(wanted, sets);
  const memory = Math.max(0, process.memoryUsage().heapUsed - before) / 2 ** 20;
  print(`| ${name} | ${shown(read)} | ${shown(judged)} | ${memory.toFixed(1)} MiB | ${verdict} |`);
}
