import type { Evidence, Reason } from '../../evaluate/finding.ts';
import type { Resource } from '../../model/resource.ts';
import type { ResourceType } from '../../model/schema.ts';
import { AccountNeeded } from '../../model/organization.ts';
import { Unknown, type Cause } from '../../model/unknown.ts';
import type { EveryNode, NoneNode, SomeNode } from '../document.ts';
import type { Check, Explaining } from './check.ts';
import { valueOf, type CompileContext } from './context.ts';
import { verdictOf, type Decision } from './decision.ts';
import { compileRelation, type CompiledRelation } from './path.ts';
import { ElementAccountNeeded, positions, type Elements, type Subject } from './subject.ts';
import { called, causeText, clip, counted, inOrder, listEvidence, plural, resourceOf } from './telling.ts';

/** What became of one element. */
interface Judged {
  readonly subject: Subject;
  readonly decision: Decision;
}

/** `some: REL, where: CHECK, atLeast: N` */
export function compileSome(context: CompileContext, node: SomeNode, type: ResourceType): Check | undefined {
  const relation = compileRelation(context, node.relation, type);
  const where = relation && node.where && context.check(node.where, relation.to);
  const least = node.atLeast === undefined ? 1 : valueOf(context, node.atLeast);
  if (relation === undefined || (node.where !== undefined && where === undefined) || least === undefined)
    return undefined;
  if (typeof least !== 'number' || !Number.isSafeInteger(least) || least < 1)
    return context.faults.add(
      node.atLeast?.place ?? node.place,
      'atLeast needs a whole number from 1',
      'write for example atLeast: 2',
    );
  const each = elementDecider(context, type, relation, where);
  const decide = (subject: Subject): Decision => {
    const list = relation.read(subject);
    if (list instanceof Unknown) return 1;
    let sure = 0;
    let possible = 0;
    for (let index = 0; index < list.resources.length; index++) {
      const decision = each(subject, list, index);
      if (decision === 2) {
        sure += 1;
        if (sure >= least) return 2;
      } else if (decision === 1) possible += 1;
    }
    return list.missing !== undefined || sure + possible >= least ? 1 : 0;
  };
  const closeness = (subject: Subject): number =>
    decide(subject) === 2 ? 1 : bestCloseness(relation, where, subject) * 0.9;
  return {
    decide,
    closeness,
    explain: (subject, how) => {
      const list = relation.read(subject);
      const verdict = verdictOf(decide(subject));
      if (list instanceof Unknown) return unreadable('some', relation, list.causes);
      const judged = judge(list, subject, each);
      return tellSome(relation, where, list, judged, verdict, least, subject, how);
    },
  };
}

/** `none: REL, where: CHECK`: the negation of `some`. */
export function compileNone(context: CompileContext, node: NoneNode, type: ResourceType): Check | undefined {
  const relation = compileRelation(context, node.relation, type);
  const where = relation && node.where && context.check(node.where, relation.to);
  if (relation === undefined || (node.where !== undefined && where === undefined)) return undefined;
  const each = elementDecider(context, type, relation, where);
  const decide = (subject: Subject): Decision => {
    const list = relation.read(subject);
    if (list instanceof Unknown) return 1;
    let least: Decision = list.missing === undefined ? 2 : 1;
    for (let index = 0; index < list.resources.length; index++) {
      const decision = each(subject, list, index);
      if (decision === 2) return 0;
      if (decision === 1) least = 1;
    }
    return least;
  };
  return {
    decide,
    closeness: (subject) => decide(subject) / 2,
    explain: (subject, how) => {
      const list = relation.read(subject);
      const verdict = verdictOf(decide(subject));
      if (list instanceof Unknown) return unreadable('none', relation, list.causes);
      return tellNone(relation, where, list, judge(list, subject, each), verdict, how);
    },
  };
}

/** `every: REL, where: FILTER, must: CHECK, empty: CHOICE` */
export function compileEvery(
  context: CompileContext,
  node: EveryNode,
  type: ResourceType,
): Check | undefined {
  const relation = compileRelation(context, node.relation, type);
  const where = relation && node.where && context.check(node.where, relation.to);
  const must = relation && context.check(node.must, relation.to);
  if (relation === undefined || must === undefined || (node.where !== undefined && where === undefined))
    return undefined;
  const inFilter = elementDecider(context, type, relation, where);
  const holds = elementDecider(context, type, relation, must);
  const emptyDecision: Decision = node.empty === 'pass' ? 2 : node.empty === 'fail' ? 0 : 1;
  const decide = (subject: Subject): Decision => {
    const list = relation.read(subject);
    if (list instanceof Unknown) return 1;
    return everyDecision(list, subject, inFilter, holds, emptyDecision);
  };
  return {
    decide,
    closeness: (subject) => decide(subject) / 2,
    explain: (subject, how) => {
      const list = relation.read(subject);
      const verdict = verdictOf(decide(subject));
      if (list instanceof Unknown) return unreadable('every', relation, list.causes);
      return tellEvery(relation, { where, must, inFilter, holds }, list, verdict, node.empty, subject, how);
    },
  };
}

type ElementDecider = (owner: Subject, list: Elements, index: number) => Decision;

/**
 * Three-valued `every` over a list that may be incomplete, and elements that may or may not be meant.
 * An element that is not meant for certain counts as passing; what `empty` says counts only where nothing may be meant.
 */
function everyDecision(
  list: Elements,
  subject: Subject,
  inFilter: ElementDecider,
  holds: ElementDecider,
  empty: Decision,
): Decision {
  let least: Decision = list.missing === undefined ? 2 : 1;
  let sure = 0;
  let possible = 0;
  let possibleFailing = 0;
  for (let index = 0; index < list.resources.length; index++) {
    const meant = inFilter(subject, list, index);
    if (meant === 0) continue;
    const decision = holds(subject, list, index);
    if (meant === 2) {
      if (decision === 0) return 0;
      sure += 1;
      if (decision < least) least = decision;
    } else {
      possible += 1;
      if (decision === 0) possibleFailing += 1;
      if (decision < 2) least = 1;
    }
  }
  if (sure > 0) return least;
  // Nothing is meant for certain: the verdict is sure only where it is the same whether or not something is.
  if (list.missing !== undefined) return 1;
  if (possible === 0) return empty;
  if (empty === 2) return least;
  return empty === 0 && possibleFailing === possible ? 0 : 1;
}

/** Decides one element. Lists of accounts are judged element by element and forgotten, keeping only the verdict. */
function elementDecider(
  context: CompileContext,
  type: ResourceType,
  relation: CompiledRelation,
  check: Check | undefined,
): ElementDecider {
  if (check === undefined) return () => 2;
  const { decide, local } = check;
  if (local !== undefined)
    return (owner, list, index) => local(list.resources[index]!, owner.evaluation.time);
  if (relation.to.name !== 'account') return (owner, list, index) => decide(list.at(index, owner.evaluation));
  const slot = context.slots.fresh(type.name);
  return (owner, list, index) => {
    const resource = list.resources[index]!;
    const kept = (owner.slots[slot] ??= new Map<Resource, Decision | Subject>()) as Map<
      Resource,
      Decision | Subject
    >;
    const known = kept.get(resource);
    if (typeof known === 'number') return known;
    const subject = known ?? list.at(index, owner.evaluation);
    kept.set(resource, subject);
    try {
      const decision = decide(subject);
      kept.set(resource, decision);
      return decision;
    } catch (error) {
      throw error instanceof AccountNeeded ? new ElementAccountNeeded(error, resource.account) : error;
    }
  };
}

function bestCloseness(relation: CompiledRelation, where: Check | undefined, subject: Subject): number {
  const list = relation.read(subject);
  if (where === undefined || list instanceof Unknown || list.wide) return 0;
  let best = 0;
  for (let index = 0; index < Math.min(list.resources.length, 50); index++)
    best = Math.max(best, where.closeness(list.at(index, subject.evaluation)));
  return best;
}

function judge(list: Elements, owner: Subject, each: ElementDecider): readonly Judged[] {
  return positions(list).map((index) => ({
    decision: each(owner, list, index),
    subject: list.at(index, owner.evaluation),
  }));
}

/** Reasons for the elements that are shown, the nearest to passing first; ties keep the order of the list. */
function nearestFirst(
  judged: readonly Judged[],
  check: Check | undefined,
  how: Explaining,
): { children: Reason[]; omitted: number } {
  const first = judged[0];
  const rank = check !== undefined && first !== undefined && first.subject.resource.type.name !== 'account';
  const ordered = rank
    ? judged
        .map((one) => ({ one, closeness: check.closeness(one.subject) }))
        .toSorted((a, b) => b.closeness - a.closeness)
        .map(({ one }) => one)
    : judged;
  const shown = ordered.slice(0, how.limit);
  return {
    children: shown.map((one) => element(one.subject, check, how)),
    omitted: ordered.length - shown.length,
  };
}

function element(subject: Subject, check: Check | undefined, how: Explaining): Reason {
  const { resource } = subject;
  if (check === undefined) {
    const source = resource.sources[0];
    return {
      kind: 'all',
      verdict: 'pass',
      text: `${called(resource)} is there`,
      resource: resourceOf(resource),
      ...(source !== undefined && {
        evidence: listEvidence([source.record]).map((one) => ({ ...one, path: source.path })),
      }),
    };
  }
  return { ...check.explain(subject, how), resource: resourceOf(resource) };
}

function unreadable(kind: string, relation: CompiledRelation, causes: readonly Cause[]): Reason {
  return {
    kind,
    verdict: 'unknown',
    field: relation.text,
    text: `${relation.text} is not known: ${causeText(causes)}`,
    causes,
  };
}

interface Extra {
  readonly field: string;
  readonly evidence?: readonly Evidence[];
  readonly causes?: readonly Cause[];
  readonly omitted?: number;
}

function extras(
  relation: CompiledRelation,
  list: Pick<Elements, 'missing' | 'records'>,
  omitted: number,
): Extra {
  return {
    field: relation.text,
    ...(list.records.length > 0 && { evidence: listEvidence(list.records) }),
    ...(list.missing !== undefined && { causes: inOrder(list.missing.causes) }),
    ...(omitted > 0 && { omitted }),
  };
}

function listGap(relation: CompiledRelation, list: Elements): string {
  return `the list of ${plural(relation.to.noun)} is incomplete: ${causeText(list.missing?.causes ?? [])}`;
}

function tellSome(
  relation: CompiledRelation,
  where: Check | undefined,
  list: Elements,
  judged: readonly Judged[],
  verdict: Reason['verdict'],
  least: number,
  owner: Subject,
  how: Explaining,
): Reason {
  const { noun } = relation.to;
  const sure = judged.filter((one) => one.decision === 2);
  const open = judged.filter((one) => one.decision === 1);
  if (verdict === 'pass') {
    const { children, omitted } = nearestFirst(sure, where, how);
    const names = sure
      .slice(0, 3)
      .map((one) => called(one.subject.resource))
      .join(', ');
    const text =
      least === 1
        ? `${names.split(', ')[0] ?? noun} qualifies`
        : `${counted(sure.length, noun)} qualify (${least} wanted): ${names}`;
    // A pass needs no complete list, so what is missing from it is no cause of anything.
    return {
      kind: 'some',
      verdict,
      text,
      ...extras(relation, { missing: undefined, records: [] }, omitted + judged.length - sure.length),
      children,
    };
  }
  if (verdict === 'unknown') {
    const shown = nearestFirst([...sure, ...open], where, how);
    const gap = list.missing === undefined ? undefined : listGap(relation, list);
    const doubt = shown.children.find((child) => child.verdict === 'unknown');
    const reason = doubt === undefined ? undefined : `${subjectName(doubt)}: ${doubt.text}`;
    const text = `no ${noun} is known to qualify: ${[reason, gap].filter((part) => part !== undefined).join('; ')}`;
    return {
      kind: 'some',
      verdict,
      text,
      ...extras(relation, list, shown.omitted + judged.length - sure.length - open.length),
      children: shown.children,
    };
  }
  const { children, omitted } = nearestFirst(judged, where, how);
  const found = extras(relation, list, omitted);
  if (judged.length === 0)
    return { kind: 'some', verdict, text: `${called(owner.resource)} has no ${noun}`, ...found, children };
  if (least > 1)
    return {
      kind: 'some',
      verdict,
      text: `${counted(sure.length + open.length, noun)} of ${judged.length} ${sure.length + open.length === 1 ? 'qualifies' : 'qualify'}, wanted at least ${least}`,
      ...found,
      children,
    };
  const best = children[0];
  const who =
    judged.length === 1 ? 'the only' : `none of ${judged.length} ${plural(noun)} qualifies; nearest is`;
  const text =
    best === undefined
      ? `no ${noun} qualifies`
      : judged.length === 1
        ? `${who} ${subjectName(best)} does not qualify: ${best.text}`
        : `${who} ${subjectName(best)}: ${best.text}`;
  return { kind: 'some', verdict, text, ...found, children };
}

function subjectName(reason: Reason): string {
  return reason.resource === undefined
    ? reason.text
    : `${reason.resource.type.replaceAll('-', ' ')} ${shortName(reason.resource)}`;
}

function shortName(resource: NonNullable<Reason['resource']>): string {
  const name = resource.name === '' ? resource.id : resource.name;
  return clip(name);
}

function tellNone(
  relation: CompiledRelation,
  where: Check | undefined,
  list: Elements,
  judged: readonly Judged[],
  verdict: Reason['verdict'],
  how: Explaining,
): Reason {
  const { noun } = relation.to;
  const sure = judged.filter((one) => one.decision === 2);
  const open = judged.filter((one) => one.decision === 1);
  if (verdict === 'fail') {
    const { children, omitted } = nearestFirst(sure, where, how);
    const best = children[0];
    const text = `${counted(sure.length, noun)} should not be there: ${best === undefined ? '' : `${subjectName(best)} (${best.text})`}`;
    return {
      kind: 'none',
      verdict,
      text,
      ...extras(relation, { missing: undefined, records: list.records }, omitted),
      children,
    };
  }
  if (verdict === 'unknown') {
    const { children, omitted } = nearestFirst(open, where, how);
    const doubt = children[0];
    const parts = [
      ...(doubt === undefined ? [] : [`${subjectName(doubt)}: ${doubt.text}`]),
      ...(list.missing === undefined ? [] : [listGap(relation, list)]),
    ];
    return { kind: 'none', verdict, text: parts.join('; '), ...extras(relation, list, omitted), children };
  }
  const { children, omitted } = nearestFirst(judged, where, how);
  return {
    kind: 'none',
    verdict,
    text: judged.length === 0 ? `there is no ${noun}` : `none of ${counted(judged.length, noun)} is such`,
    ...extras(relation, list, omitted),
    children,
  };
}

function tellEvery(
  relation: CompiledRelation,
  parts: { where: Check | undefined; must: Check; inFilter: ElementDecider; holds: ElementDecider },
  list: Elements,
  verdict: Reason['verdict'],
  empty: EveryNode['empty'],
  owner: Subject,
  how: Explaining,
): Reason {
  const { noun } = relation.to;
  const judged = positions(list).map((index) => ({
    subject: list.at(index, owner.evaluation),
    meant: parts.inFilter(owner, list, index),
    decision: parts.holds(owner, list, index),
  }));
  const meant = judged.filter((one) => one.meant !== 0);
  const left = judged.length - meant.length;
  if (meant.length === 0) {
    const nothingText =
      judged.length === 0
        ? `${called(owner.resource)} has no ${noun}`
        : `none of ${counted(judged.length, noun)} is meant by the rule`;
    const record = list.records[0] ?? owner.resource.sources[0]?.record;
    const silent: readonly Cause[] =
      list.missing?.causes ??
      (record === undefined || empty !== 'unknown'
        ? []
        : [
            {
              call: `${record.service}:${record.operation}`,
              account: record.account,
              region: record.region,
              code: 'Undecided',
              message: `nothing can be said where there is no ${noun}`,
            },
          ]);
    const text =
      list.missing === undefined
        ? `${nothingText}, which the rule takes as ${empty}`
        : listGap(relation, list);
    return {
      kind: 'every',
      verdict,
      text,
      ...extras(relation, list, left),
      ...(silent.length > 0 && { causes: inOrder(silent) }),
      children: [],
    };
  }
  // An element decides a failure by failing for certain; doubt in the filter or in the check decides an unknown.
  const failing = meant.filter((one) => one.decision === 0 && one.meant === 2);
  // Where nothing is meant for certain, even elements that hold leave open whether there is anything at all.
  const certain = meant.some((one) => one.meant === 2);
  const doubtful = meant.filter(
    (one) => one.decision === 1 || (one.meant === 1 && (one.decision === 0 || !certain)),
  );
  const chosen =
    verdict === 'fail' ? (failing.length > 0 ? failing : meant) : verdict === 'unknown' ? doubtful : meant;
  const shown = chosen.slice(0, how.limit);
  const children = shown.map((one): Reason => {
    if (one.meant === 2 || parts.where === undefined) return element(one.subject, parts.must, how);
    const filter = parts.where.explain(one.subject, how);
    const must = parts.must.explain(one.subject, how);
    return {
      kind: 'when',
      verdict: one.decision === 2 && certain ? 'pass' : 'unknown',
      text: filter.text,
      resource: resourceOf(one.subject.resource),
      children: [filter, must],
    };
  });
  const omitted = judged.length - shown.length;
  const first = children[0];
  const detailText = first === undefined ? '' : `${subjectName(first)}: ${first.text}`;
  const gap = list.missing === undefined ? [] : [listGap(relation, list)];
  const text =
    verdict === 'fail'
      ? `${counted(chosen.length, noun)} of ${meant.length} ${chosen.length === 1 ? 'fails' : 'fail'}: ${detailText}`
      : verdict === 'unknown'
        ? [...(detailText === '' ? [] : [detailText]), ...gap].join('; ')
        : meant.length === 1
          ? `the only ${noun} holds`
          : `all ${meant.length} ${plural(noun)} hold`;
  const shownList = verdict === 'unknown' ? list : { missing: undefined, records: list.records };
  return { kind: 'every', verdict, text, ...extras(relation, shownList, omitted), children };
}
