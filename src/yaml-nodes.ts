import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Alias,
  type Document,
  type ParsedNode,
  type YAMLMap,
} from 'yaml';

import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { FaultList, type Fault, type Place } from './located-fault.ts';

/** What a person wrote in YAML, with positions: only mappings with text keys, lists, and JSON's scalars. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: readonly YamlEntry[];
}
export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: YamlNode;
}
export interface YamlList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly YamlNode[];
}
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** As written; tells `1.0` from `1`. */
  readonly source: string;
}

/** How much a file may ask for. Rule files are untrusted: they come from packages and pull requests. */
export interface YamlLimits {
  /** Characters. */
  readonly size: number;
  /** Levels of lists and mappings. */
  readonly depth: number;
  /** Values in all, after aliases are written out. */
  readonly nodes: number;
  /** Whether `&name` and `*name` may be used. What is inside `*name` stands where `&name` does. */
  readonly aliases: boolean;
}

/**
 * What a tagged value stands for: `!Ref Name` may be `{ Ref: Name }`. Undefined for a tag that is not known, which is a
 * fault then.
 */
export type TagReader = (tag: string, value: JsonValue) => JsonValue | undefined;

/** Rules, predicates, event sets: small, and no aliases, so that what is read is what is there. */
export const ruleFileLimits: YamlLimits = { size: 256 * 1024, depth: 64, nodes: 20_000, aliases: false };
/** Test files hold small snapshots and may share them by alias. */
export const testFileLimits: YamlLimits = {
  size: 4 * 1024 * 1024,
  depth: 100,
  nodes: 400_000,
  aliases: true,
};

/** Data of any size. What aliases multiply to is bounded: a "billion laughs" document adds more than any machine holds. */
export const dataLimits: YamlLimits = {
  size: Number.POSITIVE_INFINITY,
  depth: 100,
  nodes: 20_000_000,
  aliases: true,
};

/** What a file holds, or what is wrong with it. `root` is there only where there is no fault. */
export interface YamlRead {
  readonly root: YamlNode | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Reads one YAML 1.2 document. Everything surprising is a fault: several documents, duplicate keys, keys that are not
 * text, unknown tags, tabs, numbers that JSON cannot hold, too much of anything. Never throws.
 *
 * @param readTag - For documents with tags of their own.
 */
export function readYamlNodes(file: string, text: string, limits: YamlLimits, readTag?: TagReader): YamlRead {
  const faults = new FaultList();
  const start: Place = { file, line: 1, column: 1 };
  if (text.length > limits.size) {
    faults.add(start, `the file has ${text.length} characters`, `at most ${limits.size} are read; split it`);
    return { root: undefined, faults: faults.faults };
  }
  try {
    const root = read(file, text, limits, faults, readTag);
    return { root: faults.count === 0 ? root : undefined, faults: faults.faults };
  } catch (error) {
    // The YAML library recurses; text that nests deeper than the stack is the one thing known to throw.
    if (!(error instanceof RangeError)) throw error;
    faults.add(start, 'the file nests too deeply to be read', `use at most ${limits.depth} levels`);
    return { root: undefined, faults: faults.faults };
  }
}

function read(
  file: string,
  text: string,
  limits: YamlLimits,
  faults: FaultList,
  readTag: TagReader | undefined,
): YamlNode | undefined {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // Data of any size is the reader's own; files of others must not keep the library busy.
  const deep = Number.isFinite(limits.size) ? tooDeepAt(text, limits.depth) : undefined;
  if (deep !== undefined) {
    const line = text.slice(0, deep).split('\n').length;
    const column = deep - text.lastIndexOf('\n', deep - 1);
    return faults.add(
      { file, line, column },
      `this is nested more than ${limits.depth} levels deep`,
      'flatten it',
    );
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const composer = new Composer({
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The library compares each key with each other one; we look for repetitions ourselves.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const documents: Document.Parsed[] = [...composer.compose(tokens, true, text.length)];
  for (const document of documents) {
    for (const error of [...document.errors, ...document.warnings]) {
      // Tags are looked at below, where their values are known.
      if (readTag !== undefined && error.code === 'TAG_RESOLVE_FAILED') continue;
      const [what, todo] = syntaxFault(error.code, error.message);
      faults.add(placeAt(error.pos[0]), what, todo);
    }
  }
  if (faults.count > 0) return undefined;
  const second = documents[1];
  if (second !== undefined)
    return faults.add(
      placeAt(second.range[0]),
      'a second document starts here',
      'keep one document in a file',
    );
  const document = documents[0];
  if (document === undefined || document.contents === null)
    return faults.add({ file, line: 1, column: 1 }, 'the file is empty', 'write a document into it');

  const reader = new NodeReader(limits, faults, placeAt, readTag);
  return reader.read(document.contents, 1, { file, line: 1, column: 1 });
}

/** Tags of YAML itself: `!!str`. */
const standardTags = 'tag:yaml.org,2002:';

/** Turns the library's tree into ours. */
class NodeReader {
  readonly #limits: YamlLimits;
  readonly #faults: FaultList;
  readonly #placeAt: (offset: number) => Place;
  readonly #readTag: TagReader | undefined;
  /** Nodes by their anchor, with the number of values in them; undefined while they are being read. */
  readonly #anchored = new Map<string, { readonly node: YamlNode; readonly size: number } | undefined>();
  #size = 0;
  #exhausted = false;

  constructor(
    limits: YamlLimits,
    faults: FaultList,
    placeAt: (offset: number) => Place,
    readTag: TagReader | undefined,
  ) {
    this.#limits = limits;
    this.#faults = faults;
    this.#placeAt = placeAt;
    this.#readTag = readTag;
  }

  read(node: ParsedNode | null, depth: number, fallback: Place): YamlNode {
    if (node === null) return nothing(fallback);
    const place = this.#placeAt(node.range[0]);
    this.#size += 1;
    if (depth > this.#limits.depth)
      return this.#giveUp(place, `this is nested more than ${this.#limits.depth} levels deep`, 'flatten it');
    if (this.#isTooMuch(place)) return nothing(place);
    if (isAlias(node)) return this.#alias(node.source, place);
    const { anchor } = node;
    if (anchor === undefined) return this.#tagged(node, depth, place);
    if (!this.#limits.aliases)
      this.#faults.add(place, `the anchor &${anchor} is not allowed here`, 'remove it');
    this.#anchored.set(anchor, undefined);
    const before = this.#size;
    const made = this.#tagged(node, depth, place);
    this.#anchored.set(anchor, { node: made, size: this.#size - before + 1 });
    return made;
  }

  #isTooMuch(place: Place): boolean {
    if (!this.#exhausted && this.#size > this.#limits.nodes)
      this.#giveUp(place, `the file holds more than ${this.#limits.nodes} values`, 'make it smaller');
    return this.#exhausted;
  }

  #giveUp(place: Place, what: string, todo: string): YamlScalar {
    if (!this.#exhausted) this.#faults.add(place, what, todo);
    this.#exhausted = true;
    return nothing(place);
  }

  #alias(name: string, place: Place): YamlNode {
    if (!this.#limits.aliases) {
      const todo = 'write the value out, or make it a predicate';
      this.#faults.add(place, `the alias *${name} is not allowed here`, todo);
      return nothing(place);
    }
    const known = this.#anchored.get(name);
    if (known === undefined) {
      const inside = this.#anchored.has(name);
      this.#faults.add(
        place,
        inside ? `the alias *${name} stands inside of what it refers to` : `nothing above is named &${name}`,
        inside ? 'write the value out' : 'name the value first, or write it out',
      );
      return nothing(place);
    }
    this.#size += known.size;
    return this.#isTooMuch(place) ? nothing(place) : { ...known.node, place };
  }

  #tagged(node: Exclude<ParsedNode, Alias.Parsed>, depth: number, place: Place): YamlNode {
    const plain = this.#plain(node, depth, place);
    const { tag } = node;
    if (this.#readTag === undefined || tag === undefined || tag.startsWith(standardTags)) return plain;
    const meant = this.#readTag(tag, toJson(plain));
    if (meant !== undefined) return nodeOf(meant, place);
    this.#faults.add(place, `unknown tag ${tag}`, 'remove the tag');
    return nothing(place);
  }

  #plain(node: Exclude<ParsedNode, Alias.Parsed>, depth: number, place: Place): YamlNode {
    if (isMap(node)) return { kind: 'map', place, entries: this.#entries(node, depth) };
    if (isSeq(node))
      return { kind: 'list', place, items: node.items.map((item) => this.read(item, depth + 1, place)) };
    return this.#scalar(node.value, node.source, place);
  }

  #entries(node: YAMLMap.Parsed, depth: number): readonly YamlEntry[] {
    const keys = new Set<string>();
    return node.items.map((pair): YamlEntry => {
      const keyNode = pair.key;
      const keyPlace = this.#placeAt(keyNode.range[0]);
      const key = isScalar(keyNode) ? String(keyNode.value) : '';
      if (keys.has(key))
        this.#faults.add(
          keyPlace,
          `the key ${key} was given before in the same mapping`,
          'keep one of the two',
        );
      keys.add(key);
      // In quotes it is a key like any other.
      if (key === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN')
        this.#faults.add(keyPlace, 'merge keys are not allowed', 'write the entries out');
      return { key, keyPlace, value: this.read(pair.value, depth + 1, keyPlace) };
    });
  }

  #scalar(value: unknown, source: string, place: Place): YamlScalar {
    if (typeof value === 'number') {
      if (isKept(value, source)) return { kind: 'scalar', place, value, source };
      const todo = 'put quotes around it to make it text';
      this.#faults.add(place, `the number ${source} cannot be kept exactly`, todo);
      return nothing(place);
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean')
      return { kind: 'scalar', place, value, source };
    this.#faults.add(place, 'this kind of value has no meaning here', 'put quotes around it to make it text');
    return nothing(place);
  }
}

function nothing(place: Place): YamlScalar {
  return { kind: 'scalar', place, value: null, source: '' };
}

/** As JSON does: the digits as written, or as the number is written again. */
function isKept(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  return !/^[-+]?[0-9]{16,}$/.test(source) || source === String(value) || BigInt(source) === BigInt(value);
}

/** Data as nodes, all of them at one place. */
function nodeOf(value: JsonValue, place: Place): YamlNode {
  if (Array.isArray(value))
    return {
      kind: 'list',
      place,
      items: (value as readonly JsonValue[]).map((item) => nodeOf(item, place)),
    };
  if (isJsonObject(value))
    return {
      kind: 'map',
      place,
      entries: Object.entries(value).map(([key, inner]) => ({
        key,
        keyPlace: place,
        value: nodeOf(inner ?? null, place),
      })),
    };
  const scalar = value as string | number | boolean | null;
  return { kind: 'scalar', place, value: scalar, source: String(scalar) };
}

const marks: readonly string[] = ['\u0002', '\u0018', '\u001f'];

/**
 * Where brackets, or dashes on one line, nest deeper than is read: looked for before the library builds a tree of them, which
 * takes longer the deeper it is.
 */
function tooDeepAt(text: string, depth: number): number | undefined {
  let open = 0;
  let dashes = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '[' || lexeme === '{') open += 1;
    else if (lexeme === ']' || lexeme === '}') open -= 1;
    else if (lexeme === '-' || lexeme === '?') dashes += 1;
    else if (lexeme.includes('\n')) dashes = 0;
    if (open > depth || dashes > depth) return offset;
    // Control characters mark documents, text and the end of brackets; they are not in the text.
    if (!marks.includes(lexeme)) offset += lexeme.length;
  }
  return undefined;
}

/** The library's message in our words: what, and what to do. */
function syntaxFault(code: string, message: string): [string, string] {
  const text = message.replace(/\s+/g, ' ').replace(/\.$/, '');
  switch (code) {
    case 'TAB_AS_INDENT':
      return ['a tab is used for indentation', 'YAML allows spaces only'];
    case 'NON_STRING_KEY':
      return ['this key is not plain text', 'write a name'];
    case 'MULTIPLE_DOCS':
      return ['a second document starts here', 'keep one document in a file'];
    case 'TAG_RESOLVE_FAILED':
      return [text, 'remove the tag: only text, numbers, true, false, lists and mappings are read'];
    case 'BAD_ALIAS':
      return [text, 'quote text that starts with *'];
    case 'RESOURCE_EXHAUSTION':
      return ['the file nests too deeply to be read', 'flatten it'];
    default:
      return [`not valid YAML: ${text}`, 'correct the syntax'];
  }
}

/** The node as plain JSON data. A node that stands in several places is the same data in each of them. */
export function toJson(node: YamlNode): JsonValue {
  return dataOf(node, new Map());
}

function dataOf(node: YamlNode, known: Map<YamlNode, JsonValue>): JsonValue {
  if (node.kind === 'scalar') return node.value;
  const before = known.get(node);
  if (before !== undefined) return before;
  const data: JsonValue =
    node.kind === 'list'
      ? node.items.map((item) => dataOf(item, known))
      : // Object.fromEntries defines properties, so a key `__proto__` is data like any other.
        (Object.fromEntries(
          node.entries.map((entry) => [entry.key, dataOf(entry.value, known)]),
        ) satisfies JsonObject);
  known.set(node, data);
  return data;
}

/** Value of a key, or undefined. */
export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/**
 * The node that a JSON pointer leads to, or the nearest one above it that exists.
 * With `key`, the place of that key inside it where there is one.
 */
export function placeOfPointer(root: YamlNode, pointer: string, key?: string): Place {
  let node = root;
  let place = root.place;
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (node.kind === 'map') {
      const entry = entryOf(node, step);
      if (entry === undefined) return place;
      node = entry.value;
      place = entry.keyPlace;
    } else if (node.kind === 'list') {
      const item = node.items[Number(step)];
      if (item === undefined) return place;
      node = item;
      place = item.place;
    } else return place;
  }
  if (key !== undefined && node.kind === 'map') return entryOf(node, key)?.keyPlace ?? place;
  return place;
}
