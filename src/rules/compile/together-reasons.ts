import { describeAtom } from '../../events/describe.ts';
import type { Predicate } from '../../events/predicate.ts';
import type { Reason } from '../../evaluate/finding.ts';
import type { JsonObject } from '../../json.ts';
import type { Resource } from '../../model/resource.ts';
import { Unknown, type Cause } from '../../model/unknown.ts';
import type { EventAlgebra } from './algebra.ts';
import type { Explaining } from './check.ts';
import type { CoveredSet, Covers, Judgement, Link, Way } from './together.ts';
import { positions, type Elements, type Subject } from './subject.ts';
import {
  called,
  causeText,
  clip,
  evidenceOf,
  inOrder,
  joined,
  listEvidence,
  plural,
  resourceOf,
} from './telling.ts';

interface Told {
  readonly set: CoveredSet;
  readonly ways: readonly Way[];
  readonly algebra: EventAlgebra;
  readonly covers: Covers;
}

/** One path as far as it goes. */
interface Path {
  readonly links: readonly Reason[];
  readonly verdict: Reason['verdict'];
  /** Links that hold before the first that does not; and the share of it that would see the event. */
  readonly holds: number;
  /** Resources in order, for the sentence. */
  readonly names: readonly string[];
  /** Where it ends, when it does not hold: why. */
  readonly end: string;
  /** Events that pass all of it, where it holds. */
  readonly predicate: Predicate | undefined;
  /** What to do about the link at which it breaks, and whose. */
  readonly fix?: string | undefined;
  /** Name of its way. */
  readonly way?: string;
}

/** What became of one element at one link, and how near a failing one is to holding. */
interface LinkTold {
  readonly reason: Reason;
  readonly near: number;
}

/** Elements looked at for one explanation: enough for any real chain, and a bound for made-up ones. */
const budget = 3000;

/** Reasons for `together`: the path that got farthest first, the first broken link named, and the event that is missed. */
export function tellTogether(
  told: Told,
  judgement: Judgement,
  verdict: Reason['verdict'],
  subject: Subject,
  how: Explaining,
): Reason {
  const { set } = told;
  const witness =
    verdict === 'fail' && judgement.most.verdict === 'refuted'
      ? judgement.most.witness
      : verdict === 'unknown' && judgement.sure.verdict === 'refuted'
        ? judgement.sure.witness
        : undefined;
  if (judgement.unasked !== undefined) {
    const { causes } = judgement.unasked;
    return {
      kind: 'together',
      verdict,
      field: set.id,
      wanted: set.title,
      text: `it is not known which events ${set.id} asks for: ${causeText(causes)}`,
      causes: inOrder(causes),
    };
  }
  const walk = new Walk(told, witness, how);
  const paths = told.ways.flatMap((_, way) => walk.paths(way, subject));
  const base = {
    kind: 'together',
    verdict,
    field: set.id,
    wanted: set.title,
    ...(witness !== undefined && { witness }),
  };
  if (verdict === 'pass') {
    const needed = enough(
      paths.filter((path) => path.verdict === 'pass'),
      told,
    );
    const shown = needed.slice(0, how.limit);
    const first = shown[0];
    const also =
      needed.length > 1 ? ` and ${needed.length - 1} more ${needed.length === 2 ? 'path' : 'paths'}` : '';
    return {
      ...base,
      text: `every event of ${set.id} is covered${first === undefined ? '' : `${inherited(first, subject)}: ${first.names.join(' → ')}${also}`}`,
      children: shown.map(pathReason),
      ...(paths.length > shown.length && { omitted: paths.length - shown.length }),
    };
  }
  const order = { unknown: 1, fail: 0, pass: 0 };
  const ranked = paths.toSorted(
    (a, b) => (verdict === 'unknown' ? order[b.verdict] - order[a.verdict] : 0) || b.holds - a.holds,
  );
  const shown = ranked.slice(0, how.limit);
  const best = shown[0];
  const children = shown.map((path, index) => (index === 0 ? pathReason(path) : pathInShort(path)));
  const omitted = { ...(ranked.length > shown.length && { omitted: ranked.length - shown.length }) };
  const nearest =
    best === undefined ? '' : `: ${[...best.names, best.end].filter((part) => part !== '').join(' → ')}`;
  if (verdict === 'fail') {
    const fix = fixOf(best, told.ways);
    return {
      ...base,
      text: `${eventText(witness)} of ${set.id} goes unseen${nearest}`,
      ...(fix !== undefined && { fix }),
      children,
      ...omitted,
    };
  }
  const undecided =
    judgement.most.verdict === 'undecided'
      ? judgement.most.reason
      : judgement.sure.verdict === 'undecided'
        ? judgement.sure.reason
        : undefined;
  const doubtful = best?.verdict === 'unknown';
  const causes: Cause[] = doubtful || undecided === undefined ? [] : [undecidedCause(subject, undecided)];
  return {
    ...base,
    text:
      doubtful || undecided === undefined
        ? `it is not known whether every event of ${set.id} is covered${nearest}`
        : `it could not be decided whether every event of ${set.id} is covered: ${undecided}`,
    ...(causes.length > 0 && { causes }),
    children,
    ...omitted,
  };
}

/** Says that a chain begins in another account than the one that is judged: an organization trail, mostly. */
function inherited({ links, names }: Path, { resource }: Subject): string {
  const owner = links[0]?.resource?.account;
  return owner === undefined || owner === resource.account
    ? ''
    : `, inherited from ${names[0] ?? ''} in account ${owner}`;
}

/** What to do about the link at which the nearest path breaks, and to have the other ways that count. */
function fixOf(best: Path | undefined, ways: readonly Way[]): string | undefined {
  const others = ways.flatMap(({ name, fix }) => (fix === undefined || name === best?.way ? [] : [fix]));
  if (best?.fix === undefined) return undefined;
  return [best.fix, ...others.map((fix) => `Or: ${fix}.`)].join(' ');
}

/** Where a chain breaks, and what to do there. */
function fixAt(link: Link, owner: Resource, element?: Resource): string | undefined {
  if (link.fix === undefined) return undefined;
  const { account, region } = element ?? owner;
  const place = region === 'global' ? `account ${account}` : `account ${account}, region ${region}`;
  const at =
    element === undefined ? `${called(owner)} has no ${link.label}` : `it breaks at ${called(element)}`;
  return `${at} (${place}): ${link.fix}.`;
}

function undecidedCause(subject: Subject, reason: string): Cause {
  const record = subject.resource.sources[0]?.record;
  return {
    call: record === undefined ? 'trailwarden:covers' : `${record.service}:${record.operation}`,
    account: subject.resource.account,
    region: subject.resource.region,
    code: 'Undecided',
    message: reason,
  };
}

/** `the event signin.amazonaws.com ConsoleLogin`, short enough for a sentence. */
function eventText(event: JsonObject | undefined): string {
  if (event === undefined) return 'an event';
  const parts = [event['eventSource'], event['eventName']].filter((part) => typeof part === 'string');
  return parts.length === 0 ? 'an event' : `the event ${clip(parts.join(' '))}`;
}

/** The fewest of these paths (found greedily) that still cover the set: what a reader needs to see of a pass. */
function enough(paths: readonly Path[], told: Told): readonly Path[] {
  if (paths.length > 100) return paths;
  let kept = [...paths];
  for (const path of paths.toReversed()) {
    const fewer = kept.filter((one) => one !== path);
    const provided = fewer.flatMap((one) => (one.predicate === undefined ? [] : [one.predicate]));
    if (told.covers(provided).verdict === 'proved') kept = fewer;
  }
  return kept;
}

function pathReason(path: Path): Reason {
  return {
    kind: 'path',
    verdict: path.verdict,
    text: [...path.names, path.end].filter((part) => part !== '').join(' → '),
    children: path.links,
  };
}

/** A path that is not the nearest: how each link came out, and only of the ones that do not hold why. */
function pathInShort(path: Path): Reason {
  const links = path.links.map((link) => {
    if (link.verdict !== 'pass') return link;
    const { children: _, evidence: __, ...short } = link;
    return short;
  });
  return pathReason({ ...path, links });
}

/** Follows ways link by link. Where links see nothing any more, the best continuation stands for all. */
class Walk {
  readonly #told: Told;
  readonly #witness: JsonObject | undefined;
  readonly #how: Explaining;
  #left = budget;

  constructor(told: Told, witness: JsonObject | undefined, how: Explaining) {
    this.#told = told;
    this.#witness = witness;
    this.#how = how;
  }

  paths(way: number, subject: Subject): readonly Path[] {
    const { name, links } = this.#told.ways[way]!;
    const lastSees = links.findLastIndex((link) => link.sees !== undefined);
    return this.#from(links, 0, subject, lastSees).map((path) => ({ ...path, way: name }));
  }

  /** All paths from a subject over the links from `index`; none is cut before the last link that sees. */
  #from(links: readonly Link[], index: number, owner: Subject, lastSees: number): readonly Path[] {
    const link = links[index];
    if (link === undefined)
      return [
        {
          links: [],
          verdict: 'pass',
          holds: 0,
          names: [],
          end: '',
          predicate: this.#told.algebra.everything,
        },
      ];
    const list = link.relation.read(owner);
    if (list instanceof Unknown) return [unreadable(link, list.causes)];
    const found: Path[] = [];
    for (const at of positions(list)) {
      if (this.#left <= 0) break;
      this.#left -= 1;
      const element = list.at(at, owner.evaluation);
      const { reason, near } = this.#link(link, element);
      if (reason.verdict === 'fail') {
        found.push({
          links: [reason],
          verdict: 'fail',
          holds: near,
          names: [],
          end: reason.text,
          predicate: undefined,
          fix: fixAt(link, owner.resource, element.resource),
        });
        continue;
      }
      let rest = this.#from(links, index + 1, element, lastSees);
      if (index >= lastSees) rest = rest.toSorted(better).slice(0, 1);
      const seen = link.sees?.(element);
      const own = seen === undefined || seen instanceof Unknown ? this.#told.algebra.everything : seen;
      for (const path of rest)
        found.push({
          links: [reason, ...path.links],
          verdict: path.verdict === 'fail' ? 'fail' : reason.verdict === 'unknown' ? 'unknown' : path.verdict,
          holds: path.holds + 1,
          names: [called(element.resource), ...path.names],
          end: path.end !== '' ? path.end : reason.verdict === 'unknown' ? reason.text : '',
          predicate: path.predicate && this.#told.algebra.and(own, path.predicate),
          fix: path.fix,
        });
    }
    if (list.missing !== undefined) found.push(incomplete(link, list));
    if (found.length === 0) found.push(none(link, list, owner.resource));
    return found;
  }

  #link(link: Link, element: Subject): LinkTold {
    const { resource } = element;
    const source = resource.sources[0];
    const base = {
      kind: 'link',
      field: link.label,
      resource: resourceOf(resource),
      ...(source !== undefined && { evidence: [evidenceOf(source.record, source.path)] }),
    };
    const where = link.where?.explain(element, this.#how);
    const told = (verdict: Reason['verdict'], text: string): LinkTold => ({
      reason: { ...base, ...(where !== undefined && { children: [where] }), verdict, text },
      near: 0,
    });
    if (where !== undefined && where.verdict === 'fail')
      return told('fail', `${called(resource)}: ${where.text}`);
    const seen = link.sees?.(element);
    if (link.sees !== undefined && seen === undefined)
      return told('fail', `${called(resource)} sees no events`);
    if (seen instanceof Unknown) {
      const { reason } = told(
        'unknown',
        `${called(resource)}: ${link.seesText} is not known: ${causeText(seen.causes)}`,
      );
      return { reason: { ...reason, causes: inOrder(seen.causes) }, near: 0 };
    }
    if (seen !== undefined && this.#witness !== undefined) {
      const { algebra } = this.#told;
      if (algebra.matches(seen, this.#witness) === false)
        return {
          ...told(
            'fail',
            `${called(resource)} does not see ${eventText(this.#witness)}${unmet(seen, this.#witness, algebra)}`,
          ),
          near: nearness(seen, this.#witness, algebra) * 0.9,
        };
    }
    if (where !== undefined && where.verdict === 'unknown')
      return told('unknown', `${called(resource)}: ${where.text}`);
    return told('pass', `${called(resource)} holds`);
  }
}

/** The conditions of a predicate that the event does not meet, where they can be named in a few words. */
function unmet(predicate: Predicate, event: JsonObject, algebra: EventAlgebra): string {
  const parts = predicate.kind === 'all' ? predicate.of : [predicate];
  const failing = parts.filter((part) => algebra.matches(part, event) !== true);
  const named = failing.flatMap((part) => (part.kind === 'field' ? [describeAtom(part)] : []));
  if (named.length === 0 || named.length < failing.length) return '';
  return `, since it asks for ${clip(joined(named, 2), 200)}`;
}

/**
 * How much of a predicate is true of an event, from 0 to 1. A filter that names what the event is (`eventName = ...`)
 * was meant for it more than one that merely does not exclude it.
 */
function nearness(predicate: Predicate, event: JsonObject, algebra: EventAlgebra): number {
  switch (predicate.kind) {
    case 'all': {
      let met = 0;
      let named = 0;
      for (const part of predicate.of) {
        const near = nearness(part, event, algebra);
        met += near;
        if (near > 0 && namesText(part)) named += 1;
      }
      return 0.8 * (1 - 1 / (1 + named)) + 0.2 * (met / predicate.of.length);
    }
    case 'any':
      return Math.max(0, ...predicate.of.map((part) => nearness(part, event, algebra)));
    case 'everything':
    case 'nothing':
    case 'undecided':
    case 'not':
    case 'field':
    case 'record-text':
      return algebra.matches(predicate, event) === true ? 1 : 0;
  }
}

/** Whether some field must hold one of certain texts. */
function namesText(predicate: Predicate): boolean {
  if (predicate.kind === 'any') return predicate.of.some(namesText);
  return (
    predicate.kind === 'field' && typeof predicate.test.text === 'object' && !predicate.test.text.negated
  );
}

function better(a: Path, b: Path): number {
  const order = { pass: 2, unknown: 1, fail: 0 };
  return order[b.verdict] - order[a.verdict] || b.holds - a.holds;
}

function unreadable(link: Link, causes: readonly Cause[]): Path {
  const text = `the ${link.label} is not known: ${causeText(causes)}`;
  return {
    links: [{ kind: 'link', verdict: 'unknown', field: link.label, text, causes: inOrder(causes) }],
    verdict: 'unknown',
    holds: 0,
    names: [],
    end: text,
    predicate: undefined,
  };
}

function incomplete(link: Link, list: Elements): Path {
  const causes = list.missing?.causes ?? [];
  const text = `the list of ${plural(link.label)} is incomplete: ${causeText(causes)}`;
  return {
    links: [{ kind: 'link', verdict: 'unknown', field: link.label, text, causes: inOrder(causes) }],
    verdict: 'unknown',
    holds: 0,
    names: [],
    end: text,
    predicate: undefined,
  };
}

function none(link: Link, list: Elements, owner: Resource): Path {
  const text = `no ${link.label}`;
  return {
    links: [
      {
        kind: 'link',
        verdict: 'fail',
        field: link.label,
        text,
        ...(list.records.length > 0 && { evidence: listEvidence(list.records) }),
      },
    ],
    verdict: 'fail',
    holds: 0,
    names: [],
    end: text,
    predicate: undefined,
    fix: fixAt(link, owner),
  };
}
