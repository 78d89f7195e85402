import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { UserFault } from '../fault.ts';
import type { ResourceType } from '../model/schema.ts';
import { compareText } from '../text.ts';
import type { EventAlgebra, EventSetReference } from './compile/algebra.ts';
import type { Watch } from './compile/compiler.ts';
import type { PackDocument, PredicateDocument, RuleDocument } from './document.ts';
import { FaultList, RuleError, type Place } from './fault.ts';
import { joinPacks } from './packs.ts';
import { parsePack } from './parse/pack.ts';
import { parsePredicate, parseRule } from './parse/rule.ts';
import { compileRules, type RuleSet } from './rule-set.ts';
import { schemaCheck, type SchemaCheck } from './schema.ts';
import { readYaml, ruleFileLimits, type YamlNode } from './yaml.ts';

/** What a file in a rule folder holds. */
export type RuleFileKind = 'rule' | 'predicate' | 'event-set' | 'pack' | 'test';

/** One file as it was read. */
export interface RuleFile {
  readonly kind: RuleFileKind;
  /** As messages and reports name it, with `/`. */
  readonly name: string;
  readonly text: string;
}

/** A folder of rules: `<service>/<id>.yaml`, `predicates/`, `events/`, `packs/`, tests beside what they test. */
export interface RuleFolder {
  readonly files: readonly RuleFile[];
  /** True where the files are known to fit their schemas. */
  readonly trusted?: boolean;
}

/**
 * Reads a folder of rules. `label` is what names of files start with; a single file may be named instead of a folder.
 * Throws {@link UserFault} where it does not exist or cannot be read.
 */
export async function readRuleFolder(folder: string, label: string = folder): Promise<RuleFolder> {
  const prefix = label.split(path.sep).join('/').replace(/\/+$/, '');
  let names: string[];
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    names = entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code !== 'ENOTDIR') {
      throw new UserFault(
        `${prefix}: ${error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such folder' : 'cannot be read'}; name a folder of rules`,
        { cause: error },
      );
    }
    const name = path.basename(folder);
    return {
      files: [{ kind: kindOf(folder), name: prefix, text: await readFile(folder, 'utf8') }].filter(() =>
        /\.ya?ml$/.test(name),
      ),
    };
  }
  const files: RuleFile[] = [];
  for (const name of names.map((one) => one.split(path.sep).join('/')).sort(compareText))
    files.push({
      kind: kindOf(name),
      name: prefix === '' || prefix === '.' ? name : `${prefix}/${name}`,
      text: await readFile(path.join(folder, ...name.split('/')), 'utf8'),
    });
  return { files };
}

function kindOf(name: string): RuleFileKind {
  const folders = name.split(/[\\/]/).slice(0, -1);
  if (/\.test\.ya?ml$/.test(name)) return 'test';
  if (folders.includes('predicates')) return 'predicate';
  if (folders.includes('events')) return 'event-set';
  return folders.includes('packs') ? 'pack' : 'rule';
}

/** What rules are compiled against. */
export interface RuleLanguage {
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly algebra: EventAlgebra;
  /** Reads an event set file. Throws {@link UserFault} with faults as `file:line:column: ...` lines. */
  readonly parseEventSet: (text: string, file: string) => EventSetReference;
}

/** The schemas that files of users are checked against. */
export interface RuleSchemas {
  readonly rule: SchemaCheck;
  readonly predicate: SchemaCheck;
  readonly pack: SchemaCheck;
}

/** Makes the schemas ready. Worth keeping by whoever loads rules more than once. */
export async function ruleSchemas(): Promise<RuleSchemas> {
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
  /** Files of packs that need no check, by id: they are many, and read when somebody asks for them. */
  readonly trustedPacks: ReadonlyMap<string, RuleFile>;
}

/**
 * Parses the files of folders; a later folder replaces what an earlier one defines under the same id.
 * All faults of all files go to `faults`.
 */
export async function parseRuleFolders(
  folders: readonly RuleFolder[],
  parseEventSet: RuleLanguage['parseEventSet'],
  faults: FaultList,
  schemas?: RuleSchemas,
): Promise<RuleDocuments> {
  const rules = new Map<string, RuleDocument>();
  const predicates = new Map<string, PredicateDocument>();
  const eventSets = new Map<string, EventSetReference>();
  const packs = new Map<string, PackDocument>();
  const trustedPacks = new Map<string, RuleFile>();
  const checks = folders.some((folder) => folder.trusted !== true)
    ? (schemas ?? (await ruleSchemas()))
    : undefined;
  for (const folder of folders) {
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
      if (file.kind === 'rule') {
        const root = readRuleFile(file, check?.rule, faults, ['check', 'when', 'severity']);
        const document = root && parseRule(root, faults);
        if (document) take('rule', file, { ...document, source: file.text }, document.place, rules);
      } else if (file.kind === 'predicate') {
        const root = readRuleFile(file, check?.predicate, faults, ['check']);
        const document = root && parsePredicate(root, faults);
        if (document) take('predicate', file, document, document.place, predicates);
      } else if (file.kind === 'event-set') {
        const set = readEventSet(file, parseEventSet, faults);
        if (set) take('event set', file, set, { file: file.name, line: 1, column: 1 }, eventSets);
      } else if (file.kind === 'pack' && folder.trusted === true) {
        trustedPacks.set(idOf(file), file);
      } else if (file.kind === 'pack') {
        const root = readRuleFile(file, check?.pack, faults, []);
        const document = root && parsePack(root, faults);
        if (document) take('pack', file, document, document.place, packs);
      }
    }
  }
  return {
    rules: [...rules.values()],
    predicates: [...predicates.values()],
    eventSets,
    packs: [...packs.values()],
    trustedPacks,
  };
}

/** The id of what a file holds, as its name says. */
function idOf(file: RuleFile): string {
  return (file.name.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '');
}

/** Reads YAML and checks it against its schema. Checks (`checkKeys`) have better words for their own faults. */
function readRuleFile(
  file: RuleFile,
  check: SchemaCheck | undefined,
  faults: FaultList,
  checkKeys: readonly string[],
): YamlNode | undefined {
  const { root, faults: found } = readYaml(file.name, file.text, ruleFileLimits);
  for (const fault of found) faults.faults.push(fault);
  if (root === undefined || check === undefined) return root;
  const words = new FaultList();
  parseQuietly(root, file.kind, words);
  const told = new Set(words.faults.map((fault) => fault.place.line));
  const skip = (pointer: string): boolean => {
    const [, key] = pointer.split('/');
    return (
      told.size > 0 && key !== undefined && checkKeys.includes(key) && /\/(check|when)(\/|$)/.test(pointer)
    );
  };
  check(root, faults, skip);
  return root;
}

function parseQuietly(root: YamlNode, kind: RuleFileKind, faults: FaultList): void {
  if (kind === 'rule') parseRule(root, faults);
  else if (kind === 'predicate') parsePredicate(root, faults);
}

function readEventSet(
  file: RuleFile,
  parseEventSet: RuleLanguage['parseEventSet'],
  faults: FaultList,
): EventSetReference | undefined {
  try {
    return parseEventSet(file.text, file.name);
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    for (const line of error.message.split('\n')) {
      const match = /^(.*?):(\d+):(\d+): ([^]*)$/.exec(line);
      if (match === null) faults.add({ file: file.name, line: 1, column: 1 }, line, 'correct the event set');
      else {
        const [what = '', todo = 'correct the event set'] = (match[4] ?? '').split(/; (?=[^;]*$)/);
        faults.add({ file: file.name, line: Number(match[2]), column: Number(match[3]) }, what, todo);
      }
    }
    return undefined;
  }
}

/** Reads, checks and compiles. Throws {@link RuleError} with every fault of every file. */
export async function loadRules(
  folders: readonly RuleFolder[],
  language: RuleLanguage,
  options: LoadOptions = {},
): Promise<RuleSet> {
  const faults = new FaultList();
  const documents = await parseRuleFolders(folders, language.parseEventSet, faults, options.schemas);
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
    watch,
  );
  const known = new Set(documents.rules.map((rule) => rule.id));
  const own = joinPacks(documents.packs, rules, known, faults);
  const replaced = new Set(own.map((pack) => pack.id));
  return rules.withPacks(() => {
    const files = [...documents.trustedPacks].filter(([id]) => !replaced.has(id)).map(([, file]) => file);
    return [...own, ...joinPacks(files.map(readTrustedPack), rules, known, faults)];
  });
}

function readTrustedPack(file: RuleFile): PackDocument {
  const faults = new FaultList();
  const root = readRuleFile(file, undefined, faults, []);
  const document = root && parsePack(root, faults);
  if (document === undefined || faults.count > 0) throw new RuleError(faults.faults);
  return { ...document, trusted: true };
}
