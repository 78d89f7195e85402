import { severities, verdicts, type Severity, type Verdict } from '../../evaluate/finding.ts';
import type { FaultList, Place } from '../fault.ts';
import type { RuleFile } from '../load.ts';
import type { ParameterOverrides } from '../rule-set.ts';
import type { SchemaCheck } from '../schema.ts';
import {
  entryOf,
  placeOfPointer,
  readYamlNodes,
  testFileLimits,
  toJson,
  type YamlMap,
  type YamlNode,
} from '../../yaml-nodes.ts';
import type { JsonValue } from '../../json.ts';

/** What one resource is expected to get. */
export interface Expectation {
  /** Id of the resource, its name, or `*` for all others. */
  readonly resource: string;
  readonly place: Place;
  readonly verdict: Verdict;
  readonly message?: string;
  readonly reason?: string;
  readonly severity?: Severity;
  readonly cause?: string;
}

/** One case: a small snapshot, and what the rule says about it. */
export interface TestCase {
  readonly name: string;
  readonly place: Place;
  readonly parameters: ParameterOverrides;
  /** `empty`: calls that are not mentioned have their empty answer. */
  readonly otherwise: 'empty' | 'missing';
  /** The readable form of a snapshot. */
  readonly snapshot: JsonValue;
  /** Where something inside the snapshot stands, for its faults. */
  readonly locate: (path: readonly (string | number)[], at?: 'key' | 'value') => Place;
  readonly expect: readonly Expectation[];
}

/** The cases of one rule or predicate: `<id>.test.yaml` beside it. */
export interface TestFile {
  /** Id of the rule or predicate. */
  readonly of: string;
  readonly kind: 'rule' | 'predicate';
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** Reads a test file; undefined and faults where it is none. */
export function parseTestFile(file: RuleFile, check: SchemaCheck, faults: FaultList): TestFile | undefined {
  const { root, faults: found } = readYamlNodes(file.name, file.text, testFileLimits);
  for (const fault of found) faults.faults.push(fault);
  if (root === undefined) return undefined;
  const before = faults.count;
  check(root, faults, () => false);
  if (faults.count > before || root.kind !== 'list') return undefined;
  const parts = file.name.split('/');
  const of = (parts.at(-1) ?? '').replace(/\.test\.ya?ml$/, '');
  const names = new Set<string>();
  const cases = root.items.flatMap((item) => (item.kind === 'map' ? [parseCase(item)] : []));
  for (const one of cases) {
    if (names.has(one.name))
      faults.add(
        one.place,
        `a case before has the name ${JSON.stringify(one.name)}`,
        'name them differently',
      );
    names.add(one.name);
  }
  return { of, kind: parts.includes('predicates') ? 'predicate' : 'rule', name: file.name, cases };
}

function parseCase(map: YamlMap): TestCase {
  const snapshot = entryOf(map, 'snapshot')?.value;
  const parameters = entryOf(map, 'parameters')?.value;
  const expect = entryOf(map, 'expect')?.value;
  return {
    name: textOf(map, 'name') ?? '',
    place: entryOf(map, 'name')?.keyPlace ?? map.place,
    parameters: parameters?.kind === 'map' ? (toJson(parameters) as ParameterOverrides) : {},
    otherwise: textOf(map, 'otherwise') === 'missing' ? 'missing' : 'empty',
    snapshot: snapshot === undefined ? null : toJson(snapshot),
    locate: locator(snapshot ?? map),
    expect:
      expect?.kind === 'map'
        ? expect.entries.map((entry) => parseExpectation(entry.key, entry.keyPlace, entry.value))
        : [],
  };
}

function locator(root: YamlNode): TestCase['locate'] {
  return (path, at = 'value') => {
    const steps = at === 'key' ? path.slice(0, -1) : path;
    const pointer = steps
      .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    return placeOfPointer(root, pointer, at === 'key' ? String(path.at(-1)) : undefined);
  };
}

function parseExpectation(resource: string, place: Place, node: YamlNode): Expectation {
  if (node.kind !== 'map') return { resource, place, verdict: asVerdict(node) };
  const verdict = entryOf(node, 'verdict');
  const severity = severities.find((one) => one === textOf(node, 'severity'));
  const message = textOf(node, 'message');
  const reason = textOf(node, 'reason');
  const cause = textOf(node, 'cause');
  return {
    resource,
    place,
    verdict: verdict === undefined ? 'unknown' : asVerdict(verdict.value),
    ...(message !== undefined && { message }),
    ...(reason !== undefined && { reason }),
    ...(severity !== undefined && { severity }),
    ...(cause !== undefined && { cause }),
  };
}

function asVerdict(node: YamlNode): Verdict {
  return verdicts.find((one) => node.kind === 'scalar' && one === node.value) ?? 'unknown';
}

function textOf(map: YamlMap, key: string): string | undefined {
  const node = entryOf(map, key)?.value;
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}
