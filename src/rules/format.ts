import { FaultList, RuleError } from './fault.ts';
import { readYamlNodes, testFileLimits, toJson } from '../yaml-nodes.ts';

const ruleOrder = [
  'id',
  'aliases',
  'title',
  'service',
  'severity',
  'for',
  'when',
  'params',
  'check',
  'message',
  'why',
  'fix',
  'references',
  'tags',
];
const predicateOrder = ['id', 'title', 'for', 'params', 'check'];
const eventSetOrder = ['id', 'title', 'about', 'parameters', 'events', 'editions', 'examples'];
const orders = {
  rule: ruleOrder,
  predicate: predicateOrder,
  'event-set': eventSetOrder,
  'rule-test': undefined,
} as const;

/** Lets editors check and complete a file. */
const modeline = '# yaml-language-server: $schema=';

/**
 * A file of a rule folder in house form: the line that lets editors complete it, keys in the usual order with the
 * comments above them, no space at line ends, one line end at the end. What it says stays the same, and so does the way values
 * are written. Throws {@link RuleError} for a file that cannot be read.
 */
export function formatRuleFile(
  file: string,
  text: string,
  kind: keyof typeof orders,
  schema: string,
): string {
  const before = readYamlNodes(file, text, testFileLimits);
  if (before.root === undefined) throw new RuleError(before.faults);
  const lines = text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const isModeline = (line: string): boolean => line.startsWith(modeline);
  const rest = lines.filter((line) => !isModeline(line));
  const order = orders[kind];
  const body = order === undefined ? rest : inOrder(rest, order);
  while (body[0] === '') body.shift();
  const result = `${[lines.find(isModeline) ?? `${modeline}${schema}`, ...body].join('\n')}\n`;
  const after = readYamlNodes(file, result, testFileLimits);
  // Moving text must never change what it says; where it would, the author decides.
  if (after.root === undefined || sorted(toJson(after.root)) !== sorted(toJson(before.root))) {
    const faults = new FaultList();
    faults.add(
      { file, line: 1, column: 1 },
      'this file cannot be put in order without changing it',
      'order its keys by hand',
    );
    throw new RuleError(faults.faults);
  }
  return result;
}

/** Blocks of lines that begin with a key at the left edge, comments above included, in the order of their keys. */
function inOrder(lines: readonly string[], order: readonly string[]): string[] {
  const head: string[] = [];
  const blocks: { key: string; lines: string[] }[] = [];
  let waiting: string[] = [];
  for (const line of lines) {
    const key = /^(["']?)([A-Za-z][A-Za-z0-9-]*)\1\s*:(\s|$)/.exec(line)?.[2];
    if (key !== undefined) {
      blocks.push({ key, lines: [...waiting, line] });
      waiting = [];
    } else if (line.startsWith('#') || line === '') waiting.push(line);
    else {
      const block = blocks.at(-1);
      (block === undefined ? head : block.lines).push(...waiting, line);
      waiting = [];
    }
  }
  const position = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const ordered = blocks.toSorted((a, b) => position(a.key) - position(b.key));
  return [...head, ...ordered.flatMap((block) => block.lines), ...waiting];
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
