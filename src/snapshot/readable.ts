import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { compareText } from '../text.ts';
import { readYaml, type TextPlace } from '../yaml.ts';
import { recordFault } from './check-record.ts';
import { CoverageLedger } from './coverage.ts';
import { deriveAnswers, type DerivedAnswers } from './derive.ts';
import { fileFault } from './file-fault.ts';
import { readableFile, type AccountInScope, type CoverageCell, type Manifest } from './manifest.ts';
import { snapshotFromRecords } from './memory.ts';
import { callOf, type AnswerError, type CallName, type Outcome, type StoredRecord } from './record.ts';
import { schemaFaults } from './schema.ts';
import { SnapshotError, type Snapshot, type SnapshotFault } from './snapshot.ts';

/** The file of a readable folder with the records of the organization. */
export const readableOrganizationFile = 'organization.yaml';
/** The folder of a readable folder with a file for each account. */
export const readableAccountsFolder = 'accounts';

export interface ReadableOptions {
  /** The file as the user knows it: faults name it, and it is the `part` of records. */
  readonly file: string;
  /** For rule tests: answers that are not written down are derived. Without it, what is not there is missing. */
  readonly derive?: DerivedAnswers;
}

/**
 * Reads a readable snapshot from the text of one YAML file.
 * @throws {SnapshotError} with all faults, each with line and column
 */
export function readReadableSnapshot(text: string, options: ReadableOptions): Snapshot {
  const document = readYaml(text);
  throwFaults(document.faults.map((fault) => ({ ...fault, file: options.file })));
  return snapshotFromReadable(document.value, {
    ...options,
    locate: (steps, at) => document.locate(steps, at),
  });
}

/**
 * The snapshot that data of the readable form stands for: a whole file, or a case of a rule test.
 * `locate` gives the place of a path inside the data.
 * @throws {SnapshotError} with all faults, each with line and column
 */
export function snapshotFromReadable(
  value: JsonValue | undefined,
  options: ReadableOptions & {
    readonly locate: (path: readonly (string | number)[], at: 'key' | 'value') => TextPlace;
  },
): Snapshot {
  const source: Source = { file: options.file, part: path.basename(options.file), locate: options.locate };
  throwFaults(shapeFaults('readable-snapshot', value ?? null, source));
  return build(value as unknown as ReadableData, source, undefined, options.derive);
}

/** A readable snapshot of several files: `snapshot.yaml`, `organization.yaml`, `accounts/<id>.yaml`. */
export async function readReadableFolder(folder: string): Promise<Snapshot> {
  const faults: SnapshotFault[] = [];
  const main = await load(folder, readableFile, 'readable-snapshot', faults);
  const files: RecordFiles = { organization: undefined, accounts: new Map() };
  const names = await listFolder(folder);
  if (names.includes(readableOrganizationFile))
    files.organization = await load(folder, readableOrganizationFile, recordsFile, faults);
  const accountFiles = names.includes(readableAccountsFolder)
    ? (await listFolder(path.join(folder, readableAccountsFolder))).sort(compareText)
    : [];
  const known =
    isJsonObject(main.value) && isJsonObject(main.value['accounts']) ? main.value['accounts'] : {};
  for (const name of accountFiles) {
    const id = /^([0-9]{12})\.yaml$/.exec(name)?.[1];
    const file = path.join(folder, readableAccountsFolder, name);
    if (id === undefined) faults.push({ file, message: 'expected a file name of twelve digits and `.yaml`' });
    else if (!Object.hasOwn(known, id))
      faults.push({
        file,
        message: `account ${id} is not among \`accounts\` of ${readableFile}; add it there`,
      });
    else files.accounts.set(id, await load(folder, `${readableAccountsFolder}/${name}`, recordsFile, faults));
  }
  throwFaults(faults);
  return build(main.value as unknown as ReadableData, main.source, files, undefined);
}

const recordsFile = 'readable-snapshot#/definitions/recordsFile';

/** Data of the readable form, as its schema describes it. */
interface ReadableData {
  readonly time?: string;
  readonly start?: string;
  readonly end?: string;
  readonly tool?: Manifest['tool'];
  readonly caller?: Manifest['caller'];
  readonly partition?: string;
  readonly organization?: Manifest['organization'];
  readonly finished?: boolean;
  readonly notices?: readonly string[];
  readonly otherwise?: 'empty' | 'missing';
  readonly accounts: Readonly<Record<string, ReadableAccount | null>>;
  readonly organizationRecords?: readonly ReadableRecord[];
  readonly coverage?: readonly ReadableCell[];
}

interface ReadableAccount extends Partial<Omit<AccountInScope, 'id'>> {
  readonly records?: readonly ReadableRecord[];
}

interface ReadableRecord {
  readonly call: CallName;
  readonly account?: string;
  readonly region?: string;
  readonly regions?: readonly string[];
  readonly input?: JsonObject;
  readonly output?: JsonObject;
  readonly error?: string | (Partial<AnswerError> & { readonly code: string });
  readonly time?: string;
  readonly requestId?: string;
  readonly page?: { readonly number: number; readonly last: boolean };
}

interface ReadableCell extends Omit<CoverageCell, 'operation'> {
  readonly call: CallName;
}

/** A file and the way from data back to its text. */
interface Source {
  readonly file: string;
  /** Name of the part in records. */
  readonly part: string;
  locate(path: readonly (string | number)[], at: 'key' | 'value'): TextPlace;
}

interface LoadedFile {
  readonly value: JsonValue | undefined;
  readonly source: Source;
}

interface RecordFiles {
  organization: LoadedFile | undefined;
  readonly accounts: Map<string, LoadedFile>;
}

async function load(
  folder: string,
  name: string,
  schema: string,
  faults: SnapshotFault[],
): Promise<LoadedFile> {
  const file = path.join(folder, name);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw fileFault(error, file, 'cannot read');
  }
  const document = readYaml(text);
  const source: Source = { file, part: name, locate: (steps, at) => document.locate(steps, at) };
  if (document.faults.length > 0) faults.push(...document.faults.map((fault) => ({ ...fault, file })));
  else faults.push(...shapeFaults(schema, document.value ?? null, source));
  return { value: document.value, source };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw fileFault(error, folder, 'cannot read the folder');
  }
}

function shapeFaults(schema: string, value: JsonValue, source: Source): SnapshotFault[] {
  return schemaFaults(schema, value)
    .map((fault) => ({
      message: fault.message,
      file: source.file,
      ...source.locate(fault.path, fault.atKey ? 'key' : 'value'),
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function throwFaults(faults: readonly SnapshotFault[]): void {
  const error = SnapshotError.of(faults.slice(0, 50));
  if (error !== undefined) throw error;
}

function build(
  data: ReadableData,
  source: Source,
  files: RecordFiles | undefined,
  derive: DerivedAnswers | undefined,
): Snapshot {
  const faults: SnapshotFault[] = [];
  const ids = Object.keys(data.accounts).sort(compareText);
  const partition = data.partition ?? 'aws';
  const organization = data.organization ?? null;
  const callerAccount = data.caller?.account ?? organization?.managementAccount ?? ids[0] ?? '000000000000';
  const time = data.time ?? data.start ?? data.end ?? '2026-01-01T00:00:00Z';
  const reader = new RecordReader(faults);

  let organizationRecords: StoredRecord[] | undefined;
  if (data.organizationRecords !== undefined)
    organizationRecords = reader.records(data.organizationRecords, source, ['organizationRecords'], {
      account: callerAccount,
      part: 'organization',
      time,
    });
  if (files?.organization !== undefined) {
    if (organizationRecords !== undefined)
      faults.push({
        message: `records of the organization stand in ${readableOrganizationFile} too; keep one of both`,
        file: source.file,
        ...source.locate(['organizationRecords'], 'key'),
      });
    organizationRecords = reader.records(
      recordsOf(files.organization),
      files.organization.source,
      ['records'],
      {
        account: callerAccount,
        part: 'organization',
        time: timeOf(files.organization) ?? time,
      },
    );
  }

  const accountRecords: Record<string, StoredRecord[]> = {};
  const scope: AccountInScope[] = [];
  for (const id of ids) {
    const { records, ...given } = data.accounts[id] ?? {};
    const file = files?.accounts.get(id);
    if (records !== undefined && file !== undefined)
      faults.push({
        message: `records of account ${id} stand in ${file.source.part} too; keep one of both`,
        file: source.file,
        ...source.locate(['accounts', id, 'records'], 'key'),
      });
    const inPart: Inside = {
      account: id,
      part: 'account',
      time: (file === undefined ? undefined : timeOf(file)) ?? time,
    };
    let list: StoredRecord[] | undefined;
    if (file !== undefined) list = reader.records(recordsOf(file), file.source, ['records'], inPart);
    else if (records !== undefined)
      list = reader.records(records, source, ['accounts', id, 'records'], inPart);
    const active = (given.state ?? 'ACTIVE') === 'ACTIVE';
    const scan = given.scan ?? defaultScan(list !== undefined, active, derive !== undefined);
    if (list !== undefined && scan !== 'collected')
      faults.push({
        message: `account ${id} has records, but \`scan\` is ${scan}; remove one of both`,
        file: source.file,
        ...source.locate(['accounts', id, 'scan'], 'value'),
      });
    if (scan === 'collected') accountRecords[id] = list ?? [];
    scope.push({ id, ...given, scan });
  }
  throwFaults(faults);

  if (derive !== undefined) {
    const derived = deriveAnswers({
      partition,
      organization,
      time,
      accounts: scope,
      organizationRecords: organizationRecords ?? [],
      accountRecords,
      emptyAnswers: data.otherwise === 'missing' ? {} : derive.emptyAnswers,
      caller: callerAccount,
      place: (id) => ({
        part: source.part,
        line: source.locate(id === null ? [] : ['accounts', id], 'key').line,
      }),
    });
    organizationRecords = [...(organizationRecords ?? []), ...derived.organization];
    for (const [id, records] of derived.accounts) accountRecords[id]?.push(...records);
    for (const [index, account] of scope.entries()) {
      const regions = derived.regions.get(account.id);
      if (regions !== undefined && account.regions === undefined) scope[index] = { ...account, regions };
    }
  }

  return snapshotFromRecords({
    ...(organizationRecords === undefined ? {} : { organization: organizationRecords }),
    accounts: accountRecords,
    manifest: {
      tool: data.tool ?? { name: 'readable snapshot', version: '1' },
      caller: data.caller ?? {
        arn: `arn:${partition}:sts::${callerAccount}:assumed-role/trailwarden/scan`,
        account: callerAccount,
      },
      partition,
      organization,
      start: data.start ?? time,
      end: data.end ?? time,
      finished: data.finished ?? true,
      notices: data.notices ?? [],
      accounts: scope,
      coverage: readableCoverage(
        data.coverage ?? [],
        organizationRecords ?? [],
        Object.values(accountRecords).flat(),
      ),
    },
  });
}

/**
 * What is written down about a cell stands; records tell the rest. A call of the organization part is asked by one
 * account about many: where `coverage` mentions it, its records tell nothing.
 */
function readableCoverage(
  given: readonly ReadableCell[],
  organization: readonly StoredRecord[],
  accounts: readonly StoredRecord[],
): CoverageCell[] {
  const ledger = new CoverageLedger();
  const stated = new Set<string>();
  for (const { call, ...cell } of given) {
    ledger.addCell({ operation: call, ...cell });
    stated.add(call);
    for (const account of cell.accounts)
      for (const region of cell.regions) stated.add(`${call} ${account} ${region}`);
  }
  for (const record of organization) if (!stated.has(callOf(record))) ledger.addRecord(record);
  for (const record of accounts)
    if (!stated.has(`${callOf(record)} ${record.account} ${record.region}`)) ledger.addRecord(record);
  return ledger.cells();
}

function defaultScan(hasRecords: boolean, active: boolean, derive: boolean): AccountInScope['scan'] {
  if (hasRecords) return 'collected';
  if (!active) return 'not-active';
  return derive ? 'collected' : 'left-out';
}

/** The time that a file of records gives for all of them. */
function timeOf(file: LoadedFile): string | undefined {
  return (file.value as unknown as { time?: string }).time;
}

function recordsOf(file: LoadedFile): readonly ReadableRecord[] {
  return (file.value as unknown as { records: readonly ReadableRecord[] }).records;
}

/** Where records stand, and what they need not say therefore. */
interface Inside {
  readonly account: string;
  readonly part: 'organization' | 'account';
  /** Default for their time. */
  readonly time: string;
}

class RecordReader {
  readonly #faults: SnapshotFault[];

  constructor(faults: SnapshotFault[]) {
    this.#faults = faults;
  }

  records(
    records: readonly ReadableRecord[],
    source: Source,
    at: readonly string[],
    inside: Inside,
  ): StoredRecord[] {
    return records.flatMap((record, index) => this.#record(record, source, [...at, String(index)], inside));
  }

  #record(record: ReadableRecord, source: Source, at: readonly string[], inside: Inside): StoredRecord[] {
    const fault = (message: string, step?: string): void => {
      const place = step === undefined ? source.locate(at, 'value') : source.locate([...at, step], 'key');
      this.#faults.push({ message, file: source.file, ...place });
    };
    if (record.account !== undefined && inside.part === 'account' && record.account !== inside.account)
      fault(`a record of account ${record.account} stands among those of ${inside.account}`, 'account');
    if (record.region !== undefined && record.regions !== undefined)
      fault('a record has `region` or `regions`, not both', 'regions');
    const regions =
      record.regions ??
      (record.region === undefined ? (inside.part === 'organization' ? ['global'] : []) : [record.region]);
    if (regions.length === 0) fault('a record needs `region` or `regions`');
    if ((record.output === undefined) === (record.error === undefined))
      fault(
        record.output === undefined
          ? 'a record needs `output` or `error`'
          : 'a record has `output` or `error`, not both',
      );
    const [service = '', operation = ''] = record.call.split(':');
    const result: StoredRecord[] = [];
    for (const region of regions) {
      const answer = {
        service,
        operation,
        account: record.account ?? inside.account,
        region,
        input: record.input ?? {},
        time: record.time ?? inside.time,
        ...(record.requestId === undefined ? {} : { requestId: record.requestId }),
        ...(record.page === undefined ? {} : { page: record.page }),
        ...(record.output === undefined ? {} : { output: record.output }),
        ...(record.error === undefined ? {} : { error: fullError(record.error) }),
      };
      const wrong = this.#faults.length === 0 ? recordFault(answer) : undefined;
      if (wrong !== undefined) fault(wrong);
      result.push({ ...answer, part: source.part, line: source.locate(at, 'value').line });
    }
    return result;
  }
}

function fullError(error: string | (Partial<AnswerError> & { readonly code: string })): AnswerError {
  const given = typeof error === 'string' ? { code: error } : error;
  const outcome = given.outcome ?? (given.absent === true ? 'obtained' : outcomeOfCode(given.code));
  return { ...given, message: given.message ?? given.code, outcome };
}

/** What an error code alone says about how the call ended: for people who write only the code. */
export function outcomeOfCode(code: string): Outcome {
  if (/^(AccessDenied|AuthorizationError|Unauthorized|NotAuthorized|AllAccessDisabled)/.test(code))
    return 'denied';
  if (/Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(code)) return 'throttled';
  if (
    /^(OptInRequired|RegionDisabled|SubscriptionRequired|UnrecognizedClient|InvalidClientTokenId|AuthFailure)/.test(
      code,
    )
  )
    return 'not-enabled';
  return code === 'NotAsked' ? 'not-asked' : 'failed';
}
