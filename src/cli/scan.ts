import { Command, InvalidArgumentError, Option } from 'commander';

import { severities, type Finding, type Severity } from '../evaluate/finding.ts';
import { UserFault } from '../fault.ts';
import { incompleteAccounts, isComplete } from '../snapshot/completeness.ts';
import type { OrganizationModel } from '../model/organization.ts';
import type { WaiverBook } from '../waivers/apply.ts';
import type { Waiver } from '../waivers/waiver-file.ts';
import type { Baseline } from '../waivers/baseline.ts';
import { argumentOr } from './configuration/apply.ts';
import {
  addCollectOptions,
  isEnough,
  minCoverageOption,
  runCollect,
  type CollectFlags,
  type IncompleteFlags,
} from './collect.ts';
import { exitCodes, type RunEnd } from './failure.ts';
import { toolIdentity } from '../version.ts';
import { localSnapshot } from './storage.ts';
import {
  checkReportRequests,
  parseReportRequest,
  reportFormats,
  type ReportRequest,
} from './report-request.ts';
import { addRuleOptions } from './rule-options.ts';
import type { RuleFlags } from './run-rules.ts';
import { openSourceMap, parseSourceFolder, type SourceFolder } from './source.ts';
import { log } from './log.ts';
import { columnsOf } from './terminal.ts';

/** What makes a run end with code 1. */
interface Threshold {
  readonly severity: Severity | 'none';
  readonly onlyNew: boolean;
}

/** Options of the commands that judge and report, as commander gives them. */
interface EvaluateFlags extends RuleFlags, IncompleteFlags {
  readonly format?: readonly ReportRequest[];
  readonly failOn?: Threshold;
  readonly waivers?: string;
  readonly baseline?: string;
  readonly sarifProfile: 'github' | 'full';
  readonly sarifLocation?: 'inventory' | 'rule' | 'source';
  readonly source?: readonly SourceFolder[];
  readonly split?: 'account' | 'unit';
  readonly verbose?: boolean;
  readonly color: boolean;
  /** Of a scan only: also for what it keeps in S3. */
  readonly profile?: string;
}

/** `trailwarden evaluate SNAPSHOT` */
export function evaluateCommand(): Command {
  return addEvaluateOptions(
    new Command('evaluate')
      .description('judge a snapshot by the rules and report; makes no AWS call')
      .argument(
        '[snapshot]',
        'folder of a snapshot, s3://BUCKET/PREFIX, or a readable one in YAML (default: that of the configuration)',
      ),
  ).action(async (named: string | undefined, flags: EvaluateFlags) => {
    const snapshot = argumentOr('snapshot.out', 'a snapshot', named, flags);
    process.exitCode = exitCodes[await judge(snapshot, flags)];
  });
}

/** `trailwarden scan` */
export function scanCommand(): Command {
  const command = new Command('scan')
    .description('collect, judge and report in one go; with --snapshot no AWS call is made')
    .option('--snapshot <dir>', 'judge this snapshot instead of asking AWS')
    .option(
      '--out <dir>',
      'folder to keep the new snapshot in, or s3://BUCKET/PREFIX',
      'trailwarden-snapshot',
    )
    .option('--replace', 'replace the snapshot that stands in the folder, once the new one is whole');
  return addCollectOptions(addEvaluateOptions(command)).action(
    async (flags: EvaluateFlags & CollectFlags & { snapshot?: string; out: string; replace?: boolean }) => {
      if (flags.snapshot === undefined) {
        (await import('./memory.ts')).collectGarbageEarly();
        const { callsOf, loadRunRules, tagCall } = await import('./run-rules.ts');
        // Faults of rules are told before AWS is asked; which partition it is does not change what is asked.
        const ofRules = callsOf(await loadRunRules(flags));
        const byTag = (await readWaivers(flags.waivers))?.some(({ tag }) => tag !== undefined);
        const calls = byTag ? new Set([...ofRules, tagCall]) : ofRules;
        const manifest = await runCollect(flags, flags.out, { replace: flags.replace === true, calls });
        if (manifest === undefined) return;
      }
      process.exitCode = exitCodes[await judge(flags.snapshot ?? flags.out, flags)];
    },
  );
}

function addEvaluateOptions(command: Command): Command {
  return addRuleOptions(command)
    .option(
      '--format <format[=file]>',
      `${reportFormats.slice(0, -1).join(', ')} or ${reportFormats.at(-1)}; to standard output, to a file or to s3://BUCKET/KEY; may be repeated (default: text)`,
      appendRequest,
    )
    .option(
      '--fail-on <severity>',
      'exit with 1 when something of this severity or worse fails: critical, high, medium, low, info or none; ' +
        'new:SEVERITY counts only what the baseline does not know (default: low)',
      parseThreshold,
    )
    .option('--allow-incomplete', 'exit with 0 also when answers are missing and nothing fails')
    .addOption(minCoverageOption())
    .option('--waivers <file>', 'accepted failures (YAML)')
    .option(
      '--baseline <report.json>',
      'an earlier JSON report, or s3://BUCKET/KEY of one, to tell new failures from known ones',
    )
    .addOption(
      new Option('--sarif-profile <profile>', 'github: open failures; full: every verdict')
        .choices(['github', 'full'])
        .default('github'),
    )
    .addOption(
      new Option(
        '--sarif-location <place>',
        "where alerts appear: in the account's inventory file, at the rule, or at the source line that declares the " +
          'resource (default: source with --source, else inventory)',
      ).choices(['inventory', 'rule', 'source']),
    )
    .addOption(
      new Option(
        '--split <by>',
        'a SARIF file for each account or organizational unit, each a category; none for what was not wholly seen',
      ).choices(['account', 'unit']),
    )
    .option(
      '--source <[accounts=]dir>',
      'infrastructure code: Terraform, CloudFormation, SAM, CDK output; ACCOUNT,...=DIR or all=DIR says where it is ' +
        'deployed; may be repeated',
      appendSource,
    )
    .option('--verbose', 'every finding in the text report');
}

function parseThreshold(value: string): Threshold {
  const [, isNew, name] = /^(new:)?(.*)$/.exec(value) ?? [];
  const severity = [...severities, 'none' as const].find((known) => known === name);
  if (severity === undefined) {
    throw new InvalidArgumentError(`expected one of ${severities.join(', ')}, none, or new:SEVERITY.`);
  }
  return { severity, onlyNew: isNew !== undefined };
}

/** Whether a finding is one that the threshold is about. */
function reaches(threshold: Threshold, finding: Finding): boolean {
  if (threshold.severity === 'none' || finding.verdict !== 'fail' || finding.waiver !== null) return false;
  if (threshold.onlyNew && finding.baseline === 'unchanged') return false;
  return severities.indexOf(finding.severity) <= severities.indexOf(threshold.severity);
}

function appendRequest(
  value: string,
  before: readonly ReportRequest[] | undefined,
): readonly ReportRequest[] {
  return [...(before ?? []), parseReportRequest(value)];
}

function appendSource(value: string, before: readonly SourceFolder[] | undefined): readonly SourceFolder[] {
  return [...(before ?? []), parseSourceFolder(value)];
}

/** Opens, evaluates and reports. Gives how the run ended; throws {@link UserFault} when it could not. */
async function judge(snapshotPath: string, flags: EvaluateFlags): Promise<RunEnd> {
  const [
    { openSnapshot },
    { createModel },
    { evaluate },
    { Totals },
    { Scoring },
    { amend },
    { reportPack, reportRule, scoredPacks },
    { loadRunRules, parametersOf },
    { openReports },
    { collectGarbageEarly },
  ] = await Promise.all([
    import('../snapshot/read.ts'),
    import('../model/create-model.ts'),
    import('../evaluate/evaluate.ts'),
    import('../evaluate/totals.ts'),
    import('../evaluate/score.ts'),
    import('../evaluate/amend.ts'),
    import('./rule-source.ts'),
    import('./run-rules.ts'),
    import('./reporting.ts'),
    import('./memory.ts'),
  ]);
  const requests = flags.format ?? [{ format: 'text', file: undefined } as const];
  checkReportRequests(requests);
  // The configuration may hold it for runs that do write files of SARIF.
  if (
    flags.split !== undefined &&
    flags.split !== flags.configuration?.values.get('sarif.split')?.value &&
    !requests.some(({ format, file }) => format === 'sarif' && file !== undefined)
  )
    throw new UserFault('--split: name the files with --format sarif=FILE');
  collectGarbageEarly();
  await using local = await localSnapshot(snapshotPath, flags.profile);
  const snapshot = await openSnapshot(local.path);
  const { manifest } = snapshot;
  const {
    settings,
    packs,
    rules,
    notices: ofRules,
    currentId,
  } = await loadRunRules(flags, manifest.partition);
  const waiverFile = await readWaivers(flags.waivers);
  const baseline = await openBaselineReport(flags.baseline, flags.profile);
  if (flags.sarifLocation === 'source' && flags.source === undefined)
    throw new UserFault('--sarif-location source: name the infrastructure code with --source DIR');
  const source = flags.source && (await openSourceMap(flags.source, snapshot));
  const model = await createModel(snapshot);
  const waivers = await openWaiverBook(waiverFile, model, currentId);

  const reports = await openReports(requests, {
    sarif: {
      profile: flags.sarifProfile,
      placement: flags.sarifLocation ?? (source === undefined ? 'inventory' : 'source'),
    },
    ...(flags.split !== undefined && { split: flags.split }),
    profile: flags.profile,
    text: {
      width: columnsOf(process.stdout, 160),
      color: flags.color && process.stdout.isTTY && process.stdout.hasColors() && !process.env['NO_COLOR'],
      verbose: flags.verbose === true,
    },
  });
  try {
    const totals = new Totals();
    // Single rules say nothing about a framework.
    const scored = flags.rule !== undefined && packs.length === 0 ? [] : scoredPacks(rules.packs, packs);
    const scoring = new Scoring(scored);
    const threshold = flags.failOn ?? { severity: 'low', onlyNew: false };
    let reached = false;
    await reports.start({
      tool: toolIdentity(),
      manifest,
      rules: rules.rules.map(reportRule),
      packs: scored.map(reportPack),
    });
    const end = await evaluate(
      model,
      rules,
      (finding: Finding) => {
        const waiver = waivers?.waiverFor(finding) ?? null;
        const known = baseline?.stateOf(finding) ?? null;
        const declared = source?.map.placeOf(finding.resource);
        const shown =
          waiver === null && known === null && declared === undefined
            ? finding
            : amend(finding, { waiver, baseline: known, ...(declared && { source: declared }) });
        totals.add(shown);
        scoring.add(shown);
        reached ||= reaches(threshold, shown);
        reports.add(shown);
      },
      {
        ...(settings !== undefined && {
          parameters: parametersOf(settings, model),
        }),
      },
    );
    const unseen = incompleteAccounts(manifest);
    const notices = [
      ...ofRules,
      ...end.notices,
      ...(waivers?.notices() ?? []),
      ...(baseline?.notices(unseen) ?? []),
      ...(source?.notices ?? []),
    ];
    const complete = isComplete(manifest) && end.bugs === 0;
    const ran = new Set(rules.rules.map((rule) => rule.id));
    await reports.finish({
      ...totals.finish(notices, complete),
      scores: scoring.finish(ran),
      ...(baseline !== undefined && { gone: baseline.gone(unseen) }),
    });
    for (const text of reports.written) log('info', 'written', text);
    for (const text of reports.remarks) log('notice', 'report', text);
    if (reached) return 'findings';
    // What a bug of ours made unknown is no gap in the snapshot: no option lets it pass.
    if (end.bugs > 0) return 'incomplete';
    return isEnough(manifest, flags) ? 'clean' : 'incomplete';
  } catch (error) {
    reports.cancel();
    throw error;
  }
}

async function readWaivers(file: string | undefined): Promise<readonly Waiver[] | undefined> {
  if (file === undefined) return undefined;
  const [{ readFile }, { parseWaivers }] = await Promise.all([
    import('node:fs/promises'),
    import('../waivers/waiver-file.ts'),
  ]);
  return parseWaivers(await readFile(file, 'utf8'), file);
}

async function openWaiverBook(
  waivers: readonly Waiver[] | undefined,
  model: OrganizationModel,
  currentId: (rule: string) => string,
): Promise<WaiverBook | undefined> {
  if (waivers === undefined) return undefined;
  const [{ openWaivers }, { knownTags }] = await Promise.all([
    import('../waivers/apply.ts'),
    import('./run-rules.ts'),
  ]);
  const { manifest } = model;
  const paths = new Map(manifest.accounts.map((account) => [account.id, account.path]));
  return openWaivers(waivers, {
    time: manifest.end,
    ouOf: (account) => paths.get(account),
    tagsOf: knownTags(model),
    currentId,
  });
}

async function openBaselineReport(
  file: string | undefined,
  profile: string | undefined,
): Promise<Baseline | undefined> {
  if (file === undefined) return undefined;
  const [{ readReportFile }, { readBaseline }] = await Promise.all([
    import('./output.ts'),
    import('../waivers/baseline.ts'),
  ]);
  return readBaseline(await readReportFile(file, profile), file);
}
