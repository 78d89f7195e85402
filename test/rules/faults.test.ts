import { expect, test } from 'vitest';

import { faultsOf, rule } from './support.ts';

test('all faults of a file are reported together, each with its place and a suggestion', async () => {
  const text = `id: bad
titel: x
service: cloudtrail
severity: hihg
for: acount
check:
  some: trails
  wher: { IsMultiRegionTrail: true }
why: x
`;
  expect(await faultsOf({ 'cloudtrail/bad.yaml': text })).toEqual([
    'cloudtrail/bad.yaml:1:1: the document has no title; add title: What holds when the rule passes, as a sentence.',
    'cloudtrail/bad.yaml:1:1: the document has no fix; add fix: What to do. {name}, {id}, {account}, {region}, {Field} and {$parameter} are filled in.',
    'cloudtrail/bad.yaml:2:1: unknown key titel; did you mean title?',
    'cloudtrail/bad.yaml:4:1: severity is hihg; did you mean high?',
    'cloudtrail/bad.yaml:5:6: there is no resource type acount; did you mean account?',
    'cloudtrail/bad.yaml:8:3: there is no construct wher; did you mean where?',
  ]);
});

test('names in checks are looked up: fields, relations, operators, predicates', async () => {
  const check = `
check:
  IsMultiRegionTral: true
  status.IsLoging: true
  IsMultiRegionTrail: "true"
  Name: { matches: "a(" }
  logGroup: x
  status.LatestDeliveryTime: { within: 24 }
  account.trails.Name: x
  S3BucketName: { atleast: 3 }
  recordedEvents: x
  is: foo
`;
  expect(await faultsOf(rule('a', 'trail', check))).toEqual([
    'cloudtrail/a.yaml:9:3: a trail has no IsMultiRegionTral; did you mean IsMultiRegionTrail?',
    'cloudtrail/a.yaml:10:3: a trail status has no IsLoging; did you mean IsLogging?',
    'cloudtrail/a.yaml:11:23: IsMultiRegionTrail is true or false and never equals "true"; write true or false without quotes',
    'cloudtrail/a.yaml:12:20: "a(" is not a regular expression: missing closing ) at "a("; write RE2 syntax: no look-around, no back-references; escape special characters with \\',
    'cloudtrail/a.yaml:13:13: logGroup is a related resource; name one of its fields (logGroup.FIELD), or write present: true',
    'cloudtrail/a.yaml:14:40: 24 is not a duration; write a number and a unit: 90s, 30m, 24h, 90d, 2w',
    'cloudtrail/a.yaml:15:3: account.trails.Name goes through trails, which is a list of resources; ask its elements: some: account.trails, where: {...}',
    'cloudtrail/a.yaml:16:19: there is no operator atleast; did you mean atLeast?',
    'cloudtrail/a.yaml:17:19: recordedEvents is a set of events; use it in together, as sees',
    'cloudtrail/a.yaml:18:7: there is no predicate foo; there are none',
  ]);
});

test('parameters are checked against their type and their use', async () => {
  const body = `
params:
  minimumDays: { type: integer, default: 365, minimum: 400, description: x }
  other: { type: integer, description: z }
check:
  retentionInDays: { atLeast: $minimumDay }
`;
  expect(await faultsOf(rule('a', 'log-group', body))).toEqual([
    'cloudtrail/a.yaml:9:3: the parameter minimumDays is not used; write $minimumDays in the check or a message, or remove it',
    'cloudtrail/a.yaml:9:42: 365 is no value for minimumDays; write at least 400',
    'cloudtrail/a.yaml:10:3: the parameter other has no default; add default: VALUE, so that the rule can run as it is',
    'cloudtrail/a.yaml:10:3: the parameter other is not used; write $other in the check or a message, or remove it',
    'cloudtrail/a.yaml:12:31: there is no parameter minimumDay; did you mean minimumDays?',
  ]);
});

test('a test of a parameter is checked like one of a field', async () => {
  const body = `
params:
  keys: { type: list, default: [], description: x }
  days: { type: integer, default: 1, description: x }
check:
  $key: { present: true }
  $keys: { atLeast: 1 }
  $days: { within: 3d }
  $no-name: true
  arn: { containsAll: $keys }
  inheritedProperties: { containsAll: x }
`;
  expect(await faultsOf(rule('a', 'log-group', body))).toEqual([
    'cloudtrail/a.yaml:12:3: there is no parameter key; did you mean keys?',
    'cloudtrail/a.yaml:13:12: atLeast asks for a number, and $keys is a list; use another operator or another field',
    'cloudtrail/a.yaml:14:3: $days is no time; compare it by another operator',
    'cloudtrail/a.yaml:15:3: $no-name is not the name of a parameter; names are letters and digits; write $$ for a dollar sign at the start of text',
    'cloudtrail/a.yaml:16:10: containsAll asks for a list, and arn is text; use another operator or another field',
    'cloudtrail/a.yaml:17:39: containsAll takes a list of values; write containsAll: [...]',
  ]);
});

test('products in messages are of numbers', async () => {
  const body = `
params: { price: { type: number, default: 1, description: x } }
check: { retentionInDays: { atLeast: 1 } }
message: { fail: "{storedBytes * $price * arn * $cost}" }
`;
  expect(await faultsOf(rule('a', 'log-group', body))).toEqual([
    'cloudtrail/a.yaml:10:18: arn in a product is no number; multiply numbers alone',
    'cloudtrail/a.yaml:10:18: $cost in a product is no number; multiply numbers alone',
  ]);
});

test('inquiries and what they take are looked up', async () => {
  const body = `
check:
  any:
    - asks: controlPolicesDeny
    - asks: controlPoliciesDeny
      with: { action: [a], resources: [1] }
    - asks: controlPoliciesDeny
      is: p
      with: { actions: [a], resources: [b] }
`;
  expect(await faultsOf(rule('a', 'account', body))).toEqual([
    'cloudtrail/a.yaml:10:13: an account cannot be asked controlPolicesDeny; did you mean controlPoliciesDeny?',
    'cloudtrail/a.yaml:11:7: controlPoliciesDeny needs actions; write with: { actions: [...] }',
    'cloudtrail/a.yaml:12:15: controlPoliciesDeny takes no action; did you mean actions?',
    'cloudtrail/a.yaml:12:39: 1 is no text; write texts',
    'cloudtrail/a.yaml:14:11: there is no predicate p; there are none',
    'cloudtrail/a.yaml:15:7: is and asks stand in one mapping; put each in its own entry of all: [...]',
  ]);
});

test('event sets and facts of together, and placeholders of messages, are looked up', async () => {
  const body = `
check: { together: { cover: rot-usage, ways: [{ name: x, links: [{ link: trail, each: trails, sees: recordedEvent }] }] } }
message: { fail: "{nme} and {" }
`;
  const faults = await faultsOf(rule('a', 'account', body));
  expect(faults[0]).toBe(
    'cloudtrail/a.yaml:8:29: there is no event set "rot-usage"; did you mean root-usage?',
  );
  expect(faults[1]).toBe(
    'cloudtrail/a.yaml:8:101: a trail has no recordedEvent; did you mean recordedEvents?',
  );
  expect(faults[2]).toMatch(
    /^cloudtrail\/a\.yaml:9:18: a single \{ in text|^cloudtrail\/a\.yaml:9:18: an account has no nme; did you mean Name\?/,
  );
});

test('predicates that lead back to themselves are told once', async () => {
  const predicate = (id: string, uses: string) =>
    `id: ${id}\ntitle: It holds for the account\nfor: account\ncheck: { is: ${uses} }\n`;
  expect(
    await faultsOf({
      ...rule('a', 'account', 'check: { is: p }'),
      'predicates/p.yaml': predicate('p', 'q'),
      'predicates/q.yaml': predicate('q', 'p'),
    }),
  ).toEqual(['predicates/q.yaml:4:14: the predicate p leads back to itself: p → q → p; break the circle']);
});

test.each([
  ['', /the file is empty/],
  ['- a', /the document is a list; write a mapping/],
  ['a: {b: *c}', /alias/],
  ['a: &a [x]\nb: *a', /the anchor &a is not allowed here/],
  ['id: a\nid: b', /^x\.yaml:2:1: the key id was given before in the same mapping; keep one of the two/],
  ['id:\n\tx: 1', /a tab is used for indentation/],
  ['id: !!js x', /remove the tag/],
  ['[a]: 1', /not plain text|no title/],
  ['a: 1\n---\nb: 1', /a second document starts here/],
  ['['.repeat(100_000), /nested more than 64 levels deep/],
  [`a: ${'x'.repeat(300_000)}`, /at most 262144 are read/],
  [`a: [${'1,'.repeat(30_000)}]`, /more than 20000 values/],
  ['a: .nan', /the number \.nan cannot be kept exactly/],
])('a file that is no rule gives a fault and nothing else: %#', async (text, message) => {
  const faults = await faultsOf({ 'x.yaml': text });
  expect(faults.some((fault) => message.test(fault))).toBe(true);
});
