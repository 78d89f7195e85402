import { expect, test } from 'vitest';

import { csvCell, csvColumns, csvSink } from '../../src/report/csv.ts';
import { junitSink } from '../../src/report/junit.ts';
import { markdownByteLimit, markdownSink } from '../../src/report/markdown.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { hostileFinding, hostileHeader } from './hostile.ts';
import {
  memoryOutput,
  sampleFinding,
  sampleHeader,
  sampleRule,
  sampleScore,
  totalsOf,
  writeReport,
} from './sample.ts';

const header = sampleHeader([sampleRule('a-rule', 'high'), sampleRule('b-rule', 'low')]);
const findings = [
  sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'one' }),
  sampleFinding({ rule: 'a-rule', verdict: 'fail', name: 'two', waived: true }),
  sampleFinding({ rule: 'a-rule', verdict: 'pass', name: 'three' }),
  sampleFinding({ rule: 'b-rule', verdict: 'unknown', severity: 'low' }),
  sampleFinding({ rule: 'b-rule', verdict: 'not-applicable', severity: 'low' }),
];

async function markdown(
  ...given: Parameters<typeof writeReport> extends [unknown, ...infer Rest] ? Rest : never
) {
  const output = memoryOutput();
  await writeReport(markdownSink(output), ...given);
  return output.text();
}

test('the job summary says what fails, what is waived and what is missing', async () => {
  const totals = totalsOf(findings, {
    complete: false,
    scores: [sampleScore()],
    notices: ['a notice for @everybody'],
  });
  expect(await markdown(header, findings, totals)).toMatchInlineSnapshot(`
    "## Trailwarden: 1 failure in o-exampleorg

    > [!WARNING]
    > Not everything that was asked was answered. What is unknown is not passed.

    | Fail | Waived | Unknown | Pass | Not applicable |
    | ---: | ---: | ---: | ---: | ---: |
    | 1 | 1 | 1 | 1 | 1 |

    2 accounts, 1 of them not seen; 1 of 2 questions answered. Collected 2026-10-01T06:10:00.000Z by arn:aws:sts::111122223333:assumed-role/audit/scan. Snapshot \`abababababababab\`, trailwarden 0.1.0.

    | Pack | Satisfied of decided | Satisfied | Failed | Unknown | Manual | Not applicable |
    | --- | --- | --- | ---: | ---: | ---: | ---: |
    | A framework, edition 1 | 66 % of 3 | 2 (1 in part) | 1 | 1 | 1 | 1 |

    <details><summary>Accounts with failures or unknowns: 1</summary>

    | Account | Fail | Waived | Unknown | Pass |
    | --- | ---: | ---: | ---: | ---: |
    | 111122223333 Management | 1 | 1 | 1 | 1 |

    </details>

    ### 1 high

    | Rule | Account | Region | What |
    | --- | --- | --- | --- |
    | a-rule | 111122223333 | us-east-1 | Trail one in account 111122223333 fails: as a-rule says. |

    ### Unknown for want of

    | Call and answer | Findings |
    | --- | ---: |
    | cloudwatch:DescribeAlarms AccessDenied | 1 |

    ### Notices

    - a notice for @<!-- -->everybody
    "
  `);
});

test('hostile text makes no tag, no cell, no line, no link and no mention in the job summary', async () => {
  const rows = hostileTexts.map((text, index) => ({
    ...hostileFinding(text, index * 4),
    waiver: null,
    severity: 'high' as const,
  }));
  const totals = { ...totalsOf(rows), notices: hostileTexts };
  const text = await markdown(hostileHeader(), rows, totals);
  const own = /<\/?details>|<\/?summary>|<!-- -->|^> /gm;
  expect(text.replace(own, '')).not.toMatch(/[<>]/);
  expect(text).not.toMatch(/[@#](?!<!-- -->|[#\d ])\w/);
  expect(text).not.toMatch(/:\/\/|\bwww\./);
  expect(text).not.toMatch(/(?<!\\)\]\(/);
  expect(text).not.toMatch(/&(?!(?:amp|lt|gt|#124);)/);
  const table = text.split('\n').filter((line) => line.startsWith('| rule-'));
  expect(table).toHaveLength(200);
  for (const line of table) expect(line.split('|')).toHaveLength(6);
  // eslint-disable-next-line no-control-regex -- that none is left is what is tested
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\u2028]/);
});

test('the job summary stops before the size that GitHub drops, counted in bytes, and says so', async () => {
  const many = Array.from({ length: 12_000 }, (_, index) =>
    sampleFinding({ rule: 'a-rule', verdict: 'fail', name: `💣${index}`, message: `💣${index} `.repeat(20) }),
  );
  const text = await markdown(header, many);
  expect(Buffer.byteLength(text)).toBeLessThan(markdownByteLimit);
  expect(Buffer.byteLength(text)).toBeGreaterThan(markdownByteLimit - 120_000);
  expect(text).toMatch(/\d+ more high failures are not shown/);
});

test('CSV has the documented columns, ends lines with CRLF, and no cell is a formula', async () => {
  const output = memoryOutput();
  await writeReport(csvSink(output), header, findings);
  const lines = output.text().split('\r\n');
  expect(lines[0]).toBe(csvColumns.join(','));
  expect(lines).toHaveLength(findings.length + 2);
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  expect(csvCell('=1+1')).toBe(`"'=1+1"`);
  expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
  for (const text of hostileTexts) expect(csvCell(text)).not.toMatch(/^"?\s*[=+\-@\t\r]/);
});

test.each([
  ['markdown', markdownSink],
  ['junit', junitSink],
  ['csv', csvSink],
])('two runs of %s give the same bytes', async (_name, sink) => {
  const [first, second] = [memoryOutput(), memoryOutput()];
  for (const output of [first, second]) {
    await writeReport(sink(output), hostileHeader(), hostileTexts.map(hostileFinding));
  }
  expect(first.text()).toBe(second.text());
  expect(first.text()).not.toBe('');
});
