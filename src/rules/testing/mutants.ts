import type { JsonValue } from '../../json.ts';
import type {
  CheckNode,
  Comparison,
  EveryNode,
  GivenValue,
  LinkNode,
  NoneNode,
  PredicateDocument,
  RuleDocument,
  SeverityCase,
  SomeNode,
  TestNode,
  TogetherNode,
  ValueNode,
} from '../document.ts';
import type { Place } from '../fault.ts';
import { printRule } from '../print.ts';

/** A rule or predicate changed in one small way. Tests that are worth something notice. */
export interface Mutant<T extends Judging = RuleDocument> {
  /** What was changed. */
  readonly change: string;
  readonly place: Place;
  readonly document: T;
}

/** What can be changed: whatever has a check. */
type Judging = RuleDocument | PredicateDocument;

interface Change<T> {
  readonly change: string;
  readonly place: Place;
  readonly value: T;
}

/** All small changes of the judging part of a rule, each by itself. Changes that print alike are made once. */
export function mutantsOf(rule: RuleDocument): readonly Mutant[] {
  const { when } = rule;
  const applies: readonly Change<CheckNode | undefined>[] =
    when === undefined
      ? []
      : [{ change: 'drop when', place: when.place, value: undefined }, ...checkChanges(when)];
  return distinct(rule, [
    ...checkMutants(rule),
    ...applies.map(({ change, place, value }) => ({ change, place, document: { ...rule, when: value } })),
    ...within(rule.severity, severityChanges).map(({ change, place, value }) => ({
      change: `severity: ${change}`,
      place,
      document: { ...rule, severity: value },
    })),
  ]);
}

/** All small changes of a predicate; as {@link mutantsOf}. */
export function predicateMutantsOf(predicate: PredicateDocument): readonly Mutant<PredicateDocument>[] {
  return distinct(predicate, checkMutants(predicate));
}

function checkMutants<T extends Judging>(document: T): Mutant<T>[] {
  return checkChanges(document.check).map(({ change, place, value }) => ({
    change,
    place,
    document: { ...document, check: value },
  }));
}

function severityChanges(one: SeverityCase): readonly Change<SeverityCase>[] {
  if (one.when === undefined) return [];
  return checkChanges(one.when).map((changed) => ({ ...changed, value: { ...one, when: changed.value } }));
}

function distinct<T extends Judging>(original: T, mutants: readonly Mutant<T>[]): readonly Mutant<T>[] {
  const seen = new Set([printRule(original)]);
  return mutants.filter(({ document }) => {
    const text = printRule(document);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** Lines that differ from those of the mutant, `-` before the old and `+` before the new ones. */
export function mutantDiff<T extends Judging>(original: T, mutant: Mutant<T>): string {
  const before = printRule(original).trimEnd().split('\n');
  const after = printRule(mutant.document).trimEnd().split('\n');
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  return [
    ...before.slice(start, before.length - end).map((line) => `- ${line}`),
    ...after.slice(start, after.length - end).map((line) => `+ ${line}`),
  ].join('\n');
}

function checkChanges(node: CheckNode): readonly Change<CheckNode>[] {
  const { place } = node;
  const to = (change: string, value: CheckNode): Change<CheckNode> => ({ change, place, value });
  switch (node.kind) {
    case 'field':
      return testChanges(node.test).map(({ change, place: at, value }) => ({
        change: `${node.path.text}: ${change}`,
        place: at,
        value: { ...node, test: value },
      }));
    case 'parameter':
      return testChanges(node.test).map(({ change, place: at, value }) => ({
        change: `$${node.name}: ${change}`,
        place: at,
        value: { ...node, test: value },
      }));
    case 'all':
    case 'any': {
      const other = node.kind === 'all' ? 'any' : 'all';
      return [
        ...(node.checks.length > 1 ? [to(`${other} instead of ${node.kind}`, { ...node, kind: other })] : []),
        ...dropped(node.checks).map(({ place: at, value }) => ({
          change: 'drop a part',
          place: at,
          value: { ...node, checks: value },
        })),
        ...within(node.checks, checkChanges).map((one) => ({
          ...one,
          value: { ...node, checks: one.value },
        })),
      ];
    }
    case 'not':
      return [
        to('drop not', node.check),
        ...checkChanges(node.check).map((one) => ({ ...one, value: { ...node, check: one.value } })),
      ];
    case 'some':
      return someChanges(node);
    case 'none':
      return [
        to('some instead of none', { ...node, kind: 'some', atLeast: undefined }),
        ...whereChanges(node),
      ];
    case 'every':
      return everyChanges(node);
    case 'is':
    case 'asks':
      return [
        to('not', { kind: 'not', check: node, place }),
        ...givenChanges(node.with).map((one) => ({ ...one, value: { ...node, with: one.value } })),
      ];
    case 'together':
      return togetherChanges(node);
  }
}

function someChanges(node: SomeNode): readonly Change<CheckNode>[] {
  const { place, relation, where, atLeast } = node;
  const changes: Change<CheckNode>[] = [
    { change: 'none instead of some', place, value: { kind: 'none', relation, where, place } },
    ...whereChanges(node),
  ];
  if (where !== undefined)
    changes.push({
      change: 'every instead of some',
      place,
      value: { kind: 'every', relation, where: undefined, must: where, empty: 'fail', place },
    });
  if (atLeast?.kind === 'literal' && typeof atLeast.value === 'number')
    for (const count of [atLeast.value - 1, atLeast.value + 1])
      if (count >= 1)
        changes.push({
          change: `atLeast: ${count}`,
          place: atLeast.place,
          value: { ...node, atLeast: { ...atLeast, value: count } },
        });
  return changes;
}

function everyChanges(node: EveryNode): readonly Change<CheckNode>[] {
  const { place, relation, where, must, empty } = node;
  const both: CheckNode = where === undefined ? must : { kind: 'all', checks: [where, must], place };
  return [
    {
      change: 'some instead of every',
      place,
      value: { kind: 'some', relation, where: both, atLeast: undefined, place },
    },
    ...(['pass', 'fail'] as const)
      .filter((choice) => choice !== empty)
      .map((choice) => ({ change: `empty: ${choice}`, place, value: { ...node, empty: choice } })),
    ...whereChanges(node),
    ...checkChanges(must).map((one) => ({ ...one, value: { ...node, must: one.value } })),
  ];
}

function whereChanges(node: SomeNode | NoneNode | EveryNode): readonly Change<CheckNode>[] {
  const { where } = node;
  if (where === undefined) return [];
  return [
    { change: 'drop where', place: where.place, value: { ...node, where: undefined } },
    ...checkChanges(where).map((one) => ({ ...one, value: { ...node, where: one.value } })),
  ];
}

function togetherChanges(node: TogetherNode): readonly Change<CheckNode>[] {
  const { ways } = node;
  return [
    ...dropped(ways).map(({ place, value }) => ({
      change: 'drop a way',
      place,
      value: { ...node, ways: value },
    })),
    ...within(ways, (way) =>
      within(way.links, linkChanges).map((one) => ({ ...one, value: { ...way, links: one.value } })),
    ).map((one) => ({ ...one, value: { ...node, ways: one.value } })),
  ];
}

function linkChanges(link: LinkNode): readonly Change<LinkNode>[] {
  const { where, sees, place } = link;
  return [
    ...(sees === undefined
      ? []
      : [{ change: `drop sees of ${link.link}`, place, value: { ...link, sees: undefined } }]),
    ...(where === undefined
      ? []
      : [
          { change: `drop where of ${link.link}`, place: where.place, value: { ...link, where: undefined } },
          ...checkChanges(where).map((one) => ({ ...one, value: { ...link, where: one.value } })),
        ]),
  ];
}

function givenChanges(given: readonly GivenValue[]): readonly Change<readonly GivenValue[]>[] {
  return within(given, (one) =>
    valueChanges(one.value).map((changed) => ({
      ...changed,
      change: `${one.name}: ${changed.change}`,
      value: { ...one, value: changed.value },
    })),
  );
}

const opposite: Partial<Record<Comparison, Comparison>> = {
  atLeast: 'above',
  above: 'atLeast',
  atMost: 'below',
  below: 'atMost',
  within: 'olderThan',
  olderThan: 'within',
};

/** Operators whose lists lose a value in a mutant. */
const listOperators: ReadonlySet<string> = new Set(['oneOf', 'containsAll', 'grants']);

function testChanges(test: TestNode): readonly Change<TestNode>[] {
  const { place } = test;
  switch (test.kind) {
    case 'compare': {
      const other = opposite[test.operator];
      const reversed: Partial<Record<Comparison, Comparison>> = {
        atLeast: 'below',
        above: 'atMost',
        atMost: 'above',
        below: 'atLeast',
      };
      const turned = reversed[test.operator];
      return [
        ...(other === undefined
          ? [{ change: 'not', place, value: { kind: 'not', test, place } as const }]
          : [{ change: `${other} instead of ${test.operator}`, place, value: { ...test, operator: other } }]),
        ...(turned === undefined
          ? []
          : [
              {
                change: `${turned} instead of ${test.operator}`,
                place,
                value: { ...test, operator: turned },
              },
            ]),
        ...(listOperators.has(test.operator) ? listChanges(test.value) : []).map((one) => ({
          ...one,
          value: { ...test, value: one.value },
        })),
      ];
    }
    case 'not':
      return [
        { change: 'drop not', place, value: test.test },
        ...testChanges(test.test).map((one) => ({ ...one, value: { ...test, test: one.value } })),
      ];
    case 'contains':
      return [{ change: 'not', place, value: { kind: 'not', test, place } }];
    case 'arn':
      return [
        { change: 'not', place, value: { kind: 'not', test, place } },
        ...(test.parts.length > 1 ? test.parts : []).map((part) => ({
          change: `drop ${part.part}`,
          place,
          value: { ...test, parts: test.parts.filter((one) => one !== part) },
        })),
      ];
    case 'both':
      return [
        ...dropped(test.tests).map(({ place: at, value }) => ({
          change: 'drop an operator',
          place: at,
          value: { ...test, tests: value },
        })),
        ...within(test.tests, testChanges).map((one) => ({ ...one, value: { ...test, tests: one.value } })),
      ];
  }
}

/** A list with one of its values left out. */
function listChanges(value: ValueNode): readonly Change<ValueNode>[] {
  if (value.kind !== 'literal' || !Array.isArray(value.value) || value.value.length < 2) return [];
  const list: readonly JsonValue[] = value.value;
  return list.map((left, index) => ({
    change: `without ${JSON.stringify(left)}`,
    place: value.place,
    value: { ...value, value: list.filter((_, at) => at !== index) },
  }));
}

function valueChanges(value: ValueNode): readonly Change<ValueNode>[] {
  if (value.kind !== 'literal') return [];
  const { place } = value;
  if (typeof value.value === 'number')
    return [value.value - 1, value.value + 1].map((number) => ({
      change: String(number),
      place,
      value: { ...value, value: number },
    }));
  if (typeof value.value === 'boolean')
    return [{ change: String(!value.value), place, value: { ...value, value: !value.value } }];
  return listChanges(value);
}

function dropped<T extends { readonly place: Place }>(
  list: readonly T[],
): readonly Omit<Change<readonly T[]>, 'change'>[] {
  if (list.length < 2) return [];
  return list.map((one) => ({ place: one.place, value: list.filter((other) => other !== one) }));
}

/** The list with each change of each element. */
function within<T>(
  list: readonly T[],
  changes: (one: T) => readonly Change<T>[],
): readonly Change<readonly T[]>[] {
  return list.flatMap((one, index) =>
    changes(one).map((change) => ({ ...change, value: list.with(index, change.value) })),
  );
}
