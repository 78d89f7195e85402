import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Alias, type Node } from 'yaml';

import type { JsonValue } from './json.ts';

/** Line and column in a text, both from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface YamlFault extends TextPlace {
  /** What is wrong and what to do. May hold untrusted text. */
  readonly message: string;
}

/** A YAML document as plain JSON data, with the way back to the text. */
export interface YamlDocument {
  /** The data; where there are faults, whatever could be made of it. Undefined for an empty document. */
  readonly value: JsonValue | undefined;
  /** In the order of the text. */
  readonly faults: readonly YamlFault[];
  /**
   * Where the value at a path stands (names of members and indexes from the root), or the key that leads to it. Where
   * the path leads nowhere, the nearest place above it.
   */
  locate(path: readonly (string | number)[], at?: 'value' | 'key'): TextPlace;
}

/** Deeper than any real document, and far from the end of the stack. */
const deepest = 100;
/** Tags of YAML itself: `!!str`. */
const standardTags = 'tag:yaml.org,2002:';
/** Values that aliases may add. A "billion laughs" document adds more than any machine holds. */
const mostAliased = 1_000_000;

/**
 * What a tagged value stands for: `!Ref Name` may be `{ Ref: Name }`. Undefined for a tag that is not known, which is a
 * fault then.
 */
export type TagReader = (tag: string, value: JsonValue) => JsonValue | undefined;

/**
 * Reads one YAML 1.2 document that stands for JSON data. Faults, all of them together: bad syntax, duplicate keys,
 * unknown tags, numbers that JSON cannot carry exactly, several documents, nesting without end, aliases that multiply.
 * Keys are taken as they are written, so that `012345678901:` stays what it is.
 *
 * @param readTag - For documents with tags of their own.
 */
export function readYaml(text: string, readTag?: TagReader): YamlDocument {
  const lines = new LineCounter();
  const faults: YamlFault[] = [];
  const placeOf = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const fault = (offset: number, message: string): void => {
    faults.push({ ...placeOf(offset), message });
  };

  let root: Node | null;
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // Checked below: the library compares each key with all before it.
      uniqueKeys: false,
    });
    for (const problem of [...document.errors, ...document.warnings]) {
      // Tags are looked at below, where their values are known.
      if (readTag !== undefined && problem.code === 'TAG_RESOLVE_FAILED') continue;
      fault(
        problem.pos[0],
        problem.code === 'MULTIPLE_DOCS'
          ? 'a second document begins here; keep one in a file'
          : problem.message,
      );
    }
    root = document.contents;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fault(0, `the document is nested too deeply; at most ${deepest} levels are read`);
    root = null;
  }

  const reader = new NodeReader(fault, readTag);
  const value = root === null ? undefined : reader.read(root);
  faults.sort((a, b) => a.line - b.line || a.column - b.column);

  return {
    value,
    faults,
    locate(path, at = 'value') {
      let node: Node | null = root;
      let offset = root?.range?.[0] ?? 0;
      path.forEach((step, index) => {
        const found = reader.child(node, String(step));
        node = found?.value ?? null;
        if (found === undefined) return;
        const wantsKey = at === 'key' && index === path.length - 1;
        offset = (wantsKey ? undefined : found.value?.range?.[0]) ?? found.offset;
      });
      return placeOf(offset);
    },
  };
}

class NodeReader {
  readonly #fault: (offset: number, message: string) => void;
  readonly #readTag: TagReader | undefined;
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Alias, Node>();
  /** Value and number of values of nodes with an anchor; undefined while they are being read. */
  readonly #anchored = new Map<Node, { value: JsonValue; size: number } | undefined>();
  #size = 0;
  #aliased = 0;

  constructor(fault: (offset: number, message: string) => void, readTag?: TagReader) {
    this.#fault = fault;
    this.#readTag = readTag;
  }

  read(node: Node, depth = 0): JsonValue {
    const offset = node.range?.[0] ?? 0;
    if (depth > deepest) {
      if (depth === deepest + 1) this.#fault(offset, `nested too deeply; at most ${deepest} levels are read`);
      return null;
    }
    this.#size += 1;
    if (isAlias(node)) return this.#alias(node, offset);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor === undefined) return this.#tagged(node, offset, depth);
    this.#anchors.set(anchor, node);
    this.#anchored.set(node, undefined);
    const before = this.#size;
    const value = this.#tagged(node, offset, depth);
    this.#anchored.set(node, { value, size: this.#size - before + 1 });
    return value;
  }

  /** The member of a mapping or element of a list, through aliases. */
  child(node: Node | null, step: string): { value: Node | null; offset: number } | undefined {
    const target = isAlias(node) ? this.#targets.get(node) : node;
    if (isSeq(target)) {
      const item = /^[0-9]+$/.test(step) ? target.items[Number(step)] : undefined;
      return isNode(item) ? { value: item, offset: item.range?.[0] ?? 0 } : undefined;
    }
    if (!isMap(target)) return undefined;
    for (const pair of target.items)
      if (isScalar(pair.key) && keyText(pair.key) === step)
        return { value: isNode(pair.value) ? pair.value : null, offset: pair.key.range?.[0] ?? 0 };
    return undefined;
  }

  #alias(node: Alias, offset: number): JsonValue {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      this.#fault(offset, `the alias *${node.source} has no anchor before it`);
      return null;
    }
    this.#targets.set(node, target);
    const known = this.#anchored.get(target);
    if (known === undefined) {
      this.#fault(offset, `the alias *${node.source} stands inside of what it refers to`);
      return null;
    }
    this.#size += known.size;
    const before = this.#aliased;
    this.#aliased += known.size;
    if (this.#aliased > mostAliased) {
      if (before <= mostAliased)
        this.#fault(
          offset,
          `aliases multiply to more than ${mostAliased} values; write them out or use fewer`,
        );
      return null;
    }
    return known.value;
  }

  #tagged(node: Node, offset: number, depth: number): JsonValue {
    const value = this.#plain(node, offset, depth);
    const { tag } = node;
    if (this.#readTag === undefined || tag === undefined || tag.startsWith(standardTags)) return value;
    const read = this.#readTag(tag, value);
    if (read === undefined) this.#fault(offset, `unknown tag ${tag}`);
    return read ?? null;
  }

  #plain(node: Node, offset: number, depth: number): JsonValue {
    if (isSeq(node)) return node.items.map((item) => (isNode(item) ? this.read(item, depth + 1) : null));
    if (isMap(node)) {
      const object: Record<string, JsonValue> = {};
      for (const pair of node.items) {
        if (!isScalar(pair.key)) {
          this.#fault(
            isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset,
            'a key must be plain text',
          );
          continue;
        }
        const name = keyText(pair.key);
        const at = pair.key.range?.[0] ?? offset;
        if (Object.hasOwn(object, name)) this.#fault(at, `duplicate key \`${name}\`; remove one of them`);
        const value = isNode(pair.value) ? this.read(pair.value, depth + 1) : null;
        // `__proto__` must become a member, not the prototype.
        if (name === '__proto__')
          Object.defineProperty(object, name, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        else object[name] = value;
      }
      return object;
    }
    if (!isScalar(node)) return null;
    const { value } = node;
    if (typeof value === 'number') {
      const source = node.source ?? '';
      // As JSON does: the digits as written, or as the number is written again.
      const kept =
        Number.isFinite(value) &&
        (!/^[-+]?[0-9]{16,}$/.test(source) || source === String(value) || BigInt(source) === BigInt(value));
      if (!kept)
        this.#fault(
          offset,
          `the number ${node.source ?? value} cannot be kept exactly; put quotes around it to make it text`,
        );
      return Number.isFinite(value) ? value : null;
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    this.#fault(offset, 'a value of this kind cannot be kept as JSON; put quotes around it to make it text');
    return null;
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

/** A key as it is written, not as YAML types it: account ids are digits. */
function keyText(key: { readonly value: unknown; readonly source?: string }): string {
  if (typeof key.value === 'string') return key.value;
  return key.source ?? String(key.value);
}
