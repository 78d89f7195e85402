import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `trailwarden events ...` as a person would. */
function events(
  args: readonly string[],
  input = '',
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'src/cli/main.ts'), 'events', ...args],
    { cwd: root, input, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder } },
  );
  return { status, stdout, stderr };
}

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const rootLogin = path.join(root, 'fixtures/events/signin-root-no-mfa.json');
const stopLogging = path.join(root, 'fixtures/events/role-stop-logging.json');

describe('events match', () => {
  test('--json gives the contracted answer for one event, from a file or standard input', () => {
    const pattern = '{ $.userIdentity.type = "Root" }';
    expect(events(['match', '--pattern', pattern, rootLogin, '--json'])).toEqual({
      status: 0,
      stdout: '{"matches":true}\n',
      stderr: '',
    });
    const other = events(['match', '--pattern', pattern, '--json', '-'], readFileSync(stopLogging, 'utf8'));
    expect(other.stdout).toBe('{"matches":false}\n');
  });

  test('a pattern that the service would refuse is undecided, and standard error says where and why', () => {
    const { status, stdout, stderr } = events(['match', '--pattern', '{ $.a EXISTS }', rootLogin, '--json']);
    expect(stdout).toBe('{"matches":"undecided"}\n');
    expect(stderr).toMatch(/the pattern, line 1, column \d+: /);
    expect(status).toBe(0);
  });

  test('patterns come from files, too, and a plain message is an event of its own', () => {
    const pattern = file('pattern.txt', 'ERROR -"timed out"\n');
    expect(events(['match', '--pattern-file', pattern], 'ERROR: gave up\n').stdout).toBe(
      'matches: ERROR: gave up\n',
    );
    expect(events(['match', '--pattern-file', '-', stopLogging, '--json'], '"StopLogging"').stdout).toBe(
      '{"matches":true}\n',
    );
  });

  test('log files with many records say which is which', () => {
    const records = [rootLogin, stopLogging].map((name) => JSON.parse(readFileSync(name, 'utf8')) as object);
    const log = file('log.json', JSON.stringify({ Records: records }));
    const { stdout } = events(['match', '--set', 'cloudtrail-changes', log, '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { event: 0, matches: false },
      { event: 1, matches: true },
    ]);
    expect(events(['match', '--set', 'cloudtrail-changes', log, '--exit-code']).status).toBe(1);
  });

  test('trails and EventBridge rules can be asked as well', () => {
    const selectors = file('selectors.json', '{"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}');
    expect(events(['match', '--selectors', selectors, stopLogging, '--json']).stdout).toBe(
      '{"matches":false}\n',
    );
    const rule = file(
      'rule.json',
      '{"source": ["aws.cloudtrail"], "detail": {"eventName": [{"prefix": "Stop"}]}}',
    );
    expect(events(['match', '--event-pattern', rule, stopLogging, '--json']).stdout).toBe(
      '{"matches":true}\n',
    );
  });

  test('what cannot be run ends with 2 and says what to do', () => {
    const failures = [
      ['match', rootLogin],
      ['match', '--pattern', 'a', '--set', 'root-usage', rootLogin],
      ['match', '--set', 'root-usge', rootLogin],
      ['match', '--set', 'root-usage', '--edition', 'cis-aws-9.0.0', rootLogin],
      ['match', '--set', 'log-bucket-object-deletion', rootLogin],
      ['match', '--pattern', 'a', path.join(folder, 'missing.json')],
      ['match', '--pattern', 'a', file('broken.json', '{"a": 1,\n "b": }')],
    ].map((args) => events(args));
    expect(failures.map(({ status, stdout }) => [status, stdout])).toEqual(failures.map(() => [2, '']));
    expect(failures.map(({ stderr }) => stderr.replaceAll(folder, 'DIR')).join('')).toMatchInlineSnapshot(`
      "trailwarden: give one of --pattern, --pattern-file, --event-pattern, --selectors, --set
      trailwarden: give only one of --pattern, --pattern-file, --event-pattern, --selectors, --set
      trailwarden: there is no event set root-usge; did you mean root-usage?
      trailwarden: event set root-usage has no edition cis-aws-9.0.0, did you mean cis-aws-2.0.0?; it knows cis-aws-1.2.0, cis-aws-1.3.0, cis-aws-1.4.0, cis-aws-1.5.0, cis-aws-2.0.0, cis-aws-3.0.0, cis-aws-4.0.1, cis-aws-5.0.0, cis-aws-6.0.0, cis-aws-7.0.0
      trailwarden: event set log-bucket-object-deletion needs the parameter chain_buckets: names of the buckets that trails deliver to
      trailwarden: DIR/missing.json: no such file or folder
      trailwarden: DIR/broken.json:2:7: "}": a JSON value is expected
      "
    `);
  });

  test('untrusted text cannot control the terminal', () => {
    const { stdout } = events(['match', '--pattern', 'a'], '\u001b[31ma\u202e');
    expect(stdout).toBe('matches: \\u{1b}[31ma\\u{202e}\n');
  });
});

test('events list names every set with its editions', () => {
  const list = JSON.parse(events(['list', '--json']).stdout) as { id: string; editions: unknown[] }[];
  expect(list).toHaveLength(30);
  expect(list.find(({ id }) => id === 'root-usage')?.editions).toHaveLength(10);
  expect(events(['list']).stdout).toContain('root-usage ');
});
