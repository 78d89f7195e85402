import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { faultsOfSite } from '../../docs/.vitepress/check.ts';
import { anchorOf } from '../../docs/.vitepress/links.ts';
import { linkOf, pageSources } from '../../docs/.vitepress/pages.ts';
import { sidebar } from '../../docs/.vitepress/sidebar.ts';
import { temporaryFolder } from '../support/run-cli.ts';

test('every page of the repository stands in the sidebar of the site, once, under an address of its own', () => {
  const links = JSON.stringify(sidebar()['/']).match(/"link":"[^"]*"/g) ?? [];
  expect(links.toSorted()).toEqual(
    pageSources()
      .map((page) => `"link":"${linkOf(page)}"`)
      .toSorted(),
  );
  expect(new Set(links).size).toBe(links.length);
});

test.each([
  ['A pack of your own', 'a-pack-of-your-own'],
  ['Why did it say that?', 'why-did-it-say-that'],
  ['`--shard I/N`, and more', '--shard-in-and-more'],
  ['cloudtrail:DescribeTrails', 'cloudtraildescribetrails'],
  ['snake_case stays', 'snake_case-stays'],
])('the anchor of "%s" is that of GitHub', (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));

test('the check of the built site finds dead links, missing headings and other hosts', () => {
  using folder = temporaryFolder();
  mkdirSync(path.join(folder.path, 'rules'));
  writeFileSync(
    path.join(folder.path, 'index.html'),
    '<link href="https://fonts.example/a.css"><h2 id="here"></h2><a href="#here"></a><a href="#gone"></a>' +
      '<a href="/base/rules/#one"></a><a href="rules/index.html#two"></a><a href="lost.html"></a><a href="/rules/"></a>' +
      '<img alt="" src="/base/lost.png"><a href="https://example.com/"></a>',
  );
  writeFileSync(
    path.join(folder.path, 'rules/index.html'),
    '<h2 id="one"></h2><a href="../index.html#here">',
  );
  writeFileSync(path.join(folder.path, 'a.css'), 'a{background:url("//cdn.example/x.png")}');
  expect(faultsOfSite(folder.path, '/base/')).toEqual([
    'a.css: on another host: //cdn.example/x.png',
    'index.html: leads nowhere: /base/lost.png',
    'index.html: leads nowhere: /rules/',
    'index.html: leads nowhere: lost.html',
    'index.html: link href is on another host: https://fonts.example/a.css',
    'index.html: no such heading: #gone',
    'index.html: no such heading: rules/index.html#two',
  ]);
});
