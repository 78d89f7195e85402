import { mkdir, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { recordFault } from '../../src/snapshot/check-record.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { readReadableSnapshot } from '../../src/snapshot/readable.ts';
import { SnapshotError } from '../../src/snapshot/snapshot.ts';
import { anyRecord, scratchFolder, trailsAnswer } from './samples.ts';

const anyJson = fc.jsonValue() as fc.Arbitrary<unknown>;

/** A value of any kind in place of one member of a valid record, or one more member. */
const brokenRecord = fc
  .tuple(
    anyRecord('111111111111'),
    fc.constantFrom(
      'service',
      'operation',
      'account',
      'region',
      'input',
      'time',
      'requestId',
      'page',
      'output',
      'error',
      'note',
      '__proto__',
    ),
    fc.oneof(
      anyJson,
      fc.constant(undefined),
      fc.record({ number: anyJson, last: anyJson }),
      fc.record({
        code: anyJson,
        message: fc.constant('m'),
        outcome: fc.constantFrom('denied', 'refused'),
        status: fc.oneof(fc.integer(), anyJson),
      }),
      fc.constantFrom(
        '',
        'a',
        'A',
        '1'.repeat(12),
        '2026-10-01T06:00:00Z',
        '2026-10-01T06:00:00+01:00',
        '2026-10-32T06:00:00Z',
      ),
    ),
  )
  .map(([record, name, value]) => {
    const changed: Record<string, unknown> = { ...record };
    if (value === undefined) delete changed[name];
    else Object.defineProperty(changed, name, { value, enumerable: true, configurable: true });
    return JSON.parse(JSON.stringify(changed)) as unknown;
  });

test('the check of records says the same as the published schema', () => {
  const schema = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../schemas/snapshot-record.schema.json'), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);
  let valid = 0;
  fc.assert(
    fc.property(fc.oneof(brokenRecord, anyJson, anyRecord('111111111111')), (value) => {
      const fault = recordFault(value);
      if (fault === undefined) valid += 1;
      expect(fault === undefined, `${fault}: ${JSON.stringify(value)}`).toBe(validate(value));
    }),
    { numRuns: 3000 },
  );
  expect(valid).toBeGreaterThan(300);
});

/** What was thrown, unless it is a SnapshotError that is fit to print. */
async function strangeError(open: () => unknown): Promise<unknown> {
  try {
    await open();
    return undefined;
  } catch (error) {
    if (!(error instanceof SnapshotError)) return error;
    return /\p{Cc}(?<!\n)/u.test(error.message) ? error : undefined;
  }
}

test('a manifest of any content gives a snapshot or a SnapshotError', async () => {
  await using scratch = await scratchFolder();
  const member = fc.constantFrom(
    'version',
    'parts',
    'accounts',
    'coverage',
    'caller',
    'rootHash',
    'organization',
  );
  const manifest = fc
    .tuple(fc.dictionary(member, anyJson), fc.boolean())
    .map(([members, ours]) =>
      JSON.stringify(ours ? { format: 'trailwarden-snapshot', version: 1, ...members } : members),
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(manifest, fc.string(), fc.uint8Array()), async (content) => {
      await writeFile(path.join(scratch.path, 'manifest.json'), content);
      expect(await strangeError(() => openSnapshot(scratch.path))).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

const yamlPiece = fc.oneof(
  fc.constantFrom(
    'accounts:',
    '\n',
    '  ',
    '\n  "111111111111":',
    '\n    records:',
    '\n      - call: cloudtrail:DescribeTrails',
    '\n        region: eu-west-1',
    '\n        output: {}',
    '\n        error: AccessDenied',
    'organization: null\n',
    '&a [1]',
    '*a',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '? ',
    ': ',
    '"',
    "'",
    '|\n',
    '!!binary x',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '# c',
    '\t',
    '<<: ',
    '.inf',
    '1e999',
    '0x1F',
    '99999999999999999999',
    '\u0000',
    '\uFEFF',
  ),
  fc.string({ maxLength: 6 }),
);

test('YAML of any content gives a snapshot or a SnapshotError with places', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(yamlPiece, { maxLength: 25 }), async (pieces) => {
      expect(
        await strangeError(() => readReadableSnapshot(pieces.join(''), { file: 'x.yaml' })),
      ).toBeUndefined();
    }),
    { numRuns: 1500 },
  );
});

test('a readable snapshot with any one value replaced gives a snapshot or a SnapshotError', async () => {
  const valid = {
    time: '2026-10-01T06:00:00Z',
    organization: { id: 'o-x', managementAccount: '111111111111' },
    notices: ['n'],
    accounts: {
      '111111111111': {
        name: 'n',
        regions: ['eu-west-1'],
        records: [{ call: 'cloudtrail:DescribeTrails', region: 'eu-west-1', output: { trailList: [] } }],
      },
    },
    coverage: [{ call: 'a:B', outcome: 'denied', accounts: ['111111111111'], regions: ['eu-west-1'] }],
  };
  const paths: string[][] = [];
  const walk = (value: unknown, at: string[]): void => {
    paths.push(at);
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, [...at, name]);
  };
  walk(valid, []);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), anyJson, async (at, value) => {
      const replaced = (tree: unknown, steps: readonly string[]): unknown => {
        const [step, ...rest] = steps;
        if (step === undefined) return value;
        if (Array.isArray(tree))
          return tree.map((item: unknown, index) => (String(index) === step ? replaced(item, rest) : item));
        const object = tree as Record<string, unknown>;
        return { ...object, [step]: replaced(object[step], rest) };
      };
      const text = JSON.stringify(replaced(valid, at));
      expect(await strangeError(() => readReadableSnapshot(text, { file: 'x.yaml' }))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('a folder that is half readable gives a SnapshotError', async () => {
  await using scratch = await scratchFolder();
  await mkdir(path.join(scratch.path, 'accounts'));
  await writeFile(path.join(scratch.path, 'snapshot.yaml'), 'accounts: {"111111111111": {}}\n');
  await writeFile(path.join(scratch.path, 'accounts', '222222222222.yaml'), 'records: []\n');
  await writeFile(path.join(scratch.path, 'accounts', 'readme.txt'), '');
  await writeFile(
    path.join(scratch.path, 'accounts', '111111111111.yaml'),
    `records: [${JSON.stringify(trailsAnswer('1', 'x'))}]\n`,
  );
  const error = await openSnapshot(scratch.path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SnapshotError);
  expect(String(error)).toContain(
    '222222222222.yaml: account 222222222222 is not among `accounts` of snapshot.yaml',
  );
  expect(String(error)).toContain('readme.txt: expected a file name of twelve digits');
  expect(String(error)).toContain('111111111111.yaml:1:11: `records[0]` lacks `call`');
  expect(String(error)).toContain('unknown key `service`');
});
