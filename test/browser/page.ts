import { chromium as launcher, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

import { chromium } from '../support/needs.ts';

/** A browser that asks nobody anything: no updates, no background requests. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error('no Chromium on this machine');
  return await launcher.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** A report opened from disk, with everything that went wrong or left the page. */
export interface OpenReport {
  readonly page: Page;
  /** Addresses asked for, beside the file itself. */
  readonly requests: string[];
  /** Errors and messages of the console: refused scripts, blocked styles. */
  readonly problems: string[];
  /** Goes to a view by its address: `#/findings`. */
  readonly show: (address: string) => Promise<void>;
}

export async function openReport(
  browser: Browser,
  file: string,
  options: BrowserContextOptions & { readonly address?: string } = {},
): Promise<OpenReport> {
  const { address = '', ...context } = options;
  const page = await browser.newPage(context);
  const requests: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`file://${file}`)) requests.push(request.url());
  });
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`file://${file}${address}`);
  if (options.javaScriptEnabled !== false) await page.getByRole('navigation', { name: 'Views' }).waitFor();
  return {
    page,
    requests,
    problems,
    async show(to) {
      await page.evaluate(`location.hash = ${JSON.stringify(to)}`);
      await page.locator('main h1').waitFor();
      // A frame later the new view is drawn.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    },
  };
}
