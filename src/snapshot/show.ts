import { compareText, shortened, visibleText } from '../text.ts';
import type { AccountInScope, Manifest, MergedSnapshot, Redaction } from './manifest.ts';
import { outcomes, type Outcome } from './record.ts';

/** What `snapshot show` tells of an account. */
export interface AccountSummary extends Omit<AccountInScope, 'regions' | 'regionsFrom' | 'regionsLeftOut'> {
  /** How many regions were to be asked; undefined where that could not be learned. */
  readonly regions: number | undefined;
  readonly regionsLeftOut: number;
  /** Records and compressed bytes of its part; zero where there is none. */
  readonly records: number;
  readonly bytes: number;
  /** Cells of coverage (region x operation) by outcome. */
  readonly cells: Readonly<Record<Outcome, number>>;
}

/** What `snapshot show` tells of a call. */
export interface OperationSummary {
  readonly operation: string;
  /** Cells of coverage (account x region) by outcome. */
  readonly cells: Readonly<Record<Outcome, number>>;
}

/** A reason for missing answers and how far it reaches. */
export interface GapSummary {
  readonly operation: string;
  readonly outcome: Outcome;
  readonly code: string | undefined;
  readonly cause: string | undefined;
  readonly principal: string | undefined;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
}

/** A snapshot at a glance, from its manifest alone: plain data. Holds untrusted text. */
export interface SnapshotSummary {
  readonly tool: Manifest['tool'];
  readonly caller: Manifest['caller'];
  readonly partition: string;
  readonly organization: Manifest['organization'];
  readonly start: string;
  readonly end: string;
  readonly finished: boolean;
  readonly rootHash: string;
  readonly notices: readonly string[];
  readonly mergedFrom: readonly MergedSnapshot[];
  readonly redactions: readonly Redaction[];
  readonly records: number;
  readonly bytes: number;
  readonly organizationRecords: number;
  /** Sorted by id. */
  readonly accounts: readonly AccountSummary[];
  readonly accountsByScan: Readonly<Record<AccountInScope['scan'], number>>;
  /** Sorted by name. */
  readonly operations: readonly OperationSummary[];
  readonly cells: Readonly<Record<Outcome, number>>;
  /** Everything that was not obtained. */
  readonly gaps: readonly GapSummary[];
}

/** Puts together what a person wants to know of a snapshot first. */
export function summarizeSnapshot(manifest: Manifest): SnapshotSummary {
  const parts = new Map(manifest.parts.map((part) => [part.account, part]));
  const total = counts();
  const byOperation = new Map<string, Record<Outcome, number>>();
  const byAccount = new Map<string, Record<Outcome, number>>();
  for (const cell of manifest.coverage) {
    const size = cell.accounts.length * cell.regions.length;
    total[cell.outcome] += size;
    entry(byOperation, cell.operation)[cell.outcome] += size;
    for (const account of cell.accounts) entry(byAccount, account)[cell.outcome] += cell.regions.length;
  }
  const accountsByScan = {
    collected: 0,
    'left-out': 0,
    'not-active': 0,
    'not-reachable': 0,
    'not-reached': 0,
  };
  const accounts = manifest.accounts.map(({ regions, regionsFrom: _from, regionsLeftOut, ...account }) => {
    accountsByScan[account.scan] += 1;
    const part = parts.get(account.id);
    return {
      ...account,
      regions: regions?.length,
      regionsLeftOut: regionsLeftOut?.length ?? 0,
      records: part?.records ?? 0,
      bytes: part?.bytes ?? 0,
      cells: byAccount.get(account.id) ?? counts(),
    };
  });
  return {
    tool: manifest.tool,
    caller: manifest.caller,
    partition: manifest.partition,
    organization: manifest.organization,
    start: manifest.start,
    end: manifest.end,
    finished: manifest.finished,
    rootHash: manifest.rootHash,
    notices: manifest.notices,
    mergedFrom: manifest.mergedFrom ?? [],
    redactions: manifest.redactions ?? [],
    records: manifest.parts.reduce((sum, part) => sum + part.records, 0),
    bytes: manifest.parts.reduce((sum, part) => sum + part.bytes, 0),
    organizationRecords: parts.get(null)?.records ?? 0,
    accounts: accounts.sort((a, b) => compareText(a.id, b.id)),
    accountsByScan,
    operations: [...byOperation]
      .map(([operation, cells]) => ({ operation, cells }))
      .sort((a, b) => compareText(a.operation, b.operation)),
    cells: total,
    gaps: manifest.coverage
      .filter((cell) => cell.outcome !== 'obtained')
      .map(({ operation, outcome, code, cause, principal, accounts: affected, regions }) => ({
        operation,
        outcome,
        code,
        cause,
        principal,
        accounts: affected,
        regions,
      })),
  };
}

/** The summary as text for a terminal, untrusted text made safe. Lines end with a line feed. */
export function summaryText(summary: SnapshotSummary): string {
  const lines: string[] = [];
  const say = (label: string, text: string): void => {
    lines.push(`${label.padEnd(13)} ${visibleText(text)}`);
  };
  const { organization, accountsByScan: scans } = summary;
  say(
    'organization',
    organization === null
      ? 'none'
      : `${organization.id}, managed by account ${organization.managementAccount}`,
  );
  say('collected by', `${summary.caller.arn}, with ${summary.tool.name} ${summary.tool.version}`);
  say(
    'collected',
    `${summary.start} to ${summary.end}${summary.finished ? '' : ', interrupted before the end'}`,
  );
  say('root hash', summary.rootHash);
  say('size', `${count(summary.records, 'record')}, ${byteText(summary.bytes)}`);
  say(
    'accounts',
    [
      `${summary.accounts.length} in scope`,
      ...Object.entries(scans).flatMap(([scan, number]) =>
        number === 0 ? [] : [`${number} ${words(scan)}`],
      ),
    ].join(', '),
  );
  const asked = outcomes.reduce((sum, outcome) => sum + summary.cells[outcome], 0);
  say('coverage', `${summary.cells.obtained} of ${asked} questions answered${missingText(summary.cells)}`);
  for (const { caller, start, end, rootHash } of summary.mergedFrom)
    say('merged from', `${caller.arn}, ${start} to ${end}, root hash ${rootHash}`);
  for (const { removed, of } of summary.redactions)
    say(
      'redacted',
      `${removed.map((each) => `${each.count} ${each.kind}`).join(', ')}; before, root hash ${of}`,
    );
  for (const notice of summary.notices) say('notice', notice);

  lines.push('', 'Accounts');
  lines.push(
    ...table(
      ['account', 'name', 'state', 'scan', 'regions', 'records', 'size', 'not answered'],
      summary.accounts.map((account) => [
        account.id,
        shortened(visibleText(account.name ?? ''), 40),
        visibleText(account.state ?? ''),
        words(account.scan),
        account.regions === undefined ? 'unknown' : String(account.regions),
        String(account.records),
        byteText(account.bytes),
        String(outcomes.reduce((sum, name) => sum + (name === 'obtained' ? 0 : account.cells[name]), 0)),
      ]),
    ),
  );
  const reasons = summary.accounts.filter((account) => account.reason !== undefined);
  if (reasons.length > 0) lines.push('', 'Not collected');
  for (const account of reasons)
    lines.push(`  ${account.id}  ${shortened(visibleText(account.reason ?? ''), 300)}`);
  lines.push('', 'Calls (accounts x regions)');
  const seen = outcomes.filter((outcome) => outcome === 'obtained' || summary.cells[outcome] > 0);
  lines.push(
    ...table(
      ['call', ...seen.map(words)],
      summary.operations.map(({ operation, cells }) => [
        operation,
        ...seen.map((outcome) => String(cells[outcome])),
      ]),
    ),
  );
  if (summary.gaps.length > 0) {
    lines.push('', 'Not answered');
    for (const gap of summary.gaps) {
      const why = [gap.code, gap.cause].filter((text) => text !== undefined && text !== '').join(': ');
      lines.push(
        `  ${words(gap.outcome)}  ${gap.operation}  in ${someOf(gap.accounts, 'account')}, ${someOf(gap.regions, 'region')}`,
      );
      if (why !== '') lines.push(`    ${shortened(visibleText(why), 300)}`);
      if (gap.principal !== undefined)
        lines.push(`    refused: ${shortened(visibleText(gap.principal), 200)}`);
    }
  }
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function counts(): Record<Outcome, number> {
  return { obtained: 0, denied: 0, 'not-enabled': 0, throttled: 0, failed: 0, 'not-asked': 0 };
}

function entry(map: Map<string, Record<Outcome, number>>, key: string): Record<Outcome, number> {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = counts()));
  return value;
}

function missingText(cells: Readonly<Record<Outcome, number>>): string {
  const parts = outcomes
    .filter((outcome) => outcome !== 'obtained' && cells[outcome] > 0)
    .map((outcome) => `${cells[outcome]} ${words(outcome)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function someOf(names: readonly string[], noun: string): string {
  const [first = ''] = names;
  if (names.length === 1) return `${noun} ${visibleText(first)}`;
  if (names.length <= 3) return `${noun}s ${names.map(visibleText).join(', ')}`;
  return `${names.length} ${noun}s (${visibleText(first)}, ...)`;
}

function words(name: string): string {
  return name.replaceAll('-', ' ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function byteText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Columns, two spaces in and two apart; numbers to the right. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[0-9]/.test(row[column] ?? '') && column > 0),
  );
  return all.map(
    (row) =>
      `  ${row
        .map((cell, column) =>
          numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')}`,
  );
}
