import path from 'node:path';

import { openBrowser, openReport } from './page.ts';

/** Where and how large a picture is taken. */
export interface PictureOptions {
  /** View to show: `#/overview`. */
  readonly address?: string;
  readonly colorScheme?: 'light' | 'dark';
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** Takes a picture of a report, as the README shows it: `docs/images/report.png`. */
export async function takePicture(
  reportFile: string,
  pictureFile: string,
  { address = '#/overview', colorScheme = 'light', width = 1360, height = 900 }: PictureOptions = {},
): Promise<void> {
  const browser = await openBrowser();
  try {
    const { page } = await openReport(browser, path.resolve(reportFile), {
      address,
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
    });
    if (address.startsWith('#/finding/')) await page.getByRole('heading', { name: 'Evidence' }).waitFor();
    await page.screenshot({ path: pictureFile });
  } finally {
    await browser.close();
  }
}

// `node test/browser/picture.ts REPORT.html PICTURE.png [#/VIEW]`
const [, script, report, picture, address] = process.argv;
if (script === import.meta.filename && report !== undefined && picture !== undefined)
  await takePicture(report, picture, address === undefined ? {} : { address });
