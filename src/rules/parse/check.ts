import {
  checkKeys,
  emptyChoices,
  type AsksNode,
  type CheckNode,
  type EveryNode,
  type GivenValue,
  type TakenValue,
  type IsNode,
  type LinkNode,
  type PathNode,
  type TogetherNode,
  type WayNode,
} from '../document.ts';
import type { FaultList, Place } from '../fault.ts';
import { didYouMean, nearestWord } from '../../suggest.ts';
import { entryOf, type YamlEntry, type YamlMap, type YamlNode } from '../../yaml-nodes.ts';
import { parsePath } from './path.ts';
import { parameterName, parseTest, parseValue } from './test.ts';

const quantifiers = ['some', 'none', 'every'] as const;

/**
 * Reads a CHECK: a mapping, all of whose entries must hold. Where parts have faults, the check holds the others, so that
 * their faults are found in the same run.
 */
export function parseCheck(node: YamlNode, faults: FaultList): CheckNode | undefined {
  if (node.kind === 'list')
    return faults.add(node.place, 'a list stands where a check is due', 'write all: [...] or any: [...]');
  if (node.kind === 'scalar')
    return faults.add(node.place, 'a check is a mapping', 'write for example IsLogging: true');
  if (node.entries.length === 0)
    return faults.add(node.place, 'this check is empty', 'write what must hold, or leave the key out');

  const checks: CheckNode[] = [];
  const push = (check: CheckNode | undefined): void => void (check && checks.push(check));
  const quantified = quantifiers.filter((key) => entryOf(node, key) !== undefined);
  if (quantified.length > 1)
    faults.add(
      entryOf(node, quantified[1]!)!.keyPlace,
      `${quantified[0]} and ${quantified[1]} stand in one mapping`,
      'put each in its own entry of all: [...]',
    );
  for (const entry of node.entries) {
    const { key, keyPlace, value } = entry;
    switch (key) {
      case 'all':
      case 'any':
        push(parseSeveral(key, keyPlace, value, faults));
        break;
      case 'not': {
        const check = parseCheck(value, faults);
        push(check && { kind: 'not', check, place: keyPlace });
        break;
      }
      case 'some':
      case 'none':
      case 'every':
        if (key === quantified[0]) push(parseQuantifier(key, entry, node, faults));
        break;
      case 'where':
        if (quantified.length === 0)
          faults.add(keyPlace, 'where belongs to some, none or every', 'name the relation: some: trails');
        break;
      case 'must':
      case 'empty':
        if (!quantified.includes('every'))
          faults.add(
            keyPlace,
            `${key} belongs to every`,
            'use where: for some and none, or write every: RELATION',
          );
        break;
      case 'atLeast':
        if (!quantified.includes('some'))
          faults.add(
            keyPlace,
            'atLeast counts elements of some',
            'write some: RELATION, or FIELD: { atLeast: N }',
          );
        break;
      case 'is':
        push(parseIs(entry, node, faults));
        break;
      case 'asks':
        push(parseAsks(entry, node, faults));
        break;
      case 'with':
        if (entryOf(node, 'is') === undefined && entryOf(node, 'asks') === undefined)
          faults.add(keyPlace, 'with belongs to is or asks', 'name the predicate: is: PREDICATE');
        else if (entryOf(node, 'is') !== undefined && entryOf(node, 'asks') !== undefined)
          faults.add(keyPlace, 'is and asks stand in one mapping', 'put each in its own entry of all: [...]');
        break;
      case 'together':
        push(parseTogether(keyPlace, value, faults));
        break;
      default:
        push(parseField(entry, faults));
    }
  }
  if (checks.length === 0) return undefined;
  return checks.length === 1 ? checks[0] : { kind: 'all', checks, place: node.place };
}

function parseField({ key, keyPlace, value }: YamlEntry, faults: FaultList): CheckNode | undefined {
  // `wher: { ... }` would otherwise be taken for a path, and each of its entries for a wrong operator.
  const near = nearestWord(key, checkKeys);
  if (near !== undefined && near !== key && value.kind !== 'scalar' && /^[a-z]+$/i.test(key)) {
    const looksLikeCheck =
      value.kind === 'list' || value.entries.some((entry) => /^[A-Z]|[.[]/.test(entry.key));
    if (looksLikeCheck) return faults.add(keyPlace, `there is no construct ${key}`, `did you mean ${near}?`);
  }
  if (key.startsWith('$')) {
    const name = parameterName(key, keyPlace, faults);
    const asked = parseTest(value, faults);
    return name === undefined || asked === undefined
      ? undefined
      : { kind: 'parameter', name, test: asked, place: keyPlace };
  }
  const path = parsePath(key, keyPlace, faults);
  const test = parseTest(value, faults);
  return path && test && { kind: 'field', path, test, place: keyPlace };
}

function parseSeveral(
  kind: 'all' | 'any',
  place: Place,
  value: YamlNode,
  faults: FaultList,
): CheckNode | undefined {
  if (value.kind !== 'list')
    return faults.add(value.place, `${kind} takes a list of checks`, `write ${kind}: [{...}, {...}]`);
  if (value.items.length === 0)
    return faults.add(value.place, `${kind} over nothing says nothing`, 'write at least one check');
  const checks = value.items.map((item) => parseCheck(item, faults)).filter((check) => check !== undefined);
  return checks.length > 0 ? { kind, checks, place } : undefined;
}

function pathOf(value: YamlNode, what: string, faults: FaultList): PathNode | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'string')
    return faults.add(value.place, `${what} needs a name`, 'write a relation such as trails');
  return parsePath(value.value, value.place, faults);
}

function parseQuantifier(
  kind: 'some' | 'none' | 'every',
  { keyPlace, value }: YamlEntry,
  map: YamlMap,
  faults: FaultList,
): CheckNode | undefined {
  const relation = pathOf(value, kind, faults);
  const whereEntry = entryOf(map, 'where');
  const where = whereEntry && parseCheck(whereEntry.value, faults);
  if (relation === undefined) return undefined;
  if (kind === 'none') return { kind, relation, where, place: keyPlace };
  if (kind === 'some') {
    const count = entryOf(map, 'atLeast');
    const atLeast = count && parseValue(count.value, faults);
    if (atLeast?.kind === 'literal' && !isCount(atLeast.value))
      return faults.add(atLeast.place, 'atLeast needs a whole number from 1', 'write for example atLeast: 2');
    return { kind, relation, where, atLeast, place: keyPlace };
  }
  const mustEntry = entryOf(map, 'must');
  if (mustEntry === undefined)
    return faults.add(keyPlace, 'every does not say what must hold', 'write must: { ... } beside it');
  const must = parseCheck(mustEntry.value, faults);
  const emptyEntry = entryOf(map, 'empty');
  if (emptyEntry === undefined)
    return faults.add(
      keyPlace,
      'every does not say what it means when there is nothing',
      'write empty: pass, empty: fail or empty: unknown beside it',
    );
  const choice = emptyEntry.value.kind === 'scalar' ? emptyEntry.value.value : null;
  const empty = emptyChoices.find((one) => one === choice);
  if (empty === undefined)
    return faults.add(emptyEntry.value.place, 'empty has no such choice', 'write pass, fail or unknown');
  const every: EveryNode | undefined = must && { kind, relation, where, must, empty, place: keyPlace };
  return every;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function parseIs({ keyPlace, value }: YamlEntry, map: YamlMap, faults: FaultList): IsNode | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'string')
    return faults.add(value.place, 'is needs the id of a predicate', 'write for example is: alarmed');
  return {
    kind: 'is',
    predicate: { name: value.value, place: value.place },
    with: parseGiven(map, faults),
    place: keyPlace,
  };
}

function parseAsks({ keyPlace, value }: YamlEntry, map: YamlMap, faults: FaultList): AsksNode | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'string')
    return faults.add(
      value.place,
      'asks needs the name of an inquiry',
      'write for example asks: controlPoliciesDeny',
    );
  return {
    kind: 'asks',
    inquiry: { name: value.value, place: value.place },
    with: parseGiven(map, faults),
    place: keyPlace,
  };
}

function parseGiven(map: YamlMap, faults: FaultList): readonly GivenValue[] {
  const given = entryOf(map, 'with');
  if (given === undefined) return [];
  if (given.value.kind !== 'map') {
    faults.add(given.value.place, 'with takes a mapping of parameters', 'write with: { name: value }');
    return [];
  }
  return given.value.entries.flatMap((entry) => {
    const operand = parseValue(entry.value, faults, true);
    return operand === undefined ? [] : [{ name: entry.key, namePlace: entry.keyPlace, value: operand }];
  });
}

/** `with` of together: values as they stand, and `{ from: PATH }` for what the resource itself says. */
function parseSetValues(
  map: YamlMap,
  faults: FaultList,
): { readonly given: readonly GivenValue[]; readonly taken: readonly TakenValue[] } {
  const entry = entryOf(map, 'with');
  if (entry?.value.kind !== 'map') return { given: parseGiven(map, faults), taken: [] };
  const isTaken = (one: YamlEntry): boolean => one.value.kind === 'map';
  const plain = { ...entry.value, entries: entry.value.entries.filter((one) => !isTaken(one)) };
  const entries = map.entries.map((one) => (one === entry ? { ...entry, value: plain } : one));
  const taken = entry.value.entries.filter(isTaken).flatMap((one): TakenValue[] => {
    if (one.value.kind !== 'map') return [];
    onlyKeys(one.value, ['from'], faults);
    const from = entryOf(one.value, 'from');
    if (from === undefined)
      faults.add(one.value.place, `${one.key} does not say where its value stands`, 'write { from: PATH }');
    const path = from && pathOf(from.value, 'from', faults);
    return path === undefined ? [] : [{ name: one.key, namePlace: one.keyPlace, from: path }];
  });
  return { given: parseGiven({ ...map, entries }, faults), taken };
}

/** Reports keys that a mapping may not have. */
export function onlyKeys(map: YamlMap, allowed: readonly string[], faults: FaultList): void {
  for (const entry of map.entries)
    if (!allowed.includes(entry.key))
      faults.add(entry.keyPlace, `unknown key ${entry.key}`, didYouMean(entry.key, allowed));
}

function parseTogether(place: Place, value: YamlNode, faults: FaultList): TogetherNode | undefined {
  if (value.kind !== 'map')
    return faults.add(value.place, 'together is a mapping', 'write cover: EVENT-SET and ways: [...]');
  onlyKeys(value, ['cover', 'with', 'ways'], faults);
  const { given, taken } = parseSetValues(value, faults);
  const coverEntry = entryOf(value, 'cover');
  const waysEntry = entryOf(value, 'ways');
  if (coverEntry === undefined)
    faults.add(place, 'together does not say what to cover', 'write cover: EVENT-SET or cover: $parameter');
  const cover = coverEntry && parseValue(coverEntry.value, faults);
  if (cover?.kind === 'literal' && typeof cover.value !== 'string') {
    faults.add(cover.place, 'cover needs the id of an event set', 'write for example cover: root-usage');
    return undefined;
  }
  if (waysEntry === undefined || waysEntry.value.kind !== 'list' || waysEntry.value.items.length === 0)
    return faults.add(
      waysEntry?.value.place ?? place,
      'together needs at least one way',
      'write ways: [{ name: ..., links: [...] }]',
    );
  const items = waysEntry.value.items;
  const ways = items.map((item) => parseWay(item, faults)).filter((way) => way !== undefined);
  return cover !== undefined ? { kind: 'together', cover, with: given, taken, ways, place } : undefined;
}

function parseWay(node: YamlNode, faults: FaultList): WayNode | undefined {
  if (node.kind !== 'map')
    return faults.add(node.place, 'a way is a mapping', 'write name: ... and links: [...]');
  onlyKeys(node, ['name', 'counts', 'fix', 'links'], faults);
  const name = textOf(node, 'name', 'a way', faults);
  const counts = entryOf(node, 'counts');
  const fix = optionalText(node, 'fix', faults);
  const links = entryOf(node, 'links');
  if (links === undefined || links.value.kind !== 'list' || links.value.items.length === 0)
    return faults.add(
      links?.value.place ?? node.place,
      'a way needs at least one link',
      'write links: [{ link: trail, each: trails }]',
    );
  const items = links.value.items;
  const parsed = items.map((item) => parseLink(item, faults));
  // The type of a link comes from the one before, so those after a broken one are of no use.
  const broken = items.findIndex((_, index) => parsed[index] === undefined);
  return {
    name: name ?? '',
    counts: counts && parseValue(counts.value, faults),
    fix,
    links: parsed.slice(0, broken === -1 ? undefined : broken).filter((link) => link !== undefined),
    place: node.place,
  };
}

function parseLink(node: YamlNode, faults: FaultList): LinkNode | undefined {
  if (node.kind !== 'map')
    return faults.add(node.place, 'a link is a mapping', 'write link: NAME and each: RELATION');
  onlyKeys(node, ['link', 'each', 'where', 'sees', 'fix'], faults);
  const link = textOf(node, 'link', 'a link', faults);
  const eachEntry = entryOf(node, 'each');
  if (eachEntry === undefined)
    faults.add(node.place, 'a link does not say where its elements come from', 'write each: RELATION');
  const each = eachEntry && pathOf(eachEntry.value, 'each', faults);
  const whereEntry = entryOf(node, 'where');
  const where = whereEntry && parseCheck(whereEntry.value, faults);
  const seesEntry = entryOf(node, 'sees');
  const sees = seesEntry && pathOf(seesEntry.value, 'sees', faults);
  const fix = optionalText(node, 'fix', faults);
  return each && { link: link ?? '', each, where, sees, fix, place: node.place };
}

function optionalText(map: YamlMap, key: string, faults: FaultList): string | undefined {
  return entryOf(map, key) && textOf(map, key, '', faults);
}

function textOf(map: YamlMap, key: string, owner: string, faults: FaultList): string | undefined {
  const entry = entryOf(map, key);
  if (entry === undefined) return faults.add(map.place, `${owner} has no ${key}`, `write ${key}: TEXT`);
  if (entry.value.kind !== 'scalar' || typeof entry.value.value !== 'string' || entry.value.value === '')
    return faults.add(entry.value.place, `${key} must be text`, 'write a few words');
  return entry.value.value;
}
