import { eventsOfClass, readEvents } from '../event-class.ts';
import { and, everything, field, not, nothing, or, undecided, type Predicate } from '../predicate.ts';
import {
  endingWith,
  exactly,
  exactlyIgnoringCase,
  numbersEqual,
  numbersInBoth,
  numbersOutside,
  numbersWhere,
  startingWith,
  textIn,
  textNotIn,
  valueTest,
  type NumberRange,
  type TextShape,
} from '../value-test.ts';
import { valueMatches } from './match.ts';
import type { EventPattern, FieldPattern, ValueTest } from './pattern.ts';

/** Where events come from: what stands in the envelope of each of them. Left out, it is what the record says. */
export interface Origin {
  readonly region?: string;
  readonly account?: string;
}

/** Where a rule stands. Its bus sees only events of its own account and region. */
export interface RuleContext extends Origin {
  /** The rule's `State`. */
  readonly state: string;
}

/**
 * The CloudTrail events that make EventBridge send something to the targets of a rule: those that are delivered to its bus in its
 * state, and that its pattern matches. A trail must record them as well; that is for the caller to join.
 */
export function rulePredicate(pattern: EventPattern, context: RuleContext): Predicate {
  return and(
    deliveredEvents(context.state),
    fromRegion(context.region),
    eventPatternPredicate(pattern, context),
  );
}

/** The events of a region; all where none is given. */
export function fromRegion(region: string | undefined): Predicate {
  return region === undefined ? everything : field('awsRegion', valueTest({ text: textIn(exactly(region)) }));
}

/** The events of all regions but some. */
export function fromOtherRegions(regions: readonly string[]): Predicate {
  return regions.length === 0
    ? everything
    : not(field('awsRegion', valueTest({ text: textIn(exactly(...regions)) })));
}

/**
 * The CloudTrail events that reach a rule in a state. Read-only management events do so only in
 * ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.
 */
export function deliveredEvents(state: string): Predicate {
  switch (state) {
    case 'DISABLED':
      return nothing;
    case 'ENABLED':
      return or(
        not(readEvents),
        and(
          not(plainReads),
          undecided('whether a read whose name is not Describe, Get or List is delivered'),
        ),
      );
    case 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS':
      return or(
        not(readEvents),
        eventsOfClass('management'),
        undecided('whether read-only data events are delivered'),
      );
    default:
      return undecided(`the rule state ${state} is not known`);
  }
}

/** Reads that the guide names by the beginning of the call's name. */
const plainReads = and(
  readEvents,
  field(
    'eventName',
    valueTest({ text: textIn(startingWith('Describe'), startingWith('Get'), startingWith('List')) }),
  ),
);

/**
 * The CloudTrail records whose event, envelope and all, a pattern matches when it comes from `origin`. Without an account there,
 * the envelope's account is the one that received the record.
 */
export function eventPatternPredicate(pattern: EventPattern, origin: Origin = {}): Predicate {
  return and(
    ...pattern.fields.map((each) => fieldPredicate(each, origin)),
    ...sharedElements(fieldsOf(pattern)),
    ...pattern.alternatives.map((each) => or(...each.map((one) => eventPatternPredicate(one, origin)))),
  );
}

function fieldPredicate({ path, tests }: FieldPattern, { account, region }: Origin): Predicate {
  const [first = '', ...rest] = path;
  if (region !== undefined && path.length === 2 && first === 'detail' && rest[0] === 'awsRegion') {
    return constant(tests, region);
  }
  if (first === 'detail' && rest.length > 0) return testsOn(rest, tests);
  // Envelope fields are scalars, so a path below one leads nowhere.
  switch (rest.length > 0 ? '' : first) {
    case 'source':
      return or(...tests.map(sourcePredicate));
    case 'detail-type':
      return detailTypePredicate(tests);
    case 'account':
      return account === undefined ? testsOn(['recipientAccountId'], tests) : constant(tests, account);
    case 'region':
      return region === undefined ? testsOn(['awsRegion'], tests) : constant(tests, region);
    case 'version':
      return constant(tests, '0');
    case 'id':
    case 'time':
      return or(...tests.map((test) => unforeseen(test, `the ${first} of an event`)));
    case 'resources':
      return constant(tests, undefined) === everything
        ? everything
        : undecided('which resources stand in the envelope of a CloudTrail event');
    default:
      return constant(tests, undefined);
  }
}

/** The tests of a field against a value that is the same in every event. */
function constant(tests: readonly ValueTest[], value: string | undefined): Predicate {
  return tests.some((test) => valueMatches(test, value)) ? everything : nothing;
}

/** A test of a text that is there and cannot be foreseen. */
function unforeseen(test: ValueTest, what: string): Predicate {
  if (test.op === 'exists') return test.expected ? everything : nothing;
  return undecided(`${what} cannot be foreseen`);
}

const detailTypes: Readonly<Record<string, readonly string[]>> = {
  AwsApiCall: ['AWS API Call via CloudTrail'],
  AwsCloudTrailInsight: ['AWS Insight via CloudTrail'],
  AwsConsoleAction: ['AWS Console Action via CloudTrail'],
  // AWS's guide and its sample events spell it differently; a pattern is sure only of what both spellings get.
  AwsConsoleSignIn: ['AWS Console Sign In via CloudTrail', 'AWS Console Signin via CloudTrail'],
  AwsServiceEvent: ['AWS Service Event via CloudTrail'],
  AwsVpceEvent: ['AWS Network Activity Event via CloudTrail'],
};

/** The detail-type of the envelope says what the eventType of the record does. */
function detailTypePredicate(tests: readonly ValueTest[]): Predicate {
  const any = (value: string): boolean => tests.some((test) => valueMatches(test, value));
  const outcomes = Object.entries(detailTypes).map(([eventType, spellings]) => {
    const found = spellings.map(any);
    return {
      eventType,
      truth: found.every((one) => one === found[0]) ? (found[0] ?? false) : ('undecided' as const),
    };
  });
  const typesWith = (wanted: boolean | 'undecided'): string[] =>
    outcomes.filter(({ truth }) => truth === wanted).map(({ eventType }) => eventType);
  const certain = typesWith(true);
  const disputed = typesWith('undecided');
  const alwaysThere = tests.some((test) => test.op === 'exists' && test.expected);
  if (alwaysThere) return everything;
  return or(
    ofTypes(certain),
    and(
      ofTypes(disputed),
      undecided(
        'AWS spells the detail-type of sign-ins in two ways: accept both, "AWS Console Sign In via CloudTrail" and "AWS Console Signin via CloudTrail"',
      ),
    ),
    and(
      not(ofTypes(Object.keys(detailTypes))),
      undecided('the detail-type of an event whose eventType is not documented'),
    ),
  );
}

function ofTypes(eventTypes: readonly string[]): Predicate {
  return eventTypes.length === 0
    ? nothing
    : field('eventType', valueTest({ text: textIn(exactly(...eventTypes)) }));
}

/**
 * The envelope's source is "aws." and the first label of eventSource. Tests that decide the whole label, or its beginning,
 * carry over; of others we cannot be sure.
 */
function sourcePredicate(test: ValueTest): Predicate {
  switch (test.op) {
    case 'equals':
      return typeof test.value === 'string' ? sourceIs(test.value) : nothing;
    case 'prefix': {
      if (test.ignoreCase) break;
      if ('aws.'.startsWith(test.text)) return everything;
      if (!test.text.startsWith('aws.')) return nothing;
      const beginning = test.text.slice('aws.'.length);
      // A label holds no dot.
      return beginning.includes('.') ? nothing : eventSource(startingWith(beginning));
    }
    case 'anything-but':
      return not(or(...test.tests.map(sourcePredicate)));
    case 'exists':
      return test.expected ? everything : nothing;
    case 'numeric':
    case 'cidr':
      return nothing;
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      break;
  }
  return undecided(
    `whether the source of an event has the ${test.op} of the pattern: name it in full, or use detail.eventSource`,
  );
}

function sourceIs(source: string): Predicate {
  const label = source.startsWith('aws.') ? source.slice('aws.'.length) : '';
  if (label === '' || label.includes('.')) return nothing;
  return eventSource(exactly(label), startingWith(`${label}.`));
}

function eventSource(...shapes: readonly TextShape[]): Predicate {
  return field('eventSource', valueTest({ text: textIn(...shapes) }));
}

/** One of the tests holds for a leaf at a path of the record. */
function testsOn(path: readonly string[], tests: readonly ValueTest[]): Predicate {
  return or(...tests.map((test) => leafPredicate(path, test)));
}

const anyLeaf = { null: true, true: true, false: true, text: true, number: true } as const;

function leafPredicate(path: readonly string[], test: ValueTest): Predicate {
  const leaf = (table: Parameters<typeof valueTest>[0]): Predicate =>
    field(path, valueTest(table), { arrays: 'searched' });
  switch (test.op) {
    case 'exists':
      // Absent means that no leaf stands at the path, in whichever element.
      return test.expected ? leaf(anyLeaf) : not(leaf(anyLeaf));
    case 'equals': {
      const { value } = test;
      if (typeof value === 'string') return leaf({ text: textIn(exactly(value)) });
      if (typeof value === 'number') return leaf({ number: numbersEqual(value) });
      return leaf({ [String(value)]: true });
    }
    case 'numeric':
      return leaf({ number: numbersOf(test) });
    case 'anything-but':
      return leaf({
        ...anyLeaf,
        text: textNotIn(...test.tests.flatMap(shapesOf)),
        number: numbersOutside(numbersEqual(...test.tests.flatMap(numberOf))),
      });
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
    case 'cidr':
      return leaf({ text: textIn(...shapesOf(test)) });
  }
}

/** The texts for which a test holds. */
function shapesOf(test: ValueTest): TextShape[] {
  switch (test.op) {
    case 'equals':
      return typeof test.value === 'string' ? [exactly(test.value)] : [];
    case 'prefix':
      return [startingWith(test.text, test.ignoreCase)];
    case 'suffix':
      return [endingWith(test.text, test.ignoreCase)];
    case 'equals-ignore-case':
      return [exactlyIgnoringCase(test.text)];
    case 'wildcard':
      return [test.parts.length === 1 ? exactly(test.parts[0] ?? '') : { kind: 'glob', parts: test.parts }];
    case 'cidr':
      return [{ kind: 'cidr', block: test.block }];
    case 'exists':
    case 'numeric':
    case 'anything-but':
      return [];
  }
}

function numberOf(test: ValueTest): number[] {
  return test.op === 'equals' && typeof test.value === 'number' ? [test.value] : [];
}

function numbersOf({ from, to }: Extract<ValueTest, { op: 'numeric' }>): readonly NumberRange[] {
  const lower = from === undefined ? undefined : numbersWhere(from.inclusive ? '>=' : '>', from.value);
  const upper = to === undefined ? undefined : numbersWhere(to.inclusive ? '<=' : '<', to.value);
  if (lower === undefined || upper === undefined) return lower ?? upper ?? [];
  return numbersInBoth(lower, upper);
}

function fieldsOf({ fields, alternatives }: EventPattern): FieldPattern[] {
  return [...fields, ...alternatives.flat().flatMap(fieldsOf)];
}

/**
 * Several fields below one parent must hold in the same element where the parent is a list. The algebra looks at each field alone,
 * so that case is left undecided.
 */
function sharedElements(fields: readonly FieldPattern[]): Predicate[] {
  const parents = new Map<string, { path: readonly string[]; fields: number }>();
  for (const { path } of fields) {
    for (let length = 2; length < path.length; length++) {
      const parent = path.slice(1, length);
      const key = JSON.stringify(parent);
      parents.set(key, { path: parent, fields: (parents.get(key)?.fields ?? 0) + 1 });
    }
  }
  return [...parents.values()]
    .filter((parent) => parent.fields > 1)
    .map(({ path }) =>
      or(
        not(field(path, valueTest({ array: true }))),
        undecided(`whether one element of the list ${path.join('.')} satisfies all its tests`),
      ),
    );
}
