import { readFileSync } from 'node:fs';

/** The built page, cut where the report goes in. */
export interface PageTemplate {
  /** Up to the text of `<title>`. */
  readonly beforeTitle: string;
  /** From `</title>` up to the end of the body. */
  readonly beforeBody: string;
  readonly afterBody: string;
}

const titleMark = 'trailwarden:title';
const bodyMark = '<!--trailwarden:body-->';

/** Beside this file when built; in the build folder when the sources run directly. */
const places = ['./page.html', '../../../dist/report/html/page.html'];

/** Reads the page that `npm run build:html` makes. Throws an Error that says so where it was not built. */
export function readPageTemplate(): PageTemplate {
  for (const place of places) {
    let text: string;
    try {
      text = readFileSync(new URL(place, import.meta.url), 'utf8');
    } catch {
      continue;
    }
    return cutTemplate(text);
  }
  throw new Error('The page of the HTML report is not built. Build it with: npm run build:html');
}

/** Cuts a page at its marks. Throws when a mark is missing or stands twice. */
export function cutTemplate(text: string): PageTemplate {
  const [beforeTitle, afterTitle, ...moreTitles] = text.split(titleMark);
  const [beforeBody, afterBody, ...moreBodies] = (afterTitle ?? '').split(bodyMark);
  if (
    beforeTitle === undefined ||
    beforeBody === undefined ||
    afterBody === undefined ||
    moreTitles.length + moreBodies.length > 0
  )
    throw new Error('The page of the HTML report is damaged. Build it again with: npm run build:html');
  return { beforeTitle, beforeBody, afterBody };
}
