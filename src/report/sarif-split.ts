import { causesOf } from '../evaluate/causes.ts';
import type { Finding } from '../evaluate/finding.ts';
import { Totals } from '../evaluate/totals.ts';
import { incompleteAccounts } from '../snapshot/completeness.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { compareText } from '../text.ts';
import { sarifSink, type SarifOptions } from './sarif.ts';
import type { ReportHeader, ReportSink, TextOutput } from './sink.ts';

/** What a file of a split report is about: each account, or each organizational unit right below the root. */
export const sarifSplits = ['account', 'unit'] as const;
export type SarifSplit = (typeof sarifSplits)[number];

/** Where the file of a group goes. */
export interface GroupOutput extends TextOutput {
  /** Throws away what was written. */
  cancel(): void;
}

/** A file that was not written, so that code scanning keeps the alerts that it has. */
export interface WithheldGroup {
  readonly group: string;
  readonly why: string;
}

/** Units of accounts right below the root, as their group is called. */
const rootUnit = 'root';

/**
 * The group of each account, by id: the account itself, or the unit right below the root, in letters that file names and
 * categories may hold. Names that become the same that way are told apart by a number, in the order of the names.
 */
export function sarifGroups(accounts: Manifest['accounts'], split: SarifSplit): ReadonlyMap<string, string> {
  if (split === 'account') return new Map(accounts.map(({ id }) => [id, id]));
  const unitOf = (path: string | undefined): string => path?.split('/')[0] ?? '';
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const unit of [...new Set(accounts.map(({ path }) => unitOf(path)))].sort(compareText)) {
    const plain = unit === '' ? rootUnit : unit.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
    let name = plain;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${plain}-${number}`;
    taken.add(name.toLowerCase());
    names.set(unit, name);
  }
  return new Map(accounts.map(({ id, path }) => [id, names.get(unitOf(path)) ?? rootUnit]));
}

/**
 * SARIF in a file for each group, each with a category of its own: code scanning replaces alerts group by group. A group
 * of which something was not seen has no file: code scanning would close the alerts of what is missing from it. That are
 * groups with an account whose collection is incomplete, and groups with a finding that is unknown because of one.
 *
 * @param open - Called with the name of each group when its first finding comes.
 * @param withheld - Called at the end with the groups that have no file.
 */
export function splitSarifSink(
  options: SarifOptions & { readonly split: SarifSplit },
  open: (group: string) => GroupOutput,
  withheld: (groups: readonly WithheldGroup[]) => void,
): ReportSink {
  let header: ReportHeader | undefined;
  let groups: ReadonlyMap<string, string> = new Map();
  let unseen: ReadonlySet<string> = new Set();
  const files = new Map<string, GroupFile>();
  const finishing: Promise<void>[] = [];
  const started = (): ReportHeader => {
    if (header === undefined) throw new Error('a report must be started first');
    return header;
  };
  const fileOf = (group: string): GroupFile => {
    const known = files.get(group);
    if (known !== undefined) return known;
    const file = new GroupFile(group, open(group), options, started());
    files.set(group, file);
    const missing = [...groups].find(([account, name]) => name === group && unseen.has(account));
    if (missing !== undefined) file.withhold(`the collection of ${missing[0]} is incomplete`);
    return file;
  };
  let current: GroupFile | undefined;
  return {
    start(given) {
      header = given;
      groups = sarifGroups(given.manifest.accounts, options.split);
      unseen = incompleteAccounts(given.manifest);
    },
    add(finding) {
      const { account } = finding.resource;
      const file = fileOf(groups.get(account) ?? account);
      // Findings come account by account, so that one file is open at a time.
      if (options.split === 'account' && current !== undefined && current !== file)
        finishing.push(current.finish());
      current = file;
      file.add(finding, unseen);
    },
    async finish() {
      // A group without findings has a file too: its last alert may just have been closed.
      for (const group of new Set(groups.values())) fileOf(group);
      for (const file of files.values()) finishing.push(file.finish());
      await Promise.all(finishing);
      withheld(
        [...files.values()]
          .flatMap(({ group, withheldFor: why }) => (why === undefined ? [] : [{ group, why }]))
          .sort((a, b) => compareText(a.group, b.group)),
      );
    },
  };
}

class GroupFile {
  readonly group: string;
  readonly #output: GroupOutput;
  readonly #sink: ReportSink;
  readonly #totals = new Totals();
  #finished: Promise<void> | undefined;
  withheldFor: string | undefined;

  constructor(group: string, output: GroupOutput, options: SarifOptions, header: ReportHeader) {
    this.group = group;
    this.#output = output;
    this.#sink = sarifSink(output, { ...options, group });
    void this.#sink.start(header);
  }

  add(finding: Finding, unseen: ReadonlySet<string>): void {
    this.#totals.add(finding);
    this.#sink.add(finding);
    if (finding.verdict !== 'unknown' || this.withheldFor !== undefined) return;
    const cause = causesOf(finding.reasons).find(
      ({ account, code }) => code === 'Bug' || unseen.has(account),
    );
    if (cause !== undefined)
      this.withhold(
        cause.code === 'Bug'
          ? 'a rule stopped with an error of trailwarden'
          : `${finding.rule} is unknown without ${cause.call} in ${cause.account}`,
      );
  }

  withhold(why: string): void {
    this.withheldFor ??= why;
  }

  async finish(): Promise<void> {
    this.#finished ??= this.#end();
    await this.#finished;
  }

  async #end(): Promise<void> {
    if (this.withheldFor !== undefined) this.#output.cancel();
    else await this.#sink.finish({ ...this.#totals.finish([], true), scores: [] });
  }
}
