import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { UserFault } from '../../src/fault.ts';
import { openWaivers } from '../../src/waivers/apply.ts';
import { parseWaivers, type Waiver } from '../../src/waivers/waiver-file.ts';

const time = '2026-10-01T06:00:00.000Z';

function waiver(changes: Partial<Waiver>): Waiver {
  return {
    rule: 'a-rule',
    reason: 'moving out',
    owner: 'Ana',
    ticket: 'SEC-1',
    expires: '2027-01-31',
    file: 'waivers.yaml',
    line: 2,
    ...changes,
  };
}

function failing(id: string, changes: { rule?: string; account?: string } = {}) {
  return {
    rule: changes.rule ?? 'a-rule',
    verdict: 'fail' as const,
    resource: {
      type: 'trail',
      id,
      account: changes.account ?? '111122223333',
      region: 'us-east-1',
      name: 'x',
    },
  };
}

const ouOf = (account: string): string | undefined =>
  ({ '111122223333': 'Workloads/Production', '444455556666': 'Sandbox' })[account];

const tagsOf = (account: string): { readonly [name: string]: string } | undefined =>
  ({ '111122223333': { stage: 'sandbox', 'cost/x': '' }, '444455556666': {} })[account];

/** `read`, or what a person is told; anything that is no fault of the input goes through. */
function outcomeOf(action: () => void): string {
  try {
    action();
    return 'read';
  } catch (error) {
    if (error instanceof UserFault) return error.message;
    throw error;
  }
}

test('a waiver file is read with its places', () => {
  const [first, second] = parseWaivers(
    `waivers:
  - rule: a-rule
    resource: "arn:aws:logs:*:111122223333:log-group:/tmp/*"
    reason: moving out
    owner: Ana
    ticket: SEC-1
    expires: "2027-01-31"
  - {rule: b-rule, account: "111122223333", reason: r, owner: o, ticket: t, expires: 2027-02-01}
`,
    'waivers.yaml',
  );
  expect(first).toMatchObject({ rule: 'a-rule', line: 2, expires: '2027-01-31' });
  expect(second).toMatchObject({ account: '111122223333', line: 8, expires: '2027-02-01' });
});

test('every fault is named with line, column and what to do', () => {
  const text = `waivers:
  - rule: a-rule
    acount: "111122223333"
    reason: moving out
    owner: ""
    expires: 2027-02-30
  - {rule: b-rule, reason: r, owner: o, ticket: t, expires: "2027-01-01"}
  - {rule: c-rule, account: 111122223333, reason: r, owner: o, ticket: t, expires: "2027-01-01"}
waiver: []
`;
  expect(() => parseWaivers(text, 'w.yaml')).toThrowErrorMatchingInlineSnapshot(`
    [WaiverFault: w.yaml:2:5: ticket is missing: every waiver says rule, reason, owner, ticket, expires
    w.yaml:2:5: says for nothing in particular: give a resource, an account, an ou or a tag
    w.yaml:3:5: unknown key "acount"; did you mean "account"?
    w.yaml:5:12: owner: text is expected
    w.yaml:6:14: expires: a day like 2027-01-31 is expected, not "2027-02-30"
    w.yaml:7:5: says for nothing in particular: give a resource, an account, an ou or a tag
    w.yaml:8:29: account: text is expected; put it in quotes
    w.yaml:9:1: unknown key "waiver"; did you mean "waivers"?]
  `);
});

test('any text is read or refused with a place, never a crash', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((json) => `waivers: ${json}`),
      ),
      (text) => {
        const outcome = outcomeOf(() => parseWaivers(text, 'w.yaml'));
        expect(outcome).toMatch(/^(read$|w\.yaml:\d+:\d+: )/);
      },
    ),
  );
});

test('a waiver accepts failures of its rule on its resource, account or organizational unit, and nothing else', () => {
  const accepts = (changes: Partial<Waiver>, finding: ReturnType<typeof failing>): boolean =>
    openWaivers([waiver(changes)], { time, ouOf, tagsOf }).waiverFor(finding) !== null;

  expect(accepts({ account: '111122223333' }, failing('arn:a'))).toBe(true);
  expect(accepts({ account: '111122223333' }, failing('arn:a', { account: '444455556666' }))).toBe(false);
  expect(accepts({ account: '111122223333' }, failing('arn:a', { rule: 'b-rule' }))).toBe(false);
  expect(accepts({ ou: 'Workloads' }, failing('arn:a'))).toBe(true);
  expect(accepts({ ou: 'Work' }, failing('arn:a'))).toBe(false);
  // Anchored: `ci-logs` must not also accept its replica.
  expect(accepts({ resource: 'arn:ci-logs' }, failing('arn:ci-logs-replica'))).toBe(false);
  expect(accepts({ resource: 'arn:*:logs' }, failing('arn:ci:logs'))).toBe(true);
  expect(accepts({ resource: 'arn:*:logs' }, failing('arn:logs'))).toBe(false);
  expect(accepts({ resource: 'a*b*c', account: '444455556666' }, failing('abc'))).toBe(false);
});

test('a waiver is for failures: it never touches another verdict', () => {
  const book = openWaivers([waiver({ account: '111122223333' })], { time, ouOf, tagsOf });
  for (const verdict of ['pass', 'unknown', 'not-applicable'] as const) {
    expect(book.waiverFor({ ...failing('arn:a'), verdict })).toBeNull();
  }
});

test.each([
  ['2026-09-30', false, ['expired on 2026-09-30 and accepts nothing any more']],
  ['2026-10-01', true, ['expires on 2026-10-01']],
  ['2026-10-20', true, ['expires on 2026-10-20']],
  ['2027-06-01', true, []],
  ['2029-01-01', false, ['would run for 824 days; 366 are allowed, so it accepts nothing']],
] as const)('a waiver until %s, seen on 2026-10-01, holds: %s', (expires, holds, notices) => {
  const book = openWaivers([waiver({ account: '111122223333', expires })], { time, ouOf, tagsOf });
  expect(book.waiverFor(failing('arn:a')) !== null).toBe(holds);
  expect(book.notices()).toEqual(
    notices.map((notice) => `waivers.yaml:2: the waiver of Ana for a-rule ${notice}`),
  );
});

test('unused and over-broad waivers are told', () => {
  const book = openWaivers(
    [waiver({ ou: 'Workloads' }), waiver({ rule: 'b-rule', account: '111122223333', line: 9 })],
    { time, ouOf, tagsOf },
  );
  for (let i = 0; i < 101; i += 1) book.waiverFor(failing(`arn:${i}`));
  expect(book.notices()).toEqual([
    'waivers.yaml:2: the waiver of Ana for a-rule accepts 101 findings: is it too broad?',
    'waivers.yaml:9: the waiver of Ana for b-rule accepted nothing: no failing finding matches it',
  ]);
});

test('a waiver by tag is for accounts with the tag; where tags are not known it accepts nothing and says so', () => {
  const accepts = (tag: string, account = '111122223333'): boolean =>
    openWaivers([waiver({ tag })], { time, ouOf, tagsOf }).waiverFor(failing('x', { account })) !== null;
  expect(['stage=sandbox', 'stage=sand*', 'cost/x='].map((tag) => accepts(tag))).toEqual([true, true, true]);
  expect(['stage=sand', 'stage=', 'toString=*', 'other=*'].map((tag) => accepts(tag))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(accepts('stage=sandbox', '444455556666')).toBe(false);
  const book = openWaivers([waiver({ tag: 'stage=sandbox' })], { time, ouOf, tagsOf });
  for (const account of ['999900001111', '888899990000'])
    expect(book.waiverFor(failing('x', { account }))).toBeNull();
  expect(book.notices()).toEqual([
    'waivers.yaml:2: the waiver of Ana for a-rule accepts nothing of account 888899990000 and 1 more, whose tags are not known',
  ]);
  expect(() =>
    parseWaivers(
      'waivers:\n  - {rule: r, tag: stage, reason: r, owner: o, ticket: t, expires: 2027-01-31}\n',
      'w.yaml',
    ),
  ).toThrow('w.yaml:2:20: tag: a name and a value are expected, like stage=sandbox, not "stage"');
});
