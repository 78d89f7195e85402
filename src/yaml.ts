import type { JsonValue } from './json.ts';
import { dataLimits, entryOf, readYamlNodes, toJson, type TagReader, type YamlNode } from './yaml-nodes.ts';

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
  /** The data; undefined where there are faults. */
  readonly value: JsonValue | undefined;
  /** In the order of the text. */
  readonly faults: readonly YamlFault[];
  /**
   * Where the value at a path stands (names of members and indexes from the root), or the key that leads to it. Where
   * the path leads nowhere, the nearest place above it.
   */
  locate(path: readonly (string | number)[], at?: 'value' | 'key'): TextPlace;
}

/**
 * Reads one YAML 1.2 document of any size that stands for JSON data. Keys are taken as they are written, so that
 * `012345678901:` stays what it is.
 *
 * @param readTag - For documents with tags of their own.
 */
export function readYaml(text: string, readTag?: TagReader): YamlDocument {
  const { root, faults } = readYamlNodes('', text, dataLimits, readTag);
  return {
    value: root && toJson(root),
    faults: faults
      .map(({ place: { line, column }, what, todo }) => ({ line, column, message: `${what}; ${todo}` }))
      .sort((a, b) => a.line - b.line || a.column - b.column),
    locate: (path, at = 'value') => placeOf(root, path, at),
  };
}

function placeOf(
  root: YamlNode | undefined,
  path: readonly (string | number)[],
  at: 'value' | 'key',
): TextPlace {
  let node = root;
  let place: TextPlace = root?.place ?? { line: 1, column: 1 };
  for (const [index, step] of path.entries()) {
    if (node?.kind === 'list') {
      node = node.items[Number(step)];
      place = node?.place ?? place;
    } else if (node?.kind === 'map') {
      const entry = entryOf(node, String(step));
      node = entry?.value;
      const wanted = at === 'key' && index === path.length - 1 ? entry?.keyPlace : entry?.value.place;
      place = wanted ?? place;
    } else break;
  }
  return { line: place.line, column: place.column };
}
