import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { addWaiver, type NewWaiver } from '../../src/waivers/add.ts';
import { parseWaivers } from '../../src/waivers/waiver-file.ts';
import { hostileTexts } from '../support/hostile-text.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/waivers.schema.json', import.meta.url), 'utf8'),
) as object;
const valid = new Ajv().compile(schema);

const added: NewWaiver = {
  rule: 'b-rule',
  account: '444455556666',
  reason: 'moving: out # soon',
  owner: 'Ana',
  ticket: 'SEC-2',
  expires: '2027-02-28',
};
const one = `rule: a-rule
    account: "111122223333"
    reason: r
    owner: o
    ticket: t
    expires: 2027-01-31`;

test.each([
  ['no file', undefined],
  ['an empty list', 'waivers: []\n'],
  ['an empty list with a comment', '# top\nwaivers: [] # none yet\n# end\n'],
  ['a list', `# top\nwaivers:\n  # first\n  - ${one} # why\n\n  # end of list\n# end of file\n`],
  ['a list without indent', `waivers:\n- ${one.replaceAll('\n    ', '\n  ')}`],
  ['a dash on its own line', `waivers:\n  -\n    ${one}\n`],
  [
    'a block text at the end',
    `waivers:\n  - ${one.replace(/expires: .*/, 'expires: |\n      2027-01-31')}\n`,
  ],
  [
    'a flow list',
    `{ waivers: [{rule: a-rule, ou: x, reason: r, owner: o, ticket: t, expires: "2027-01-31"}, ] }`,
  ],
  ['Windows line ends', `# top\r\nwaivers:\r\n  - ${one.replaceAll('\n', '\r\n')}\r\n# end\r\n`],
  ['a document end', `---\nwaivers:\n  - ${one}\n...\n`],
])('%s: an entry is added and every other byte stays', (_name, text) => {
  const after = addWaiver(text, added, 'w.yaml');
  const before = text === undefined ? [] : parseWaivers(text, 'w.yaml');
  const spoken = (waiver: object): object => ({ ...waiver, line: 0 });
  expect(parseWaivers(after, 'w.yaml').map(spoken)).toEqual(
    [...before, { ...added, file: 'w.yaml' }].map(spoken),
  );
  for (const comment of text?.match(/#.*/g) ?? []) expect(after).toContain(comment.trimEnd());
  expect(valid(parse(after)), JSON.stringify(valid.errors)).toBe(true);
  const foreignLineEnd = text?.includes('\r\n') === true ? /(?<!\r)\n/ : /\r/;
  expect(after).not.toMatch(foreignLineEnd);
  // And once more.
  expect(parseWaivers(addWaiver(after, added, 'w.yaml'), 'w.yaml')).toHaveLength(before.length + 2);
});

test('200 hostile texts are only text', () => {
  for (const hostile of hostileTexts) {
    const text = addWaiver(
      undefined,
      { ...added, resource: `x${hostile}x`, reason: `x${hostile}x`, owner: `x${hostile}x` },
      'w.yaml',
    );
    expect(parseWaivers(text, 'w.yaml')).toMatchObject([
      { resource: `x${hostile}x`, reason: `x${hostile}x`, owner: `x${hostile}x` },
    ]);
    expect(text.split('\n')).toHaveLength(10);
  }
});

test.each([
  ['an entry that is none', 'waivers: []\n', { ...added, expires: 'soon' }, 'a day like 2027-01-31'],
  ['a broken file', 'waivers: [\n', added, 'w.yaml:'],
])('%s: is refused', (_name, text, waiver, message) => {
  expect(() => addWaiver(text, waiver, 'w.yaml')).toThrow(message);
});

test('what the published schema takes is what the reader takes', () => {
  const base = { ...added };
  const samples: unknown[] = [
    base,
    { ...base, account: 444455556666 },
    { ...base, account: '4444' },
    { ...base, reason: '' },
    { ...base, reason: ' ' },
    { ...base, because: 'x' },
    { ...base, expires: '31.1.2027' },
    { ...base, ou: 'A/B' },
    ...['rule', 'account', 'reason', 'owner', 'ticket', 'expires'].map((name) =>
      Object.fromEntries(Object.entries(base).filter(([key]) => key !== name)),
    ),
    'text',
    null,
  ];
  const read = (value: unknown): boolean => {
    try {
      parseWaivers(JSON.stringify(value), 'w.yaml');
      return true;
    } catch {
      return false;
    }
  };
  const documents = [...samples.map((sample) => ({ waivers: [sample] })), {}, { waivers: [], more: 1 }, []];
  expect(documents.map((document) => valid(document))).toEqual(documents.map(read));
  expect(documents.filter(read)).toHaveLength(2);
});
