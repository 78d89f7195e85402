import type { Reason } from '../../evaluate/finding.ts';
import type { JsonValue } from '../../json.ts';
import type { Resource } from '../../model/resource.ts';
import type { ResourceType } from '../../model/schema.ts';
import { Unknown, type Cause } from '../../model/unknown.ts';
import { checkKeys, type CheckNode } from '../document.ts';
import type { Check, LocalDecide } from './check.ts';
import type { CompileContext } from './context.ts';
import { unknown, verdictOf, type Decision } from './decision.ts';
import { compilePath, type Reading } from './path.ts';
import { Subject } from './subject.ts';
import { causeText, clip, evidenceOf, inOrder, show } from './telling.ts';
import { compileTest, type ValueTest } from './test.ts';

type FieldNode = Extract<CheckNode, { kind: 'field' }>;

/** `path: test` */
export function compileField(
  context: CompileContext,
  node: FieldNode,
  type: ResourceType,
): Check | undefined {
  const path = compilePath(context, node.path, type, checkKeys);
  if (path === undefined) return undefined;
  const test = compileTest(context, node.test, path.shape, path.text);
  if (test === undefined) return undefined;
  const local = path.ownValue === undefined ? undefined : localDecider(path.ownValue, path.ownField, test);
  const decide =
    local === undefined
      ? decider(path.read, test)
      : (subject: Subject): Decision => local(subject.resource, subject.evaluation.time);
  return {
    decide,
    local,
    closeness: (subject) => decide(subject) / 2,
    explain: (subject): Reason => {
      const { reading, owner, inside, grounds } = path.trace(subject);
      const verdict = verdictOf(decideReading(reading, test, subject.evaluation.time));
      const sources = grounds?.sources ?? owner.resource.sources.slice(0, 1);
      const source = sources[0];
      const because = grounds?.because === undefined ? '' : `: ${clip(grounds.because)}`;
      const base = { kind: 'field', verdict, field: path.text, wanted: test.wanted };
      if (reading instanceof Unknown)
        return {
          ...base,
          text: `${path.text} is not known: ${causeText(reading.causes)}`,
          causes: inOrder(reading.causes),
        };
      const value = reading instanceof Subject ? undefined : reading;
      const evidence = sources.map(({ record, path: place }) =>
        evidenceOf(record, join(place, inside), inside === '' ? undefined : value),
      );
      const shown = reading instanceof Subject ? 'present' : show(value);
      if (verdict === 'unknown') {
        const message = `${path.text} is ${shown}, which is not a time with a zone`;
        const causes: Cause[] =
          source === undefined
            ? []
            : [
                {
                  call: `${source.record.service}:${source.record.operation}`,
                  account: source.record.account,
                  region: source.record.region,
                  code: 'Undecided',
                  message,
                },
              ];
        return { ...base, text: message, evidence, causes, ...(value !== undefined && { found: value }) };
      }
      return {
        ...base,
        text:
          verdict === 'pass' || test.wanted === shown
            ? `${path.text} is ${shown}${detail(test, shown, verdict)}${because}`
            : `${path.text} is ${shown}, wanted ${test.wanted}${because}`,
        ...(value !== undefined && { found: value }),
        evidence,
      };
    },
  };
}

function detail(test: ValueTest, shown: string, verdict: string): string {
  return verdict === 'pass' && test.equals === undefined && test.wanted !== shown ? ` (${test.wanted})` : '';
}

function join(outer: string, inner: string): string {
  if (outer === '') return inner;
  return inner === '' ? outer : inner.startsWith('[') ? `${outer}${inner}` : `${outer}.${inner}`;
}

function decideReading(reading: Reading, test: ValueTest, time: number): Decision {
  if (reading instanceof Unknown) return unknown;
  // A related resource can only be asked whether it is there, so any value stands for it.
  return test.decide(reading instanceof Subject ? true : reading, time);
}

/** The hot closures: the common shapes avoid every step they do not need. */
function localDecider(
  read: (resource: Resource) => JsonValue | undefined | Unknown,
  field: string | undefined,
  test: ValueTest,
): LocalDecide {
  const { decide, equals } = test;
  if (field !== undefined && equals !== undefined)
    return (resource) => {
      const value = resource.data[field];
      if (value === equals) return 2;
      return value === undefined && resource.partial !== undefined ? 1 : 0;
    };
  if (field !== undefined)
    return (resource, time) => {
      const value = resource.data[field] ?? undefined;
      return value === undefined && resource.partial !== undefined ? 1 : decide(value, time);
    };
  return (resource, time) => {
    const reading = read(resource);
    return reading instanceof Unknown ? 1 : decide(reading, time);
  };
}

function decider(read: (subject: Subject) => Reading, test: ValueTest): (subject: Subject) => Decision {
  const { decide, equals } = test;
  if (equals !== undefined)
    return (subject) => {
      const reading = read(subject);
      return reading === equals ? 2 : reading instanceof Unknown ? 1 : 0;
    };
  return (subject) => {
    const reading = read(subject);
    if (reading instanceof Unknown) return 1;
    return decide(reading instanceof Subject ? true : reading, subject.evaluation.time);
  };
}
