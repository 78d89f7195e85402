import type { DefaultTheme } from 'vitepress';

import { linkOf, pageSources, titleOf } from './pages.ts';

type Item = DefaultTheme.SidebarItem;

/** Pages by hand, in the order in which they are read: heading, then files or whole folders (ending in a slash). */
const groups: readonly (readonly [string, readonly string[]])[] = [
  ['Start', ['README.md', 'docs/first-hour.md', 'docs/first-scan.md', 'docs/writing-a-rule.md']],
  [
    'Understand',
    [
      'docs/verdicts.md',
      'docs/chain.md',
      'docs/events.md',
      'docs/reading-a-report.md',
      'docs/html-report.md',
      'docs/comparison.md',
    ],
  ],
  [
    'Use',
    [
      'docs/command-line.md',
      'docs/configuration.md',
      'docs/rules.md',
      'docs/packs.md',
      'docs/waivers.md',
      'docs/reports.md',
      'docs/role.md',
      'docs/coverage.md',
    ],
  ],
  [
    'Run',
    [
      'docs/github.md',
      'docs/schedules.md',
      'docs/schedules/',
      'docs/container.md',
      'docs/scale.md',
      'docs/performance.md',
    ],
  ],
  [
    'Trust',
    ['docs/evidence.md', 'docs/threat-model.md', 'SECURITY.md', 'docs/versioning.md', 'CHANGELOG.md'],
  ],
  ['Reference', ['docs/reference/', 'reports/README.md', 'fixtures/README.md']],
  ['Project', ['docs/architecture.md', 'CONTRIBUTING.md', 'docs/decisions/']],
];

/** Names for pages whose own title says too little beside the others. */
const names: Readonly<Record<string, string>> = {
  'README.md': 'Overview',
  'docs/rules.md': 'The rule language',
};

const pages = pageSources();
const under = (folder: string): string[] => pages.filter((page) => page.startsWith(folder));
const item = (page: string, text = titleOf(page)): Item => ({ text, link: linkOf(page) });

/** Folders of rules, in alphabetical order, packs left out. */
const ruleFolders = [...new Set(pages.flatMap((page) => /^rules\/[^/]+\//.exec(page)?.[0] ?? []))].filter(
  (folder) => folder !== 'rules/packs/',
);

/** Where the pages of rules and packs stand. */
const ofRules = (collapsed: boolean): Item[] => [
  {
    text: 'Rules that ship',
    collapsed,
    items: [
      item('rules/README.md', 'All rules'),
      ...ruleFolders.map((folder) => ({
        text: folder.slice('rules/'.length, -1),
        collapsed: true,
        items: under(folder).map((page) => item(page)),
      })),
    ],
  },
  { text: 'Packs that ship', collapsed, items: under('rules/packs/').map((page) => item(page)) },
];

/**
 * What stands at the left of every page: beside a rule the rules first, else the rules last.
 *
 * @throws Error naming the pages that stand in no group: every page can be found from every other.
 */
export function sidebar(): { readonly '/': Item[]; readonly '/rules/': Item[] } {
  const byHand: Item[] = groups.map(([text, entries]) => ({
    text,
    collapsed: false,
    items: entries
      .flatMap((entry) => (entry.endsWith('/') ? under(entry) : entry))
      .map((page) => item(page, names[page])),
  }));
  const all = [...byHand, ...ofRules(true)];
  const linked = new Set(all.flatMap(linksOf));
  const lost = pages.filter((page) => !linked.has(linkOf(page)));
  if (lost.length > 0) throw new Error(`in no group of docs/.vitepress/sidebar.ts: ${lost.join(', ')}`);
  return { '/': all, '/rules/': [...ofRules(false), ...byHand] };
}

function linksOf(entry: Item): string[] {
  return [...(entry.link === undefined ? [] : [entry.link]), ...(entry.items ?? []).flatMap(linksOf)];
}

/** The few pages that stand at the top. */
export function navigation(): DefaultTheme.NavItem[] {
  return [
    { text: 'Start', link: linkOf('docs/first-hour.md') },
    { text: 'Rules', link: linkOf('rules/README.md') },
    { text: 'Reports', link: linkOf('docs/reports.md') },
  ];
}
