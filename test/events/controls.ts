import { and, field, or, type Predicate } from '../../src/events/predicate.ts';
import {
  exactly,
  globOf,
  textIn,
  textNotIn,
  valueTest,
  type ValueTest,
} from '../../src/events/value-test.ts';
import { vectors, type ControlCondition } from './vectors/vectors.ts';

const present = valueTest({
  null: true,
  true: true,
  false: true,
  object: true,
  array: true,
  text: true,
  number: true,
});

function conditionTests(condition: ControlCondition): ValueTest[] {
  return [
    ...(condition.eq === undefined ? [] : [valueTest({ text: textIn(exactly(condition.eq)) })]),
    ...(condition.ne === undefined ? [] : [valueTest({ text: textNotIn(exactly(condition.ne)) })]),
    ...(condition.in === undefined ? [] : [valueTest({ text: textIn(exactly(...condition.in)) })]),
    ...(condition.like === undefined ? [] : [valueTest({ text: textIn(globOf(condition.like)) })]),
    ...(condition.absent === true ? [valueTest({ missing: true })] : []),
    ...(condition.present === true ? [present] : []),
  ];
}

/** The events that a control of the vectors asks for. */
export function control(name: string): Predicate {
  const alternatives = vectors.controls[name]?.required ?? [];
  return or(
    ...alternatives.map((conditions) =>
      and(
        ...conditions.flatMap((condition) =>
          conditionTests(condition).map((each) => field(condition.field, each)),
        ),
      ),
    ),
  );
}
