import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Document,
  type ParsedNode,
} from 'yaml';

import type { JsonObject, JsonValue } from './json.ts';
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
  /** Whether `&name` and `*name` may be used. */
  readonly aliases: boolean;
}

/** Rules, predicates, event sets: small, and no aliases, so that what is read is what is there. */
export const ruleFileLimits: YamlLimits = { size: 256 * 1024, depth: 64, nodes: 20_000, aliases: false };
/** Test files hold small snapshots and may share them by alias. */
export const testFileLimits: YamlLimits = {
  size: 4 * 1024 * 1024,
  depth: 100,
  nodes: 400_000,
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
 */
export function readYaml(file: string, text: string, limits: YamlLimits): YamlRead {
  const faults = new FaultList();
  const start: Place = { file, line: 1, column: 1 };
  if (text.length > limits.size) {
    faults.add(start, `the file has ${text.length} characters`, `at most ${limits.size} are read; split it`);
    return { root: undefined, faults: faults.faults };
  }
  try {
    const root = read(file, text, limits, faults);
    return { root: faults.count === 0 ? root : undefined, faults: faults.faults };
  } catch (error) {
    // The YAML library recurses; text that nests deeper than the stack is the one thing known to throw.
    if (!(error instanceof RangeError)) throw error;
    faults.add(start, 'the file nests too deeply to be read', `use at most ${limits.depth} levels`);
    return { root: undefined, faults: faults.faults };
  }
}

function read(file: string, text: string, limits: YamlLimits, faults: FaultList): YamlNode | undefined {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const deep = tooDeepAt(text, limits.depth);
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

  let nodes = 0;
  let exhausted = false;
  const giveUp = (place: Place, what: string, todo: string): YamlScalar => {
    if (!exhausted) faults.add(place, what, todo);
    exhausted = true;
    return { kind: 'scalar', place, value: null, source: '' };
  };
  const convert = (node: ParsedNode | null, depth: number, fallback: Place): YamlNode => {
    if (node === null) return { kind: 'scalar', place: fallback, value: null, source: '' };
    const place = placeAt(node.range[0]);
    nodes += 1;
    if (exhausted || nodes > limits.nodes)
      return giveUp(place, `the file holds more than ${limits.nodes} values`, 'make it smaller');
    if (depth > limits.depth)
      return giveUp(place, `this is nested more than ${limits.depth} levels deep`, 'flatten it');
    if (isAlias(node)) {
      if (!limits.aliases) {
        faults.add(
          place,
          `the alias *${node.source} is not allowed here`,
          'write the value out, or make it a predicate',
        );
        return { kind: 'scalar', place, value: null, source: '' };
      }
      const target = node.resolve(document);
      if (target === undefined) {
        faults.add(place, `nothing above is named &${node.source}`, 'name the value first, or write it out');
        return { kind: 'scalar', place, value: null, source: '' };
      }
      return convert(target as ParsedNode, depth + 1, place);
    }
    if (node.anchor !== undefined && !limits.aliases)
      faults.add(place, `the anchor &${node.anchor} is not allowed here`, 'remove it');
    if (isMap(node)) {
      const keys = new Set<string>();
      const entries = node.items.map((pair): YamlEntry => {
        const keyNode = pair.key;
        const keyPlace = placeAt(keyNode.range[0]);
        const key = isScalar(keyNode) ? String(keyNode.value) : '';
        if (keys.has(key))
          faults.add(keyPlace, `the key ${key} was given before in the same mapping`, 'keep one of the two');
        keys.add(key);
        if (key === '<<') faults.add(keyPlace, 'merge keys are not allowed', 'write the entries out');
        return { key, keyPlace, value: convert(pair.value, depth + 1, keyPlace) };
      });
      return { kind: 'map', place, entries };
    }
    if (isSeq(node))
      return {
        kind: 'list',
        place,
        items: node.items.map((item) => convert(item, depth + 1, place)),
      };
    const value: unknown = node.value;
    const source = node.source;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      faults.add(place, `${source} is not a number that can be compared`, 'write a finite number');
      return { kind: 'scalar', place, value: 0, source };
    }
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    )
      return { kind: 'scalar', place, value, source };
    faults.add(place, 'this kind of value has no meaning here', 'write text, a number, true or false');
    return { kind: 'scalar', place, value: null, source };
  };
  return convert(document.contents, 1, { file, line: 1, column: 1 });
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

/** The node as plain JSON data. */
export function toJson(node: YamlNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map': {
      // Object.fromEntries defines properties, so a key `__proto__` is data like any other.
      const object: JsonObject = Object.fromEntries(
        node.entries.map((entry) => [entry.key, toJson(entry.value)]),
      );
      return object;
    }
  }
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
