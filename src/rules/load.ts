import type { EventSet } from '../events/event-set.ts';
import type { ResourceType } from '../model/schema.ts';
import type { EventAlgebra, EventSetReference } from './compile/algebra.ts';
import { checkAliases } from './aliases.ts';
import type { Watch } from './compile/compiler.ts';
import type { PackDocument, PredicateDocument, RuleDocument } from './document.ts';
import { FaultList, RuleError, type Place } from './fault.ts';
import type { RuleFile, RuleFolder } from './folder.ts';
import { joinPacks } from './packs.ts';
import { compileRules, type RuleSet } from './rule-set.ts';
import type { SchemaCheck } from './schema.ts';

export { readRuleFolder } from './folder.ts';
export type { ParsedFile, RuleFile, RuleFileKind, RuleFolder } from './folder.ts';

/** What rules are compiled against. */
export interface RuleLanguage {
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly algebra: EventAlgebra;
  /** Reads an event set file. Throws a UserFault with faults as `file:line:column: ...` lines. */
  readonly parseEventSet: (text: string, file: string) => EventSetReference | Promise<EventSetReference>;
  /** An event set that was parsed before. Where left out, such sets are read from their text again. */
  readonly eventSet?: (set: EventSet) => EventSetReference;
}

/** The schemas that files of users are checked against. */
export interface RuleSchemas {
  readonly rule: SchemaCheck;
  readonly predicate: SchemaCheck;
  readonly pack: SchemaCheck;
}

/** Makes the schemas ready. Worth keeping by whoever loads rules more than once. */
export async function ruleSchemas(): Promise<RuleSchemas> {
  const { schemaCheck } = await import('./schema.ts');
  return {
    rule: await schemaCheck('rule'),
    predicate: await schemaCheck('predicate'),
    pack: await schemaCheck('pack'),
  };
}

export interface LoadOptions {
  /** Told each decision of each part of a check. */
  readonly watch?: Watch;
  /** Schemas that are ready already. */
  readonly schemas?: RuleSchemas;
}

/** Parsed and checked files, not yet compiled. */
export interface RuleDocuments {
  readonly rules: readonly RuleDocument[];
  readonly predicates: readonly PredicateDocument[];
  readonly eventSets: ReadonlyMap<string, EventSetReference>;
  /** Packs of folders that were checked. */
  readonly packs: readonly PackDocument[];
  /** Packs that need no check, by id: they are many, and read when somebody asks for them. */
  readonly trustedPacks: ReadonlyMap<string, () => PackDocument>;
  /** True where all of them were parsed when the package was built, which they would not have been with a fault. */
  readonly sound: boolean;
}

/**
 * Parses the files of folders; a later folder replaces what an earlier one defines under the same id.
 * All faults of all files go to `faults`.
 */
export async function parseRuleFolders(
  folders: readonly RuleFolder[],
  language: Pick<RuleLanguage, 'parseEventSet' | 'eventSet'>,
  faults: FaultList,
  schemas?: RuleSchemas,
): Promise<RuleDocuments> {
  const rules = new Map<string, RuleDocument>();
  const ranks = new Map<string, number>();
  const predicates = new Map<string, PredicateDocument>();
  const eventSets = new Map<string, EventSetReference>();
  const packs = new Map<string, PackDocument>();
  const trustedPacks = new Map<string, () => PackDocument>();
  const checks = folders.some((folder) => folder.trusted !== true)
    ? (schemas ?? (await ruleSchemas()))
    : undefined;
  for (const [rank, folder] of folders.entries()) {
    const check = folder.trusted === true ? undefined : checks;
    const seen = new Map<string, string>();
    const take = <T extends { readonly id: string }>(
      kind: string,
      file: RuleFile,
      document: T,
      place: Place,
      into: Map<string, T>,
    ): void => {
      const key = `${kind} ${document.id}`;
      const before = seen.get(key);
      if (before !== undefined)
        faults.add(place, `the ${kind} ${document.id} is also in ${before}`, 'rename one of them');
      seen.set(key, file.name);
      const expected = `${document.id}.yaml`;
      const actual = file.name.split('/').at(-1);
      if (actual !== expected)
        faults.add(place, `the ${kind} ${document.id} stands in ${actual}`, `name the file ${expected}`);
      into.set(document.id, document);
    };
    for (const file of folder.files) {
      if (file.kind === 'pack' && folder.trusted === true) {
        trustedPacks.set(idOf(file), await trustedPack(file));
        continue;
      }
      const { rule, predicate, eventSet, pack } = await readDocument(file, language, check, faults);
      if (rule) {
        const trusted = folder.trusted === true;
        take('rule', file, { ...rule, source: file.text, trusted }, rule.place, rules);
        ranks.set(rule.id, rank);
      }
      if (predicate) take('predicate', file, predicate, predicate.place, predicates);
      if (eventSet) take('event set', file, eventSet, { file: file.name, line: 1, column: 1 }, eventSets);
      if (pack) take('pack', file, pack, pack.place, packs);
    }
  }
  checkAliases([...rules.values()], ({ id }) => ranks.get(id) ?? 0, faults);
  return {
    rules: [...rules.values()],
    predicates: [...predicates.values()],
    eventSets,
    packs: [...packs.values()],
    trustedPacks,
    sound: folders.every(({ files }) => files.every(({ kind, parsed }) => kind === 'test' || parsed)),
  };
}

/** The id of what a file holds, as its name says. */
function idOf(file: RuleFile): string {
  return (file.name.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '');
}

/** Reads a pack that needs no check, when it is called. Throws {@link RuleError} for what is wrong all the same. */
async function trustedPack(file: RuleFile): Promise<() => PackDocument> {
  const { parsed } = file;
  if (parsed?.pack !== undefined) {
    const json = parsed.pack;
    return () => ({ ...(JSON.parse(json) as PackDocument), trusted: true });
  }
  const { readPack } = await import('./parse/file.ts');
  return () => {
    const faults = new FaultList();
    const document = readPack(file, undefined, faults);
    if (document === undefined || faults.count > 0) throw new RuleError(faults.faults);
    return { ...document, trusted: true };
  };
}

interface ReadDocument {
  readonly rule?: RuleDocument | undefined;
  readonly predicate?: PredicateDocument | undefined;
  readonly eventSet?: EventSetReference | undefined;
  readonly pack?: PackDocument | undefined;
}

/** A file as the compiler takes it; nothing where it has faults, or is of a kind that is not compiled. */
async function readDocument(
  file: RuleFile,
  language: Pick<RuleLanguage, 'parseEventSet' | 'eventSet'>,
  check: RuleSchemas | undefined,
  faults: FaultList,
): Promise<ReadDocument> {
  const { kind, parsed } = file;
  if (parsed?.eventSet && language.eventSet) return { eventSet: language.eventSet(parsed.eventSet) };
  if (parsed?.rule) return { rule: parsed.rule };
  if (parsed?.predicate) return { predicate: parsed.predicate };
  if (kind === 'test') return {};
  // The YAML library is loaded only where there is YAML to read: the files that ship are parsed when the package is built.
  const { readEventSet, readPack, readPredicate, readRule } = await import('./parse/file.ts');
  if (kind === 'rule') return { rule: readRule(file, check?.rule, faults) };
  if (kind === 'predicate') return { predicate: readPredicate(file, check?.predicate, faults) };
  if (kind === 'pack') return { pack: readPack(file, check?.pack, faults) };
  return { eventSet: await readEventSet(file, language.parseEventSet, faults) };
}

/** Reads, checks and compiles. Throws {@link RuleError} with every fault of every file. */
export async function loadRules(
  folders: readonly RuleFolder[],
  language: RuleLanguage,
  options: LoadOptions = {},
): Promise<RuleSet> {
  const faults = new FaultList();
  const documents = await parseRuleFolders(folders, language, faults, options.schemas);
  const rules = compileFolders(documents, language, faults, options.watch);
  if (faults.count > 0) throw new RuleError(faults.faults);
  return rules;
}

/** Compiles what was parsed, packs included; adds to `faults` what is wrong. */
export function compileFolders(
  documents: RuleDocuments,
  language: RuleLanguage,
  faults: FaultList,
  watch?: Watch,
): RuleSet {
  const rules = compileRules(
    documents,
    { types: language.types, algebra: language.algebra, eventSets: documents.eventSets },
    faults,
    { watch, sound: documents.sound },
  );
  const known = new Set(documents.rules.map((rule) => rule.id));
  const own = joinPacks(documents.packs, rules, known, faults);
  const replaced = new Set(own.map((pack) => pack.id));
  return rules.withPacks(() => {
    const others = [...documents.trustedPacks].filter(([id]) => !replaced.has(id)).map(([, read]) => read());
    return [...own, ...joinPacks(others, rules, known, faults)];
  });
}
