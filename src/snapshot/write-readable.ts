import { Document, visit } from 'yaml';

import { canonicalJson, type JsonObject } from '../json.ts';
import { CoverageLedger } from './coverage.ts';
import type { CoverageCell, Manifest } from './manifest.ts';
import { coverageOf } from './memory.ts';
import { readableFile } from './manifest.ts';
import { readableAccountsFolder, readableOrganizationFile } from './readable.ts';
import { callOf, type AnswerRecord, type CallName } from './record.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A snapshot in the form for people: the text of each file of a readable folder, by its path in the folder. Reading it
 * again gives the same records in the same order and the same manifest, but for parts and hashes.
 * @throws {SnapshotError} when the snapshot cannot be read
 */
export async function writeReadable(snapshot: Snapshot): Promise<Map<string, string>> {
  const { manifest } = snapshot;
  const files = new Map<string, string>();
  const all: AnswerRecord[] = [];
  const organization = await snapshot.organization();
  all.push(...organization);
  if (manifest.parts.some((part) => part.account === null))
    files.set(readableOrganizationFile, recordsText(organization, manifest, null));
  for (const { id } of manifest.accounts) {
    const records = await snapshot.account(id);
    if (records === undefined) continue;
    all.push(...records);
    files.set(`${readableAccountsFolder}/${id}.yaml`, recordsText(records, manifest, id));
  }
  const unsaid = beyondRecords(manifest.coverage, organization, all);
  const main = {
    start: manifest.start,
    end: manifest.end,
    tool: manifest.tool,
    caller: manifest.caller,
    partition: manifest.partition,
    organization: manifest.organization,
    ...(manifest.finished ? {} : { finished: false }),
    ...(manifest.notices.length === 0 ? {} : { notices: manifest.notices }),
    accounts: Object.fromEntries(manifest.accounts.map(({ id, ...account }) => [id, account])),
    ...(unsaid.length === 0
      ? {}
      : { coverage: unsaid.map(({ operation, ...cell }) => ({ call: operation, ...cell })) }),
  };
  return new Map([[readableFile, yamlText(main)], ...files]);
}

/**
 * Cells that the records do not tell by themselves; all cells of a call of the organization part where there is one
 * that they do not tell, since then they tell none (see the reader).
 */
function beyondRecords(
  coverage: readonly CoverageCell[],
  organization: readonly AnswerRecord[],
  records: readonly AnswerRecord[],
): CoverageCell[] {
  const told = new Map<string, CoverageCell>();
  for (const cell of coverageOf(records))
    for (const account of cell.accounts)
      for (const region of cell.regions) told.set(`${cell.operation} ${account} ${region}`, cell);
  const ofOrganization = new Set<string>(organization.map(callOf));
  const written = new Set<string>();
  const isTold = (cell: CoverageCell, account: string, region: string): boolean =>
    sameOutcome(told.get(`${cell.operation} ${account} ${region}`), cell);
  for (const cell of coverage)
    if (
      ofOrganization.has(cell.operation) &&
      cell.accounts.some((account) => cell.regions.some((region) => !isTold(cell, account, region)))
    )
      written.add(cell.operation);
  const ledger = new CoverageLedger();
  for (const cell of coverage)
    for (const account of cell.accounts)
      for (const region of cell.regions)
        if (written.has(cell.operation) || !isTold(cell, account, region))
          ledger.add(cell.operation, account, region, cell.outcome, cell);
  return ledger.cells();
}

function sameOutcome(a: CoverageCell | undefined, b: CoverageCell): boolean {
  return (
    a !== undefined &&
    a.outcome === b.outcome &&
    a.code === b.code &&
    a.cause === b.cause &&
    a.principal === b.principal
  );
}

/** A record as it is written for people. */
interface Line {
  call: CallName;
  account?: string;
  region?: string;
  regions?: string[];
}

function recordsText(records: readonly AnswerRecord[], manifest: Manifest, account: string | null): string {
  const lines: Line[] = [];
  let before: string | undefined;
  for (const record of records) {
    const { region } = record;
    const rest = {
      ...(account === null && record.account !== manifest.caller.account ? { account: record.account } : {}),
      ...(Object.keys(record.input).length === 0 ? {} : { input: record.input }),
      ...(record.time === manifest.start ? {} : { time: record.time }),
      ...(record.requestId === undefined ? {} : { requestId: record.requestId }),
      ...(record.page === undefined ? {} : { page: record.page }),
      ...(record.output === undefined ? {} : { output: record.output }),
      ...(record.error === undefined ? {} : { error: record.error }),
    };
    const key = canonicalJson({ call: callOf(record), ...rest } as unknown as JsonObject);
    const last = lines.at(-1);
    // The same answer in neighbouring records is written once, with all its regions.
    const regions = last?.regions ?? (last?.region === undefined ? [] : [last.region]);
    if (last !== undefined && key === before && !regions.includes(region)) {
      delete last.region;
      last.regions = [...regions, region];
      continue;
    }
    before = key;
    lines.push({ call: callOf(record), region, ...rest });
  }
  return yamlText({
    records: lines.map(({ call, region, regions, ...rest }) => ({
      call,
      ...(regions === undefined ? { region } : { regions }),
      ...rest,
    })),
  });
}

/** Characters that make YAML show otherwise than it reads: direction marks and the like. */
const misleading = /(?!\u200D)\p{Cf}/gu;

function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, version: '1.2' });
  visit(document, {
    Scalar(place, node) {
      const { value: text } = node;
      // Without quotes the key would stand for a merge.
      if ((place === 'key' && text === '<<') || (typeof text === 'string' && text.search(misleading) !== -1))
        node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replace(misleading, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
