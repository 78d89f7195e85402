import { CoverageLedger } from './coverage.ts';
import type { AccountInScope, CoverageCell, Manifest } from './manifest.ts';
import { withoutPlace } from './part.ts';
import type { AnswerRecord, CallName } from './record.ts';
import { sumOfRequests } from './requests.ts';
import { SnapshotError, type Snapshot, type SnapshotFault } from './snapshot.ts';
import { compareText } from '../text.ts';
import type { SnapshotWriter } from './write.ts';

/** A snapshot to be merged, and how the user named it. */
export interface MergeSource {
  readonly path: string;
  readonly snapshot: Snapshot;
}

export interface MergeOptions {
  /** Take the later answers of an account that several snapshots hold; without it that is an error. */
  readonly preferLatest: boolean;
  /**
   * Seconds that the ends of the snapshots may lie apart. Ages are measured against the latest end, so that what was
   * fresh in an earlier snapshot looks older by as much.
   */
  readonly maxGap: number;
}

/** What the answers in the part of the organization are about. */
export interface OrganizationAnswers {
  /** Whether a call asks about the organization as a whole, so that one snapshot knows all of it. */
  readonly isOfOrganization: (call: CallName) => boolean;
  /** Whether a call asks the organization about one account after the other, so that each snapshot knows some. */
  readonly isOfEachAccount: (call: CallName) => boolean;
  /** The account that an answer is about; undefined for one that is about the organization, or about who asked. */
  readonly accountOf: (record: AnswerRecord) => string | undefined;
}

/**
 * Joins snapshots of one organization that were taken apart: by shards, or by people who can each reach a part of it.
 * Every account comes whole from one of them, with what its coverage says; nothing is asked and nothing made up. The order in which
 * they are named makes no difference.
 * @throws {SnapshotError} where they do not belong together, before anything is written
 */
export async function mergeSnapshots(
  named: readonly MergeSource[],
  options: MergeOptions,
  told: OrganizationAnswers,
  writer: SnapshotWriter,
): Promise<Manifest> {
  checkTogether(named, options);
  const sources = [...named].sort(
    ({ snapshot: { manifest: a } }, { snapshot: { manifest: b } }) =>
      compareText(a.end, b.end) || compareText(a.rootHash, b.rootHash),
  );
  const chosen = chooseAccounts(sources, options);
  const organization = organizationSource(sources, told);
  const collected = new Set(
    [...chosen].filter(([, { account }]) => account.scan === 'collected').map(([id]) => id),
  );

  const records = await organizationRecords(sources, organization, chosen, told);
  if (records !== undefined) {
    const part = writer.partWriter(null);
    for (const record of records) await part.append(record);
    await part.close();
  }
  for (const id of [...collected].sort(compareText)) {
    const part = writer.partWriter(id);
    const answers = (await chosen.get(id)?.source.snapshot.account(id)) ?? [];
    for (const record of answers) await part.append(withoutPlace(record));
    await part.close();
  }

  const manifests = sources.map(({ snapshot }) => snapshot.manifest);
  const { manifest: main } = organization.snapshot;
  const ends = manifests.map(({ end }) => end).sort(compareText);
  return writer.finish({
    tool: main.tool,
    caller: main.caller,
    partition: main.partition,
    organization: manifests.find((manifest) => manifest.organization !== null)?.organization ?? null,
    start: manifests.map(({ start }) => start).sort(compareText)[0] ?? main.start,
    end: ends.at(-1) ?? main.end,
    finished: manifests.every(({ finished }) => finished),
    accounts: [...chosen.values()].map(({ account }) => account).sort((a, b) => compareText(a.id, b.id)),
    coverage: coverageOf(sources, chosen, organization, told),
    ...requestsOf(manifests),
    notices: noticesOf(manifests, ends),
    mergedFrom: manifests.map(({ rootHash, caller, tool, start, end }) => ({
      rootHash,
      caller,
      tool,
      start,
      end,
    })),
    ...redactionsOf(manifests),
  });
}

/** An account and the snapshot that it is taken from. */
interface Chosen {
  readonly source: MergeSource;
  readonly account: AccountInScope;
}

function checkTogether(sources: readonly MergeSource[], { maxGap }: MergeOptions): void {
  const [first, ...others] = sources;
  if (first === undefined || others.length === 0) throw new Error('at least two snapshots are merged');
  const faults: SnapshotFault[] = [];
  const { manifest } = first.snapshot;
  const paths = new Map<string, string>();
  for (const { path, snapshot } of sources) {
    const before = paths.get(snapshot.manifest.rootHash);
    if (before !== undefined) faults.push({ message: `is the same snapshot as ${before}`, file: path });
    paths.set(snapshot.manifest.rootHash, path);
  }
  const known = sources.find(({ snapshot }) => snapshot.manifest.organization !== null);
  const id = known?.snapshot.manifest.organization?.id;
  for (const { path, snapshot } of others) {
    const { partition } = snapshot.manifest;
    if (partition !== manifest.partition)
      faults.push({
        message: `is of the partition ${partition}, ${first.path} of ${manifest.partition}`,
        file: path,
      });
  }
  for (const { path, snapshot } of sources) {
    const { organization } = snapshot.manifest;
    if (organization !== null && organization.id !== id)
      faults.push({
        message: `is of the organization ${organization.id}, ${known?.path ?? ''} of ${id ?? ''}`,
        file: path,
      });
  }
  const byEnd = [...sources].sort((a, b) => compareText(a.snapshot.manifest.end, b.snapshot.manifest.end));
  const [earliest, latest] = [byEnd[0] ?? first, byEnd.at(-1) ?? first];
  const gap = secondsBetween(earliest.snapshot.manifest.end, latest.snapshot.manifest.end);
  if (gap > maxGap)
    faults.push({
      message:
        `ended ${durationText(gap)} before ${latest.path}; ages are measured against the latest end, so that fresh ` +
        `answers of the earlier one would look old. Collect it again, or allow it with --max-gap`,
      file: earliest.path,
    });
  const error = SnapshotError.of(faults);
  if (error !== undefined) throw error;
}

/** What was seen of an account counts for more than why it was not. */
const worth: Readonly<Record<AccountInScope['scan'], number>> = {
  collected: 3,
  'not-reachable': 2,
  'not-reached': 2,
  'not-active': 1,
  'left-out': 0,
};

function chooseAccounts(
  sources: readonly MergeSource[],
  { preferLatest }: MergeOptions,
): ReadonlyMap<string, Chosen> {
  const chosen = new Map<string, Chosen>();
  const faults: SnapshotFault[] = [];
  for (const source of sources)
    for (const account of source.snapshot.manifest.accounts) {
      const before = chosen.get(account.id);
      const difference = before === undefined ? 1 : worth[account.scan] - worth[before.account.scan];
      if (before === undefined || difference > 0) chosen.set(account.id, { source, account });
      if (before === undefined || difference !== 0) continue;
      const later = source.snapshot.manifest.end > before.source.snapshot.manifest.end;
      if (later) chosen.set(account.id, { source, account });
      if (
        account.scan === 'collected' &&
        !preferLatest &&
        hashOf(source, account) !== hashOf(before.source, account)
      )
        faults.push({
          message: `holds account ${account.id}, as ${before.source.path} does; say --prefer-latest to take the later answers`,
          file: source.path,
        });
    }
  const error = SnapshotError.of(faults);
  if (error !== undefined) throw error;
  return chosen;
}

function hashOf({ snapshot }: MergeSource, { id }: AccountInScope): string | undefined {
  return snapshot.manifest.parts.find((part) => part.account === id)?.sha256;
}

/** The snapshot that saw most of the organization itself; the later one where that does not tell. */
function organizationSource(
  sources: readonly MergeSource[],
  { isOfOrganization }: OrganizationAnswers,
): MergeSource {
  const obtained = ({ snapshot }: MergeSource): number =>
    snapshot.manifest.coverage.filter(
      ({ operation, outcome }) => isOfOrganization(operation) && outcome === 'obtained',
    ).length;
  const [best] = [...sources].sort(
    (a, b) =>
      obtained(b) - obtained(a) ||
      compareText(b.snapshot.manifest.end, a.snapshot.manifest.end) ||
      compareText(a.snapshot.manifest.rootHash, b.snapshot.manifest.rootHash),
  );
  if (best === undefined) throw new Error('at least two snapshots are merged');
  return best;
}

/**
 * What one snapshot knows about the organization, and what each knows, in that part, about the accounts that are taken from it: why
 * their role could not be assumed, their tags, whether they own a bucket that others named.
 */
async function organizationRecords(
  sources: readonly MergeSource[],
  organization: MergeSource,
  chosen: ReadonlyMap<string, Chosen>,
  { accountOf }: OrganizationAnswers,
): Promise<readonly AnswerRecord[] | undefined> {
  const told: AnswerRecord[] = [];
  let any = false;
  for (const source of [organization, ...sources.filter((each) => each !== organization)]) {
    if (!source.snapshot.manifest.parts.some(({ account }) => account === null)) continue;
    any = true;
    for (const record of await source.snapshot.organization()) {
      const account = accountOf(record);
      const from = account === undefined ? organization : (chosen.get(account)?.source ?? organization);
      if (from === source) told.push(withoutPlace(record));
    }
  }
  return any ? told : undefined;
}

function coverageOf(
  sources: readonly MergeSource[],
  chosen: ReadonlyMap<string, Chosen>,
  organization: MergeSource,
  { isOfOrganization, isOfEachAccount }: OrganizationAnswers,
): CoverageCell[] {
  const ledger = new CoverageLedger();
  for (const source of sources)
    for (const cell of source.snapshot.manifest.coverage) {
      const { operation } = cell;
      const accounts = cell.accounts.filter((id) => {
        if (isOfEachAccount(operation)) return true;
        const from = isOfOrganization(operation) ? organization : chosen.get(id)?.source;
        return (from ?? source) === source;
      });
      if (accounts.length > 0) ledger.addCell({ ...cell, accounts });
    }
  return ledger.cells();
}

function requestsOf(manifests: readonly Manifest[]): Pick<Manifest, 'requests'> {
  const requests = sumOfRequests(manifests.map((manifest) => manifest.requests ?? {}));
  return Object.keys(requests).length === 0 ? {} : { requests };
}

/** What was removed from any of them is missing in the whole. */
function redactionsOf(manifests: readonly Manifest[]): Pick<Manifest, 'redactions'> {
  const redactions = manifests.flatMap((manifest) => manifest.redactions ?? []);
  return redactions.length === 0 ? {} : { redactions };
}

function noticesOf(manifests: readonly Manifest[], ends: readonly string[]): readonly string[] {
  const gap = secondsBetween(ends[0] ?? '', ends.at(-1) ?? '');
  const versions = [...new Set(manifests.map(({ tool }) => tool.version))].sort(compareText);
  return [
    ...new Set(manifests.flatMap(({ notices }) => notices)),
    ...(versions.length > 1
      ? [`merged from snapshots of trailwarden ${versions.join(', ')}: what they asked may differ`]
      : []),
    `merged from ${manifests.length} snapshots whose ends lie ${durationText(gap)} apart`,
  ];
}

function secondsBetween(earlier: string, later: string): number {
  return Math.max(0, Math.round((Date.parse(later) - Date.parse(earlier)) / 1000));
}

function durationText(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
