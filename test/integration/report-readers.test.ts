import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { asffSink } from '../../src/report/asff.ts';
import { csvColumns, csvSink } from '../../src/report/csv.ts';
import { junitSink } from '../../src/report/junit.ts';
import { markdownSink } from '../../src/report/markdown.ts';
import { ocsfSink } from '../../src/report/ocsf.ts';
import { oscalSink } from '../../src/report/oscal.ts';
import type { ReportHeader, ReportSink, TextOutput } from '../../src/report/sink.ts';
import { visibleText } from '../../src/text.ts';
import { hostileFinding, hostileHeader } from '../report/hostile.ts';
import { memoryOutput, sampleHeader, writeReport } from '../report/sample.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { python } from '../support/needs.ts';
import { pythonWith } from '../support/python-environment.ts';

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

const readers = path.resolve(import.meta.dirname, '../report/readers');
const withReaders = (): Promise<string> => pythonWith('readers', path.join(readers, 'requirements.txt'));

/** What a published reader makes of a report. */
async function readByOthers(format: string, text: string): Promise<unknown> {
  const run = spawnSync(await withReaders(), [path.join(readers, 'read.py'), format], {
    input: Buffer.from(text, 'utf8'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env['PATH'], PYTHONUTF8: '1' },
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

/** Times and the partition are checked when a snapshot is read; everything else is hostile. */
function checkedHeader(): ReportHeader {
  const { manifest, ...rest } = hostileHeader();
  const { start, end, partition } = sampleHeader([]).manifest;
  return { ...rest, manifest: { ...manifest, start, end, partition } };
}

async function checkedReport(sink: (output: TextOutput) => ReportSink): Promise<string> {
  const output = memoryOutput();
  const checked = findings.map((finding) => ({
    ...finding,
    evidence: finding.evidence.map((item) => ({ ...item, time: '2026-10-01T06:00:00.000Z' })),
  }));
  await writeReport(sink(output), checkedHeader(), checked);
  return output.text();
}

describe.skipIf(python() === undefined)('published readers take reports with 200 hostile texts', () => {
  // Their virtual environment is made the first time.
  beforeAll(withReaders, 300_000);

  const count = (verdict: string): number =>
    findings.filter((finding) => finding.verdict === verdict && finding.waiver === null).length;

  test('JUnit: junitparser 5', async () => {
    const { totals, cases } = (await readByOthers('junit', await report(junitSink))) as {
      totals: number[];
      cases: [string, string, string[]][];
    };
    const skipped = findings.length - count('pass') - count('fail') - count('unknown');
    expect(totals).toEqual([findings.length, count('fail'), count('unknown'), skipped]);
    expect(cases.map(([rule]) => rule)).toEqual(findings.map(({ rule }) => rule));
  });

  test('OCSF: py-ocsf-models 0.10, made from the schema of OCSF', async () => {
    const status = { pass: 1, fail: 3, unknown: 2, 'not-applicable': 99 };
    expect(await readByOthers('ocsf', await checkedReport(ocsfSink))).toEqual({
      events: findings.map(({ fingerprint, verdict }) => [fingerprint, status[verdict]]),
      faults: [],
    });
  });

  test("ASFF: botocore's model of BatchImportFindings", async () => {
    expect(await readByOthers('asff', await checkedReport(asffSink))).toEqual({
      findings: findings.length,
      faults: [],
    });
  });

  test('OSCAL: compliance-trestle 5, whose models are made from the schema of OSCAL', async () => {
    const read = (await readByOthers('oscal', await checkedReport(oscalSink))) as {
      observations: number;
      findings: string[];
    };
    expect(read.observations).toBe(findings.length);
    expect(new Set(read.findings)).toEqual(new Set(findings.map(({ rule }) => rule)));
  });

  test("the job summary: GitHub's Markdown makes nothing of the texts but text", async () => {
    const page = (await readByOthers('markdown', await report(markdownSink))) as {
      tags: string[];
      links: string[];
      text: string;
    };
    const plain = [
      'blockquote',
      'code',
      'em',
      'h2',
      'h3',
      'li',
      'ol',
      'p',
      'strong',
      'table',
      'tbody',
      'td',
      'th',
      'thead',
      'tr',
      'ul',
    ];
    expect(page.tags.filter((tag) => !plain.includes(tag))).toEqual([]);
    expect(page.links).toEqual([]);
    const failing = findings.filter(({ verdict, waiver }) => verdict === 'fail' && waiver === null);
    const shown = failing.filter(({ message }) => page.text.includes(visibleText(message.trim())));
    expect(shown.length).toBeGreaterThan(failing.length / 2);
  });
});
