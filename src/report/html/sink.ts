import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import type { Finding } from '../../evaluate/finding.ts';
import { visibleText } from '../../text.ts';
import type { ReportHeader, ReportSink, ReportTotals, TextOutput } from '../sink.ts';
import { elementIds, goneInPage, rowsPerBlock, type PageMeta } from './data.ts';
import { DetailWriter } from './detail.ts';
import { fingerprintText } from './fingerprint.ts';
import { RowWriter } from './rows.ts';
import { renderSummary } from './summary.ts';
import { Tally } from './tally.ts';
import { readPageTemplate, type PageTemplate } from './template.ts';
import { escapeHtml } from './escape.ts';

export interface HtmlOptions {
  /** The built page; read from where `npm run build:html` puts it when not given. */
  readonly template?: PageTemplate;
}

/** Details of one account are cut into blocks of about this many characters, so that opening a finding stays quick. */
const detailBlockSize = 400_000;
const detailBlockRows = 5_000;

/** gzip, base64, the same bytes everywhere: no time in the header, and no operating system, which zlib writes there. */
function packText(text: string): string {
  const packed = gzipSync(text, { level: 9 });
  packed[9] = 0xff;
  return packed.toString('base64');
}

/**
 * Writes the report as one HTML page that opens from disk and asks no network: the built page, the findings in
 * compressed blocks, and a summary in plain HTML for readers without JavaScript. Blocks are written as they fill, so
 * memory does not grow with findings. The template is read here, so a page that was not built is reported before any
 * work is done.
 */
export function htmlSink(output: TextOutput, options: HtmlOptions = {}): ReportSink {
  const template = options.template ?? readPageTemplate();
  const digest = createHash('sha256');
  const rowBlocks: number[] = [];
  const detailBlocks: number[] = [];
  const tally = new Tally();
  let header: ReportHeader | undefined;
  let rows = new RowWriter();
  let details = new DetailWriter();
  let account: string | undefined;

  function writeBlock(id: string, packed: string): void {
    output.write(`<script type="text/plain" id="${id}">${packed}</script>\n`);
  }
  function writeData(id: string, json: string): void {
    const packed = packText(json);
    digest.update(packed);
    writeBlock(id, packed);
  }
  function flushRows(): void {
    if (rows.rows === 0) return;
    writeData(elementIds.rows(rowBlocks.length), JSON.stringify(rows.toBlock()));
    rowBlocks.push(rows.rows);
    rows = new RowWriter();
  }
  function flushDetails(): void {
    if (details.rows === 0) return;
    writeData(elementIds.detail(detailBlocks.length), details.toJson());
    detailBlocks.push(details.rows);
    details = new DetailWriter();
  }
  function started(): ReportHeader {
    if (header === undefined) throw new Error('the report was not started');
    return header;
  }

  return {
    start(newHeader: ReportHeader): void {
      header = newHeader;
      const organization = newHeader.manifest.organization?.id ?? newHeader.manifest.caller.account;
      output.write(template.beforeTitle);
      output.write(escapeHtml(visibleText(`Trailwarden report ${organization} ${newHeader.manifest.end}`)));
      output.write(template.beforeBody);
    },

    add(finding: Finding): void {
      const { partition } = started().manifest;
      if (finding.resource.account !== account) {
        flushDetails();
        account = finding.resource.account;
      }
      const derived = createHash('sha256')
        .update(fingerprintText(finding.rule, partition, finding.resource))
        .digest('hex');
      rows.add(finding, derived === finding.fingerprint ? undefined : finding.fingerprint);
      details.add(finding);
      tally.add(finding);
      if (rows.rows === rowsPerBlock) flushRows();
      if (details.size > detailBlockSize || details.rows === detailBlockRows) flushDetails();
    },

    async finish(totals: ReportTotals): Promise<void> {
      const known = started();
      flushRows();
      flushDetails();
      const dataDigest = digest.digest('hex');
      // The scores say what the packs do.
      const meta: PageMeta = {
        header: { ...known, packs: [] },
        totals: { ...totals, ...(totals.gone !== undefined && { gone: totals.gone.slice(0, goneInPage) }) },
        gone: totals.gone?.length ?? null,
        rowBlocks,
        detailBlocks,
        digest: dataDigest,
      };
      writeBlock(elementIds.meta, packText(JSON.stringify(meta)));
      output.write(renderSummary(known, totals, tally, dataDigest));
      output.write(template.afterBody);
      await output.close();
    },
  };
}
