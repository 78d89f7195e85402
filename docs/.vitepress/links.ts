import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

import type { MarkdownOptions } from 'vitepress';

import { pageSources, repository, rewrites } from './pages.ts';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** The anchor of a heading, by GitHub's rule: one link is right on both. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * Makes relative links between files of the repository into links of the site. A link to a page becomes its address, a
 * link to a folder that of its README; any other file is noted in `linkedFiles`, to be put beside the pages.
 *
 * A link to a file that does not exist is left as it is, for the check of dead links to find.
 */
export function rootLinks(
  md: Markdown,
  { base, linkedFiles }: { readonly base: string; readonly linkedFiles: Set<string> },
): void {
  const pages = new Set(pageSources());
  const sources = new Map([...pages].map((page) => [rewrites(page), page]));
  md.core.ruler.push('links-of-the-repository', (state) => {
    const source = sources.get((state.env as { readonly relativePath?: string }).relativePath ?? '');
    if (source === undefined) return;
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href === null || href === '' || /^(?:#|\/|[a-z][a-z+.-]*:)/i.test(href)) continue;
      const [, file = '', hash = ''] = /^([^#]*)(.*)$/.exec(href) ?? [];
      const absolute = path.resolve(repository, path.dirname(source), decodeURI(file));
      const target = path.relative(repository, absolute).split(path.sep).join('/');
      const page = [target, `${target}/README.md`].find((one) => pages.has(one));
      if (page !== undefined) token.attrSet('href', `/${rewrites(page)}${hash}`);
      else if (existsSync(absolute) && statSync(absolute).isFile()) {
        linkedFiles.add(target);
        token.attrSet('href', `${base}${target}`);
        token.attrSet('target', '_self');
      } else token.attrSet('href', `/${target}`);
    }
  });
}

/** Keeps `{{` what it is, text: Vue would take it for a place to fill in, even in code. */
export function withoutPlaceholders(md: Markdown): void {
  const render = md.renderer.render.bind(md.renderer);
  md.renderer.render = (tokens, options, env) =>
    render(tokens, options, env).replaceAll('{{', '&#123;&#123;');
}
