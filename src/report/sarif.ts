import type { Notification, PropertyBag, ReportingDescriptor, Result, Run, ToolComponent } from 'sarif';

import { severities, type Finding, type Severity, type Verdict } from '../evaluate/finding.ts';
import { compareText, shortened, visibleText } from '../text.ts';
import { fixInWords } from './fix-text.ts';
import { asFinding } from './gone-finding.ts';
import { accountInventoryFile, organizationInventoryFile } from './inventory.ts';
import type { ReportHeader, ReportPack, ReportRule, ReportSink, ReportTotals, TextOutput } from './sink.ts';

/**
 * `github`: failures without a waiver, placed, fingerprinted and cut as code scanning needs them, because it shows
 * passes and suppressed results as open alerts. `full`: every verdict, waivers as suppressions.
 */
export const sarifProfiles = ['github', 'full'] as const;
export type SarifProfile = (typeof sarifProfiles)[number];

/**
 * Where results are placed: the account's file in the repository, the line of the rule, or the line of infrastructure
 * code that declares the resource (the account's file where none does for sure).
 */
export const sarifPlacements = ['inventory', 'rule', 'source'] as const;
export type SarifPlacement = (typeof sarifPlacements)[number];

export interface SarifOptions {
  readonly profile: SarifProfile;
  readonly placement: SarifPlacement;
  /** Where the file is one of several: what it is about, which makes its category. */
  readonly group?: string;
  /** Told what was left out to stay within GitHub's limit, so that a log can say it too. */
  readonly onCut?: (text: string) => void;
}

/** GitHub keeps the 5,000 most severe results of a run; we cut ourselves, so that what is cut is known. */
export const githubResultLimit = 5000;
/** GitHub shows ten tags of a rule. */
const tagLimit = 10;
/** Longest `shortDescription` and `fullDescription` that GitHub takes. */
const descriptionLimit = 1024;
/** Longest rule name that GitHub takes. */
const nameLimit = 255;

const sourceRoot = 'SRCROOT';
const schemaUri =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Numbers in the middle of GitHub's bands: exactly 9.0 would fall between two of them. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.0',
};

/** SARIF section 3.27.10: level says how serious a result of kind `fail` is. */
const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** SARIF section 3.27.9. */
const kinds: Readonly<Record<Verdict, Result.kind>> = {
  fail: 'fail',
  pass: 'pass',
  unknown: 'open',
  'not-applicable': 'notApplicable',
};

/**
 * SARIF 2.1.0, one run, minified with a result a line. The invocation is marked unsuccessful where the collection is
 * incomplete: GitHub then refuses the file, instead of closing the alerts of accounts that were not seen.
 */
export function sarifSink(output: TextOutput, options: SarifOptions): ReportSink {
  const bySeverity = new Map<Severity, { place: number; text: string }[]>(
    severities.map((severity) => [severity, []]),
  );
  let header: ReportHeader | undefined;
  let ruleIndex = new Map<string, number>();
  let rules = new Map<string, ReportRule>();
  let written = 0;
  let failures = 0;

  const write = (text: string): void => {
    output.write(`${written === 0 ? '\n' : ',\n'}${text}`);
    written += 1;
  };
  return {
    start(given) {
      header = given;
      ruleIndex = new Map(given.rules.map((rule, index) => [rule.id, index]));
      rules = new Map(given.rules.map((rule) => [rule.id, rule]));
      output.write(
        `{"$schema":${JSON.stringify(schemaUri)},"version":"2.1.0","runs":[{"tool":${JSON.stringify({ driver: driver(given, options.profile) })},\n"results":[`,
      );
    },
    add(finding) {
      if (options.profile === 'full') {
        write(JSON.stringify(result(finding, ruleIndex, rules, options)));
        return;
      }
      if (finding.verdict !== 'fail' || finding.waiver !== null) return;
      failures += 1;
      const kept = bySeverity.get(finding.severity);
      if (kept !== undefined && kept.length < githubResultLimit) {
        kept.push({ place: failures, text: JSON.stringify(result(finding, ruleIndex, rules, options)) });
      }
    },
    async finish(totals) {
      if (header === undefined) throw new Error('a report must be started before it is finished');
      if (options.profile === 'github') {
        const mostSevere = severities
          .flatMap((severity) => bySeverity.get(severity) ?? [])
          .slice(0, githubResultLimit);
        for (const { text } of mostSevere.sort((a, b) => a.place - b.place)) write(text);
        if (failures > written) options.onCut?.(cutNotice(failures - written, options.group));
      }
      if (options.profile === 'full') {
        for (const gone of totals.gone ?? [])
          write(
            JSON.stringify({
              ...result(asFinding(gone), ruleIndex, rules, options),
              baselineState: 'absent',
            }),
          );
      }
      const rest: Omit<Run, 'tool' | 'results'> = {
        automationDetails: { id: category(header, options.group) },
        columnKind: 'utf16CodeUnits',
        ...(options.profile === 'full' &&
          header.packs.length > 0 && { taxonomies: header.packs.map(taxonomy) }),
        originalUriBaseIds: { [sourceRoot]: { description: { text: 'The root of the repository.' } } },
        invocations: [invocation(header, totals, failures - written, options)],
        properties: {
          snapshotRootHash: visibleText(header.manifest.rootHash),
          summary: { findings: totals.findings, byVerdict: totals.byVerdict, waived: totals.waived },
        },
      };
      output.write(`\n],${JSON.stringify(rest).slice(1)}]}\n`);
      await output.close();
    },
  };
}

/** `category/run`: code scanning replaces what an earlier upload of the same category said. */
function category(header: ReportHeader, group: string | undefined): string {
  const { organization, caller } = header.manifest;
  return visibleText(
    ['trailwarden', organization?.id ?? caller.account, ...(group === undefined ? [] : [group]), ''].join(
      '/',
    ),
  );
}

function driver(header: ReportHeader, profile: SarifProfile): ToolComponent {
  return {
    name: 'Trailwarden',
    semanticVersion: visibleText(header.tool.version),
    version: visibleText(header.tool.version),
    rules: header.rules.map((rule) => descriptor(rule, header.packs, profile)),
    // GitHub knows no taxonomies; there the controls stand in the help of the rules.
    ...(profile === 'full' &&
      header.packs.length > 0 && {
        supportedTaxonomies: header.packs.map((pack, index) => ({ name: visibleText(pack.id), index })),
      }),
  };
}

/** SARIF section 3.19.3: a framework's edition, its controls as taxa. */
function taxonomy(pack: ReportPack): ToolComponent {
  return {
    name: visibleText(pack.id),
    fullName: visibleText(pack.title),
    version: visibleText(pack.edition),
    shortDescription: { text: sentence(pack.title) },
    isComprehensive: false,
    taxa: pack.controls.map(({ id, title }) => ({
      id: visibleText(id),
      shortDescription: { text: sentence(title) },
    })),
  };
}

/** Controls that a rule bears on, by the index of their pack. */
function controlsOf(rule: string, packs: readonly ReportPack[]) {
  return packs.flatMap((pack, index) => {
    const controls = pack.controls.filter((control) => control.rules.includes(rule));
    return controls.length === 0 ? [] : [{ pack, index, controls }];
  });
}

function descriptor(
  rule: ReportRule,
  packs: readonly ReportPack[],
  profile: SarifProfile,
): ReportingDescriptor {
  const named = controlsOf(rule.id, packs);
  const properties: PropertyBag = {
    tags: ['security', rule.service, ...rule.tags.filter((tag) => tag !== 'security' && tag !== rule.service)]
      .slice(0, tagLimit)
      .map(visibleText),
    precision: 'very-high',
  };
  if (rule.severity !== 'info') properties['security-severity'] = securitySeverity[rule.severity];
  const helpUri = rule.references.map(webLink).find((link) => link !== undefined);
  return {
    id: rule.id,
    ...(rule.aliases && { deprecatedIds: [...rule.aliases] }),
    name: shortened(pascalCase(rule.id), nameLimit),
    shortDescription: { text: shortened(sentence(rule.title), descriptionLimit) },
    fullDescription: { text: shortened(sentence(rule.why), descriptionLimit) },
    help: { text: helpText(rule), markdown: helpMarkdown(rule, named) },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: levels[rule.severity] },
    ...(profile === 'full' &&
      named.length > 0 && {
        relationships: named.flatMap(({ pack, index, controls }) =>
          controls.map(({ id }) => ({
            target: { id: visibleText(id), toolComponent: { name: visibleText(pack.id), index } },
            kinds: ['relevant'],
          })),
        ),
      }),
    properties,
  };
}

function result(
  finding: Finding,
  ruleIndex: ReadonlyMap<string, number>,
  rules: ReadonlyMap<string, ReportRule>,
  options: SarifOptions,
): Result {
  const { resource } = finding;
  const index = ruleIndex.get(finding.rule);
  // An alert in the code still leads to the account's file, which says who owns it.
  const related =
    options.placement === 'source' && finding.source !== undefined
      ? physicalLocation(inventoryFile(finding), 1, 1)
      : undefined;
  return {
    ruleId: finding.rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    ...(finding.verdict === 'fail' ? {} : { kind: kinds[finding.verdict] }),
    level: finding.verdict === 'fail' ? levels[finding.severity] : 'none',
    message: { text: plainMessage(finding.message) + (related === undefined ? '' : ' [Account](1).') },
    locations: [
      {
        physicalLocation: placeOf(finding, rules.get(finding.rule), options.placement),
        logicalLocations: [
          {
            fullyQualifiedName: visibleText(resource.id),
            name: visibleText(resource.name),
            kind: 'resource',
          },
        ],
      },
    ],
    ...(related === undefined
      ? {}
      : {
          relatedLocations: [
            { id: 1, physicalLocation: related, message: { text: `Account ${resource.account}.` } },
          ],
        }),
    partialFingerprints: {
      primaryLocationLineHash: `${finding.fingerprint.slice(0, 16)}:1`,
      'trailwarden/v1': finding.fingerprint,
    },
    ...(options.profile === 'full' && finding.baseline !== null
      ? { baselineState: finding.baseline === 'changed' ? 'updated' : finding.baseline }
      : {}),
    ...(options.profile === 'full' && finding.waiver !== null
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: visibleText(
                `${finding.waiver.reason} (owner ${finding.waiver.owner}, ${finding.waiver.ticket}, until ${finding.waiver.expires})`,
              ),
            },
          ],
        }
      : {}),
    properties: {
      verdict: finding.verdict,
      severity: finding.severity,
      account: resource.account,
      region: visibleText(resource.region),
      resourceType: visibleText(resource.type),
      ...(finding.source === undefined ? {} : { declaredAs: visibleText(finding.source.address) }),
      // The other forms of the fix (command line, Terraform, ...) stand in the rule's help.
      fix: visibleLines(fixInWords(finding)),
      evidence: finding.evidence.map(({ call, account, region, time, part, line, path }) =>
        visibleText(
          `${call} in ${account} ${region} at ${time}: ${part}:${line}${path === '' ? '' : ` ${path}`}`,
        ),
      ),
    },
  };
}

type PhysicalLocation = NonNullable<NonNullable<Result['locations']>[number]['physicalLocation']>;

function placeOf(
  finding: Finding,
  rule: ReportRule | undefined,
  placement: SarifPlacement,
): PhysicalLocation {
  if (placement === 'rule' && rule !== undefined) return physicalLocation(rule.file, rule.line, 1);
  if (placement === 'source' && finding.source !== undefined) {
    const { file, line, column } = finding.source;
    return physicalLocation(file, line, column);
  }
  return physicalLocation(inventoryFile(finding), 1, 1);
}

/** A place in a file of the repository; the path is made a relative URI. */
function physicalLocation(file: string, line: number, column: number): PhysicalLocation {
  return {
    artifactLocation: {
      uri: file.toWellFormed().split('/').map(encodeURIComponent).join('/'),
      uriBaseId: sourceRoot,
    },
    region: { startLine: line, startColumn: column, endLine: line, endColumn: column + 1 },
  };
}

/** The file of the account in the repository that alerts are shown in; see `trailwarden inventory`. */
function inventoryFile(finding: Finding): string {
  return finding.resource.type === 'organization'
    ? organizationInventoryFile
    : accountInventoryFile(finding.resource.account);
}

function invocation(
  header: ReportHeader,
  totals: ReportTotals,
  cut: number,
  options: SarifOptions,
): NonNullable<Run['invocations']>[number] {
  const notifications: Notification[] = [...header.manifest.notices, ...totals.notices].map((text) => ({
    level: 'note',
    message: { text: plainMessage(text) },
  }));
  for (const account of header.manifest.accounts) {
    if (account.scan === 'collected' || account.scan === 'not-active') continue;
    notifications.push({
      level: account.scan === 'left-out' ? 'note' : 'warning',
      message: {
        text: plainMessage(
          `Account ${account.id} was not seen (${account.scan}): ${account.reason ?? 'no reason given'}`,
        ),
      },
    });
  }
  if (options.profile === 'github' && cut > 0) {
    notifications.push({
      level: 'warning',
      message: {
        text: cutNotice(cut, options.group),
      },
    });
  }
  return {
    executionSuccessful: totals.complete,
    startTimeUtc: header.manifest.start,
    endTimeUtc: header.manifest.end,
    toolExecutionNotifications: notifications,
  };
}

function cutNotice(cut: number, group: string | undefined): string {
  return `${cut} of ${cut + githubResultLimit} failures${group === undefined ? '' : ` of ${group}`} were left out, the least severe: code scanning keeps ${githubResultLimit} results${group === undefined ? ' of a file. --split writes a file for each account' : ''}.`;
}

/** SARIF section 3.11.6: what looks like an embedded link must be escaped to be read as text. */
function plainMessage(text: string): string {
  return visibleText(text).replace(/\[([^\]]*)\]\(/g, (_, inside: string) => `\\[${inside}\\](`);
}

function sentence(text: string): string {
  return visibleText(text.trim().replace(/\s+/g, ' '));
}

function pascalCase(id: string): string {
  return id
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

function helpText(rule: ReportRule): string {
  return [`Why: ${rule.why.trim()}`, `Fix: ${rule.fix.trim()}`, ...rule.references]
    .map(visibleLines)
    .join('\n\n');
}

function helpMarkdown(rule: ReportRule, named: ReturnType<typeof controlsOf>): string {
  const lines = [
    `**${markdownText(rule.title)}**`,
    `Severity: ${rule.severity} · judged for each ${markdownText(rule.for)} · rule \`${rule.id}\``,
    '## Why it matters',
    markdownText(rule.why.trim()),
    '## What to do',
    markdownText(rule.fix.trim()),
  ];
  if (rule.requires.length > 0) {
    lines.push(
      '## Decided by',
      [...rule.requires]
        .sort(compareText)
        .map((call) => `- \`${visibleText(call).replaceAll('`', '')}\``)
        .join('\n'),
    );
  }
  if (named.length > 0) {
    lines.push(
      '## Frameworks',
      named
        .map(
          ({ pack, controls }) =>
            `- ${markdownText(pack.title)}: ${controls.map(({ id }) => markdownText(id)).join(', ')}`,
        )
        .join('\n'),
    );
  }
  if (rule.references.length > 0) {
    lines.push('## References', rule.references.map((text) => `- ${linkMarkdown(text)}`).join('\n'));
  }
  return lines.join('\n\n');
}

/** A link to the web in URI form; undefined for anything else. */
function webLink(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const [address = '', ...fragment] = new URL(text).href
    .replace(/[^\w.~:/?#@!$&'()*+,;=%-]/g, encodeURIComponent)
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .split('#');
  return fragment.length === 0 ? address : `${address}#${fragment.join('%23')}`;
}

function linkMarkdown(text: string): string {
  const link = webLink(text);
  return link === undefined ? markdownText(text) : `<${link}>`;
}

/** Text of several lines, nothing hidden in it. */
function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}

/** Text of a rule file, which may come from a stranger, as Markdown shows it literally. */
function markdownText(text: string): string {
  return visibleLines(text).replace(/[\\`*_{}[\]<>#|~@]/g, (character) => `\\${character}`);
}
