import { causesOf } from '../evaluate/causes.ts';
import { type Finding, type Verdict } from '../evaluate/finding.ts';
import { compareText, visibleText } from '../text.ts';
import { markdownText } from './markdown-text.ts';
import type { ReportHeader, ReportRule, ReportSink, ReportTotals, TextOutput } from './sink.ts';
import { nameUuid } from './uuid.ts';

/** The version of the model that the file is written in. */
export const oscalVersion = '1.2.2';
/** Where the names of our properties live. */
const propertySpace = 'trailwarden:oscal';

/** What is known of a rule when all findings have passed. */
interface Objective {
  readonly counts: Record<Verdict, number>;
  waived: number;
  /** Of observations that stand against it. */
  readonly against: string[];
}

/**
 * OSCAL assessment results: an observation a finding, a finding an objective (a rule). Identifiers are made from
 * fingerprints, so that two runs over one snapshot give the same file. Streams; what is held are the identifiers of
 * observations that stand against a rule, which the format wants to be listed with it.
 */
export function oscalSink(output: TextOutput): ReportSink {
  let header: ReportHeader | undefined;
  let rules = new Map<string, ReportRule>();
  const objectives = new Map<string, Objective>();
  let first = true;

  return {
    start(given) {
      header = given;
      rules = new Map(given.rules.map((rule) => [rule.id, rule]));
      const { start, end } = resultHead(given);
      output.write(`{"assessment-results":{${start},"results":[{${end},\n"observations":[`);
    },
    add(finding) {
      if (header === undefined) throw new Error('a report must be started before it is added to');
      const uuid = nameUuid(`observation ${finding.fingerprint}`);
      count(objectives, finding, uuid);
      output.write(`${first ? '\n' : ',\n'}${JSON.stringify(observation(finding, uuid, header))}`);
      first = false;
    },
    async finish(totals) {
      if (header === undefined) throw new Error('a report must be started before it is finished');
      const { rootHash } = header.manifest;
      // An empty list is not allowed.
      if (first) output.write(`\n${JSON.stringify(nothingObserved(header))}`);
      output.write('\n],\n"findings":[');
      const ids = [...objectives.keys()].sort(compareText);
      ids.forEach((id, index) => {
        const objective = objectives.get(id);
        if (objective === undefined) return;
        output.write(`${index === 0 ? '\n' : ',\n'}${objectiveText(id, objective, rules.get(id), rootHash)}`);
      });
      if (ids.length === 0) output.write(`\n${JSON.stringify(nothingFound(rootHash))}`);
      output.write(`\n],${JSON.stringify({ remarks: remarks(totals) }).slice(1, -1)}}],`);
      output.write(`${JSON.stringify({ 'back-matter': backMatter(header) }).slice(1, -1)}}}\n`);
      await output.close();
    },
  };
}

/** Members of a JSON object without its braces: those before and inside of the one result. */
function resultHead({ tool, manifest, rules }: ReportHeader): { start: string; end: string } {
  const members = (value: object): string => JSON.stringify(value).slice(1, -1);
  const subject = manifest.organization?.id ?? `account ${manifest.caller.account}`;
  return {
    start: members({
      uuid: nameUuid(`assessment-results ${manifest.rootHash} ${tool.version}`),
      metadata: {
        title: line(`Trailwarden assessment of ${subject}`),
        'last-modified': manifest.end,
        version: line(tool.version),
        'oscal-version': oscalVersion,
      },
      'import-ap': { href: `#${planUuid(manifest.rootHash)}` },
    }),
    end: members({
      uuid: nameUuid(`result ${manifest.rootHash} ${tool.version}`),
      title: line(`Rules of Trailwarden over ${subject}`),
      description: line(
        'Answers of AWS, collected read-only into a snapshot, judged by rules. An objective is a rule; which controls of a framework it supports is for the assessor to say.',
      ),
      start: manifest.start,
      end: manifest.end,
      props: [property('snapshot-root-hash', manifest.rootHash)],
      'local-definitions': {
        'inventory-items': manifest.accounts.map(({ id, name, path, scan }) => ({
          uuid: accountUuid(id),
          description: line(name === undefined ? `Account ${id}` : `Account ${id} ${name}`),
          props: [
            property('account', id),
            ...(path === undefined ? [] : [property('organizational-unit', path)]),
            property('scan', scan),
          ],
        })),
      },
      'reviewed-controls': {
        'control-selections': [{ description: line('Controls that the rules support.'), 'include-all': {} }],
        ...(rules.length > 0 && {
          'control-objective-selections': [
            { 'include-objectives': rules.map(({ id }) => ({ 'objective-id': token(id) })) },
          ],
        }),
      },
    }),
  };
}

function observation(finding: Finding, uuid: string, { manifest }: ReportHeader): object {
  const { resource, waiver } = finding;
  const causes = finding.verdict === 'unknown' ? causesOf(finding.reasons) : [];
  return {
    uuid,
    title: line(`${finding.rule}: ${finding.verdict}`),
    description: line(finding.message),
    props: [
      property('rule', finding.rule),
      property('verdict', finding.verdict),
      property('severity', finding.severity),
      property('resource', resource.id),
      property('resource-type', resource.type),
      property('region', resource.region),
      property('fingerprint', finding.fingerprint),
      ...(waiver === null
        ? []
        : [
            property('waiver-reason', waiver.reason),
            property('waiver-owner', waiver.owner),
            property('waiver-ticket', waiver.ticket),
            property('waiver-expires', waiver.expires),
          ]),
      ...causes.map(({ call, account, region, code }) =>
        property('missing', `${call} in ${account} ${region}: ${code}`),
      ),
    ],
    methods: ['TEST'],
    types: ['finding'],
    subjects: [
      { 'subject-uuid': accountUuid(resource.account), type: 'inventory-item', title: line(resource.name) },
    ],
    ...(finding.evidence.length > 0 && {
      'relevant-evidence': finding.evidence.map(({ call, account, region, time, part, line: at, path }) => ({
        href: `#${snapshotUuid(manifest.rootHash)}`,
        description: line(
          `${call} in ${account} ${region} at ${time}: ${part} line ${at}${path === '' ? '' : `, ${path}`}`,
        ),
      })),
    }),
    collected: manifest.end,
    ...(finding.fix !== '' && { remarks: finding.fix.trim().split('\n').map(markdownText).join('\n') }),
  };
}

function count(objectives: Map<string, Objective>, finding: Finding, uuid: string): void {
  let objective = objectives.get(finding.rule);
  if (objective === undefined) {
    objective = { counts: { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0 }, waived: 0, against: [] };
    objectives.set(finding.rule, objective);
  }
  objective.counts[finding.verdict] += 1;
  if (finding.waiver !== null) objective.waived += 1;
  if (finding.verdict === 'fail' || finding.verdict === 'unknown') objective.against.push(uuid);
}

/** A failure stays one when it is waived. What is unknown satisfies nothing. */
function objectiveText(
  id: string,
  { counts, waived, against }: Objective,
  rule: ReportRule | undefined,
  rootHash: string,
): string {
  const satisfied = counts.fail === 0 && counts.unknown === 0;
  let reason = 'pass';
  if (counts.fail > 0) reason = 'fail';
  else if (counts.unknown > 0 || counts.pass === 0) reason = 'other';
  return JSON.stringify({
    uuid: nameUuid(`finding ${rootHash} ${id}`),
    title: line(rule?.title ?? id),
    description: line(
      `${counts.fail} fail (${waived} of them waived), ${counts.unknown} unknown, ${counts.pass} pass, ${counts['not-applicable']} not applicable.`,
    ),
    target: {
      type: 'objective-id',
      'target-id': token(id),
      status: { state: satisfied ? 'satisfied' : 'not-satisfied', reason },
    },
    ...(against.length > 0 && {
      'related-observations': against.map((uuid) => ({ 'observation-uuid': uuid })),
    }),
  });
}

function nothingObserved({ manifest }: ReportHeader): object {
  return {
    uuid: nameUuid(`observation ${manifest.rootHash} nothing`),
    description: 'There was nothing that a rule judges.',
    methods: ['TEST'],
    collected: manifest.end,
  };
}

function nothingFound(rootHash: string): object {
  return {
    uuid: nameUuid(`finding ${rootHash} nothing`),
    title: 'Nothing was judged',
    description: 'There was nothing that a rule judges.',
    target: {
      type: 'objective-id',
      'target-id': 'none',
      status: { state: 'not-satisfied', reason: 'other' },
    },
  };
}

function remarks({ complete, notices }: ReportTotals): string {
  const completeness = complete
    ? 'Every answer that was asked for was obtained.'
    : 'Answers that were asked for are missing: what is unknown is not satisfied.';
  return [completeness, ...notices.map(line)].join('\n\n');
}

function backMatter({ manifest }: ReportHeader): object {
  return {
    resources: [
      {
        uuid: planUuid(manifest.rootHash),
        title: 'Assessment plan',
        description:
          'Every rule is applied to every resource of its type in every account and region of the organization.',
      },
      {
        uuid: snapshotUuid(manifest.rootHash),
        title: 'Snapshot',
        description: `The answers of AWS as they were given. Root hash (SHA-256): ${line(manifest.rootHash)}`,
      },
    ],
  };
}

function planUuid(rootHash: string): string {
  return nameUuid(`plan ${rootHash}`);
}

function snapshotUuid(rootHash: string): string {
  return nameUuid(`snapshot ${rootHash}`);
}

function accountUuid(id: string): string {
  return nameUuid(`account ${id}`);
}

/** A value is one line, not blank, without white space at its ends. */
function property(name: string, value: string): object {
  return { name, ns: propertySpace, value: visibleText(value).trim() || '-' };
}

/** A line of OSCAL's markup, which is Markdown. */
function line(value: string): string {
  return markdownText(value.trim()) || '-';
}

/** An identifier as OSCAL takes it: letters, digits, dot, hyphen, underscore, and a letter first. */
function token(id: string): string {
  const safe = id.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return /^[A-Za-z_]/.test(safe) ? safe : `_${safe}`;
}
