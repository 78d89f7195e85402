import type { Reason } from '../../evaluate/finding.ts';
import type { Check, Explaining, LocalDecide } from './check.ts';
import { negate, verdictOf, type Decision } from './decision.ts';
import type { Subject } from './subject.ts';
import { joined } from './telling.ts';

/**
 * Parts without those that parameters have settled: a verdict `strong` decides the whole, any other says nothing. `only` is
 * the one part that then stands for the whole.
 */
function unsettled(
  parts: readonly Check[],
  strong: Decision,
): { readonly checks: readonly Check[]; readonly only?: Check } {
  const decisive = parts.find((check) => check.settled === strong);
  const checks = parts.filter((check) => check.settled === undefined);
  const only = decisive ?? (checks.length < 2 ? (checks[0] ?? parts[0]) : undefined);
  return only === undefined ? { checks } : { checks, only };
}

/** All of these must hold. */
export function allOf(parts: readonly Check[]): Check {
  const { checks, only } = unsettled(parts, 0);
  if (only !== undefined) return only;
  const decides = checks.map((check) => check.decide);
  const local = allLocal(checks);
  const decide =
    local === undefined
      ? allDecider(decides)
      : (subject: Subject): Decision => local(subject.resource, subject.evaluation.time);
  return {
    decide,
    local,
    closeness: (subject) => checks.reduce((sum, check) => sum + check.closeness(subject), 0) / checks.length,
    explain: (subject, how) => tellAll(checks.map((check) => check.explain(subject, how))),
  };
}

/** All of them by fields alone, where each of them is. */
function allLocal(checks: readonly Check[]): LocalDecide | undefined {
  const locals = checks.flatMap((check) => (check.local === undefined ? [] : [check.local]));
  if (locals.length < checks.length) return undefined;
  const [first, second] = locals;
  if (locals.length === 2 && first !== undefined && second !== undefined)
    return (resource, time) => {
      const one = first(resource, time);
      if (one === 0) return 0;
      const two = second(resource, time);
      return one < two ? one : two;
    };
  return (resource, time) => {
    let least: Decision = 2;
    for (const local of locals) {
      const decision = local(resource, time);
      if (decision === 0) return 0;
      if (decision < least) least = decision;
    }
    return least;
  };
}

/** One of them by fields alone, where each of them is. */
function anyLocal(checks: readonly Check[]): LocalDecide | undefined {
  const locals = checks.flatMap((check) => (check.local === undefined ? [] : [check.local]));
  if (locals.length < checks.length) return undefined;
  const [first, second] = locals;
  if (locals.length === 2 && first !== undefined && second !== undefined)
    return (resource, time) => {
      const one = first(resource, time);
      if (one === 2) return 2;
      const two = second(resource, time);
      return one > two ? one : two;
    };
  return (resource, time) => {
    let greatest: Decision = 0;
    for (const local of locals) {
      const decision = local(resource, time);
      if (decision === 2) return 2;
      if (decision > greatest) greatest = decision;
    }
    return greatest;
  };
}

function tellAll(children: readonly Reason[]): Reason {
  const verdict = weakest(children);
  // What decided comes first: a reader wants the broken parts, in the order of the rule.
  const ordered = [
    ...children.filter((child) => child.verdict === verdict),
    ...children.filter((child) => child.verdict !== verdict),
  ];
  const deciding = children.filter((child) => child.verdict === verdict).map((child) => child.text);
  return { kind: 'all', verdict, text: joined(deciding), children: verdict === 'pass' ? children : ordered };
}

function weakest(children: readonly Reason[]): Reason['verdict'] {
  if (children.some((child) => child.verdict === 'fail')) return 'fail';
  return children.some((child) => child.verdict === 'unknown') ? 'unknown' : 'pass';
}

function allDecider(decides: readonly ((subject: Subject) => Decision)[]): (subject: Subject) => Decision {
  const [first, second, third] = decides;
  if (decides.length === 2 && first !== undefined && second !== undefined)
    return (subject) => {
      const one = first(subject);
      if (one === 0) return 0;
      const two = second(subject);
      return one < two ? one : two;
    };
  if (decides.length === 3 && first !== undefined && second !== undefined && third !== undefined)
    return (subject) => {
      let least = first(subject);
      if (least === 0) return 0;
      const two = second(subject);
      if (two < least) least = two;
      if (least === 0) return 0;
      const three = third(subject);
      return three < least ? three : least;
    };
  return (subject) => {
    let least: Decision = 2;
    for (const decideOne of decides) {
      const decision = decideOne(subject);
      if (decision === 0) return 0;
      if (decision < least) least = decision;
    }
    return least;
  };
}

/** At least one of these must hold. */
export function anyOf(parts: readonly Check[]): Check {
  const { checks, only } = unsettled(parts, 2);
  if (only !== undefined) return only;
  const decides = checks.map((check) => check.decide);
  return {
    local: anyLocal(checks),
    decide: (subject) => {
      let greatest: Decision = 0;
      for (const decideOne of decides) {
        const decision = decideOne(subject);
        if (decision === 2) return 2;
        if (decision > greatest) greatest = decision;
      }
      return greatest;
    },
    closeness: (subject) => Math.max(...checks.map((check) => check.closeness(subject))),
    explain: (subject, how) => {
      const told = checks.map((check) => ({
        reason: check.explain(subject, how),
        closeness: check.closeness(subject),
      }));
      return tellAny(told);
    },
  };
}

function tellAny(told: readonly { readonly reason: Reason; readonly closeness: number }[]): Reason {
  const reasons = told.map((one) => one.reason);
  const verdict = reasons.some((child) => child.verdict === 'pass')
    ? 'pass'
    : reasons.some((child) => child.verdict === 'unknown')
      ? 'unknown'
      : 'fail';
  const ordered = told
    .toSorted(
      (a, b) =>
        Number(b.reason.verdict === verdict) - Number(a.reason.verdict === verdict) ||
        b.closeness - a.closeness,
    )
    .map((one) => one.reason);
  const deciding = ordered.filter((child) => child.verdict === verdict).map((child) => child.text);
  const text =
    verdict === 'fail'
      ? `none of ${reasons.length} alternatives holds: ${joined(deciding)}`
      : (deciding[0] ?? '');
  return { kind: 'any', verdict, text, children: ordered };
}

/** This must not hold. */
export function notOf(check: Check): Check {
  const { decide, closeness, local, settled } = check;
  return {
    ...(settled !== undefined && { settled: negate(settled) }),
    local: local && ((resource, time) => negate(local(resource, time))),
    decide: (subject) => negate(decide(subject)),
    closeness: (subject) => (decide(subject) === 1 ? 0.5 : 1 - closeness(subject)),
    explain: (subject: Subject, how: Explaining): Reason => {
      const child = check.explain(subject, how);
      const verdict = verdictOf(negate(decide(subject)));
      const text =
        verdict === 'fail'
          ? `this must not be so: ${child.text}`
          : verdict === 'pass'
            ? `as it must be: ${child.text}`
            : child.text;
      return { kind: 'not', verdict, text, children: [child] };
    },
  };
}
