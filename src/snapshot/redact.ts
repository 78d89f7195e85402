import { createHmac } from 'node:crypto';

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { AccountInScope, CoverageCell, Manifest, Redaction } from './manifest.ts';
import { withoutPlace } from './part.ts';
import type { AnswerRecord } from './record.ts';
import type { Snapshot } from './snapshot.ts';
import type { SnapshotWriter } from './write.ts';
import { removable, type Removable } from './removable.ts';

/** Where in answers stands what may be removed, beside what shows by its form. */
export interface RemovableFields {
  /** Members that hold tags: a list of objects with a key and a value each, or a map. */
  readonly tags: ReadonlySet<string>;
  /** Members that hold the key of a tag. */
  readonly tagKeys: ReadonlySet<string>;
  /** The member that says to whom something is delivered, and the one beside it that says how. */
  readonly delivery: {
    readonly to: string;
    readonly how: string;
    /** Ways that lead to a web address. */
    readonly web: ReadonlySet<string>;
    /** Ways that lead to a phone. */
    readonly phone: ReadonlySet<string>;
    /** Ways that lead to a mailbox. */
    readonly mail: ReadonlySet<string>;
  };
}

/**
 * Writes a copy of a snapshot without what is to be removed. In its place stands a keyed hash (HMAC-SHA-256): what was equal stays
 * equal, and who holds key and original can prove what stood there. A bare hash would not do: all phone numbers of the
 * world are hashed within minutes.
 * @param key of the hash, at least 32 bytes. The same key gives the same bytes
 */
export async function redactSnapshot(
  snapshot: Snapshot,
  kinds: readonly Removable[],
  key: Buffer,
  fields: RemovableFields,
  writer: SnapshotWriter,
): Promise<Manifest> {
  const redactor = new Redactor(new Set(kinds), key, fields);
  const { manifest } = snapshot;
  for (const { account } of manifest.parts) {
    const records = account === null ? await snapshot.organization() : await snapshot.account(account);
    const part = writer.partWriter(account);
    for (const record of records ?? []) await part.append(redactor.record(withoutPlace(record)));
    await part.close();
  }
  const { format: _f, version: _v, parts: _p, rootHash, ...summary } = manifest;
  const told = {
    ...summary,
    caller: { ...manifest.caller, arn: redactor.text(manifest.caller.arn) },
    accounts: manifest.accounts.map((account) => redactor.scope(account)),
    coverage: manifest.coverage.map((cell) => redactor.cell(cell)),
    notices: manifest.notices.map((notice) => redactor.text(notice)),
    ...(manifest.mergedFrom !== undefined && {
      mergedFrom: manifest.mergedFrom.map((each) => ({
        ...each,
        caller: { ...each.caller, arn: redactor.text(each.caller.arn) },
      })),
    }),
  };
  const redaction: Redaction = {
    of: rootHash,
    hash: 'HMAC-SHA-256',
    removed: removable
      .filter((kind) => kinds.includes(kind))
      .map((kind) => ({ kind, count: redactor.counts[kind] })),
  };
  return writer.finish({ ...told, redactions: [...(manifest.redactions ?? []), redaction] });
}

class Redactor {
  readonly counts: Record<Removable, number> = { emails: 0, phones: 0, endpoints: 0, tags: 0 };
  readonly #kinds: ReadonlySet<Removable>;
  readonly #key: Buffer;
  readonly #fields: RemovableFields;

  constructor(kinds: ReadonlySet<Removable>, key: Buffer, fields: RemovableFields) {
    this.#kinds = kinds;
    this.#key = key;
    this.#fields = fields;
  }

  record(record: AnswerRecord): AnswerRecord {
    const { input, output, error } = record;
    return {
      ...record,
      input: this.#object(input),
      ...(output === undefined ? {} : { output: this.#object(output) }),
      ...(error === undefined ? {} : { error: { ...error, message: this.text(error.message) } }),
    };
  }

  scope(account: AccountInScope): AccountInScope {
    const { name, reason, path } = account;
    return {
      ...account,
      ...(name === undefined ? {} : { name: this.text(name) }),
      ...(path === undefined ? {} : { path: this.text(path) }),
      ...(reason === undefined ? {} : { reason: this.text(reason) }),
    };
  }

  cell(cell: CoverageCell): CoverageCell {
    const { cause, principal } = cell;
    return {
      ...cell,
      ...(cause === undefined ? {} : { cause: this.text(cause) }),
      ...(principal === undefined ? {} : { principal: this.text(principal) }),
    };
  }

  /** To whom something is delivered, in whatever form that was given. */
  #whole(kind: 'emails' | 'phones', text: string): string {
    return this.#kinds.has(kind) && !isMark(text) ? this.#mark(kind, text) : text;
  }

  text(text: string): string {
    const told = this.#kinds.has('emails') ? this.#withoutEmails(text) : text;
    return this.#kinds.has('phones')
      ? told.replace(phoneNumber, (number) => this.#mark('phones', number))
      : told;
  }

  #object(object: JsonObject): JsonObject {
    const { tags, delivery } = this.#fields;
    return Object.fromEntries(
      Object.entries(object).map(([name, value]): [string, JsonValue | undefined] => {
        if (name === delivery.to && typeof value === 'string')
          return [name, this.#receiver(value, object[delivery.how])];
        if (this.#kinds.has('tags') && tags.has(name)) return [name, this.#tags(value)];
        return [this.text(name), this.#value(value)];
      }),
    );
  }

  /** To whom something is delivered. Of a web address the scheme stays, which rules look at. */
  #receiver(text: string, how: JsonValue | undefined): string {
    const { web, phone, mail } = this.#fields.delivery;
    if (typeof how !== 'string') return this.text(text);
    if (phone.has(how)) return this.#whole('phones', text);
    if (mail.has(how)) return this.#whole('emails', text);
    if (!this.#kinds.has('endpoints') || !web.has(how)) return this.text(text);
    const scheme = /^https?:\/\//i.exec(text)?.[0] ?? '';
    return isMark(text.slice(scheme.length)) ? this.text(text) : `${scheme}${this.#mark('endpoints', text)}`;
  }

  #value(value: JsonValue | undefined): JsonValue | undefined {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => this.#value(item) ?? null);
    return isJsonObject(value) ? this.#object(value) : value;
  }

  /** Tags as a list or as a map: values go, keys stay. */
  #tags(value: JsonValue | undefined): JsonValue | undefined {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => this.#tags(item) ?? null);
    if (!isJsonObject(value)) return this.#value(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        if (this.#fields.tagKeys.has(name) || typeof member !== 'string') return [name, this.#value(member)];
        return [this.text(name), isMark(member) ? member : this.#mark('tags', member)];
      }),
    );
  }

  /** Looks left and right of each `@`: every character is read a few times at most, whatever the text. */
  #withoutEmails(text: string): string {
    let told = '';
    let from = 0;
    for (const { 0: sign, index: at } of text.matchAll(atSign)) {
      const start = sign === '%40' ? startInUrl(text, at, from) : startOf(text, at, from);
      let end = at + sign.length;
      while (end < text.length && domainPart.test(text[end] ?? '')) end += 1;
      // A dot at the end ends the sentence, not the name.
      while (end > at + sign.length && !letterOrDigit.test(text[end - 1] ?? '')) end -= 1;
      const labels = text.slice(at + sign.length, end).split('.');
      if (start === at || labels.length < 2 || !topLevel.test(labels.at(-1) ?? '')) continue;
      told += text.slice(from, start) + this.#mark('emails', text.slice(start, end));
      from = end;
    }
    return told + text.slice(from);
  }

  #mark(kind: Removable, text: string): string {
    this.counts[kind] += 1;
    return `redacted-${kind}-${createHmac('sha256', this.#key).update(text).digest('hex')}`;
  }
}

/** Also as policies write it that are encoded as part of a web address, as those of IAM are, or escaped in JSON. */
const atSign = /@|%40|\\u0040/gi;
const localPart = /[\p{L}\p{M}\p{N}._%+-]/u;
const domainPart = /[\p{L}\p{M}\p{N}._-]/u;
const letterOrDigit = /[\p{L}\p{M}\p{N}]/u;
const topLevel = /^(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)$/iu;
/** E.164, with or without signs between the digits; not the sum of an expression. */
const phoneNumber = /(?<![\p{L}\p{N}_+.)\]}])\+[1-9](?:[ .()-]{0,2}[0-9]){6,14}(?![0-9])/gu;

/** Where the name before an `@` begins. */
function startOf(text: string, at: number, from: number): number {
  let start = at;
  while (start > from && localPart.test(text[start - 1] ?? '')) start -= 1;
  // The letter of an escaped line end in JSON is none of the name.
  return start < at && text[start - 1] === '\\' && /[bfnrt]/.test(text[start] ?? '') ? start + 1 : start;
}

/** As {@link startOf}, where signs stand as `%` and two digits. */
function startInUrl(text: string, at: number, from: number): number {
  let start = at;
  for (; start > from; start -= 1) {
    const sign = text.slice(Math.max(from, start - 3), start);
    if (/^%[0-9a-f]{2}$/i.test(sign)) {
      if (sign.toLowerCase() !== '%2b') return start;
      start -= 2;
    } else if (text[start - 1] === '%' || !localPart.test(text[start - 1] ?? '')) return start;
  }
  return start;
}

function isMark(text: string): boolean {
  return /^redacted-[a-z]+-[0-9a-f]{64}$/.test(text);
}
