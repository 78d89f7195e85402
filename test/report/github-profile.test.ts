import { expect, test } from 'vitest';

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { checkGithubProfile, type ProfileOptions } from '../../src/report/github-profile.ts';
import { sarifSink } from '../../src/report/sarif.ts';
import { memoryOutput, sampleFinding, sampleHeader, sampleRule, writeReport } from './sample.ts';

async function goodLog(): Promise<JsonObject> {
  const output = memoryOutput();
  await writeReport(
    sarifSink(output, { profile: 'github', placement: 'inventory' }),
    sampleHeader([sampleRule('a-rule', 'critical'), sampleRule('b-rule', 'low')]),
    [
      sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'one' }),
      sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'two' }),
      sampleFinding({ rule: 'b-rule', verdict: 'fail', name: 'one' }),
    ],
  );
  return JSON.parse(output.text()) as JsonObject;
}

/** A copy in which the value at a pointer is replaced (undefined takes it away). */
function changed(value: JsonValue, pointer: string, replacement: unknown): JsonValue {
  const [step, ...rest] = pointer.split('/').slice(1);
  if (step === undefined) return replacement as JsonValue;
  const inner = (old: JsonValue): JsonValue =>
    changed(old, rest.map((part) => `/${part}`).join(''), replacement);
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) =>
      String(index) === step ? inner(item) : item,
    );
  }
  if (!isJsonObject(value)) throw new Error(`nothing at ${pointer}`);
  return Object.fromEntries(
    Object.entries({ [step]: null, ...value }).map(([name, old]) => [
      name,
      name === step ? inner(old ?? null) : old,
    ]),
  );
}

test('what our own writer makes has no problem', async () => {
  expect(checkGithubProfile(await goodLog(), { exists: () => true, compressedBytes: 1000 })).toEqual([]);
});

const run = '/runs/0';
const rule = `${run}/tool/driver/rules/0`;
const result = `${run}/results/0`;
const uri = `${result}/locations/0/physicalLocation/artifactLocation/uri`;

const faults: readonly (readonly [string, string, unknown, 'refused' | 'misread'])[] = [
  ['no run', '/runs', [], 'refused'],
  [
    '21 runs',
    '/runs',
    Array.from({ length: 21 }, () => ({ tool: { driver: { name: 'x' } }, results: [] })),
    'refused',
  ],
  ['another version', '/version', '2.0.0', 'refused'],
  ['no schema', '/$schema', undefined, 'refused'],
  ['no results list', `${run}/results`, undefined, 'refused'],
  ['an unsuccessful run', `${run}/invocations/0/executionSuccessful`, false, 'refused'],
  ['a category without a slash', `${run}/automationDetails/id`, 'mine', 'misread'],
  ['a rule without id', `${rule}/id`, '', 'refused'],
  ['an empty description', `${rule}/shortDescription/text`, ' ', 'refused'],
  ['a long description', `${rule}/fullDescription/text`, 'x'.repeat(1025), 'refused'],
  ['no help text', `${rule}/help`, undefined, 'refused'],
  ['a severity in words', `${rule}/properties/security-severity`, 'high', 'refused'],
  ['a severity as a number', `${rule}/properties/security-severity`, 8, 'refused'],
  ['a severity between the bands', `${rule}/properties/security-severity`, '9.0', 'misread'],
  ['too many tags', `${rule}/properties/tags`, Array.from({ length: 21 }, (_, i) => `t${i}`), 'refused'],
  ['no security tag', `${rule}/properties/tags`, ['audit'], 'misread'],
  ['no message text', `${result}/message`, { id: 'default' }, 'refused'],
  ['a passing result', `${result}/kind`, 'pass', 'misread'],
  ['a suppressed result', `${result}/suppressions`, [{ kind: 'external' }], 'misread'],
  ['no location', `${result}/locations`, [], 'refused'],
  ['an ARN as location', uri, 'arn:aws:s3:::logs', 'refused'],
  ['an https location', uri, 'https://example.com/a', 'refused'],
  ['an absolute path', uri, '/accounts/1.yaml', 'misread'],
  ['a blank in the path', uri, 'my accounts/1.yaml', 'misread'],
  ['no line', `${result}/locations/0/physicalLocation/region`, undefined, 'misread'],
  ['no fingerprint', `${result}/partialFingerprints`, undefined, 'misread'],
  ['a rule index that points elsewhere', `${result}/ruleIndex`, 1, 'misread'],
];

test.each(faults)('%s is found', async (_, pointer, replacement, effect) => {
  const problems = checkGithubProfile(changed(await goodLog(), pointer, replacement));
  expect(problems.map((problem) => problem.effect)).toContain(effect);
  expect(problems[0]?.pointer.startsWith(pointer) || pointer.startsWith(problems[0]?.pointer ?? '?')).toBe(
    true,
  );
});

test('two runs of one category, equal fingerprints, missing files and a large file are found', async () => {
  const log = await goodLog();
  const [first] = log['runs'] as readonly JsonObject[];
  const texts = (value: JsonValue, options?: ProfileOptions): readonly string[] =>
    checkGithubProfile(value, options).map((problem) => problem.text);
  expect(texts({ ...log, runs: [first ?? null, first ?? null] })).toEqual([
    'another run of this tool in the file has the same category',
  ]);
  const results = first?.['results'] as readonly JsonObject[];
  const twice = changed(log, `${run}/results`, [results[0], results[0]]);
  expect(texts(twice)).toEqual(['another result has the same rule, path and fingerprint']);
  expect(texts(log, { exists: () => false })).toEqual([
    '"accounts/111122223333.yaml" is not in the repository: the alert shows no file',
  ]);
  expect(texts(log, { compressedBytes: 10_000_001 })).toHaveLength(1);
});

test.each([null, 3, 'text', [], {}, { runs: [null, 3, { results: [null, 4, {}] }] }] as const)(
  'a foreign value %j gives problems, not a crash',
  (value) => {
    expect(checkGithubProfile(value as JsonValue).length).toBeGreaterThan(0);
  },
);
