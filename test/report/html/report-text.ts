import { gunzipSync } from 'node:zlib';

import type { Finding } from '../../../src/evaluate/finding.ts';
import { Findings } from '../../../src/report/html/app/findings.ts';
import { elementIds, type DetailBlock, type PageMeta, type RowBlock } from '../../../src/report/html/data.ts';
import { readDetails, type Detail } from '../../../src/report/html/detail.ts';
import { htmlSink } from '../../../src/report/html/sink.ts';
import type { ReportHeader, ReportTotals } from '../../../src/report/sink.ts';
import { memoryOutput, totalsOf, writeReport } from '../sample.ts';

/** The whole page as text. */
export async function htmlReport(
  header: ReportHeader,
  findings: readonly Finding[],
  totals: ReportTotals = totalsOf(findings),
): Promise<string> {
  const output = memoryOutput();
  await writeReport(htmlSink(output), header, findings, totals);
  return output.text();
}

function block(html: string, id: string): unknown {
  const packed = new RegExp(`<script type="text/plain" id="${id}">([A-Za-z0-9+/=]*)</script>`).exec(
    html,
  )?.[1];
  if (packed === undefined) throw new Error(`no block ${id}`);
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString());
}

/** Reads the data of a page back, the way the page itself does. */
export function readReport(html: string): {
  readonly meta: PageMeta;
  readonly findings: Findings;
  readonly details: readonly Detail[];
} {
  const meta = block(html, elementIds.meta) as PageMeta;
  const findings = new Findings(
    meta,
    meta.rowBlocks.map((_, index) => block(html, elementIds.rows(index)) as RowBlock),
  );
  let firstRow = 0;
  const details = meta.detailBlocks.flatMap((rows, index) => {
    const first = firstRow;
    firstRow += rows;
    return readDetails(block(html, elementIds.detail(index)) as DetailBlock, (row) =>
      findings.resourceOf(first + row),
    );
  });
  return { meta, findings, details };
}
