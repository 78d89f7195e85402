import { allFlags } from '../flags.ts';
import type { Report } from './report.ts';
import { stateOf } from './report.ts';

/** What a token of a query can ask for. */
const queryKeys = [
  'verdict',
  'severity',
  'rule',
  'account',
  'region',
  'type',
  'service',
  'resource',
  'waived',
  'baseline',
] as const;
export type QueryKey = (typeof queryKeys)[number];

/** One condition of a query; a finding is shown when all of them hold. */
export interface Token {
  /** Undefined for free text. */
  readonly key: QueryKey | undefined;
  /** Any of these; for free text there is one. */
  readonly values: readonly string[];
  readonly negated: boolean;
}

const tokenPattern = /(-)?(?:([a-z]+):)?((?:"[^"]*"|[^\s",])+(?:,(?:"[^"]*"|[^\s",])+)*|"[^"]*")/g;

function isKey(word: string | undefined): word is QueryKey {
  return (queryKeys as readonly (string | undefined)[]).includes(word);
}

/** Reads a query such as `verdict:fail,unknown account:"Log archive" -rule:loggroup root`. Every text is a query. */
export function parseQuery(text: string): Token[] {
  return [...text.matchAll(tokenPattern)].map(([whole, minus, word, value = '']): Token => {
    if (isKey(word))
      return {
        key: word,
        values: splitValues(value),
        negated: minus !== undefined,
      };
    const free = minus === undefined ? whole : whole.slice(1);
    // A lone minus and words such as `arn:aws` are text.
    return {
      key: undefined,
      values: [free.replaceAll('"', '')],
      negated: minus !== undefined && free !== '',
    };
  });
}

function splitValues(value: string): string[] {
  return [...value.matchAll(/(?:"[^"]*"|[^",])+/g)].map(([part]) => part.replaceAll('"', ''));
}

function quoted(value: string): string {
  return /[\s,]/.test(value) ? `"${value}"` : value;
}

/** A query as text. */
export function formatQuery(tokens: readonly Token[]): string {
  return tokens
    .filter((token) => token.values.length > 0)
    .map(
      ({ key, values, negated }) =>
        `${negated ? '-' : ''}${key === undefined ? '' : `${key}:`}${values.map(quoted).join(',')}`,
    )
    .join(' ');
}

/** A query that asks for one thing: `queryFor({ rule: 'x', verdict: 'fail' })`. */
export function queryFor(conditions: Partial<Record<QueryKey, string | readonly string[]>>): string {
  return formatQuery(
    queryKeys.flatMap((key): Token[] => {
      const wanted = conditions[key];
      if (wanted === undefined) return [];
      return [{ key, values: typeof wanted === 'string' ? [wanted] : wanted, negated: false }];
    }),
  );
}

/** Values that a query asks for under a key; empty when it does not ask. */
export function valuesOf(tokens: readonly Token[], key: QueryKey): readonly string[] {
  return tokens.filter((token) => token.key === key && !token.negated).flatMap((token) => token.values);
}

/** The query with other values under a key; none takes the condition away. */
export function withValues(tokens: readonly Token[], key: QueryKey, values: readonly string[]): Token[] {
  const rest = tokens.filter((token) => token.key !== key || token.negated);
  return values.length === 0 ? rest : [...rest, { key, values, negated: false }];
}

type Table = Uint8Array;

function tableOf(length: number, holds: (index: number) => boolean): Table {
  const table = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) table[index] = holds(index) ? 1 : 0;
  return table;
}

/** True where a word is one of the wanted ones; where none is meant exactly, where it holds one of them. */
function wordTable(words: readonly (readonly string[])[], wanted: readonly string[]): Table {
  const lower = wanted.map((value) => value.toLowerCase());
  const exact = lower.filter((value) => words.some((names) => names[0]?.toLowerCase() === value));
  return tableOf(words.length, (index) => {
    const names = (words[index] ?? []).map((name) => name.toLowerCase());
    return lower.some((value) =>
      exact.includes(value) ? names[0] === value : names.some((name) => name.includes(value)),
    );
  });
}

/**
 * Finds rows by query. Words are looked up in the dictionaries of the report, rows only combine the answers: a
 * keystroke over 100,000 findings costs a few milliseconds.
 */
export class Search {
  readonly #report: Report;
  #names: readonly string[] | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Rows that meet a query, in file order. */
  rows(tokens: readonly Token[]): Uint32Array {
    const { findings } = this.#report;
    const flagOk = new Uint8Array(allFlags.length).fill(1);
    const ruleOk = new Uint8Array(findings.rules.length).fill(1);
    const resourceOk = new Uint8Array(findings.names.length).fill(1);
    const texts: { readonly hit: TextHits; readonly negated: boolean }[] = [];
    let waived: boolean | undefined;
    const verdicts: { readonly wanted: readonly string[]; readonly negated: boolean }[] = [];
    const both = (into: Table, table: Table, negated: boolean): void => {
      for (let index = 0; index < into.length; index += 1)
        if ((table[index] === 1) === negated) into[index] = 0;
    };
    const byResource = (table: Table, column: ArrayLike<number>): Table =>
      tableOf(findings.names.length, (index) => table[column[index] ?? 0] === 1);

    for (const token of tokens) {
      const { key, values, negated } = token;
      switch (key) {
        case undefined:
          if (values[0] !== undefined && values[0] !== '')
            texts.push({ hit: this.#hits(values[0]), negated });
          break;
        case 'verdict':
          verdicts.push({ wanted: values, negated });
          break;
        case 'severity':
          both(
            flagOk,
            tableOf(allFlags.length, (index) => values.includes(allFlags[index]?.severity ?? '')),
            negated,
          );
          break;
        case 'baseline':
          both(
            flagOk,
            tableOf(allFlags.length, (index) => values.includes(allFlags[index]?.baseline ?? 'none')),
            negated,
          );
          break;
        case 'waived':
          waived = values.includes('yes') !== negated;
          break;
        case 'rule':
          both(
            ruleOk,
            wordTable(
              findings.rules.map((id) => [id]),
              values,
            ),
            negated,
          );
          break;
        case 'service':
          both(
            ruleOk,
            wordTable(
              findings.rules.map((id) => [this.#report.rules.get(id)?.service ?? '']),
              values,
            ),
            negated,
          );
          break;
        case 'account':
          both(
            resourceOk,
            byResource(wordTable(this.#accountWords(), values), findings.resourceAccount),
            negated,
          );
          break;
        case 'region':
          both(
            resourceOk,
            byResource(
              wordTable(
                findings.regions.map((region) => [region]),
                values,
              ),
              findings.resourceRegion,
            ),
            negated,
          );
          break;
        case 'type':
          both(
            resourceOk,
            byResource(
              wordTable(
                findings.types.map((type) => [type]),
                values,
              ),
              findings.resourceType,
            ),
            negated,
          );
          break;
        case 'resource':
          both(resourceOk, this.#resourceHits(values), negated);
          break;
      }
    }
    // A waived failure is both a failure and waived: `verdict:waived` is a shorter way to ask.
    const states = tableOf(allFlags.length * 2, (index) => {
      const flags = allFlags[index >> 1];
      if (flags === undefined || flagOk[index >> 1] === 0) return false;
      const isWaived = index % 2 === 1;
      if (waived !== undefined && waived !== isWaived) return false;
      return verdicts.every(
        ({ wanted, negated }) =>
          (wanted.includes(flags.verdict) || wanted.includes(stateOf(flags.verdict, isWaived))) !== negated,
      );
    });

    const { rule, resource, flag, waiver, message, causeSet } = findings;
    const found = new Uint32Array(findings.count);
    let count = 0;
    // The one loop over all rows: no closures and no objects in it.
    next: for (let row = 0; row < findings.count; row += 1) {
      if (states[(flag[row] ?? 0) * 2 + (waiver[row] === 0 ? 0 : 1)] === 0) continue;
      if (ruleOk[rule[row] ?? 0] === 0 || resourceOk[resource[row] ?? 0] === 0) continue;
      for (const { hit, negated } of texts) {
        const holds =
          hit.resource[resource[row] ?? 0] === 1 ||
          hit.rule[rule[row] ?? 0] === 1 ||
          hit.message[message[row] ?? 0] === 1 ||
          hit.causeSet[causeSet[row] ?? 0] === 1;
        if (holds === negated) continue next;
      }
      found[count++] = row;
    }
    return found.subarray(0, count);
  }

  /** Does once what the first search would wait for. */
  warmUp(): void {
    this.#lowerNames();
  }

  #lowerNames(): readonly string[] {
    this.#names ??= this.#report.findings.names.map((name) => name.toLowerCase());
    return this.#names;
  }

  #accountWords(): string[][] {
    const { findings, accounts } = this.#report;
    return findings.accounts.map((id) => {
      const account = accounts.get(id);
      return [id, account?.name ?? '', account?.path ?? ''];
    });
  }

  /** Rows by resource whose name or id holds one of the values. */
  #resourceHits(values: readonly string[]): Table {
    const { findings } = this.#report;
    const names = this.#lowerNames();
    const wanted = values.map((value) => value.toLowerCase());
    const ids = tableOf(findings.ids.length, (index) => {
      const shape = findings.ids[index]?.toLowerCase() ?? '';
      return wanted.some((value) => shape.includes(value));
    });
    // An id is made of a few words and the names of the row: a text that crosses a border needs the whole id.
    const whole = wanted.filter((value) => /[:/]/.test(value));
    const hits = new Uint8Array(names.length);
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? '';
      let hit = ids[findings.resourceId[index] ?? 0] ?? 0;
      for (const value of wanted) if (name.includes(value)) hit = 1;
      if (hit === 0 && whole.length > 0) {
        const id = findings.resourceAt(index).id.toLowerCase();
        for (const value of whole) if (id.includes(value)) hit = 1;
      }
      hits[index] = hit;
    }
    return hits;
  }

  #hits(text: string): TextHits {
    const { findings, rules } = this.#report;
    const value = text.toLowerCase();
    const holds = (words: string | undefined): boolean => words?.toLowerCase().includes(value) ?? false;
    const account = tableOf(findings.accounts.length, (index) => this.#accountTextHolds(index, value));
    const region = tableOf(findings.regions.length, (index) => holds(findings.regions[index]));
    const type = tableOf(findings.types.length, (index) => holds(findings.types[index]));
    const resource = this.#resourceHits([text]);
    for (let index = 0; index < resource.length; index += 1)
      if (
        account[findings.resourceAccount[index] ?? 0] === 1 ||
        region[findings.resourceRegion[index] ?? 0] === 1 ||
        type[findings.resourceType[index] ?? 0] === 1
      )
        resource[index] = 1;
    const cause = tableOf(findings.causes.length, (index) => {
      const known = findings.causes[index];
      return holds(known?.call) || holds(known?.code) || holds(known?.message);
    });
    return {
      resource,
      rule: tableOf(findings.rules.length, (index) => {
        const id = findings.rules[index] ?? '';
        return holds(id) || holds(rules.get(id)?.title);
      }),
      message: tableOf(findings.messages.length, (index) => holds(findings.messages[index])),
      // Number 0 stands for rows without causes.
      causeSet: tableOf(findings.causeSets.length + 1, (index) =>
        (findings.causeSets[index - 1] ?? []).some((known) => cause[known] === 1),
      ),
    };
  }

  #accountTextHolds(index: number, value: string): boolean {
    const { findings, accounts } = this.#report;
    const id = findings.accounts[index] ?? '';
    const account = accounts.get(id);
    return [id, account?.name, account?.path].some((word) => word?.toLowerCase().includes(value));
  }
}

/** What a free text was found in, by number. */
interface TextHits {
  readonly resource: Table;
  readonly rule: Table;
  readonly message: Table;
  readonly causeSet: Table;
}
