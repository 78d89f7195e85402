import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { names } from '../../src/cli/completion/names.ts';
import { completionScripts } from '../../src/cli/completion/scripts.ts';
import { suggest } from '../../src/cli/completion/suggest.ts';
import { createProgram } from '../../src/cli/program.ts';
import { shells } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';

/** What may come at the end of a line: all of it, or where it is much, what `like` names. */
async function at(line: string): Promise<{ words: string[]; paths: string }> {
  const { words, paths } = await suggest(createProgram(), line.split(' '), names);
  return { words: words.map(({ word }) => word), paths };
}

test.each([
  ['ev', ['evaluate', 'events']],
  ['comp', ['completion']],
  // Not for people.
  ['completion s', []],
  ['rules e', ['explain', 'eval']],
  ['rules frob', []],
  ['scan --format j', ['json', 'junit']],
  ['scan --format=j', ['--format=json', '--format=junit']],
  ['role --format t', ['terraform']],
  ['--log-format json rules l', ['list', 'lint']],
  ['--log-format j', ['json']],
  ['scan --sarif-l', ['--sarif-location']],
  ['scan --sarif-location r', ['rule']],
  ['scan --fail-on hi', ['high']],
  ['scan --fail-on new:hi', ['new:high']],
  ['evaluate s --rule cloudtrail-multi', ['cloudtrail-multi-region']],
  ['rules explain --json cloudtrail-multi', ['cloudtrail-multi-region']],
  ['rules list --pack cis-aws-7', ['cis-aws-7.0.0']],
  ['packs show cis-aws-7', ['cis-aws-7.0.0']],
  ['rules list --service sn', ['sns']],
  ['rules new x --for tra', ['trail']],
  ['waivers add w.yaml --rule cloudtrail-multi', ['cloudtrail-multi-region']],
  // Opposites of configured options, and what help hides.
  ['scan --no-reg', []],
])('after "%s" comes %j and no file', async (line, words) => {
  expect(await at(line)).toEqual({ words, paths: 'none' });
});

test.each([
  ['evaluate sn', 'files'],
  ['scan --out x', 'folders'],
  ['scan --rules x', 'folders'],
  ['scan --waivers x', 'files'],
  ['scan --format json=x', 'files'],
  ['rules lint x', 'folders'],
  ['snapshot sign s --key x', 'files'],
  ['scan --role-name x', 'none'],
  ['rules new x', 'none'],
])('after "%s" the shell completes %s', async (line, paths) => {
  expect(await at(line)).toEqual({ words: [], paths });
});

test('rules of folders that the line names are known', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'zz-mine.yaml'), '');
  expect(await at(`evaluate s --rules ${folder.path} --rule zz`)).toEqual({
    words: ['zz-mine'],
    paths: 'none',
  });
  expect(await at('evaluate s --rules nowhere --rule zz')).toEqual({ words: [], paths: 'none' });
});

/** A folder with files to complete, and a program that writes down what it is called with. */
function place(folder: string): (command: string, args: readonly string[], input: string) => string {
  mkdirSync(path.join(folder, 'bin'));
  mkdirSync(path.join(folder, 'snapdir'));
  writeFileSync(path.join(folder, 'report.json'), '');
  const program = path.join(folder, 'bin/trailwarden');
  const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
  writeFileSync(
    program,
    `#!/bin/sh\nif [ "$1" = completion ]; then exec '${process.execPath}' '${main}' "$@"; fi\nprintf '%s ' "$@" >> ran\necho >> ran\n`,
  );
  chmodSync(program, 0o755);
  for (const [shell, text] of Object.entries(completionScripts))
    writeFileSync(path.join(folder, `script.${shell}`), text);
  return (command, args, input) => {
    const run = spawnSync(command, args, {
      cwd: folder,
      input,
      encoding: 'utf8',
      timeout: 200_000,
      env: {
        PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        TERM: 'dumb',
        LC_ALL: 'C.UTF-8',
      },
    });
    return run.stdout + run.stderr;
  };
}

/** Keys: `\t` completes, `\x15` takes the line back. What stands in `$(...)` is typed, and must not be run by completing. */
const typed = [
  'trailwarden ru\texp\tcloudtrail-multi-r\t\n',
  'trailwarden scan --form\tjson=re\t --log-format=j\t\n',
  'trailwarden evaluate snapd\t --fail-on new:h\t\n',
  'trailwarden rules $(touch owned) exp\t\x15',
  'exit\n',
].join('');
const meant = [
  'rules explain cloudtrail-multi-region',
  'scan --format json=report.json --log-format=json',
  'evaluate snapdir --fail-on new:high',
];

test.for([
  { shell: 'bash', command: 'bash --norc --noprofile -i', start: 'source ./script.bash\n' },
  {
    shell: 'zsh',
    command: 'zsh -f -i',
    start: 'autoload -U compinit; compinit -u -D; source ./script.zsh\n',
  },
] as const)('$shell completes what is typed', { timeout: 240_000 }, ({ shell, command, start }, { skip }) => {
  skip(!shells().includes(shell));
  using folder = temporaryFolder();
  const run = place(folder.path);
  // A terminal of its own: what is typed before the shell is ready waits there.
  const screen = run('script', ['-qec', command, '/dev/null'], start + typed);
  const ran = path.join(folder.path, 'ran');
  expect(existsSync(ran), screen).toBe(true);
  const lines = readFileSync(ran, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.trimEnd().replace('snapdir/', 'snapdir'))).toEqual(meant);
  expect(existsSync(path.join(folder.path, 'owned'))).toBe(false);
});

test.skipIf(!shells().includes('fish'))('fish completes what is typed', { timeout: 240_000 }, () => {
  using folder = temporaryFolder();
  const run = place(folder.path);
  const lines = [
    'trailwarden rules explain cloudtrail-multi-r',
    'trailwarden scan --format json=re',
    'trailwarden scan --log-format=j',
    'trailwarden evaluate snapd',
    'trailwarden rules (touch owned) exp',
  ];
  const ask = lines.map((line) => `complete -C '${line}'`).join('; ');
  const told = run('fish', ['--no-config', '-c', `source ./script.fish; ${ask}`], '');
  expect(told.split('\n').map((line) => line.split('\t', 1)[0])).toEqual([
    'cloudtrail-multi-region',
    'json=report.json',
    '--log-format=json',
    'snapdir/',
    'explain',
    '',
  ]);
  expect(existsSync(path.join(folder.path, 'owned'))).toBe(false);
});
