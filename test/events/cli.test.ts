import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, test, vi } from 'vitest';

import { describeFailure } from '../../src/cli/failure.ts';
import { createProgram } from '../../src/cli/program.ts';
import { program } from '../support/run-cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `trailwarden events ...` with something on standard input, as a process of its own. */
function piped(args: readonly string[], input: string): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'events', ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  return { status, stdout, stderr };
}

/** Runs `trailwarden events ...` (or another command) in this process, which is much quicker than another. */
async function events(args: readonly string[], command = ['events']): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const catching = (stream: 'stdout' | 'stderr') =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  const spies = [catching('stdout'), catching('stderr')];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await createProgram().parseAsync(['node', 'trailwarden', ...command, ...args]);
    return { status: process.exitCode ?? 0, ...written };
  } catch (error) {
    return { status: 2, ...written, stderr: `${written.stderr}${describeFailure(error)}\n` };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const rootLogin = path.join(root, 'fixtures/events/signin-root-no-mfa.json');
const stopLogging = path.join(root, 'fixtures/events/role-stop-logging.json');

describe('events match', () => {
  test('--json gives the contracted answer for one event, from a file or standard input', async () => {
    const pattern = '{ $.userIdentity.type = "Root" }';
    expect(await events(['match', '--pattern', pattern, rootLogin, '--json'])).toEqual({
      status: 0,
      stdout: '{"matches":true}\n',
      stderr: '',
    });
    const other = piped(['match', '--pattern', pattern, '--json', '-'], readFileSync(stopLogging, 'utf8'));
    expect(other.stdout).toBe('{"matches":false}\n');
  });

  test('a pattern that the service would refuse is undecided, and standard error says where and why', async () => {
    const { status, stdout, stderr } = await events([
      'match',
      '--pattern',
      '{ $.a EXISTS }',
      rootLogin,
      '--json',
    ]);
    expect(stdout).toBe('{"matches":"undecided"}\n');
    expect(stderr).toMatch(/the pattern, line 1, column \d+: /);
    expect(status).toBe(0);
  });

  test('patterns come from files, too, and a plain message is an event of its own', async () => {
    const pattern = file('pattern.txt', 'ERROR -"timed out"\n');
    expect(piped(['match', '--pattern-file', pattern], 'ERROR: gave up\n').stdout).toBe(
      'matches: ERROR: gave up\n',
    );
    expect(piped(['match', '--pattern-file', '-', stopLogging, '--json'], '"StopLogging"').stdout).toBe(
      '{"matches":true}\n',
    );
  });

  test('log files with many records say which is which', async () => {
    const records = [rootLogin, stopLogging].map((name) => JSON.parse(readFileSync(name, 'utf8')) as object);
    const log = file('log.json', JSON.stringify({ Records: records }));
    const { stdout } = await events(['match', '--set', 'cloudtrail-changes', log, '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { event: 0, matches: false },
      { event: 1, matches: true },
    ]);
    expect((await events(['match', '--set', 'cloudtrail-changes', log, '--exit-code'])).status).toBe(1);
  });

  test('trails and EventBridge rules can be asked as well', async () => {
    const selectors = file('selectors.json', '{"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}');
    expect((await events(['match', '--selectors', selectors, stopLogging, '--json'])).stdout).toBe(
      '{"matches":false}\n',
    );
    const rule = file(
      'rule.json',
      '{"source": ["aws.cloudtrail"], "detail": {"eventName": [{"prefix": "Stop"}]}}',
    );
    expect((await events(['match', '--event-pattern', rule, stopLogging, '--json'])).stdout).toBe(
      '{"matches":true}\n',
    );
  });

  test('what cannot be run ends with 2 and says what to do', async () => {
    const commands = [
      ['match', rootLogin],
      ['match', '--pattern', 'a', '--set', 'root-usage', rootLogin],
      ['match', '--set', 'root-usge', rootLogin],
      ['match', '--set', 'root-usage', '--edition', 'cis-aws-9.0.0', rootLogin],
      ['match', '--set', 'log-bucket-object-deletion', rootLogin],
      ['match', '--pattern', 'a', path.join(folder, 'missing.json')],
      ['match', '--pattern', 'a', file('broken.json', '{"a": 1,\n "b": }')],
    ];
    const failures: Run[] = [];
    for (const args of commands) failures.push(await events(args));
    expect(failures.map(({ status, stdout }) => [status, stdout])).toEqual(failures.map(() => [2, '']));
    expect(failures.map(({ stderr }) => stderr.replaceAll(folder, 'DIR')).join('')).toMatchInlineSnapshot(`
      "trailwarden: give one of --pattern, --pattern-file, --event-pattern, --selectors, --set
      trailwarden: give only one of --pattern, --pattern-file, --event-pattern, --selectors, --set
      trailwarden: there is no event set root-usge; did you mean root-usage?
      trailwarden: event set root-usage has no edition cis-aws-9.0.0, did you mean cis-aws-2.0.0?; it knows cis-aws-1.2.0, cis-aws-1.3.0, cis-aws-1.4.0, cis-aws-1.5.0, cis-aws-2.0.0, cis-aws-3.0.0, cis-aws-4.0.1, cis-aws-5.0.0, cis-aws-6.0.0, cis-aws-7.0.0
      trailwarden: event set log-bucket-object-deletion needs the parameter chain_buckets: names of the buckets that trails deliver to
      trailwarden: DIR/missing.json: no such file or folder: check the name
      trailwarden: DIR/broken.json:2:7: "}": a JSON value is expected
      "
    `);
  });

  test('untrusted text cannot control the terminal', async () => {
    const { stdout } = piped(['match', '--pattern', 'a'], '\u001b[31ma\u202e');
    expect(stdout).toBe('matches: \\u{1b}[31ma\\u{202e}\n');
  });
});

describe('events covers', () => {
  const trailChanges = ['covers', '--set', 'cloudtrail-changes'];

  test('--json gives the contracted answer, and the exit code says which', async () => {
    const proved = await events([
      ...trailChanges,
      '--json',
      '--pattern',
      '{ $.eventName = "*Trail" || $.eventName = "*Logging" }',
    ]);
    expect(proved.status).toBe(0);
    expect(JSON.parse(proved.stdout)).toEqual({
      verdict: 'proved',
      witness: null,
      reason: expect.stringContaining('cloudtrail-changes') as string,
    });
    const refuted = await events([...trailChanges, '--json', '--pattern', '{ $.eventName = "*Trail" }']);
    expect(refuted.status).toBe(1);
    expect(JSON.parse(refuted.stdout)).toEqual({
      verdict: 'refuted',
      witness: expect.objectContaining({ eventName: expect.stringMatching(/Logging$/) as string }) as object,
      reason: expect.stringContaining('Logging') as string,
    });
  });

  test('a pattern that the service would refuse is undecided, with the position of the fault', async () => {
    const { status, stdout } = await events([
      ...trailChanges,
      '--json',
      '--pattern',
      '{ $.eventName = *Trail" }',
    ]);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'undecided',
      witness: null,
      reason: expect.stringMatching(/line 1, column \d+/) as string,
    });
  });

  test('several patterns count together, from arguments, files and standard input', async () => {
    const trails = file('trails.txt', '{ $.eventName = "*Trail" }\n');
    const args = [...trailChanges, '--json', '--pattern-file', trails, '-'];
    expect(JSON.parse(piped(args, '{ $.eventName = StartLogging }').stdout)).toMatchObject({
      verdict: 'refuted',
    });
    const all = [...args, '--pattern', '{ $.eventName = StopLogging }'];
    expect(JSON.parse(piped(all, '{ $.eventName = StartLogging }').stdout)).toMatchObject({
      verdict: 'proved',
    });
  });

  test('the trail stands before filters and rules', async () => {
    const selectors = file('writes.json', '{"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}');
    const { stdout } = await events([
      'covers',
      '--set',
      'root-usage',
      '--json',
      '--pattern',
      '',
      '--selectors',
      selectors,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'refuted', witness: { readOnly: true } });
  });

  test('the edition decides what is asked for', async () => {
    const six =
      '{ $.eventName = "*SecurityGroupIngress" || $.eventName = "*SecurityGroupEgress" || $.eventName = "*eSecurityGroup" }';
    const args = ['covers', '--set', 'security-group-changes', '--json', '--pattern', six];
    expect(JSON.parse((await events(args)).stdout)).toMatchObject({
      witness: { eventName: 'ModifySecurityGroupRules' },
    });
    expect(JSON.parse((await events([...args, '--edition', 'cis_aws_4_0_1'])).stdout)).toMatchObject({
      verdict: 'proved',
    });
  });

  test('a person is told which condition loses the event, and a pattern that sees it', async () => {
    const pattern = '{ $.userIdentity.type = "Root" && $.awsRegion = "us-east-1" }';
    const { stdout } = await events(['covers', '--set', 'root-usage', '--pattern', pattern]);
    expect(stdout).toContain('the pattern: `&& $.awsRegion = "us-east-1"` drops this event: $.awsRegion is ');
    const suggested = /^ {2}(\{ .* \})$/m.exec(stdout)?.[1] ?? '';
    const again = await events(['covers', '--set', 'root-usage', '--pattern', suggested]);
    expect(again.stdout).toMatch(/^proved\n/);
  });

  test('an event that the trail does not record is not blamed on a filter', async () => {
    const selectors = file('reads.json', '[{"ReadWriteType": "ReadOnly"}]');
    const { stdout } = await events([...trailChanges, '--pattern', '{ $.x = y }', '--selectors', selectors]);
    expect(stdout).toContain('\nthe trail does not record it\n');
    expect(stdout).not.toContain('sees every event of the set:');
  });

  test('a pattern that proves and tells too much gets a note', async () => {
    const { stdout } = await events([...trailChanges, '--pattern', '']);
    expect(stdout).toMatch(/^proved\n[^]*\nnote: the pattern matches every event/);
  });

  test('a person sees the witness with the fields that matter set off', async () => {
    const { stdout } = await events([
      ...trailChanges,
      '--pattern',
      '{ $.eventName = "*Trail" && $.awsRegion = "us-east-1" }',
    ]);
    expect(stdout).toMatch(/^refuted\n/);
    expect(stdout).toMatch(/^> {3}"awsRegion": /m);
    expect(stdout).toMatch(/^ {4}"eventTime": /m);
  });
});

describe('events explain', () => {
  test('an event set says what it asks for, what is known and who asks', async () => {
    const { stdout, status } = await events(['explain', '--set', 'iam-policy-changes']);
    expect(status).toBe(0);
    expect(stdout).toContain('eventSource is iam.amazonaws.com\n');
    expect(stdout).toContain('they are recorded in us-east-1 (aws), ');
    expect(stdout).toContain('cis-aws-7.0.0');
  });

  test('a pattern without parentheses shows what binds to what, and which sets it sees whole', async () => {
    const pattern =
      '{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*" && $.eventName != "HeadBucket" }';
    const { stdout } = await events(['explain', '--pattern', pattern]);
    expect(stdout).toBe(`the pattern means
  any of
    $.errorCode = "*UnauthorizedOperation"
    all of
      $.errorCode = "AccessDenied*"
      $.eventName != "HeadBucket"

sees all of  unauthorized-api-calls  API calls that were refused
misses events of 30 other sets; "events covers --set NAME" shows one
`);
  });

  test('patterns that match nothing, everything, or are refused get a note', async () => {
    const { stdout } = await events([
      'explain',
      '--json',
      '--pattern',
      '{ $.eventName = A && $.eventName = B }',
      '',
      '{ $.a',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      notes: [
        expect.stringContaining('pattern 1 can never match') as string,
        expect.stringContaining('pattern 2 matches every event') as string,
        expect.stringContaining('line 1, column 6') as string,
      ],
    });
  });
});

test('rules explain shows the event set that a rule asks for', async () => {
  const { stdout } = await events(['monitor-root-usage'], ['rules', 'explain']);
  expect(stdout).toContain('Event set root-usage: ');
  expect(stdout).toContain('    userIdentity.invokedBy is missing\n');
});

test('events list names every set with its editions', async () => {
  const list = JSON.parse((await events(['list', '--json'])).stdout) as { id: string; editions: unknown[] }[];
  expect(list).toHaveLength(36);
  expect(list.find(({ id }) => id === 'root-usage')?.editions).toHaveLength(10);
  expect((await events(['list'])).stdout).toContain('root-usage ');
});
