import { UserFault } from '../fault.ts';
import { nearestWord } from '../suggest.ts';
import { eventsOfClass, readEvents, writeEvents } from './event-class.ts';
import type { EventClause, EventSet, FieldCondition, FieldTest, Implied } from './event-set.ts';
import { and, anyElement, everything, field, not, or, type Predicate } from './predicate.ts';
import { exactly, globOf, startingWith, textIn, textNotIn, valueTest } from './value-test.ts';

/** Which form of a set is asked for. */
export interface EventSetOptions {
  /** An edition that the set knows, such as `cis-aws-5.0.0`; the set as it is written when absent. */
  readonly edition?: string;
  /** Values of the set's parameters, each of them needed. */
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
  /** Asks for the events that a pattern may otherwise leave out, too. */
  readonly strict?: boolean;
  /** The AWS partition, which decides regions and ARNs; `aws` when absent. */
  readonly partition?: string;
}

/** What a set asks for. */
export interface RequiredEvents {
  /** The events that somebody must be told about, with everything that is known of them: hand this to `covers`. */
  readonly required: Predicate;
  /** What is known of the events beyond what is asked: true for every real event of the set. */
  readonly background: Predicate;
  /** What was asked, without the background. */
  readonly asked: Predicate;
}

/**
 * Translates a set into predicates.
 *
 * @throws UserFault for an edition that the set does not know or a parameter that is missing or unknown
 */
export function eventSetPredicate(set: EventSet, options: EventSetOptions = {}): RequiredEvents {
  const parameters = checkedParameters(set, options.parameters ?? {});
  const edition = options.edition === undefined ? undefined : findEdition(set, options.edition);
  const narrowing = options.strict !== true && edition?.narrowing !== 'none';
  const partition = options.partition ?? 'aws';
  const clauses = set.clauses.flatMap((clause) => {
    const asked = askedEvents(clause, edition?.without ?? [], narrowing, parameters);
    return asked === undefined ? [] : [{ asked, known: impliedEvents(clause, parameters, partition) }];
  });
  return {
    required: or(...clauses.map(({ asked, known }) => and(asked, known))),
    background: and(...clauses.map(({ asked, known }) => or(not(asked), known))),
    asked: or(...clauses.map(({ asked }) => asked)),
  };
}

type Parameters = Readonly<Record<string, readonly string[]>>;

function checkedParameters(set: EventSet, given: Parameters): Parameters {
  const names = set.parameters.map(({ name }) => name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const nearest = nearestWord(name, names);
    const hint = nearest === undefined ? '' : `, did you mean ${nearest}?`;
    throw new UserFault(`event set ${set.id} has no parameter ${name}${hint}`);
  }
  for (const { name, description } of set.parameters)
    if (given[name] === undefined)
      throw new UserFault(`event set ${set.id} needs the parameter ${name}: ${description}`);
  return given;
}

function findEdition(set: EventSet, wanted: string): EventSet['editions'][number] {
  const known = set.editions.flatMap(({ of }) => of);
  const same = set.editions.find(({ of }) => of.some((edition) => plainName(edition) === plainName(wanted)));
  if (same !== undefined) return same;
  const nearest = nearestWord(wanted, known);
  const hint = nearest === undefined ? '' : `, did you mean ${nearest}?`;
  const list = known.length === 0 ? 'it stands in no benchmark' : `it knows ${known.join(', ')}`;
  throw new UserFault(`event set ${set.id} has no edition ${wanted}${hint}; ${list}`);
}

/** Packs and people join the parts of an edition in different ways: `cis_aws_5_0_0`, `cis-aws-5.0.0`. */
function plainName(edition: string): string {
  return edition.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** The events of a clause; undefined when the edition asks for none of its names. */
function askedEvents(
  clause: EventClause,
  without: readonly string[],
  narrowing: boolean,
  parameters: Parameters,
): Predicate | undefined {
  const names = clause.eventNames.filter((name) => !without.includes(name));
  if (clause.eventNames.length > 0 && names.length === 0) return undefined;
  return and(
    clause.eventSource === undefined ? everything : textField('eventSource', clause.eventSource),
    names.length === 0 ? everything : textField('eventName', ...names),
    ...clause.where.map((condition) => conditionPredicate(condition, parameters)),
    ...(narrowing ? clause.mayNarrow.map((condition) => conditionPredicate(condition, parameters)) : []),
  );
}

function textField(path: string, ...texts: readonly string[]): Predicate {
  return field(path, valueTest({ text: textIn(exactly(...texts)) }));
}

function conditionPredicate({ field: path, test }: FieldCondition, parameters: Parameters): Predicate {
  const none = textsOf(test.noneOf, parameters);
  return and(
    ...fieldTests(test, parameters).map((each) => field(path, each)),
    none.length === 0 ? everything : not(textField(path, ...none)),
  );
}

/** The texts of a list, or those that are given for the parameter it names. */
function textsOf(choices: FieldTest['oneOf'], parameters: Parameters): readonly string[] {
  if (choices === undefined) return [];
  return 'parameter' in choices ? (parameters[choices.parameter] ?? []) : choices;
}

function fieldTests(test: FieldTest, parameters: Parameters): readonly ReturnType<typeof valueTest>[] {
  const tests: ReturnType<typeof valueTest>[] = [];
  if (typeof test.equals === 'string') tests.push(valueTest({ text: textIn(exactly(test.equals)) }));
  if (typeof test.equals === 'boolean') tests.push(valueTest({ [String(test.equals)]: true }));
  if (test.not !== undefined) tests.push(valueTest({ text: textNotIn(exactly(test.not)) }));
  if (test.like !== undefined) tests.push(valueTest({ text: textIn(globOf(test.like)) }));
  if (test.oneOf !== undefined) {
    const texts = textsOf(test.oneOf, parameters);
    tests.push(valueTest(texts.length === 0 ? {} : { text: textIn(exactly(...texts)) }));
  }
  if (test.present === false) tests.push(valueTest({ missing: true }));
  if (test.present === true)
    tests.push(
      valueTest({ null: true, true: true, false: true, object: true, array: true, text: true, number: true }),
    );
  return tests;
}

function impliedEvents(
  { implies, where }: EventClause,
  parameters: Parameters,
  partition: string,
): Predicate {
  const regions = implies.regions?.[partition];
  return and(
    eventsOfClass(implies.class),
    implies.eventType === undefined ? everything : textField('eventType', implies.eventType),
    implies.readOnly === undefined ? everything : implies.readOnly ? readEvents : writeEvents,
    regions === undefined ? everything : textField('awsRegion', ...regions),
    resourceOf(implies, where, parameters, partition),
  );
}

/** The resources of a data event on objects: the object in its bucket, and the bucket itself. */
function resourceOf(
  { resource }: Implied,
  where: readonly FieldCondition[],
  parameters: Parameters,
  partition: string,
): Predicate {
  if (resource === undefined) return everything;
  const type = field(['resources', anyElement, 'type'], valueTest({ text: textIn(exactly(resource.type)) }));
  const named = resource.bucket;
  if (named === undefined) return type;
  const bucketTest = where.find((condition) => condition.field === named)?.test;
  const arn = ['resources', anyElement, 'ARN'];
  const arns = textsOf(bucketTest?.oneOf, parameters).map((bucket) => {
    const bucketArn = `arn:${partition}:s3:::${bucket}`;
    const objects = startingWith(`${bucketArn}/`);
    return or(
      not(textField(named, bucket)),
      and(
        field(arn, valueTest({ text: textIn(objects) })),
        not(field(arn, valueTest({ text: textNotIn(objects, exactly(bucketArn)) }))),
      ),
    );
  });
  // A record about another bucket names neither this one nor what is in it.
  const others = textsOf(bucketTest?.noneOf, parameters).map((bucket) => {
    const bucketArn = `arn:${partition}:s3:::${bucket}`;
    const inside = field(arn, valueTest({ text: textIn(startingWith(`${bucketArn}/`), exactly(bucketArn)) }));
    return or(textField(named, bucket), not(inside));
  });
  return and(type, ...arns, ...others);
}
