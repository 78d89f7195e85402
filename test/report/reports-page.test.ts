import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { reportFormats } from '../../src/cli/report-request.ts';
import { csvColumns } from '../../src/report/csv.ts';

test('the page on reports names every format, and every column of the CSV in order', () => {
  const page = readFileSync(new URL('../../docs/reports.md', import.meta.url), 'utf8');
  const formats = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, format]) => format);
  for (const format of reportFormats) expect(formats).toContain(format);
  const columns = page.slice(page.indexOf('## CSV'), page.indexOf('## OCSF'));
  const named = [...columns.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell]) =>
    (cell ?? '').split(', ').map((name) => name.replaceAll('`', '')),
  );
  expect(named).toEqual([...csvColumns]);
});
