import { RE2JS, RE2JSSyntaxException } from 're2js';

import { isJsonObject, type JsonValue } from '../../json.ts';
import { anyOf } from '../../model/policy/maybe.ts';
import { holdsName } from '../../model/policy/name-set.ts';
import type { FieldShape } from '../../model/schema.ts';
import type { Comparison, TestNode } from '../document.ts';
import type { Place } from '../fault.ts';
import { contains as rangeContains, parseRange } from './cidr.ts';
import { valueOf, type CompileContext } from './context.ts';
import { decided, fails, negate, passes, unknown, type Decision } from './decision.ts';
import { parseDuration, parseTime } from './duration.ts';
import { shapeName } from './path.ts';
import { show } from './telling.ts';

/** A compiled test of one value. */
export interface ValueTest {
  /** `value` is absent where undefined; `time` is that of the snapshot. Unknown only where a time cannot be read. */
  readonly decide: (value: JsonValue | undefined, time: number) => Decision;
  /** In words, after "wanted": `at least 365`. */
  readonly wanted: string;
  /** The value it must equal, where that is all it asks. */
  readonly equals: string | number | boolean | undefined;
}

type Shape = FieldShape | 'resource' | 'events';

/** Compiles what is asked of a value of this shape; undefined and a fault where it can make no sense. */
export function compileTest(
  context: CompileContext,
  node: TestNode,
  shape: Shape,
  name: string,
): ValueTest | undefined {
  if (shape === 'events')
    return context.faults.add(node.place, `${name} is a set of events`, 'use it in together, as sees');
  switch (node.kind) {
    case 'not': {
      const inner = compileTest(context, node.test, shape, name);
      return (
        inner && {
          decide: (value, time) => negate(inner.decide(value, time)),
          wanted: inner.wanted.startsWith('not ') ? inner.wanted.slice(4) : `not ${inner.wanted}`,
          equals: undefined,
        }
      );
    }
    case 'both': {
      const tests = node.tests.map((test) => compileTest(context, test, shape, name));
      const complete = tests.filter((test) => test !== undefined);
      if (complete.length < tests.length) return undefined;
      return {
        decide: (value, time) => {
          let least: Decision = passes;
          for (const test of complete) {
            const decision = test.decide(value, time);
            if (decision === fails) return fails;
            if (decision < least) least = decision;
          }
          return least;
        },
        wanted: complete.map((test) => test.wanted).join(' and '),
        equals: undefined,
      };
    }
    case 'contains':
      return compileContains(context, node, shape, name);
    case 'arn':
      return compileArn(context, node, shape, name);
    case 'compare':
      return compileComparison(context, node.operator, node, shape, name);
  }
}

type Of<K extends TestNode['kind']> = Extract<TestNode, { kind: K }>;

function compileContains(
  context: CompileContext,
  node: Of<'contains'>,
  shape: Shape,
  name: string,
): ValueTest | undefined {
  const element = typeof shape === 'object' && 'list' in shape ? shape.list : undefined;
  const asText = shape === 'string' || shape === 'json';
  if (element === undefined && !asText)
    return unsuited(context, node.place, name, shape, 'contains', 'text or a list');
  const plain =
    node.test.kind === 'compare' && node.test.operator === 'equals'
      ? valueOf(context, node.test.value)
      : undefined;
  if (shape === 'string') {
    if (typeof plain !== 'string')
      return context.faults.add(
        node.place,
        `${name} is text, and contains asks for no text`,
        'write contains: TEXT',
      );
    return {
      decide: (value) => decided(typeof value === 'string' && value.includes(plain)),
      wanted: `text with ${show(plain)} in it`,
      equals: undefined,
    };
  }
  const inner = compileTest(context, node.test, element ?? 'json', `an element of ${name}`);
  if (inner === undefined) return undefined;
  return {
    decide: (value, time) => {
      if (Array.isArray(value)) {
        let greatest: Decision = fails;
        for (const item of value as readonly JsonValue[]) {
          const decision = inner.decide(item ?? undefined, time);
          if (decision === passes) return passes;
          if (decision > greatest) greatest = decision;
        }
        return greatest;
      }
      return decided(typeof plain === 'string' && typeof value === 'string' && value.includes(plain));
    },
    wanted: `a list with ${inner.wanted} in it`,
    equals: undefined,
  };
}

/** `arn:partition:service:region:account:resource`; the resource may hold colons. */
const arnPattern = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;

function compileArn(
  context: CompileContext,
  node: Of<'arn'>,
  shape: Shape,
  name: string,
): ValueTest | undefined {
  if (shape !== 'string' && shape !== 'json')
    return unsuited(context, node.place, name, shape, 'arn', 'text');
  const positions = { partition: 1, service: 2, region: 3, account: 4, resource: 5 };
  const parts = node.parts.map(({ part, test }) => ({
    part,
    index: positions[part],
    test: compileTest(context, test, 'string', `the ${part} of ${name}`),
  }));
  if (parts.some((part) => part.test === undefined)) return undefined;
  return {
    decide: (value, time) => {
      if (typeof value !== 'string') return fails;
      const match = arnPattern.exec(value);
      if (match === null) return fails;
      let least: Decision = passes;
      for (const { index, test } of parts) {
        const text = match[index]!;
        const decision = test!.decide(text === '' ? undefined : text, time);
        if (decision < least) least = decision;
      }
      return least;
    },
    wanted: `an ARN whose ${parts.map(({ part, test }) => `${part} is ${test!.wanted}`).join(' and ')}`,
    equals: undefined,
  };
}

function compileComparison(
  context: CompileContext,
  operator: Comparison,
  node: Of<'compare'>,
  shape: Shape,
  name: string,
): ValueTest | undefined {
  const wantedValue = valueOf(context, node.value);
  if (wantedValue === undefined) return undefined;
  const { place } = node.value;
  if (shape === 'resource' && operator !== 'present')
    return context.faults.add(
      node.place,
      `${name} is a related resource`,
      `name one of its fields (${name}.FIELD), or write present: true`,
    );
  if (shape === 'names' && operator !== 'grants' && operator !== 'present')
    return unsuited(context, node.place, name, shape, operator, 'one value');
  switch (operator) {
    case 'grants': {
      if (shape !== 'names') return unsuited(context, node.place, name, shape, operator, 'a set of names');
      const names = (Array.isArray(wantedValue) ? wantedValue : [wantedValue]) as readonly JsonValue[];
      const wrong = names.find((one) => typeof one !== 'string');
      if (wrong !== undefined)
        return context.faults.add(place, `${show(wrong)} is not a name`, 'write for example s3:PutObject');
      const texts = names.filter((one) => typeof one === 'string');
      return {
        decide: (value) => {
          const held = anyOf(texts.map((text) => holdsName(value, text)));
          return held === undefined ? unknown : decided(held);
        },
        wanted: `a set with ${texts.map((text) => show(text)).join(' or ')}`,
        equals: undefined,
      };
    }
    case 'equals': {
      if (Array.isArray(wantedValue) || isJsonObject(wantedValue) || wantedValue === null)
        return context.faults.add(place, 'equals takes one value', 'write oneOf for one of several');
      if (!fits(context, wantedValue, shape, place, name)) return undefined;
      const wanted = wantedValue as string | number | boolean;
      return { decide: (value) => (value === wanted ? passes : fails), wanted: show(wanted), equals: wanted };
    }
    case 'oneOf': {
      if (!Array.isArray(wantedValue))
        return context.faults.add(place, 'oneOf takes a list of values', 'write oneOf: [...]');
      const values = wantedValue as readonly JsonValue[];
      if (!values.every((value) => fits(context, value, shape, place, name))) return undefined;
      const set = new Set(values);
      return {
        decide: (value) => decided(set.has(value as JsonValue)),
        wanted:
          values.length === 0 ? 'one of none' : `one of ${values.map((value) => show(value)).join(', ')}`,
        equals: undefined,
      };
    }
    case 'containsAll': {
      const element = typeof shape === 'object' && 'list' in shape ? shape.list : undefined;
      if (element === undefined && shape !== 'json')
        return unsuited(context, node.place, name, shape, operator, 'a list');
      if (!Array.isArray(wantedValue))
        return context.faults.add(place, 'containsAll takes a list of values', 'write containsAll: [...]');
      const values = wantedValue as readonly JsonValue[];
      const inside = `an element of ${name}`;
      if (!values.every((value) => fits(context, value, element ?? 'json', place, inside))) return undefined;
      return {
        decide: (value) =>
          decided(
            Array.isArray(value) && values.every((one) => (value as readonly JsonValue[]).includes(one)),
          ),
        wanted: `a list with ${values.length === 0 ? 'anything' : values.map((one) => show(one)).join(' and ')} in it`,
        equals: undefined,
      };
    }
    case 'present': {
      if (typeof wantedValue !== 'boolean')
        return context.faults.add(place, 'present takes true or false', 'write present: true');
      return {
        decide: (value) => decided((value !== undefined) === wantedValue),
        wanted: wantedValue ? 'present' : 'absent',
        equals: undefined,
      };
    }
    case 'atLeast':
    case 'atMost':
    case 'above':
    case 'below': {
      if (shape !== 'number' && shape !== 'json')
        return unsuited(context, node.place, name, shape, operator, 'a number');
      if (typeof wantedValue !== 'number')
        return context.faults.add(place, `${operator} takes a number`, `write for example ${operator}: 1`);
      const limit = wantedValue;
      const words = { atLeast: 'at least', atMost: 'at most', above: 'more than', below: 'less than' };
      const compare = {
        atLeast: (value: number) => value >= limit,
        atMost: (value: number) => value <= limit,
        above: (value: number) => value > limit,
        below: (value: number) => value < limit,
      }[operator];
      return {
        decide: (value) => (typeof value === 'number' && compare(value) ? passes : fails),
        wanted: `${words[operator]} ${limit}`,
        equals: undefined,
      };
    }
    case 'startsWith':
    case 'endsWith':
    case 'matches': {
      if (shape !== 'string' && shape !== 'time' && shape !== 'json')
        return unsuited(context, node.place, name, shape, operator, 'text');
      if (typeof wantedValue !== 'string')
        return context.faults.add(place, `${operator} takes text`, 'write it in quotes');
      return compileText(context, operator, wantedValue, place);
    }
    case 'within':
    case 'olderThan': {
      if (shape !== 'time' && shape !== 'number' && shape !== 'string' && shape !== 'json')
        return unsuited(context, node.place, name, shape, operator, 'a time');
      const text = typeof wantedValue === 'string' ? wantedValue : '';
      const length = parseDuration(text);
      if (length === undefined)
        return context.faults.add(
          place,
          `${show(wantedValue)} is not a duration`,
          'write a number and a unit: 90s, 30m, 24h, 90d, 2w',
        );
      const older = operator === 'olderThan';
      return {
        decide: (value, time) => {
          if (value === undefined) return fails;
          const at = parseTime(value);
          if (at === undefined) return unknown;
          return decided(time - at > length === older);
        },
        wanted: older ? `more than ${text} ago` : `no more than ${text} ago`,
        equals: undefined,
      };
    }
    case 'cidr': {
      if (shape !== 'string' && shape !== 'json')
        return unsuited(context, node.place, name, shape, operator, 'text');
      const texts = (Array.isArray(wantedValue) ? wantedValue : [wantedValue]) as readonly JsonValue[];
      const ranges = texts.map((text) => (typeof text === 'string' ? parseRange(text) : undefined));
      const bad = ranges.indexOf(undefined);
      if (bad !== -1)
        return context.faults.add(
          place,
          `${show(texts[bad])} is not an address range`,
          'write for example 10.0.0.0/8',
        );
      return {
        decide: (value) => {
          const range = typeof value === 'string' ? parseRange(value) : undefined;
          return decided(range !== undefined && ranges.some((outer) => rangeContains(outer!, range)));
        },
        wanted: `inside ${texts.map(String).join(' or ')}`,
        equals: undefined,
      };
    }
  }
}

function compileText(
  context: CompileContext,
  operator: 'startsWith' | 'endsWith' | 'matches',
  wanted: string,
  place: Place,
): ValueTest | undefined {
  if (operator === 'startsWith')
    return {
      decide: (value) => decided(typeof value === 'string' && value.startsWith(wanted)),
      wanted: `text that starts with ${show(wanted)}`,
      equals: undefined,
    };
  if (operator === 'endsWith')
    return {
      decide: (value) => decided(typeof value === 'string' && value.endsWith(wanted)),
      wanted: `text that ends with ${show(wanted)}`,
      equals: undefined,
    };
  try {
    const pattern = RE2JS.compile(wanted);
    return {
      decide: remembered((text) => pattern.matcher(text).find()),
      wanted: `text that matches ${show(wanted)}`,
      equals: undefined,
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return context.faults.add(
      place,
      `${show(wanted)} is not a regular expression: ${error.getDescription()}${error.getPattern() === null ? '' : ` at ${show(error.getPattern() ?? '')}`}`,
      'write RE2 syntax: no look-around, no back-references; escape special characters with \\',
    );
  }
}

/** Texts whose answer is kept. The same names and patterns come from account after account. */
const keptTexts = 256;

/** Keeps the last answers of a test of texts, as long as keeping them pays. */
function remembered(test: (text: string) => boolean): ValueTest['decide'] {
  const known = new Map<string, Decision>();
  let asked = 0;
  let found = 0;
  return (value) => {
    if (typeof value !== 'string') return fails;
    if (asked > 4096 && found * 4 < asked) return decided(test(value));
    asked += 1;
    const kept = known.get(value);
    if (kept !== undefined) {
      found += 1;
      return kept;
    }
    const decision = decided(test(value));
    if (known.size >= keptTexts) known.clear();
    known.set(value, decision);
    return decision;
  };
}

/** Whether a value can ever equal one of this shape. */
function fits(context: CompileContext, value: JsonValue, shape: Shape, place: Place, name: string): boolean {
  const wanted =
    typeof shape === 'object'
      ? undefined
      : {
          string: 'string',
          time: 'string',
          number: 'number',
          boolean: 'boolean',
          json: undefined,
          names: undefined,
          resource: undefined,
          events: undefined,
        }[shape];
  if (typeof shape === 'object') {
    context.faults.add(
      place,
      `${name} is ${shapeName(shape)} and never equals one value`,
      'list' in shape ? 'write contains: VALUE' : 'name what is inside it after a dot',
    );
    return false;
  }
  if (wanted === undefined || typeof value === wanted) return true;
  const advice =
    wanted === 'boolean'
      ? 'write true or false without quotes'
      : wanted === 'number'
        ? 'write a number without quotes'
        : `write it in quotes: ${show(typeof value === 'string' ? value : show(value))}`;
  context.faults.add(place, `${name} is ${shapeName(shape)} and never equals ${show(value)}`, advice);
  return false;
}

function unsuited(
  context: CompileContext,
  place: Place,
  name: string,
  shape: Shape,
  operator: string,
  wanted: string,
): undefined {
  return context.faults.add(
    place,
    `${operator} asks for ${wanted}, and ${name} is ${shapeName(shape)}`,
    'use another operator or another field',
  );
}
