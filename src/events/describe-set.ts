import type { EventClause, EventSet, FieldCondition, FieldTest } from './event-set.ts';

/** An event set in words, line by line: what is asked for, what is known of it, and who asks. */
export function eventSetLines(set: EventSet): readonly string[] {
  const several = set.clauses.length > 1;
  return [
    `${set.id}: ${set.title}`,
    '',
    set.about,
    '',
    ...set.clauses.flatMap((clause, index) => [
      several ? `Events of kind ${index + 1}` : 'Events',
      ...clauseLines(clause).map((line) => `  ${line}`),
    ]),
    ...set.parameters.map(({ name, description }) => `Parameter ${name}: ${description}`),
    ...(set.editions.length === 0 ? ['Asked for by no benchmark'] : ['Asked for by']),
    ...set.editions.map(({ of, without, narrowing, note }) =>
      [
        `  ${of.join(', ')}`,
        without.length === 0 ? '' : `without ${without.join(', ')}`,
        narrowing === 'none' ? 'nothing may be left out' : '',
        note ?? '',
      ]
        .filter((part) => part !== '')
        .join('; '),
    ),
  ];
}

function clauseLines({ eventSource, eventNames, where, mayNarrow, implies }: EventClause): string[] {
  const regions = Object.entries(implies.regions ?? {}).map(
    ([partition, names]) => `${names.join(', ')} (${partition})`,
  );
  const kind = implies.readOnly === undefined ? 'reads and writes' : implies.readOnly ? 'reads' : 'writes';
  return [
    ...(eventSource === undefined ? [] : [`eventSource is ${eventSource}`]),
    ...(eventNames.length === 0
      ? []
      : [`eventName is ${eventNames.length === 1 ? '' : 'one of '}${eventNames.join(', ')}`]),
    ...where.map(conditionText),
    ...mayNarrow.map((condition) => `a pattern may also ask that ${conditionText(condition)}`),
    `they are ${implies.class} events, ${kind}${implies.eventType === undefined ? '' : `, of type ${implies.eventType}`}`,
    ...(regions.length === 0 ? [] : [`they are recorded in ${regions.join(', ')} only`]),
    ...(implies.resource === undefined
      ? []
      : [
          `they are about ${implies.resource.type}${implies.resource.bucket === undefined ? '' : ` in the bucket of ${implies.resource.bucket}`}`,
        ]),
  ];
}

function conditionText({ field, test }: FieldCondition): string {
  return `${field} ${testTexts(test).join(' and ')}`;
}

function testTexts({ equals, not, oneOf, noneOf, like, present }: FieldTest): string[] {
  const listed = (choices: NonNullable<FieldTest['oneOf']>): string =>
    'parameter' in choices ? `$${choices.parameter}` : choices.join(', ');
  return [
    ...(equals === undefined ? [] : [`is ${String(equals)}`]),
    ...(not === undefined ? [] : [`is there and is not ${not}`]),
    ...(oneOf === undefined ? [] : [`is one of ${listed(oneOf)}`]),
    ...(noneOf === undefined ? [] : [`is none of ${listed(noneOf)}`]),
    ...(like === undefined ? [] : [`is like ${like}`]),
    ...(present === undefined ? [] : [present ? 'is there' : 'is missing']),
  ];
}
