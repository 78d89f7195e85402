import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What is wrong with a built site, sorted: links and pictures that lead nowhere, anchors that no heading has, and anything that
 * would be fetched from another host. Links that a reader may follow to other hosts are not looked at.
 *
 * @param base where the site will stand on its host, `/` or `/folder/`.
 */
export function faultsOfSite(folder: string, base: string): string[] {
  const pages = new Map(
    globSync('**/*.html', { cwd: folder })
      .filter((file) => !file.startsWith('reports'))
      .map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(folder, file), 'utf8')]),
  );
  const anchors = new Map([...pages].map(([file, html]) => [file, idsOf(html)]));
  const faults = new Set<string>();
  for (const [file, html] of pages) {
    for (const [, tag = '', attribute = '', raw = ''] of html.matchAll(
      /<(a|img|script|link|source|iframe)\b[^>]*?\s(href|src|srcset)="([^"]*)"/g,
    )) {
      const url = raw.replaceAll('&amp;', '&');
      if (/^(?:mailto|data):/.test(url)) continue;
      if (/^(?:[a-z][a-z+.-]*:)?\/\//i.test(url)) {
        if (tag !== 'a') faults.add(`${file}: ${tag} ${attribute} is on another host: ${url}`);
        continue;
      }
      const { pathname, hash } = new URL(url, `http://site${base}${file}`);
      const inside = decodeURI(pathname).slice(base.length);
      const target = inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside;
      if (!pathname.startsWith(base) || !existsSync(path.join(folder, target)))
        faults.add(`${file}: leads nowhere: ${url}`);
      else if (hash !== '' && anchors.get(target)?.has(decodeURIComponent(hash.slice(1))) === false)
        faults.add(`${file}: no such heading: ${url}`);
    }
  }
  for (const file of globSync('**/*.css', { cwd: folder }))
    for (const [, url] of readFileSync(path.join(folder, file), 'utf8').matchAll(
      /(?:url\(|@import)\s*["']?((?:https?:)?\/\/[^"')\s]+)/g,
    ))
      faults.add(`${file}: on another host: ${url}`);
  return [...faults].sort();
}

function idsOf(html: string): Set<string> {
  return new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id.replaceAll('&amp;', '&')));
}
