/**
 * `node bench/html.ts [FINDINGS...]`: makes HTML reports of about so many findings, opens them from disk in Chromium,
 * and prints how large they are and how long they take. The numbers in docs/performance.md come from here.
 */
import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import { htmlSink } from '../src/report/html/sink.ts';
import type { TextOutput } from '../src/report/sink.ts';
import { openBrowser } from '../test/browser/page.ts';
import buildPage from '../test/support/build-page.ts';
import { exampleReport } from '../test/support/example-report.ts';

interface Measured {
  readonly findings: number;
  /** Seconds. */
  readonly written: number;
  /** Megabytes that the process held at most beyond what it began with. */
  readonly writerMemory: number;
  /** MiB. */
  readonly size: number;
  /** Milliseconds from navigation to the first view. */
  readonly opened: number;
  /** MiB of heap after opening: objects, nodes, typed arrays. */
  readonly heap: number;
  /** Milliseconds from keystroke to the new list laid out: median and slowest of a word typed three times, letter by letter. */
  readonly keystroke: number;
  readonly slowestKeystroke: number;
  /** Milliseconds from following a link to the reasons of a finding. */
  readonly detail: number;
}

function fileOutput(file: string): TextOutput {
  const stream = createWriteStream(file);
  return {
    write: (text) => void stream.write(text),
    close: () =>
      new Promise((resolve, reject) => {
        stream.once('error', reject);
        stream.end(resolve);
      }),
  };
}

async function write(
  file: string,
  wanted: number,
): Promise<Pick<Measured, 'findings' | 'written' | 'writerMemory'>> {
  // 200 log groups in an account, judged by two rules: about 400 findings for each of ten accounts in twelve.
  const accounts = Math.max(12, Math.round(wanted / 338));
  const report = exampleReport({ accounts, logGroups: 200 });
  const totals = report.totals();
  const before = process.memoryUsage().rss;
  let most = before;
  const begin = performance.now();
  const sink = htmlSink(fileOutput(file));
  await sink.start(report.header);
  let count = 0;
  let making = 0;
  let mark = performance.now();
  for (const finding of report.findings()) {
    // Inventing findings is not what is measured.
    const now = performance.now();
    making += now - mark;
    sink.add(finding);
    mark = performance.now();
    count += 1;
    if (count % 1000 === 0) {
      most = Math.max(most, process.memoryUsage().rss);
      // Lets the stream write what it was given.
      await new Promise(setImmediate);
      mark = performance.now();
    }
  }
  await sink.finish(totals);
  return {
    findings: count,
    written: (performance.now() - begin - making) / 1000,
    writerMemory: (most - before) / 1e6,
  };
}

const word = 'checkout';
const typedTexts = [1, 2, 3].flatMap(() =>
  Array.from({ length: word.length }, (_, index) => word.slice(0, index + 1)),
);

async function open(
  browser: Browser,
  file: string,
): Promise<Pick<Measured, 'opened' | 'heap' | 'keystroke' | 'slowestKeystroke' | 'detail'>> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`file://${file}`);
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  const opened = (await page.evaluate(
    'performance.getEntriesByName("trailwarden-ready")[0].startTime',
  )) as number;
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const memory = await session.send('Runtime.getHeapUsage');
  // Objects, the page's own nodes, and typed arrays.
  const used = memory.usedSize + memory.embedderHeapUsedSize + memory.backingStorageSize;
  await page.evaluate('location.hash = "#/findings"');
  await page.getByRole('searchbox').waitFor();
  const keystrokes = (await page.evaluate(`(async () => {
    const field = document.querySelector('input[type=search]');
    const times = [];
    for (const text of ${JSON.stringify(typedTexts)}) {
      const begin = performance.now();
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      // The list is rendered in a microtask; asking for a size lays it out.
      await new Promise((done) => queueMicrotask(() => queueMicrotask(done)));
      document.querySelector('.list-frame')?.getBoundingClientRect();
      times.push(performance.now() - begin);
      await new Promise((done) => setTimeout(done, 60));
    }
    return times.sort((a, b) => a - b);
  })()`)) as number[];
  const detail = (await page.evaluate(`(async () => {
    const begin = performance.now();
    document.querySelector('[data-row] a').click();
    while (document.querySelector('.reason') === null) await new Promise((done) => setTimeout(done, 1));
    return performance.now() - begin;
  })()`)) as number;
  await page.close();
  return {
    opened,
    heap: used / 2 ** 20,
    keystroke: keystrokes[keystrokes.length >> 1] ?? 0,
    slowestKeystroke: keystrokes.at(-1) ?? 0,
    detail,
  };
}

buildPage();
const folder = path.resolve(import.meta.dirname, '../out/bench');
mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2).map(Number);
const rows: Measured[] = [];
for (const size of wanted.length > 0 ? wanted : [10_000, 100_000]) {
  const file = path.join(folder, `report-${size}.html`);
  const made = await write(file, size);
  const browser = await openBrowser();
  // The first page of a browser pays for the browser's own start.
  await (await browser.newPage()).close();
  const seen = await open(browser, file);
  await browser.close();
  rows.push({ ...made, ...seen, size: statSync(file).size / 2 ** 20 });
}
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
process.stdout.write(
  line([
    'findings',
    'written',
    'writer memory',
    'file',
    'opens in',
    'heap',
    'keystroke',
    'slowest',
    'finding opens in',
  ]) +
    line(Array.from({ length: 9 }, () => '---:')) +
    rows
      .map((row) =>
        line([
          String(row.findings),
          `${row.written.toFixed(1)} s`,
          `${row.writerMemory.toFixed(0)} MB`,
          `${row.size.toFixed(2)} MiB`,
          `${row.opened.toFixed(0)} ms`,
          `${row.heap.toFixed(0)} MiB`,
          `${row.keystroke.toFixed(0)} ms`,
          `${row.slowestKeystroke.toFixed(0)} ms`,
          `${row.detail.toFixed(0)} ms`,
        ]),
      )
      .join(''),
);
