import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { htmlReport } from '../report/html/report-text.ts';
import { totalsOf } from '../report/sample.ts';
import { hostileFinding, hostileHeader } from '../report/hostile.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { chromium } from '../support/needs.ts';
import { openBrowser, openReport } from './page.ts';

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
    const totals = { ...totalsOf(findings), notices: hostileTexts, gone: findings };
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
