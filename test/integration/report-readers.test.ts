import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { csvColumns, csvSink } from '../../src/report/csv.ts';
import { junitSink } from '../../src/report/junit.ts';
import type { ReportSink, TextOutput } from '../../src/report/sink.ts';
import { visibleText } from '../../src/text.ts';
import { hostileFinding, hostileHeader } from '../report/hostile.ts';
import { memoryOutput, writeReport } from '../report/sample.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { python } from '../support/needs.ts';

const findings = hostileTexts
  .map(hostileFinding)
  .toSorted((a, b) => Number(a.resource.account) - Number(b.resource.account));

async function report(sink: (output: TextOutput) => ReportSink): Promise<string> {
  const output = memoryOutput();
  await writeReport(sink(output), hostileHeader(), findings);
  return output.text();
}

/** Gives `input` to a Python program and takes the JSON that it prints. */
function readWithPython(program: string, input: string): unknown {
  const run = spawnSync(python() ?? '', ['-c', program], {
    input: Buffer.from(input, 'utf8'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env['PATH'], PYTHONUTF8: '1' },
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

test.skipIf(python() === undefined)("Python's XML reader takes JUnit with 200 hostile texts", async () => {
  const suites = readWithPython(
    `
import sys, json, xml.etree.ElementTree as ET
root = ET.fromstring(sys.stdin.buffer.read())
assert root.tag == 'testsuites'
print(json.dumps([[s.attrib, [[c.attrib, [[k.tag, k.attrib, k.text] for k in c]] for c in s]] for s in root]))
`,
    await report(junitSink),
  ) as [
    Record<string, string>,
    [Record<string, string>, [string, Record<string, string>, string | null][]][],
  ][];
  expect(suites).toHaveLength(20);
  const cases = suites.flatMap(([, list]) => list);
  expect(cases).toHaveLength(findings.length);
  const tags = { fail: 'failure', unknown: 'error', 'not-applicable': 'skipped', pass: undefined };
  cases.forEach(([attributes, outcome], index) => {
    const finding = findings[index];
    expect(attributes['classname']).toBe(finding?.rule);
    expect(attributes['name']).toBe(visibleText(`${finding?.resource.id} in ${finding?.resource.region}`));
    expect(outcome.map(([tag]) => tag)).toEqual(
      finding?.waiver ? ['skipped'] : [tags[finding?.verdict ?? 'pass']].filter((tag) => tag !== undefined),
    );
  });
  for (const [attributes, list] of suites) {
    const count = (tag: string): string =>
      String(list.filter(([, outcome]) => outcome[0]?.[0] === tag).length);
    expect(attributes).toMatchObject({
      tests: String(list.length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    });
  }
});

test.skipIf(python() === undefined)("Python's csv module takes CSV with 200 hostile texts", async () => {
  const rows = readWithPython(
    `
import sys, json, csv, io
text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='')
print(json.dumps(list(csv.DictReader(text, strict=True))))
`,
    await report(csvSink),
  ) as Record<string, string>[];
  expect(rows).toHaveLength(findings.length);
  rows.forEach((row, index) => {
    const finding = findings[index];
    expect(Object.keys(row)).toEqual([...csvColumns]);
    expect(row).toMatchObject({ rule: finding?.rule, fingerprint: finding?.fingerprint });
    const shown = visibleText((finding?.resource.id ?? '').replaceAll(/\r?\n/g, ' '));
    expect([shown, `'${shown}`]).toContain(row['resource_id']);
    // A spreadsheet takes each of these as text.
    for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/);
  });
});
