import { expect, test } from 'vitest';

import { coverageOf, snapshotFromRecords } from '../../src/snapshot/memory.ts';
import type { AnswerRecord } from '../../src/snapshot/record.ts';
import { summarizeSnapshot, summaryText } from '../../src/snapshot/show.ts';
import { summary, trailsAnswer } from './samples.ts';

const a = '111111111111';
const b = '222222222222';

const { output: _output, ...question } = trailsAnswer(a, 'eu-west-1');
const refused: AnswerRecord = {
  ...question,
  error: { code: 'AccessDenied', message: 'no \u001B[31mway\u202E', outcome: 'denied' },
};
const { manifest } = snapshotFromRecords({
  organization: [{ ...trailsAnswer(a, 'global'), service: 'organizations', operation: 'ListAccounts' }],
  accounts: { [a]: [trailsAnswer(a, 'us-east-1'), refused] },
  manifest: {
    ...summary([]),
    finished: false,
    notices: ['mind the\ngap'],
    accounts: [
      { id: b, name: 'Far <b>away</b>', state: 'ACTIVE', scan: 'not-reachable', reason: 'refused' },
      { id: a, name: 'Near', state: 'ACTIVE', scan: 'collected', regions: ['us-east-1', 'eu-west-1'] },
    ],
    coverage: coverageOf([trailsAnswer(a, 'us-east-1'), refused]),
  },
});

test('the summary counts accounts, records and outcomes', () => {
  expect(summarizeSnapshot(manifest)).toMatchObject({
    finished: false,
    records: 3,
    organizationRecords: 1,
    accountsByScan: { collected: 1, 'not-reachable': 1, 'left-out': 0 },
    accounts: [
      { id: a, regions: 2, records: 2, cells: { obtained: 1, denied: 1 } },
      { id: b, regions: undefined, records: 0 },
    ],
    operations: [{ operation: 'cloudtrail:DescribeTrails', cells: { obtained: 1, denied: 1 } }],
    gaps: [
      {
        operation: 'cloudtrail:DescribeTrails',
        outcome: 'denied',
        code: 'AccessDenied',
        accounts: [a],
        regions: ['eu-west-1'],
      },
    ],
  });
});

test('the text says it all and nothing in it moves the terminal', () => {
  expect(summaryText(summarizeSnapshot(manifest))).toMatchInlineSnapshot(`
    "organization  o-exampleorg, managed by account 111111111111
    collected by  arn:aws:sts::111111111111:assumed-role/audit/scan, with trailwarden 0.0.0-test
    collected     2026-10-01T06:00:00.000Z to 2026-10-01T06:10:00.000Z, interrupted before the end
    root hash     5758b9c06237d84023dee69034d059565f925b4a6e9392746fdeb1f554d860b0
    size          3 records, 721 B
    accounts      2 in scope, 1 collected, 1 not reachable
    coverage      1 of 2 questions answered (1 denied)
    notice        mind the\\u{a}gap

    Accounts
      account       name             state   scan           regions  records   size  not answered
      111111111111  Near             ACTIVE  collected      2              2  501 B             1
      222222222222  Far <b>away</b>  ACTIVE  not reachable  unknown        0    0 B             0

    Not collected
      222222222222  refused

    Calls (accounts x regions)
      call                       obtained  denied
      cloudtrail:DescribeTrails         1       1

    Not answered
      denied  cloudtrail:DescribeTrails  in account 111111111111, region eu-west-1
        AccessDenied: no \\u{1b}[31mway\\u{202e}
    "
  `);
});
