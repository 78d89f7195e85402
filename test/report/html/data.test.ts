import { createHash } from 'node:crypto';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Finding } from '../../../src/evaluate/finding.ts';
import { rowsPerBlock } from '../../../src/report/html/data.ts';
import { fillPath, fillShape, shapePath, shaper } from '../../../src/report/html/shape.ts';
import { exampleReport, hostileNames } from '../../support/example-report.ts';
import { sampleFinding, sampleHeader, sampleRule } from '../sample.ts';
import { htmlReport, readReport } from './report-text.ts';

/** Text with the marks of shapes and with parts that repeat. */
const anyText = fc
  .array(
    fc.constantFrom(
      '\u0000',
      '\u0001',
      '\u0002',
      '\u0005',
      'abc',
      'abcabc',
      '111122223333',
      '[7]',
      '[07]',
      '$&',
      '.',
    ),
  )
  .map((parts) => parts.join(''));

test('a shape gives back the text it was made of', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, anyText, anyText, (text, id, name, account, region) => {
      const names = { id, name, account, region };
      expect(fillShape(shaper(names)(text), names)).toBe(text);
      const { shape, positions } = shapePath(text);
      const rest = [...positions];
      expect(fillPath(shape, () => rest.shift() ?? -1)).toBe(text);
      expect(rest).toEqual([]);
    }),
  );
});

function readBack(html: string): Finding[] {
  const { findings, details } = readReport(html);
  return details.map((detail, row) => {
    const { verdict, severity, baseline } = findings.flagsOf(row);
    const fingerprint = findings.fingerprintOf(row);
    return {
      rule: findings.ruleOf(row),
      verdict,
      severity,
      resource: findings.resourceOf(row),
      message: findings.messageOf(row),
      ...detail,
      waiver: findings.waiverOf(row) ?? null,
      baseline,
      fingerprint:
        'hex' in fingerprint
          ? fingerprint.hex
          : createHash('sha256').update(fingerprint.sha256Of).digest('hex'),
    };
  });
}

test('every finding of an organization is in the page, whole', async () => {
  const { header, findings, totals } = exampleReport();
  const all = [...findings()];
  const html = await htmlReport(header, all, totals());
  const read = readBack(html);
  expect(read).toHaveLength(all.length);
  expect(read).toEqual(all);
  expect(readReport(html).meta.header).toEqual(header);
});

test('hostile text in every field comes back as it was', async () => {
  const all = hostileNames.flatMap((name): Finding[] => {
    const plain = sampleFinding({ rule: 'a-rule', verdict: 'unknown', name, message: `${name} and ${name}` });
    const { reasons, evidence } = plain;
    return [
      {
        ...plain,
        fix: name,
        baseline: 'changed',
        parameters: { [name]: name },
        reasons: {
          ...reasons,
          text: name,
          found: { [name]: [name, null, 1.5] },
          witness: { [name]: name },
          children: [{ kind: 'field', verdict: 'fail', text: name, field: name, wanted: name, evidence }],
        },
        waiver: { reason: name, owner: name, ticket: name, expires: name },
      },
      { ...plain, source: { file: `${name}/main.tf`, line: 7, column: 3, address: name } },
    ];
  });
  const html = await htmlReport(sampleHeader([sampleRule('a-rule', 'high')]), all);
  expect(readBack(html)).toEqual(all);
});

test('findings that fill several blocks keep their order and their own texts', async () => {
  const one = sampleFinding({ rule: 'a-rule', verdict: 'fail' });
  const all = Array.from({ length: rowsPerBlock + 3 }, (_, index): Finding => {
    const name = `group ${index}`;
    return { ...one, resource: { ...one.resource, name, id: `arn:${name}` }, message: `${name} fails` };
  });
  const { meta, findings } = readReport(await htmlReport(sampleHeader([sampleRule('a-rule', 'high')]), all));
  expect(meta.rowBlocks).toEqual([rowsPerBlock, 3]);
  expect(meta.detailBlocks.reduce((sum, rows) => sum + rows, 0)).toBe(all.length);
  expect(findings.messageOf(rowsPerBlock + 1)).toBe(`group ${rowsPerBlock + 1} fails`);
  const { block, firstRow } = findings.detailBlockOf(rowsPerBlock + 1);
  expect(firstRow).toBe(meta.detailBlocks.slice(0, block).reduce((sum, rows) => sum + rows, 0));
});

test('an unknown keeps the questions whose answers are missing', async () => {
  const { findings } = readReport(
    await htmlReport(sampleHeader([]), [sampleFinding({ rule: 'a-rule', verdict: 'unknown' })]),
  );
  const set = findings.causeSets[findings.causeSetOf(0) ?? -1];
  expect(set?.map((index) => findings.causes[index]?.call)).toEqual(['cloudwatch:DescribeAlarms']);
});
