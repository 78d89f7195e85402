import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';

import { checkGithubProfile } from '../../src/report/github-profile.ts';
import { sarifPlacements, sarifProfiles, sarifSink } from '../../src/report/sarif.ts';
import { textSink } from '../../src/report/text.ts';
import type { JsonValue } from '../../src/json.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { hostileFinding, hostileHeader } from './hostile.ts';
import { memoryOutput, sampleScore, totalsOf, writeReport } from './sample.ts';

const findings = hostileTexts.map((text, index) => ({
  ...hostileFinding(text, index),
  fingerprint: index.toString(16).padStart(64, '0'),
}));
const totals = {
  ...totalsOf(findings),
  notices: hostileTexts,
  scores: hostileTexts.slice(0, 3).map((text) => sampleScore(text)),
  gone: findings.map(({ rule, verdict, severity, resource, message, fingerprint }, index) => ({
    rule,
    verdict,
    severity,
    resource,
    message,
    fingerprint: fingerprint.replace(/^0/, (index % 2).toString()),
  })),
};

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const valid = ajv.compile(
  JSON.parse(readFileSync(new URL('schemas/sarif-2.1.0.schema.json', import.meta.url), 'utf8')) as object,
);

/** What a terminal would obey or an eye not see. Line ends are ours too, and emoji are made with the zero-width joiner. */
const hidden = /(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test.each(sarifProfiles.flatMap((profile) => sarifPlacements.map((placement) => ({ profile, placement }))))(
  'SARIF ($profile, $placement): 200 hostile texts in every field stay valid, visible, and no link',
  async (options) => {
    const output = memoryOutput();
    const header = hostileHeader();
    const { start, end } = { start: '2026-10-01T06:00:00.000Z', end: '2026-10-01T06:10:00.000Z' };
    await writeReport(
      sarifSink(output, options),
      { ...header, manifest: { ...header.manifest, start, end } },
      findings,
      totals,
    );
    const log = JSON.parse(output.text()) as Log;
    expect(valid(log), JSON.stringify([valid.errors?.slice(0, 3)])).toBe(true);
    const results = log.runs[0]?.results ?? [];
    expect(results.length).toBeGreaterThan(20);
    // Our own link leads from the source to the file of the account.
    for (const { message } of results)
      expect(message.text?.replace(/ \[Account\]\(1\)\.$/, '')).not.toMatch(/(?<!\\)\[[^\]]*[^\\\]]\]\(/);
    const texts: string[] = [];
    JSON.stringify(log, (_name, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    for (const text of texts) expect(text).not.toMatch(hidden);
    const refused = checkGithubProfile(log as unknown as JsonValue).filter(
      ({ effect }) => effect === 'refused',
    );
    expect(refused).toEqual([]);
  },
);

test('the text report shows 200 hostile texts and obeys none', async () => {
  const output = memoryOutput();
  await writeReport(
    textSink(output, { width: 120, color: false, verbose: true }),
    hostileHeader(),
    findings,
    totals,
  );
  expect(output.text()).not.toMatch(hidden);
});
