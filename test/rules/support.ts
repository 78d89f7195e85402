import type { Predicate } from '../../src/events/predicate.ts';
import { evaluate, type EvaluateOptions, type EvaluationEnd } from '../../src/evaluate/evaluate.ts';
import type { Evidence, Finding, Reason } from '../../src/evaluate/finding.ts';
import { createModel } from '../../src/model/create-model.ts';
import { resourceTypes } from '../../src/model/types.ts';
import type { EventAlgebra, EventSetReference } from '../../src/rules/compile/algebra.ts';
import { RuleError } from '../../src/rules/fault.ts';
import { loadRules, type RuleFile, type RuleFileKind, type RuleLanguage } from '../../src/rules/load.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

/** Events are words; a predicate is a set of words. Enough to test what rules do with an algebra. */
interface Words {
  readonly kind: 'words';
  readonly words: ReadonlySet<string>;
}
export const words = (...names: string[]): Predicate =>
  ({ kind: 'words', words: new Set(names) }) satisfies Words as unknown as Predicate;
const everything: Predicate = { kind: 'everything' };
const has = (predicate: Predicate, word: string): boolean =>
  predicate.kind === 'everything' || (predicate as unknown as Words).words.has(word);
const members = (predicate: Predicate): string[] => [...(predicate as unknown as Words).words];

export const wordAlgebra: EventAlgebra = {
  everything,
  ofAccount: () => everything,
  tellsAccounts: () => false,
  covers: (required, provided) => {
    const unseen = members(required).find((word) => !provided.some((one) => has(one, word)));
    return unseen === undefined
      ? { verdict: 'proved' }
      : { verdict: 'refuted', witness: { eventName: unseen } };
  },
  and: (...parts) => {
    const some = parts.filter((part) => part.kind !== 'everything');
    const [first, ...rest] = some;
    if (first === undefined) return everything;
    return words(...members(first).filter((word) => rest.every((one) => has(one, word))));
  },
  or: (...parts) =>
    parts.some((part) => part.kind === 'everything') ? everything : words(...parts.flatMap(members)),
  matches: (predicate, event) => has(predicate, JSON.stringify(event['eventName']).slice(1, -1)),
};

export const wordSets: Record<string, EventSetReference> = {
  'root-usage': {
    id: 'root-usage',
    title: 'Use of the root user',
    parameters: [],
    editions: ['old'],
    required: ({ edition }) => (edition === 'old' ? words('RootCall') : words('ConsoleLogin', 'RootCall')),
  },
  logins: {
    id: 'logins',
    title: 'Logins',
    parameters: [],
    editions: [],
    required: () => words('ConsoleLogin'),
  },
};

export const language: RuleLanguage = {
  types: resourceTypes,
  algebra: wordAlgebra,
  parseEventSet: (_text, file) => wordSets[file.replace(/^.*\/|\.yaml$/g, '')]!,
};

/** Files as a folder holds them; the name says what each is. */
export function files(given: Readonly<Record<string, string>>): RuleFile[] {
  return Object.entries(given).map(([name, text]) => {
    const kind: RuleFileKind = name.startsWith('predicates/')
      ? 'predicate'
      : name.startsWith('events/')
        ? 'event-set'
        : name.startsWith('packs/')
          ? 'pack'
          : 'rule';
    return { kind, name, text };
  });
}

export async function load(
  given: Readonly<Record<string, string>>,
  using: RuleLanguage = language,
): Promise<RuleSet> {
  return loadRules(
    [{ files: files({ 'events/root-usage.yaml': '', 'events/logins.yaml': '', ...given }) }],
    using,
  );
}

/** Faults of files, one line each. */
export async function faultsOf(given: Readonly<Record<string, string>>): Promise<string[]> {
  try {
    await load(given);
    return [];
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return error.message.split('\n');
  }
}

/** A rule of which only the judging part matters. */
export function rule(id: string, on: string, body: string): Record<string, string> {
  const head = [
    `id: ${id}`,
    'title: Something holds for every resource',
    'service: cloudtrail',
    'severity: high',
    `for: ${on}`,
    'why: it matters',
    'fix: mend it',
  ];
  return { [`cloudtrail/${id}.yaml`]: `${head.join('\n')}\n${body.trim()}\n` };
}

export interface Plain extends Omit<Finding, 'reasons' | 'evidence'> {
  readonly reasons: Reason;
  readonly evidence: readonly Evidence[];
}

/** Findings as plain data. */
export async function findings(
  rules: RuleSet,
  snapshot: Snapshot,
  options: EvaluateOptions = {},
): Promise<{ findings: Plain[]; end: EvaluationEnd }> {
  const model = await createModel(snapshot);
  const found: Plain[] = [];
  const end = await evaluate(model, rules, (finding) => found.push(plain(finding)), options);
  return { findings: found, end };
}

export function plain(finding: Finding): Plain {
  const {
    rule: id,
    verdict,
    severity,
    resource,
    message,
    fix,
    parameters,
    reasons,
    evidence,
    waiver,
    baseline,
    fingerprint,
  } = finding;
  return {
    rule: id,
    verdict,
    severity,
    resource,
    message,
    fix,
    parameters,
    reasons,
    evidence,
    waiver,
    baseline,
    fingerprint,
  };
}
