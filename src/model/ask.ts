import type { JsonObject } from '../json.ts';
import type { CallName, StoredRecord } from '../snapshot/record.ts';
import type { Answering, Answers } from './answers.ts';
import { askedMembers, asksForAll } from './calls.ts';
import type { OrganizationModel } from './organization.ts';
import type { Source } from './resource.ts';
import { joinUnknown, type Unknown } from './unknown.ts';
import type { WhyMissing } from './why-missing.ts';

/** What the snapshot holds of a list that AWS gives in pages. */
export interface Listed {
  /** Pages with an output, in order. */
  readonly pages: readonly StoredRecord[];
  /** Why the list may hold more; undefined when every page from the first to the last is there. */
  readonly missing: Unknown | undefined;
  /** All records that speak of it, errors included. */
  readonly records: readonly StoredRecord[];
}

/** One answer: what AWS told, or the proof that the thing asked for does not exist. */
export interface Told {
  readonly record: StoredRecord;
  /** Undefined where AWS answered that there is no such thing. */
  readonly output: JsonObject | undefined;
}

/** A question to one account in one region. */
export interface Question {
  readonly call: CallName;
  readonly account: string;
  readonly region: string;
  /** Which inputs ask this question; all that ask for everything where left out. */
  readonly answering?: Answering;
}

/** The list that a paged call gave in an account and region. */
export function askList(model: OrganizationModel, question: Question): Listed {
  const part = model.part(question.account);
  if (part === undefined) {
    return {
      pages: [],
      missing: model.whyMissing.account(question.call, question.account, question.region),
      records: [],
    };
  }
  return listFrom(part.answers, model.whyMissing, question);
}

/** As {@link askList}, from given answers. */
export function listFrom(answers: Answers, why: WhyMissing, question: Question): Listed {
  const answering = question.answering ?? ((input: JsonObject) => asksForAll(input));
  const found = answers
    .records(question.call, question.region)
    .filter((record) => answering(record.input, record.output));
  // Most questions were asked once, and the answer was one page.
  if (found.length === 1) return pageChain(found, why, question);
  const groups = new Map<string, StoredRecord[]>();
  for (const record of found) {
    const key = JSON.stringify(askedMembers(record.input).map((name) => [name, record.input[name]]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  let best: Listed | undefined;
  for (const group of groups.values()) {
    const chain = pageChain(group, why, question);
    if (chain.missing === undefined) return chain;
    if (best === undefined || chain.pages.length > best.pages.length) best = chain;
  }
  return (
    best ?? {
      pages: [],
      missing: why.record(question.call, question.account, question.region),
      records: [],
    }
  );
}

/** Orders pages and checks that they run from the first to the last without a gap. */
function pageChain(group: readonly StoredRecord[], why: WhyMissing, question: Question): Listed {
  const [only] = group;
  if (group.length === 1 && only?.output !== undefined && only.page === undefined)
    return { pages: group, missing: undefined, records: group };
  const pages = new Map<number, StoredRecord>();
  const errors: StoredRecord[] = [];
  for (const record of group) {
    if (record.output === undefined) errors.push(record);
    else pages.set(record.page?.number ?? 1, record);
  }
  const numbers = [...pages.keys()].sort((a, b) => a - b);
  const ordered = numbers.flatMap((number) => pages.get(number) ?? []);
  let next = 1;
  let complete = false;
  for (const page of ordered) {
    if ((page.page?.number ?? 1) !== next) break;
    next += 1;
    if (page.page?.last ?? true) {
      complete = true;
      break;
    }
  }
  if (complete) return { pages: ordered, missing: undefined, records: ordered };
  const error = errors.at(-1);
  if (ordered.length === 0 && error?.error?.absent === true) {
    return { pages: [], missing: undefined, records: [error] };
  }
  const missing =
    error === undefined ? why.page(question.call, question.account, question.region, next) : why.error(error);
  return { pages: ordered, missing, records: [...ordered, ...errors] };
}

/** The answer to a question about one thing. */
export function askOne(model: OrganizationModel, question: Question): Told | Unknown {
  const part = model.part(question.account);
  if (part === undefined) {
    return model.whyMissing.account(question.call, question.account, question.region);
  }
  return tellFrom(part.answers, model.whyMissing, question);
}

/** As {@link askOne}, from given answers. */
export function tellFrom(answers: Answers, why: WhyMissing, question: Question): Told | Unknown {
  const answering = question.answering ?? ((input: JsonObject) => asksForAll(input));
  let error: StoredRecord | undefined;
  for (const record of answers.records(question.call, question.region)) {
    if (!answering(record.input, record.output)) continue;
    if (record.output !== undefined) return { record, output: record.output };
    error = record;
  }
  if (error === undefined) return why.record(question.call, question.account, question.region);
  if (error.error?.absent === true) return { record: error, output: undefined };
  return why.error(error);
}

/** The objects that stand in a member of the pages, each with its place. Anything else in the list is passed over. */
export function itemsOf(listed: Listed, member: string): { data: JsonObject; source: Source }[] {
  const items: { data: JsonObject; source: Source }[] = [];
  for (const record of listed.pages) {
    const list = record.output?.[member];
    if (!Array.isArray(list)) continue;
    for (const [index, data] of list.entries()) {
      if (typeof data !== 'object' || data === null || Array.isArray(data)) continue;
      items.push({ data, source: { record, path: `${member}[${index}]` } });
    }
  }
  return items;
}

/** Several lists as one. */
export function joinListed(lists: readonly Listed[]): Listed {
  return {
    pages: lists.flatMap((list) => list.pages),
    missing: joinUnknown(lists.map((list) => list.missing)),
    records: lists.flatMap((list) => list.records),
  };
}
