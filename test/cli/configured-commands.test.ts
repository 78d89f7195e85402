import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, expect, test, vi } from 'vitest';

import { names } from '../../src/cli/completion/names.ts';
import { suggest } from '../../src/cli/completion/suggest.ts';
import { createProgram } from '../../src/cli/program.ts';
import { temporaryFolder } from '../support/run-cli.ts';

const snapshot = path.resolve(import.meta.dirname, 'one-account.yaml');

/** A folder whose configuration names two folders of rules, a snapshot and reports. */
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const file = path.join(folder.path, 'trailwarden.yaml');
const inFolder = (name: string): string => path.join(folder.path, name);

function write(name: string, text: string): void {
  mkdirSync(path.dirname(inFolder(name)), { recursive: true });
  writeFileSync(inFolder(name), text);
}

write(
  'trailwarden.yaml',
  `rules: [common, ours]
packs: [ours-1]
snapshot: { out: ${snapshot} }
reports: [{ format: text }, { format: sarif, file: out.sarif }]
`,
);
write(
  'common/predicates/named-well.yaml',
  `id: named-well
title: The trail is called audit
for: trail
check: { Name: audit }
`,
);
write(
  'common/events/doors.yaml',
  readFileSync(path.resolve(import.meta.dirname, '../../rules/events/root-usage.yaml'), 'utf8').replace(
    /^id: root-usage$/m,
    'id: doors',
  ),
);
write(
  'ours/trail-named-audit.yaml',
  `id: trail-named-audit
title: Trails are called audit
service: cloudtrail
severity: low
for: trail
check: { is: named-well }
why: Who looks for it finds it.
fix: Call the trail {name} of account {account} audit.
references: [https://example.com/names]
`,
);
write(
  'ours/trail-named-audit.test.yaml',
  `- name: a trail of another name
  snapshot:
    accounts:
      '111111111111':
        regions: [us-east-1]
        records:
          - call: cloudtrail:DescribeTrails
            region: us-east-1
            output:
              trailList:
                - Name: other
                  TrailARN: arn:aws:cloudtrail:us-east-1:111111111111:trail/other
                  HomeRegion: us-east-1
  expect: { other: fail }
`,
);
write(
  'ours/packs/ours-1.yaml',
  `id: ours-1
title: Our names
framework: Our names
edition: '1'
about: What things are called.
controls:
  - { id: N-1, title: Trails are called audit, rules: [trail-named-audit] }
`,
);
write('out.sarif', '{}');

/** Runs a command in this process, with the configuration. Gives what it printed, its exit code, or what it threw. */
async function run(...words: readonly string[]): Promise<string> {
  let printed = '';
  const taps = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      if (stream === process.stdout) printed += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  try {
    await createProgram().parseAsync([...words], { from: 'user' });
    return printed;
  } catch (error) {
    return `${printed}${(error as Error).message}`;
  } finally {
    process.exitCode = before;
    for (const tap of taps) tap.mockRestore();
  }
}

test.each<[words: readonly string[], expected: string | RegExp]>([
  [['rules', 'list', '--service', 'cloudtrail'], /^trail-named-audit +low +trail /m],
  // What a scan with that pack runs.
  [['rules', 'list', '--pack', 'cost'], /^trail-named-audit /m],
  [['rules', 'explain', 'trail-named-audit'], 'predicate named-well: The trail is called audit'],
  [['rules', 'eval', '{ is: named-well }', '--for', 'trail'], 'arn:aws:cloudtrail:'],
  [['packs', 'list'], /^ours-1 +1 controls/m],
  [['packs', 'show', 'ours-1'], 'N-1  Trails are called audit\n    trail-named-audit'],
  [['events', 'list'], /^doors /m],
  [['events', 'explain', '--set', 'doors'], 'userIdentity'],
  [['events', 'covers', '--set', 'doors', '--pattern', '{ $.a = "x" }'], 'refuted'],
  [['snapshot', 'show'], '111111111111'],
  [['snapshot', 'verify'], `${snapshot}: whole`],
  [['report', 'check'], /^refused /m],
])('%j works on what the configuration names', async (words, expected) => {
  expect(await run(...words, '--config', file)).toMatch(expected);
});

test('rules of the configuration are linted and tested, and may use what stands in its other folders', async () => {
  expect(await run('rules', 'lint', '--config', file)).toMatch(
    /^\S+doors\.yaml:1:1: no rule uses the event set doors; .*\n$/,
  );
  for (const dirs of [[inFolder('ours')], [inFolder('ours/trail-named-audit.yaml')]])
    expect([dirs, await run('rules', 'lint', ...dirs, '--config', file)]).toEqual([dirs, '']);
  expect(await run('rules', 'lint', inFolder('ours'), '--no-config')).toContain('named-well');
  expect(await run('rules', 'test', '--config', file)).toContain('trail-named-audit (1 of 1)');
});

test('a new rule is written where the configuration keeps rules, where that is one place', async () => {
  write('one.yaml', 'rules: [ours]\n');
  expect(await run('rules', 'new', 'next', '--config', inFolder('one.yaml'))).toContain(
    inFolder('ours/next.yaml'),
  );
});

test('what no configuration names is asked for', async () => {
  write('none.yaml', 'failOn: high\n');
  const none = ['--config', inFolder('none.yaml')];
  expect(await run('snapshot', 'show', ...none)).toBe(
    'name a snapshot, or write `snapshot.out` into trailwarden.yaml',
  );
  expect(await run('report', 'check', ...none)).toBe(
    `name a SARIF file: \`reports\` of ${inFolder('none.yaml')} writes none`,
  );
  expect(await run('rules', 'eval', '{ Name: x }', '--for', 'trail', ...none)).toBe(
    'name a snapshot with --snapshot, or write `snapshot.out` into trailwarden.yaml',
  );
});

test('ids in folders of the configuration are completed', async () => {
  const { words } = await suggest(
    createProgram(),
    ['rules', 'explain', '--config', file, 'trail-named'],
    names,
  );
  expect(words.map(({ word }) => word)).toEqual(['trail-named-audit']);
});
