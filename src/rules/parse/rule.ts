import { severities, type Severity } from '../../evaluate/finding.ts';
import {
  parameterTypes,
  stricterWords,
  type FixDocument,
  type Named,
  type ParameterDocument,
  type PlacedText,
  type PredicateDocument,
  type RuleDocument,
  type SeverityCase,
  type StricterWord,
} from '../document.ts';
import type { FaultList } from '../fault.ts';
import { entryOf, toJson, type YamlMap, type YamlNode } from '../../yaml-nodes.ts';
import { parseCheck } from './check.ts';

/**
 * Reads a rule. Shape and spelling of everything but checks is the schema's business (see schema.ts), so what does not
 * fit there is passed over here; checks report their own faults. Undefined where the rest is of no use.
 */
export function parseRule(root: YamlNode, faults: FaultList): RuleDocument | undefined {
  if (root.kind !== 'map') return undefined;
  const before = faults.count;
  const id = text(root, 'id');
  const on = named(root, 'for');
  const whenEntry = entryOf(root, 'when');
  const when = whenEntry && parseCheck(whenEntry.value, faults);
  const checkEntry = entryOf(root, 'check');
  const check = checkEntry && parseCheck(checkEntry.value, faults);
  const severity = parseSeverity(root, faults);
  const params = parseParameters(root, faults);
  const messageNode = entryOf(root, 'message')?.value;
  const message = messageNode?.kind === 'map' ? texts(messageNode, ['pass', 'fail', 'unknown']) : {};
  if (id === undefined || on === undefined || check === undefined) return undefined;
  return {
    id,
    place: entryOf(root, 'id')?.keyPlace ?? root.place,
    aliases: namedList(root, 'aliases'),
    title: text(root, 'title') ?? '',
    service: text(root, 'service') ?? '',
    severity,
    for: on,
    when,
    params,
    check,
    message,
    why: text(root, 'why') ?? '',
    fix: parseFix(root),
    references: textList(root, 'references'),
    tags: textList(root, 'tags'),
    partial: faults.count > before,
  };
}

/** Reads a predicate; as {@link parseRule}. */
export function parsePredicate(root: YamlNode, faults: FaultList): PredicateDocument | undefined {
  if (root.kind !== 'map') return undefined;
  const id = text(root, 'id');
  const on = named(root, 'for');
  const params = parseParameters(root, faults);
  const checkEntry = entryOf(root, 'check');
  const check = checkEntry && parseCheck(checkEntry.value, faults);
  if (id === undefined || on === undefined || check === undefined) return undefined;
  const place = entryOf(root, 'id')?.keyPlace ?? root.place;
  return { id, place, title: text(root, 'title') ?? '', for: on, params, check };
}

function parseSeverity(root: YamlMap, faults: FaultList): readonly SeverityCase[] {
  const entry = entryOf(root, 'severity');
  const unset: SeverityCase[] = [{ when: undefined, severity: 'medium' }];
  if (entry === undefined) return unset;
  if (entry.value.kind !== 'list') {
    const severity = asSeverity(entry.value);
    return severity === undefined ? unset : [{ when: undefined, severity }];
  }
  const cases = entry.value.items.flatMap((item, index, all): SeverityCase[] => {
    if (item.kind !== 'map') return [];
    const whenEntry = entryOf(item, 'when');
    const last = index === all.length - 1;
    if (last && whenEntry !== undefined)
      faults.add(whenEntry.keyPlace, 'the last severity has a condition', 'end with one that always holds');
    if (!last && whenEntry === undefined)
      faults.add(
        item.place,
        'this severity always holds, so those after it never do',
        'give it a when: {...}',
      );
    const severityNode = entryOf(item, 'severity')?.value;
    const severity = severityNode && asSeverity(severityNode);
    const when = whenEntry && parseCheck(whenEntry.value, faults);
    return severity === undefined ? [] : [{ when, severity }];
  });
  return cases.length === 0 ? unset : cases;
}

function asSeverity(node: YamlNode): Severity | undefined {
  return node.kind === 'scalar' ? severities.find((one) => one === node.value) : undefined;
}

function parseFix(root: YamlMap): FixDocument {
  const entry = entryOf(root, 'fix');
  if (entry?.value.kind !== 'map')
    return { text: { text: text(root, 'fix') ?? '', place: entry?.value.place ?? root.place } };
  const forms = texts(entry.value, ['text', 'cli', 'terraform', 'cloudformation']);
  return { ...forms, text: forms.text ?? { text: '', place: entry.value.place } };
}

function parseParameters(root: YamlMap, faults: FaultList): readonly ParameterDocument[] {
  const node = entryOf(root, 'params')?.value;
  if (node?.kind !== 'map') return [];
  return node.entries.flatMap(({ key, keyPlace, value }): ParameterDocument[] => {
    if (value.kind !== 'map') return [];
    const typeNode = entryOf(value, 'type')?.value;
    const type = parameterTypes.find((one) => typeNode?.kind === 'scalar' && one === typeNode.value);
    if (type === undefined) return [];
    const defaultEntry = entryOf(value, 'default');
    const oneOf = entryOf(value, 'oneOf')?.value;
    const minimum = number(value, 'minimum');
    const maximum = number(value, 'maximum');
    const parameter: ParameterDocument = {
      name: key,
      place: keyPlace,
      type,
      description: text(value, 'description') ?? '',
      ...(defaultEntry && { default: toJson(defaultEntry.value), defaultPlace: defaultEntry.value.place }),
      ...(minimum !== undefined && { minimum }),
      ...(maximum !== undefined && { maximum }),
      ...(oneOf?.kind === 'list' && { oneOf: oneOf.items.map(toJson) }),
      ...stricterOf(value, type, faults),
    };
    if (minimum !== undefined && type !== 'integer' && type !== 'number')
      faults.add(keyPlace, `a parameter of type ${type} has no minimum`, 'remove it');
    return [parameter];
  });
}

function stricterOf(
  map: YamlMap,
  type: ParameterDocument['type'],
  faults: FaultList,
): { readonly stricter?: StricterWord } {
  const node = entryOf(map, 'stricter')?.value;
  if (node?.kind !== 'scalar') return {};
  const words: readonly StricterWord[] = stricterWords[type];
  const stricter = words.find((word) => word === String(node.value));
  if (stricter !== undefined) return { stricter };
  faults.add(
    node.place,
    `stricter is ${String(node.value)} for a parameter of type ${type}`,
    words.length === 0 ? 'remove it: no text is stricter than another' : `write ${words.join(' or ')}`,
  );
  return {};
}

/** The text under a key, and where it stands. */
export function named(map: YamlMap, key: string): Named | undefined {
  const entry = entryOf(map, key);
  if (entry?.value.kind !== 'scalar' || typeof entry.value.value !== 'string') return undefined;
  return { name: entry.value.value, place: entry.value.place };
}

/** The texts of the list under a key, and where each stands. */
function namedList(map: YamlMap, key: string): readonly Named[] {
  const node = entryOf(map, key)?.value;
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [{ name: item.value, place: item.place }] : [],
  );
}

/** The text under a key, without blanks around it. */
export function text(map: YamlMap, key: string): string | undefined {
  const node = entryOf(map, key)?.value;
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : undefined;
}

function number(map: YamlMap, key: string): number | undefined {
  const node = entryOf(map, key)?.value;
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}

function texts<K extends string>(map: YamlMap, keys: readonly K[]): Partial<Record<K, PlacedText>> {
  const found: Partial<Record<K, PlacedText>> = {};
  for (const key of keys) {
    const value = text(map, key);
    if (value !== undefined) found[key] = { text: value, place: entryOf(map, key)?.value.place ?? map.place };
  }
  return found;
}

/** The texts of the list under a key. */
export function textList(map: YamlMap, key: string): readonly string[] {
  const node = entryOf(map, key)?.value;
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}
