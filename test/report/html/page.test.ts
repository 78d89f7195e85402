import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { elementIds } from '../../../src/report/html/data.ts';
import { cutTemplate } from '../../../src/report/html/template.ts';
import { exampleReport, hostileNames } from '../../support/example-report.ts';
import { sampleFinding, sampleHeader, sampleRule } from '../sample.ts';
import { htmlReport, readReport } from './report-text.ts';

async function exampleHtml(): Promise<string> {
  const { header, findings, totals } = exampleReport();
  return await htmlReport(header, [...findings()], totals());
}

/** What a reader without JavaScript sees: the summary without tags, entities resolved. */
function summaryText(html: string): string {
  const start = html.indexOf(`<main id="${elementIds.summary}"`);
  const end = html.indexOf('</main>', start);
  expect(start).toBeGreaterThan(0);
  expect(end).toBeGreaterThan(start);
  return html
    .slice(start, end)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}

test('the same findings give the same bytes', async () => {
  expect(await exampleHtml()).toBe(await exampleHtml());
});

test('the policy lets nothing run but the script and the style of the page', async () => {
  const html = await exampleHtml();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const directives = new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values] as const;
    }),
  );
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const scripts = [...html.matchAll(/<script(?! type="text\/plain")[^>]*>([\s\S]*?)<\/script>/g)];
  const styles = [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)];
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('script-src')).toEqual(scripts.map((match) => hash(match[1] ?? '')));
  expect(directives.get('style-src')).toEqual(styles.map((match) => hash(match[1] ?? '')));
  expect([...directives.keys()].sort()).toEqual([
    'base-uri',
    'default-src',
    'form-action',
    'script-src',
    'style-src',
  ]);
  // The policy must stand before everything that it governs.
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.search(/<(script|style|link)/));
});

test('without JavaScript the page says what was seen, what failed and where', async () => {
  const text = summaryText(await exampleHtml());
  expect(text).toContain('o-examplecorp');
  expect(text).toContain(
    'The scan is incomplete. Data was collected from 10 of 12 accounts (1 not active, 1 not seen).',
  );
  expect(text).toContain('A running multi-region trail records the account');
  expect(text).toMatch(/critical cloudtrail-multi-region .* No running multi-region trail records account/);
  expect(text).toContain('arn:aws:sts::111122223333:assumed-role/audit/trailwarden');
});

test('hostile names reach the page escaped, with nothing hidden in them', async () => {
  const header = sampleHeader(
    hostileNames.map((name, index) =>
      sampleRule(`rule-${index}`, 'high', { title: name, why: name, fix: name }),
    ),
  );
  const manifest = {
    ...header.manifest,
    organization: { id: hostileNames[2] ?? '', managementAccount: hostileNames[1] ?? '' },
    accounts: hostileNames.map((name, index) => ({
      id: String(111122223333 + index),
      name,
      scan: 'not-reachable' as const,
      reason: name,
    })),
    notices: hostileNames,
  };
  const findings = hostileNames.map((name, index) =>
    sampleFinding({ rule: `rule-${index}`, verdict: 'fail', name, message: `fail: ${name}` }),
  );
  const html = await htmlReport({ ...header, manifest }, findings);
  // Neither markup nor anything invisible is left outside the page's own script.
  const written = html.replace(/<script type="module">[\s\S]*?<\/script>/, '');
  expect(written).not.toMatch(/<script>|<img/);
  // oxlint-disable-next-line no-control-regex
  expect(written).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b]/);
  const text = summaryText(html);
  expect(text).toContain('fail: <script>document.title="owned"</script>');
  expect(text).toContain('fail: user\\u{202e}gnp.exe');
  expect(readReport(html).findings.messageOf(0)).toBe(`fail: ${hostileNames[0]}`);
});

test('a report without findings or organization is a page too', async () => {
  const header = sampleHeader([]);
  const html = await htmlReport({ ...header, manifest: { ...header.manifest, organization: null } }, []);
  expect(readReport(html).findings.count).toBe(0);
  expect(summaryText(html)).toContain('No unwaived failure.');
});

test('a damaged page is refused with what to do', () => {
  expect(() => cutTemplate('<title>trailwarden:title</title>')).toThrow('npm run build:html');
});

test('a report of twenty thousand findings stays small', async () => {
  const { header, findings, totals } = exampleReport({ accounts: 60, logGroups: 200 });
  const all = [...findings()];
  const html = await htmlReport(header, all, totals());
  expect(all.length).toBeGreaterThan(20_000);
  // 6 MiB for 100,000 findings leaves 60 bytes for each; the page itself is the same for all reports.
  expect(html.length - (await htmlReport(header, [], totals())).length).toBeLessThan(all.length * 40);
});
