import * as fc from 'fast-check';

import { matches } from '../../src/events/matches.ts';
import { and, everything, field, or } from '../../src/events/predicate.ts';
import { exactly, textIn, valueTest } from '../../src/events/value-test.ts';
import type { JsonObject } from '../../src/json.ts';
import type { FieldShape, ResourceType } from '../../src/model/schema.ts';
import { resourceTypes } from '../../src/model/types.ts';
import type { EventAlgebra } from '../../src/rules/compile/algebra.ts';
import { Compiler } from '../../src/rules/compile/compiler.ts';
import { compileRule } from '../../src/rules/compile/rule.ts';
import type { CheckNode, PathNode, RuleDocument, TestNode } from '../../src/rules/document.ts';
import { FaultList, faultText } from '../../src/rules/fault.ts';
import { parsePath } from '../../src/rules/parse/path.ts';
import { RuleSet } from '../../src/rules/rule-set.ts';
import type { Choices } from '../model/example.ts';

const place = { file: 'generated.yaml', line: 1, column: 1 };

/** A world of four events, in which coverage is decided by looking at each. */
const world: readonly JsonObject[] = ['Root', 'IAMUser'].flatMap((type) =>
  ['ConsoleLogin', 'DeleteTrail'].map((eventName) => ({
    eventName,
    eventSource: 'signin.amazonaws.com',
    eventCategory: 'Management',
    managementEvent: true,
    readOnly: false,
    userIdentity: { type },
  })),
);
export const smallWorld: EventAlgebra = {
  everything,
  and,
  or,
  matches,
  ofAccount: () => everything,
  tellsAccounts: () => false,
  covers: (required, provided) => {
    let doubt = false;
    for (const event of world.filter((one) => matches(required, one) === true)) {
      const seen = provided.map((one) => matches(one, event));
      if (seen.includes(true)) continue;
      if (!seen.includes('undecided')) return { verdict: 'refuted', witness: event };
      doubt = true;
    }
    return doubt ? { verdict: 'undecided', reason: 'an event is not decided' } : { verdict: 'proved' };
  },
};

function path(text: string): PathNode {
  const parsed = parsePath(text, place, new FaultList());
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const literal = (value: string | number | boolean) => ({ kind: 'literal', value, place }) as const;

function testOf(shape: FieldShape | 'events' | 'resource'): fc.Arbitrary<TestNode> | undefined {
  const compare = (
    operator: Extract<TestNode, { kind: 'compare' }>['operator'],
    value: string | number | boolean,
  ): TestNode => ({
    kind: 'compare',
    operator,
    value: literal(value),
    place,
  });
  const present = fc.boolean().map((value) => compare('present', value));
  const of = (() => {
    switch (shape) {
      case 'boolean':
        return fc.oneof(
          fc.boolean().map((value) => compare('equals', value)),
          present,
        );
      case 'number':
        return fc.oneof(
          fc
            .constantFrom(0, 1, 5, 300, 365)
            .chain((value) =>
              fc
                .constantFrom(
                  'equals' as const,
                  'atLeast' as const,
                  'atMost' as const,
                  'above' as const,
                  'below' as const,
                )
                .map((operator) => compare(operator, value)),
            ),
          present,
        );
      case 'string':
        return fc.oneof(
          fc
            .constantFrom('ACTIVE', 'trail', 'root', 'us-east-1', 'all')
            .chain((value) =>
              fc
                .constantFrom('equals' as const, 'startsWith' as const, 'matches' as const)
                .map((operator) => compare(operator, value)),
            ),
          present,
        );
      case 'time':
        return fc.constantFrom('1d', '52w').map((value) => compare('within', value));
      case 'resource':
        return present;
      case 'json':
      case 'names':
      case 'events':
      default:
        return undefined;
    }
  })();
  return (
    of &&
    fc.oneof(
      { weight: 4, arbitrary: of },
      { weight: 1, arbitrary: of.map((test): TestNode => ({ kind: 'not', test, place })) },
    )
  );
}

/** Paths that end at a value, over up to two relations to one resource. */
function valuePaths(
  type: ResourceType,
  hops = 2,
): { text: string; shape: FieldShape | 'events' | 'resource' }[] {
  const here = [
    ...Object.entries(type.fields).map(([text, shape]) => ({ text, shape })),
    ...Object.entries(type.facts).map(([text, fact]) => ({ text, shape: fact.shape })),
  ];
  const one = Object.entries(type.relations).filter(([, relation]) => relation.kind === 'one');
  const there = one.map(([text]) => ({ text, shape: 'resource' as const }));
  if (hops === 0) return here;
  const beyond = one.flatMap(([name, relation]) =>
    valuePaths(resourceTypes.get(relation.to)!, hops - 1).map(({ text, shape }) => ({
      text: `${name}.${text}`,
      shape,
    })),
  );
  return [...here, ...there, ...beyond];
}

/** A check about a type of resource: anything that the language can say and the model can answer. */
export function checkOf(type: ResourceType, depth: number): fc.Arbitrary<CheckNode> {
  const leaves = valuePaths(type).flatMap(({ text, shape }) => {
    const test = testOf(shape);
    return test === undefined
      ? []
      : [test.map((one): CheckNode => ({ kind: 'field', path: path(text), test: one, place }))];
  });
  const leaf = fc.oneof(...leaves);
  if (depth === 0) return leaf;
  const inner = fc.constant(null).chain(() => checkOf(type, depth - 1));
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  const relations = Object.entries(type.relations)
    .filter(([, relation]) => relation.kind === 'many')
    .map(([name, relation]) => {
      const element = fc.constant(null).chain(() => checkOf(resourceTypes.get(relation.to)!, depth - 1));
      const where = fc.option(element, { nil: undefined });
      return fc.oneof(
        fc.tuple(where, fc.constantFrom(1, 1, 2)).map(([filter, count]): CheckNode => ({
          kind: 'some',
          relation: path(name),
          where: filter,
          atLeast: literal(count),
          place,
        })),
        where.map((filter): CheckNode => ({ kind: 'none', relation: path(name), where: filter, place })),
        fc
          .tuple(where, element, fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const))
          .map(([filter, must, empty]): CheckNode => ({
            kind: 'every',
            relation: path(name),
            where: filter,
            must,
            empty,
            place,
          })),
      );
    });
  const together: fc.Arbitrary<CheckNode>[] = type.name === 'account' ? [fc.constant(alarmed)] : [];
  return fc.oneof(
    leaf,
    several.map((checks): CheckNode => ({ kind: 'all', checks, place })),
    several.map((checks): CheckNode => ({ kind: 'any', checks, place })),
    inner.map((check): CheckNode => ({ kind: 'not', check, place })),
    ...relations,
    ...together,
  );
}

const alarmed: CheckNode = {
  kind: 'together',
  cover: literal('root'),
  with: [],
  place,
  ways: [
    {
      name: 'metric filter and alarm',
      counts: undefined,
      place,
      links: [
        {
          link: 'trail',
          each: path('trails'),
          where: {
            kind: 'field',
            path: path('status.IsLogging'),
            test: { kind: 'compare', operator: 'equals', value: literal(true), place },
            place,
          },
          sees: path('recordedEvents'),
          place,
        },
        { link: 'log group', each: path('logGroup'), where: undefined, sees: undefined, place },
        {
          link: 'metric filter',
          each: path('metricFilters'),
          where: undefined,
          sees: path('matchedEvents'),
          place,
        },
        { link: 'alarm', each: path('alarms'), where: undefined, sees: undefined, place },
        { link: 'topic', each: path('topics'), where: undefined, sees: undefined, place },
        { link: 'subscriber', each: path('subscriptions'), where: undefined, sees: undefined, place },
      ],
    },
  ],
};

/** Types that are judged. */
export const judged = [...resourceTypes.values()].filter((type) => type.population !== undefined);

/** One rule of each of some checks. */
export function ruleSet(
  checks: readonly { readonly on: string; readonly check: CheckNode; readonly when?: CheckNode }[],
): RuleSet {
  const faults = new FaultList();
  const compiler = new Compiler({
    types: resourceTypes,
    predicates: new Map(),
    unsound: new Set(),
    eventSets: new Map([
      ['root', { id: 'root', title: 'Root', parameters: [], editions: [], required: () => rootEvents }],
    ]),
    algebra: smallWorld,
  });
  const rules = checks.map(({ on, check, when }, index) => {
    const document: RuleDocument = {
      id: `rule-${index}`,
      place,
      title: 'Something holds',
      service: 'x',
      severity: [{ when: undefined, severity: 'high' }],
      for: { name: on, place },
      when,
      params: [],
      check,
      message: {},
      why: '',
      fix: { text: { text: 'mend {name}', place } },
      references: [],
      tags: [],
      aliases: [],
      partial: false,
    };
    return compileRule(document, new Map(), compiler, faults);
  });
  if (faults.count > 0) throw new Error(faults.faults.map(faultText).join('\n'));
  return new RuleSet(
    rules.filter((rule) => rule !== undefined),
    compiler,
  );
}

const rootEvents = field('userIdentity.type', valueTest({ text: textIn(exactly('Root')) }));

/** Organizations of many kinds. */
export const choices: fc.Arbitrary<Choices> = fc.record(
  {
    logging: fc.boolean(),
    secondRegion: fc.constantFrom('healthy', 'denied', 'missing'),
    memberCopies: fc.boolean(),
    regionsFrom: fc.constantFrom('account', 'ec2', 'neither'),
    pages: fc.constantFrom(1, 2, 3),
    threshold: fc.constantFrom(0, 1, 5),
    topic: fc.constantFrom('there', 'gone', 'denied'),
    composite: fc.constantFrom('ALARM(root)', 'NOT ALARM(root)', '?'),
    ownerScanned: fc.boolean(),
    confirmed: fc.boolean(),
  },
  { requiredKeys: [] },
);
