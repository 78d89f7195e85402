import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Finding, Reason } from '../../src/evaluate/finding.ts';
import type { ReportHeader } from '../../src/report/sink.ts';
import { htmlReport } from '../report/html/report-text.ts';
import { sampleFinding, sampleHeader, sampleRule, totalsOf } from '../report/sample.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { chromium } from '../support/needs.ts';
import { openBrowser, openReport } from './page.ts';

const kinds = ['fail', 'unknown', 'pass', 'not-applicable'] as const;

/** A finding whose every text field holds the same hostile text. */
function hostileFinding(text: string, index: number): Finding {
  const verdict = kinds[index % kinds.length] ?? 'fail';
  const sample = sampleFinding({ rule: `rule-${index % 20}`, verdict, waived: index % 8 === 0 });
  const evidence = sample.evidence.map((item) => ({
    ...item,
    call: text,
    region: text,
    time: text,
    requestId: text,
    part: text,
    path: text,
    value: { [text]: text },
    ...(index % 3 === 0 && { error: text }),
  }));
  const resource = { type: text, id: text, account: '111122223333', region: text, name: text };
  const reasonVerdict = verdict === 'not-applicable' ? 'fail' : verdict;
  const link: Reason = {
    kind: 'link',
    verdict: reasonVerdict,
    text,
    field: text,
    resource,
    evidence,
    causes: [{ call: `x:${text}`, account: text, region: text, code: text, message: text }],
    children: [{ kind: 'field', verdict: 'fail', text: 'a field', field: text, found: text, wanted: text }],
  };
  return {
    ...sample,
    resource: { ...resource, account: String(111_122_223_333 + (index % 20)) },
    message: text,
    fix: `${text}\n\nAWS CLI:\n${text}`,
    parameters: { [text]: text },
    evidence,
    waiver: sample.waiver && { reason: text, owner: text, ticket: text, expires: text },
    reasons: {
      kind: 'together',
      verdict: reasonVerdict,
      text,
      witness: { [text]: text },
      children: [{ kind: 'path', verdict: reasonVerdict, text, children: [link] }],
    },
  };
}

/** A header whose every text field holds hostile text. */
function hostileHeader(): ReportHeader {
  const at = (index: number): string => hostileTexts[index % hostileTexts.length] ?? '';
  const header = sampleHeader(
    Array.from({ length: 20 }, (_, index) =>
      sampleRule(`rule-${index}`, 'high', {
        title: at(index),
        service: at(index + 20),
        for: at(index + 40),
        why: at(index + 60),
        fix: at(index + 80),
        references: [at(index + 100), `https://example.com/${at(index)}`],
        tags: [at(index + 120)],
        file: at(index + 140),
        requires: [at(index + 160)],
        source: at(index + 180),
      }),
    ),
  );
  return {
    ...header,
    tool: { name: at(1), version: at(2) },
    manifest: {
      ...header.manifest,
      tool: { name: at(3), version: at(4) },
      caller: { arn: at(5), account: at(6) },
      organization: { id: at(7), managementAccount: at(8) },
      start: at(9),
      end: at(10),
      accounts: Array.from({ length: 20 }, (_, index) => ({
        id: String(111_122_223_333 + index),
        name: at(index),
        state: at(index + 20),
        path: at(index + 40),
        scan: index % 2 === 0 ? ('collected' as const) : ('not-reachable' as const),
        reason: at(index + 60),
        regions: [at(index + 80)],
      })),
      coverage: hostileTexts.map((text, index) => ({
        operation: `cloudtrail:${text}`,
        outcome: 'denied' as const,
        accounts: [String(111_122_223_333 + (index % 20))],
        regions: [text],
        code: text,
        cause: text,
        principal: text,
      })),
      parts: hostileTexts.map((text) => ({ file: text, account: text, records: 1, bytes: 1, sha256: text })),
      rootHash: at(11),
      notices: hostileTexts,
    },
  };
}

/** Every element that the page itself makes; an attempt that works would add another. */
const ownElements = new Set(
  'a article aside bdi br button caption code dd dialog details div dl dt em figcaption figure h1 h2 h3 header input kbd label li main nav ol option p path circle rect pre section select span strong summary svg table tbody td th thead tr ul script'.split(
    ' ',
  ),
);

describe.skipIf(chromium() === undefined)('hostile text in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'trailwarden-hostile-'));
    file = path.join(folder, 'report.html');
    const findings = hostileTexts.map(hostileFinding);
    const totals = { ...totalsOf(findings), notices: hostileTexts };
    writeFileSync(file, await htmlReport(hostileHeader(), findings, totals));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test(
    '200 hostile texts in every field make no element, no request and no script',
    { timeout: 180_000 },
    async () => {
      expect(hostileTexts).toHaveLength(200);
      const report = await openReport(browser, file);
      const views = [
        '#/overview',
        '#/map',
        '#/findings',
        '#/findings?mode=table',
        '#/findings?mode=table&page=2',
        '#/rules',
        ...Array.from({ length: 20 }, (_, index) => `#/rule/rule-${index}`),
        '#/accounts',
        '#/account/111122223340',
        '#/unknowns',
        '#/waivers',
        '#/coverage',
        '#/document?q=',
        // Each attempt once by itself and once in another wrapping.
        ...Array.from({ length: 50 }, (_, index) => `#/finding/${index * 3 + 1}`),
      ];
      for (const view of views) {
        await report.show(view);
        if (view.startsWith('#/finding/'))
          await report.page.getByRole('heading', { name: 'Evidence', exact: true }).waitFor();
        const found = (await report.page.evaluate(`({
        elements: [...new Set([...document.body.querySelectorAll('*')].map((element) => element.localName))],
        handlers: [...document.body.querySelectorAll('*')].flatMap((element) => [...element.attributes].map((attribute) => attribute.name)).filter((name) => /^(on|srcdoc|style$)/.test(name) && name !== 'style'),
        links: [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href')).filter((href) => !/^(#|https:)/.test(href)),
        owned: window.owned,
        width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      })`)) as {
          elements: string[];
          handlers: string[];
          links: string[];
          owned: unknown;
          width: number;
        };
        expect(
          found.elements.filter((name) => !ownElements.has(name)),
          view,
        ).toEqual([]);
        expect(found.handlers, view).toEqual([]);
        expect(found.links, view).toEqual([]);
        expect(found.owned, view).toBeUndefined();
        expect(found.width, view).toBeLessThanOrEqual(0);
        // Nothing hidden or reordering is left in what is shown.
        expect(await report.page.locator('main').innerText(), view).not.toMatch(
          // oxlint-disable-next-line no-control-regex
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/,
        );
      }
      expect(report.requests).toEqual([]);
      expect(report.problems).toEqual([]);
      await report.page.close();
    },
  );
});
