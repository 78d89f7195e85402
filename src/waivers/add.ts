import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

import { canonicalJson } from '../json.ts';
import { quotedYaml } from '../text.ts';
import { WaiverFault, parseWaivers, type Waiver } from './waiver-file.ts';

/** What a person says of a waiver. */
export type NewWaiver = Omit<Waiver, 'file' | 'line'>;

/** A waiver file with nothing in it yet. */
const emptyFile = `# Accepted failures: who accepts what, why, and until when. See docs/waivers.md of trailwarden.
waivers:
`;

/** In this order an entry is written. */
const members = ['rule', 'resource', 'account', 'ou', 'tag', 'reason', 'owner', 'ticket', 'expires'] as const;

/**
 * The text of a waiver file with one more entry at the end of its list. All that stands there keeps its place, comments
 * and form. `text` is undefined where there is no file yet.
 *
 * @throws {@link WaiverFault} Where the file is faulty, the new entry is, or the list has a form that cannot be added to.
 */
export function addWaiver(text: string | undefined, waiver: NewWaiver, file: string): string {
  const before = text === undefined ? [] : parseWaivers(text, file);
  const added = text === undefined ? emptyFile + entryText(waiver, '  ', '\n') : insert(text, waiver, file);
  const after = parseWaivers(added, file);
  // Looked at with the reader that will read it: nothing may have changed but one more entry.
  const kept = after.slice(0, -1).map(spoken);
  const last = after.at(-1);
  if (canonicalJson(kept) !== canonicalJson(before.map(spoken)) || last === undefined)
    throw new WaiverFault(
      `${file}: the list \`waivers\` is written in a form that cannot be added to; write it with a dash before each waiver`,
    );
  return added;
}

function insert(text: string, waiver: NewWaiver, file: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const root = parseDocument(text).contents;
  const list = isMap(root)
    ? root.items.find(({ key }) => isScalar(key) && key.value === 'waivers')?.value
    : undefined;
  if (!isSeq(list) || !list.range) {
    throw new WaiverFault(`${file}: a list \`waivers\` is expected to be written out in the file`);
  }
  const [start, end] = list.range;
  if (list.flow === true) {
    if (list.items.length === 0) {
      const lineStart = text.lastIndexOf('\n', start - 1) + 1;
      const lead = text.slice(lineStart, start).trimEnd();
      return `${text.slice(0, lineStart)}${lead}${newline}${entryText(waiver, '  ', newline)}${rest(text.slice(end))}`;
    }
    const closing = text.lastIndexOf(']', end);
    return `${text.slice(0, closing).replace(/,\s*$/, '')}, ${JSON.stringify(spoken(waiver))}${text.slice(closing)}`;
  }
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const head = text.slice(0, end);
  return `${head}${head.endsWith('\n') ? '' : newline}${entryText(waiver, indent, newline)}${text.slice(end)}`;
}

/** What stood behind `[]` on its line: its line end is written already, a comment stays. */
function rest(text: string): string {
  return text.replace(/^[ \t]*(\r?\n|$)/, '');
}

function entryText(waiver: NewWaiver, indent: string, newline: string): string {
  const lines = members.flatMap((name) => {
    const value = waiver[name];
    return value === undefined ? [] : [`${name}: ${scalarText(name, value)}`];
  });
  return lines.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}${newline}`).join('');
}

/** Rule ids and days need no quotes; all else is quoted, so that no name of an attacker or person means YAML. */
function scalarText(name: (typeof members)[number], value: string): string {
  const plain =
    (name === 'rule' && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(value)) ||
    (name === 'expires' && /^\d{4}-\d{2}-\d{2}$/.test(value));
  return plain ? value : quotedYaml(value);
}

/** The members that stand in the file, without place. */
function spoken(waiver: NewWaiver): { [name: string]: string } {
  return Object.fromEntries(
    members.flatMap((name) => (waiver[name] === undefined ? [] : [[name, waiver[name]]])),
  );
}
