import type { Finding, Reason } from '../../evaluate/finding.ts';
import type { Place } from '../fault.ts';
import { didYouMean } from '../../suggest.ts';
import type { Expectation, TestCase } from './test-file.ts';

/** One thing that came out otherwise than expected. */
export interface Difference {
  readonly place: Place;
  /** Lines for a person: what was expected, what was found. May hold untrusted text. */
  readonly text: string;
}

/** What a comparison reads of a finding. */
export type Outcome = Pick<Finding, 'verdict' | 'severity' | 'resource' | 'message' | 'reasons'>;

/** Compares what a rule said with what its case expects; empty where both agree. */
export function compareCase(test: TestCase, outcomes: readonly Outcome[]): readonly Difference[] {
  const differences: Difference[] = [];
  const told = new Set<Outcome>();
  for (const expectation of test.expect) {
    if (expectation.resource === '*') continue;
    const found = find(expectation, outcomes);
    if (typeof found === 'string') {
      differences.push({ place: expectation.place, text: found });
      continue;
    }
    told.add(found);
    differences.push(...compareOne(expectation, found));
  }
  const others = outcomes.filter((outcome) => !told.has(outcome));
  const rest = test.expect.find((expectation) => expectation.resource === '*');
  if (rest !== undefined && others.length === 0)
    differences.push({ place: rest.place, text: 'there is no other resource for "*"; remove it' });
  for (const outcome of others) {
    if (rest !== undefined) differences.push(...compareOne(rest, outcome));
    else
      differences.push({
        place: test.place,
        text: `nothing is expected of ${outcome.resource.id}, which gets ${outcome.verdict}; add it, or "*" for all others\n    ${outcome.message}`,
      });
  }
  return differences;
}

function find(expectation: Expectation, outcomes: readonly Outcome[]): Outcome | string {
  const byId = outcomes.filter((outcome) => outcome.resource.id === expectation.resource);
  const found =
    byId.length > 0 ? byId : outcomes.filter((outcome) => outcome.resource.name === expectation.resource);
  const [first, second] = found;
  if (first === undefined) {
    const ids = outcomes.map((outcome) => outcome.resource.id);
    const hint =
      ids.length === 0 ? 'the rule judged nothing in this snapshot' : didYouMean(expectation.resource, ids);
    return `the rule judged no resource ${expectation.resource}; ${hint}`;
  }
  if (second !== undefined)
    return `several resources are called ${expectation.resource}; write the id: ${found.map((one) => one.resource.id).join(', ')}`;
  return first;
}

function compareOne(expectation: Expectation, outcome: Outcome): readonly Difference[] {
  const { place } = expectation;
  const differences: Difference[] = [];
  const differ = (what: string, expected: string, actual: string): void => {
    differences.push({
      place,
      text: `${outcome.resource.id}: ${what}\n    expected  ${expected}\n    found     ${actual}`,
    });
  };
  if (outcome.verdict !== expectation.verdict) {
    differ('verdict', expectation.verdict, `${outcome.verdict}: ${outcome.message}`);
    return differences;
  }
  if (expectation.severity !== undefined && outcome.severity !== expectation.severity)
    differ('severity', expectation.severity, outcome.severity);
  if (expectation.message !== undefined && !outcome.message.includes(expectation.message))
    differ('message', expectation.message, outcome.message);
  if (expectation.reason !== undefined) {
    const texts = reasonTexts(outcome.reasons);
    if (!texts.some((text) => text.includes(expectation.reason!)))
      differ('reason', expectation.reason, texts.join('\n              '));
  }
  if (expectation.cause !== undefined) {
    const causes = (outcome.reasons.causes ?? []).map(
      (cause) => `${cause.call} ${cause.code} (${cause.account}, ${cause.region})`,
    );
    if (!causes.some((cause) => cause.includes(expectation.cause!)))
      differ('cause', expectation.cause, causes.length === 0 ? 'none' : causes.join('\n              '));
  }
  return differences;
}

function reasonTexts(reason: Reason): string[] {
  return [reason.text, ...(reason.children ?? []).flatMap(reasonTexts)];
}
