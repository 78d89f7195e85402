import { rm } from 'node:fs/promises';

import { Command, InvalidArgumentError, Option } from 'commander';

import type { CollectOptions } from '../collect/options.ts';
import { covers, isComplete } from '../snapshot/completeness.ts';
import type { CallName } from '../snapshot/record.ts';
import type { Progress } from '../collect/progress.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { toolIdentity } from '../version.ts';
import { exitCodes } from './failure.ts';
import { addRuleOptions } from './rule-options.ts';
import type { RuleFlags } from './run-rules.ts';
import { showProgress } from './progress.ts';
import { isInS3, stagingFolder } from './storage.ts';
import { log } from './log.ts';

/** Options of the commands that ask AWS, as commander gives them. */
export interface CollectFlags {
  readonly roleName?: string;
  readonly externalId?: string;
  readonly sessionName?: string;
  readonly accounts?: readonly string[];
  readonly ou?: readonly string[];
  readonly shard?: { readonly number: number; readonly of: number };
  readonly regions?: readonly string[];
  readonly region?: string;
  readonly profile?: string;
  readonly concurrency?: number;
  readonly attempts?: number;
  readonly timeout?: number;
  readonly pace?: number;
  readonly appId?: string;
  readonly dryRun?: true;
  readonly resume?: boolean;
}

/** Adds the options of a collection: those of {@link addAskingOptions}, and how it runs. */
export function addCollectOptions(command: Command): Command {
  return addAskingOptions(command)
    .option(
      '--resume',
      'go on with an earlier collection into the same folder that was killed, interrupted or lacks answers',
    )
    .option('--dry-run', 'say what would be asked; asks only who you are and what is in the organization');
}

/** Adds the options that say what to ask of AWS, as whom, and how hard. */
export function addAskingOptions(command: Command): Command {
  return command
    .option('--role-name <name>', 'role to assume in each other account (default: TrailwardenScan)')
    .option('--external-id <id>', 'external id that the role asks for')
    .option('--session-name <name>', 'name of the session in CloudTrail (default: trailwarden)')
    .option('--accounts <ids>', 'only these accounts, separated by commas', list)
    .option('--ou <units>', 'only accounts in these organizational units: ou-... ids or paths of names', list)
    .option('--shard <k/n>', 'only share k of n of the accounts, the same ones each time: 3/20', shard)
    .option('--regions <names>', 'only these regions', list)
    .option('--region <name>', "region of the caller's own calls (default: AWS_REGION or the profile's)")
    .option('--profile <name>', 'profile of the AWS configuration files')
    .option('--concurrency <number>', 'requests in flight at most (default: 100)', wholeNumber)
    .option(
      '--attempts <number>',
      'how often a question is asked before it counts as failed (default: 11)',
      wholeNumber,
    )
    .option('--timeout <seconds>', 'seconds until an answer must be there (default: 30)', wholeNumber)
    .option('--pace <factor>', "share of AWS's documented request rates to use (default: 1)", positiveNumber)
    .option('--app-id <id>', 'application id in the user agent, to find the scan in CloudTrail');
}

/** `trailwarden collect` */
export function collectCommand(): Command {
  const command = new Command('collect')
    .description(
      'ask AWS and write the answers as a snapshot; what the rules need where rules are named, else everything',
    )
    .option(
      '--out <dir>',
      'folder for the snapshot, or s3://BUCKET/PREFIX; it must not exist yet or be empty',
      'trailwarden-snapshot',
    )
    .option('--replace', 'replace the snapshot that stands in the folder, once the new one is whole')
    .option('--tags', 'also ask for the tags of accounts')
    .option('--allow-incomplete', 'exit with 0 also when some answers are missing')
    .addOption(minCoverageOption());
  return addCollectOptions(addRuleOptions(command)).action(
    async (
      flags: CollectFlags & RuleFlags & IncompleteFlags & { out: string; replace?: boolean; tags?: boolean },
    ) => {
      // Before rules and the SDK: loading them makes garbage, by which the space for new objects would grow.
      (await import('./memory.ts')).collectGarbageEarly();
      const calls = await chosenCalls(flags);
      const manifest = await runCollect(flags, flags.out, {
        replace: flags.replace === true,
        tags: flags.tags === true || (await tagsAreSet(flags)),
        ...(calls !== undefined && { calls }),
      });
      if (manifest !== undefined && !isEnough(manifest, flags)) process.exitCode = exitCodes.incomplete;
    },
  );
}

/** What the rules need that options or configuration choose; undefined, which is everything, where they choose none. */
export async function chosenCalls(flags: RuleFlags): Promise<ReadonlySet<CallName> | undefined> {
  const { rules, pack, rule, configuration } = flags;
  const disabled = configuration?.settings.disabled;
  if ([rules, pack, rule, disabled].every((choice) => choice === undefined || choice.length === 0))
    return undefined;
  const { callsOf, loadRunRules } = await import('./run-rules.ts');
  return callsOf(await loadRunRules(flags));
}

/** Whether parameters of the configuration depend on tags of accounts. */
async function tagsAreSet({ configuration }: RuleFlags): Promise<boolean> {
  if (configuration === undefined) return false;
  return (await import('../rules/settings.ts')).readsTags(configuration.settings);
}

/** What a run that lacks answers ends with. */
export interface IncompleteFlags {
  readonly allowIncomplete?: boolean;
  /** Percent of the answers that were meant to be had. */
  readonly minCoverage?: number;
}

export function minCoverageOption(): Option {
  return new Option(
    '--min-coverage <percent>',
    'exit with 3 only when less than this share of the answers is there: 98%',
  )
    .conflicts('allowIncomplete')
    .argParser(percent);
}

/** Whether a snapshot holds as many answers as the options ask for: all of them unless they say otherwise. */
export function isEnough(manifest: Manifest, { allowIncomplete, minCoverage }: IncompleteFlags): boolean {
  if (allowIncomplete === true) return true;
  return minCoverage === undefined ? isComplete(manifest) : covers(manifest, minCoverage);
}

/**
 * Takes a snapshot into `out`, with progress on standard error. Ctrl-C ends it early: what was answered so far is
 * written. Gives its manifest; undefined where the options ask for the plan only. Throws {@link CollectError} and
 * {@link SnapshotError}.
 */
export async function runCollect(
  flags: CollectFlags,
  out: string,
  asking: Pick<CollectOptions, 'replace' | 'calls' | 'tags'> = {},
): Promise<Manifest | undefined> {
  if (flags.dryRun === true) {
    await tellPlan({ ...optionsOf(flags, out), ...asking });
    return undefined;
  }
  // The SDK is loaded by nothing else: other commands must start fast.
  const [{ collect }, { collectGarbageNow }] = await Promise.all([
    import('../collect/collect.ts'),
    import('./memory.ts'),
  ]);
  const interrupted = new AbortController();
  const folder = isInS3(out) ? stagingFolder(out) : out;
  if (isInS3(out)) await (await import('../collect/s3-snapshots.ts')).checkFree(out, flags.profile);
  const progress = await showProgress(process.stderr);
  const onSignal = (): void => {
    progress.say('interrupted: writing what was answered so far; once more ends at once');
    interrupted.abort();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const options = { ...optionsOf(flags, folder), ...asking, ...(isInS3(out) && { replace: true }) };
    const hooks = {
      progress: told(progress.update, collectGarbageNow),
      signal: interrupted.signal,
      notice: (text: string) => log('notice', 'collection', text),
    };
    const unsent = isInS3(out) && flags.resume === true ? await unsentSnapshot(folder) : undefined;
    const manifest = unsent ?? (await collect(options, hooks));
    if (isInS3(out)) await moveToS3(folder, out, flags.profile);
    progress.end();
    const complete = isComplete(manifest);
    for (const notice of manifest.notices) log('notice', 'collection', notice);
    // What is missing has gone wrong: it is said with --quiet, too.
    log(complete ? 'info' : 'notice', 'collected', summaryOf(manifest, out));
    return manifest;
  } finally {
    progress.end();
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

/** Tells of progress, and once that everything is asked and will be written. */
function told(tell: (progress: Progress) => void, onWriting: () => void): (progress: Progress) => void {
  let isWriting = false;
  return (progress) => {
    tell(progress);
    if (isWriting || progress.phase !== 'writing') return;
    isWriting = true;
    onWriting();
  };
}

/** A whole snapshot that waits to be sent: the sending was interrupted. */
async function unsentSnapshot(folder: string): Promise<Manifest | undefined> {
  const [{ openSnapshot }, { SnapshotError }] = await Promise.all([
    import('../snapshot/read.ts'),
    import('../snapshot/snapshot.ts'),
  ]);
  try {
    const { manifest } = await openSnapshot(folder);
    if (!isComplete(manifest)) return undefined;
    log(
      'notice',
      'collection',
      `the collection that ended at ${manifest.end} had only to be sent, and is sent now`,
    );
    return manifest;
  } catch (error) {
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
}

/** Sends what was collected, and clears it away here once it is there. */
async function moveToS3(folder: string, url: string, profile: string | undefined): Promise<void> {
  const { sendSnapshot } = await import('../collect/s3-snapshots.ts');
  await sendSnapshot(folder, url, profile);
  await rm(folder, { recursive: true, force: true });
}

async function tellPlan(options: CollectOptions): Promise<void> {
  const [{ planCollection }, { planText }] = await Promise.all([
    import('../collect/plan.ts'),
    import('./dry-run.ts'),
  ]);
  process.stdout.write(planText(await planCollection(options)));
}

/** What the options mean for the collector. */
export function optionsOf(flags: CollectFlags, out: string): CollectOptions {
  const { timeout, ou } = flags;
  const names = [
    'roleName',
    'externalId',
    'sessionName',
    'accounts',
    'shard',
    'regions',
    'region',
    'profile',
    'concurrency',
    'attempts',
    'pace',
    'appId',
    'resume',
  ] as const;
  return {
    ...Object.fromEntries(
      names.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
    ),
    ...(ou === undefined ? {} : { units: ou }),
    ...(timeout === undefined ? {} : { requestTimeout: timeout * 1000 }),
    out,
    tool: toolIdentity(),
  };
}

function summaryOf({ accounts, coverage, finished }: Manifest, out: string): string {
  const collected = accounts.filter(({ scan }) => scan === 'collected').length;
  const missing = new Map<string, number>();
  let asked = 0;
  for (const cell of coverage) {
    const weight = cell.accounts.length * cell.regions.length;
    asked += weight;
    if (cell.outcome !== 'obtained' && cell.outcome !== 'not-enabled')
      missing.set(cell.outcome, (missing.get(cell.outcome) ?? 0) + weight);
  }
  const gaps = [...missing]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([outcome, count]) => `${count} ${outcome}`);
  return [
    `${out}: ${collected} of ${accounts.length} accounts`,
    gaps.length === 0 ? `all ${asked} questions answered` : `of ${asked} questions ${gaps.join(', ')}`,
    ...(finished ? [] : ['interrupted before the end']),
  ].join('; ');
}

/** Reads a list separated by commas, on top of those given before. */
export function list(value: string, before: readonly string[] = []): readonly string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('a list separated by commas is expected.');
  return [...before, ...names];
}

function shard(value: string): { readonly number: number; readonly of: number } {
  const [, number = '', of = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? [];
  if (of === '') throw new InvalidArgumentError('a share like 3/20 is expected.');
  return { number: Number(number), of: Number(of) };
}

function percent(value: string): number {
  const [, number = ''] = /^(\d{1,3}(?:\.\d{1,6})?)%?$/.exec(value) ?? [];
  if (number === '' || Number(number) > 100)
    throw new InvalidArgumentError('a percentage from 0 to 100 is expected.');
  return Number(number);
}

function positiveNumber(value: string): number {
  if (!/^\d{1,9}(?:\.\d{1,9})?$/.test(value)) throw new InvalidArgumentError('a number is expected.');
  return Number(value);
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(value);
}
