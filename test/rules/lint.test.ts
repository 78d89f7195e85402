import { expect, test } from 'vitest';

import { FaultList, faultText, sortFaults } from '../../src/rules/fault.ts';
import { lintFolders } from '../../src/rules/lint/folders.ts';
import { files, language, rule } from './support.ts';

/** What lint says about a rule, without what it says about every rule of these tests. */
async function lint(on: string, body: string, more: Record<string, string> = {}): Promise<string[]> {
  const faults = new FaultList();
  const folder = { files: files({ 'events/root-usage.yaml': '', 'events/logins.yaml': '' }) };
  await lintFolders([folder, { files: files({ ...rule('tried', on, body), ...more }) }], 1, language, faults);
  return sortFaults(faults.faults)
    .map(faultText)
    .filter((line) => !/no references|which values are stricter/.test(line));
}
const at = (line: number, column: number): string => `cloudtrail/tried.yaml:${line}:${column}:`;

test.each([
  // Numbers
  [
    'log-group',
    'check: { retentionInDays: { atLeast: 5, atMost: 3 } }',
    `${at(8, 27)} retentionInDays is never at least 5 and at most 3; change the limits, or remove the test`,
  ],
  [
    'log-group',
    'check: { retentionInDays: { above: 3, below: 3 } }',
    `${at(8, 27)} retentionInDays is never more than 3 and less than 3; change the limits, or remove the test`,
  ],
  [
    'log-group',
    'check: { retentionInDays: { not: { atLeast: 5, atMost: 3 } } }',
    `${at(8, 29)} retentionInDays is always not at least 5 and at most 3; remove the test, or ask for what can fail`,
  ],
  [
    'log-group',
    'check: { any: [{ retentionInDays: { present: true } }, { retentionInDays: { not: { above: 1 } } }] }',
    `${at(8, 10)} everything passes one or another of these; leave them out, or ask for less`,
  ],
  // The same thing asked and denied, twice, or by counts
  [
    'trail',
    'check: { all: [{ Name: a }, { Name: b }] }',
    `${at(8, 10)} nothing passes all of these together; change one of them`,
  ],
  [
    'trail',
    'check: { all: [{ IsMultiRegionTrail: true }, { not: { IsMultiRegionTrail: true } }] }',
    `${at(8, 10)} nothing passes all of these together; change one of them`,
  ],
  [
    'trail',
    'check: { any: [{ is: good }, { not: { is: good } }] }',
    `${at(8, 10)} everything passes one or another of these; leave them out, or ask for less`,
  ],
  [
    'trail',
    'check: { any: [{ Name: a }, { Name: a }] }',
    `${at(8, 31)} this stands here twice; remove one of the two`,
  ],
  [
    'account',
    'check: { all: [{ some: trails, atLeast: 3 }, { not: { some: trails, atLeast: 2 } }] }',
    `${at(8, 10)} nothing passes all of these together; change one of them`,
  ],
  [
    'account',
    'check: { all: [{ some: trails, where: { Name: a } }, { none: trails, where: { Name: a } }] }',
    `${at(8, 10)} nothing passes all of these together; change one of them`,
  ],
  // Text
  [
    'trail',
    'check: { Name: { startsWith: a, endsWith: b, not: { contains: b } } }',
    `${at(8, 16)} Name is never text that starts with "a" and text that ends with "b" and not text with "b" in it; change the limits, or remove the test`,
  ],
  [
    'trail',
    'check: { Name: { startsWith: prod-, oneOf: [test-a, test-b] } }',
    `${at(8, 16)} Name is never text that starts with "prod-" and one of "test-a", "test-b"; change the limits, or remove the test`,
  ],
  [
    'trail',
    'check: { Name: { oneOf: [a, b, a] } }',
    `${at(8, 25)} a value of Name stands here twice; remove one of the two`,
  ],
  [
    'trail',
    "check: { Name: { matches: '.*' } }",
    `${at(8, 27)} the pattern ".*" matches every text; write present: true, or a pattern that some text does not match`,
  ],
  [
    'trail',
    "check: { Name: { matches: 'a*' } }",
    `${at(8, 27)} the pattern "a*" matches every text; write present: true, or a pattern that some text does not match`,
  ],
  [
    'trail',
    "check: { Name: { matches: 'x$a' } }",
    `${at(8, 27)} the pattern "x$a" matches nothing: text would have to end before it does, or begin after; move ^ to the beginning and $ to the end, or write \\^ and \\$`,
  ],
  // Values that AWS does not have
  [
    'alarm',
    'check: { StateValue: INSUFFICIENT }',
    `${at(8, 22)} AWS has no StateValue called INSUFFICIENT; it has OK, ALARM, INSUFFICIENT_DATA`,
  ],
  [
    'alarm',
    'check: { TreatMissingData: { not: { oneOf: [breaching, nonBreaching] } } }',
    `${at(8, 44)} AWS has no TreatMissingData called nonBreaching; did you mean notBreaching?`,
  ],
  [
    'account',
    'when: { state: ACTIVATED }\ncheck: { Name: { present: true } }',
    `${at(8, 16)} AWS has no state called ACTIVATED; did you mean ACTIVE?`,
  ],
  // Times
  [
    'trail',
    'check: { status.LatestDeliveryTime: { within: 1d, olderThan: 2d } }',
    `${at(8, 37)} status.LatestDeliveryTime is never no more than 1d ago and more than 2d ago; change the limits, or remove the test`,
  ],
  // Lists
  [
    'alarm',
    'check: { AlarmActions: { containsAll: [a, b], not: { contains: b } } }',
    `${at(8, 24)} AlarmActions is never a list with "a" and "b" in it and not a list with "b" in it; change the limits, or remove the test`,
  ],
  // Parameters
  [
    'log-group',
    'params: { days: { type: integer, default: 5, minimum: 5, description: x } }\ncheck: { retentionInDays: { atLeast: $days, below: 5 } }',
    `${at(9, 27)} retentionInDays is never at least 5 and less than 5; change the limits, or remove the test`,
  ],
  [
    'log-group',
    'params: { days: { type: integer, default: 5, minimum: 5, description: x } }\ncheck: { any: [{ $days: { atLeast: 1 } }, { retentionInDays: 1 }] }',
    `${at(9, 18)} the bounds of $days settle this, so it always holds; remove it, or ask for what can go both ways`,
  ],
  [
    'log-group',
    'params: { days: { type: integer, default: 9, oneOf: [9, 400], maximum: 100, description: x } }\ncheck: { retentionInDays: { atLeast: $days } }',
    `${at(8, 11)} 400 is one of days and outside of its bounds; remove it`,
  ],
  // Conditions
  [
    'trail',
    'when: { IsMultiRegionTrail: true }\ncheck: { IsMultiRegionTrail: false }',
    `${at(9, 10)} nothing passes the check where when holds; change one of the two`,
  ],
  [
    'trail',
    'when: { IsMultiRegionTrail: true, Name: { present: true } }\ncheck: { Name: { present: true } }',
    `${at(9, 10)} everything passes the check where when holds; ask for what can fail`,
  ],
  [
    'account',
    'check: { every: trails, where: { Name: a }, must: { Name: b }, empty: pass }',
    `${at(8, 53)} nothing that passes where passes must; change one of the two`,
  ],
  [
    'account',
    'check: { together: { cover: root-usage, ways: [{ name: x, counts: false, links: [{ link: trail, each: trails }] }] } }',
    `${at(8, 10)} no way counts, so it never holds; remove it, or ask for what can go both ways`,
  ],
])('%s: %s', async (on, body, expected) => {
  const predicate = 'id: good\ntitle: It is good\nfor: trail\ncheck: { Name: good }\n';
  const more = body.includes('is: good') ? { 'predicates/good.yaml': predicate } : {};
  expect(await lint(on, body, more)).toEqual([expected]);
});

test.each([
  ['log-group', 'check: { retentionInDays: { atLeast: 5, atMost: 5 } }'],
  [
    'log-group',
    'check: { any: [{ retentionInDays: { present: true } }, { retentionInDays: { above: 1 } }] }',
  ],
  [
    'log-group',
    'params: { least: { type: integer, default: 5, description: x }, most: { type: integer, default: 3, description: x } }\ncheck: { retentionInDays: { atLeast: $least, atMost: $most } }',
  ],
  [
    'log-group',
    'params: { no: { type: boolean, default: false, description: x } }\ncheck: { all: [{ retentionInDays: { present: false } }, { retentionInDays: { present: $no } }] }',
  ],
  [
    'log-group',
    'params: { days: { type: integer, default: 5, description: x } }\ncheck: { any: [{ $days: { equals: 77 } }, { retentionInDays: 1 }] }',
  ],
  ['trail', 'check: { Name: { startsWith: ab, endsWith: bc, contains: x, not: abbc } }'],
  ['trail', "check: { Name: { matches: '^[^$]+$', startsWith: a } }"],
  ['trail', "check: { Name: { matches: '(?m)a$b|^$' } }"],
  ['trail', 'check: { all: [{ Name: { not: a } }, { Name: { not: b } }] }'],
  ['trail', 'check: { status.LatestDeliveryTime: { within: 2d, olderThan: 1d } }'],
  ['trail', 'check: { TrailARN: { arn: { account: "111111111111", region: { not: us-east-1 } } } }'],
  ['alarm', 'check: { AlarmActions: { contains: { startsWith: a }, not: { contains: ab } } }'],
  ['alarm', 'check: { StateValue: { not: OK }, StateReason: OK }'],
  ['account', 'check: { all: [{ some: trails, atLeast: 2 }, { not: { some: trails, atLeast: 3 } }] }'],
  ['account', 'check: { all: [{ some: trails, where: { Name: a } }, { none: trails, where: { Name: b } }] }'],
])('nothing to say about %s: %s', async (on, body) => {
  expect(await lint(on, body)).toEqual([]);
});
