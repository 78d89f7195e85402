import { eventsOfClass, readEvents, writeEvents } from '../event-class.ts';
import {
  and,
  anyElement,
  everything,
  field,
  not,
  nothing,
  or,
  undecided,
  type Predicate,
} from '../predicate.ts';
import { endingWith, exactly, startingWith, textIn, valueTest, type TextShape } from '../value-test.ts';
import {
  negativeOperators,
  positiveOperators,
  type AdvancedSelector,
  type ClassicSelector,
  type DataResource,
  type EventSelectors,
  type FieldSelector,
  type SelectorOperator,
} from './selector.ts';

/** The events that a trail with these selectors records: those that any of them selects. */
export function selectorsPredicate(selectors: EventSelectors): Predicate {
  switch (selectors.kind) {
    case 'default':
      return eventsOfClass('management');
    case 'classic':
      return or(...selectors.selectors.map(classicPredicate));
    case 'advanced':
      return or(...selectors.selectors.map(advancedPredicate));
  }
}

function classicPredicate(selector: ClassicSelector): Predicate {
  const kind =
    selector.readWriteType === 'All'
      ? everything
      : selector.readWriteType === 'ReadOnly'
        ? readEvents
        : writeEvents;
  const excluded = selector.excludeManagementEventSources;
  const management = and(
    eventsOfClass('management'),
    kind,
    excluded.length === 0 ? everything : not(textField('eventSource', exactly(...excluded))),
  );
  const data = selector.dataResources.map((resource) =>
    and(eventsOfClass('data'), kind, classicResource(resource)),
  );
  return or(selector.includeManagementEvents ? management : nothing, ...data);
}

/**
 * The values of basic selectors: a service prefix stands for every resource of the type, an S3 value is the beginning of
 * object ARNs, a Lambda or DynamoDB value is the ARN of one function or table.
 */
function classicResource({ type, values }: DataResource): Predicate {
  const service = /^arn:[a-z-]+:(s3|lambda|dynamodb)(:::)?$/;
  const arns = values.map((value): Predicate => {
    if (service.test(value)) return everything;
    if (type === 'AWS::S3::Object') {
      const begins = resourceArn(startingWith(value));
      if (value.includes('/')) return begins;
      return and(begins, undecided(`the S3 value ${value} of a data resource has no "/" after the bucket`));
    }
    // An alias or version of a function, a stream of a table: the service's reading of them is not documented.
    const parts = and(
      resourceArn(startingWith(`${value}:`), startingWith(`${value}/`)),
      undecided(`whether ${value} also selects what lies below it`),
    );
    return or(resourceArn(exactly(value)), parts);
  });
  return and(resourceType(type), or(...arns));
}

function advancedPredicate(selector: AdvancedSelector): Predicate {
  const { fields } = selector;
  const named =
    selector.name === undefined ? 'an advanced selector' : `the advanced selector "${selector.name}"`;
  const categories = fields.find(({ field: name }) => name === 'eventCategory')?.operators.Equals ?? [];
  if (categories.length === 0) return undecided(`${named} names no eventCategory`);
  const types = fields.find(({ field: name }) => name === 'resources.type')?.operators.Equals ?? [];
  return and(...fields.map((each) => fieldPredicate(each, types, named)));
}

function fieldPredicate(selector: FieldSelector, types: readonly string[], named: string): Predicate {
  const { field: name, operators } = selector;
  const one = (operator: SelectorOperator, value: string): Predicate =>
    valuePredicate(name, operator, value, types, named);
  const positive = positiveOperators.flatMap((operator) =>
    (operators[operator] ?? []).map((value) => one(operator, value)),
  );
  const negative = negativeOperators.flatMap((operator) =>
    (operators[operator] ?? []).map((value) => not(one(positiveOf[operator], value))),
  );
  // Positive operators are alternatives; each negative one takes events away whatever the positive ones say.
  return and(positive.length === 0 ? everything : or(...positive), ...negative);
}

const positiveOf: Readonly<Record<(typeof negativeOperators)[number], (typeof positiveOperators)[number]>> = {
  NotEquals: 'Equals',
  NotStartsWith: 'StartsWith',
  NotEndsWith: 'EndsWith',
};

const classOfCategory = {
  Management: 'management',
  Data: 'data',
  NetworkActivity: 'network-activity',
  Insight: 'insight',
} as const;

function isCategory(value: string): value is keyof typeof classOfCategory {
  return Object.hasOwn(classOfCategory, value);
}

/** Events in which one field has one value, for a positive operator. */
function valuePredicate(
  name: string,
  operator: SelectorOperator,
  value: string,
  types: readonly string[],
  named: string,
): Predicate {
  const shape = shapeOf(operator, value);
  switch (name) {
    case 'eventCategory':
      if (operator !== 'Equals') return undecided(`${named}: ${operator} on eventCategory`);
      // Configuration items and evidence of event data stores are no CloudTrail records.
      return isCategory(value) ? eventsOfClass(classOfCategory[value]) : nothing;
    case 'readOnly':
      if (operator === 'Equals' && value === 'true') return readEvents;
      if (operator === 'Equals' && value === 'false') return writeEvents;
      return undecided(`${named}: readOnly ${operator} "${value}"`);
    case 'eventSource':
    case 'eventName':
    case 'eventType':
    case 'errorCode':
    case 'vpcEndpointId':
    case 'userIdentity.arn':
      return textField(name, shape);
    case 'sessionCredentialFromConsole':
      return sessionFromConsole(operator, value, named);
    case 'resources.type':
      return operator === 'Equals'
        ? resourceType(value)
        : undecided(`${named}: ${operator} on resources.type`);
    case 'resources.ARN':
      // Records on objects name their bucket, too, so the end of an ARN may be that of another resource than the selected.
      return operator === 'EndsWith' && types.some((type) => type.startsWith('AWS::S3'))
        ? and(resourceArn(shape), undecided(`${named}: which resource of the record ends with "${value}"`))
        : resourceArn(shape);
    default:
      return undecided(`${named}: the field ${name} is not known`);
  }
}

/** The field stands only in records of sessions that come from the console, as the text "true". */
function sessionFromConsole(operator: SelectorOperator, value: string, named: string): Predicate {
  const fromConsole = field(
    'sessionCredentialFromConsole',
    valueTest({ text: textIn(exactly('true')), true: true }),
  );
  if (operator === 'Equals' && value === 'true') return fromConsole;
  if (operator === 'Equals' && value === 'false') return not(fromConsole);
  return undecided(`${named}: sessionCredentialFromConsole ${operator} "${value}"`);
}

function shapeOf(operator: SelectorOperator, value: string): TextShape {
  if (operator === 'StartsWith') return startingWith(value);
  return operator === 'EndsWith' ? endingWith(value) : exactly(value);
}

function textField(path: string, shape: TextShape): Predicate {
  return field(path, valueTest({ text: textIn(shape) }));
}

function resourceType(type: string): Predicate {
  return field(['resources', anyElement, 'type'], valueTest({ text: textIn(exactly(type)) }));
}

function resourceArn(...shapes: readonly TextShape[]): Predicate {
  return field(['resources', anyElement, 'ARN'], valueTest({ text: textIn(...shapes) }));
}
