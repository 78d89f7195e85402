import { createHmac } from 'node:crypto';

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { AccountInScope, CoverageCell, Manifest, Redaction } from './manifest.ts';
import { withoutPlace } from './part.ts';
import type { AnswerRecord } from './record.ts';
import type { Snapshot } from './snapshot.ts';
import type { SnapshotWriter } from './write.ts';
import { removable, type Removable } from './removable.ts';

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
  writer: SnapshotWriter,
): Promise<Manifest> {
  const redactor = new Redactor(new Set(kinds), key);
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

  constructor(kinds: ReadonlySet<Removable>, key: Buffer) {
    this.#kinds = kinds;
    this.#key = key;
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

  /** Who is texted, in whatever form the number was given. */
  #phone(text: string): string {
    return this.#kinds.has('phones') && !isMark(text) ? this.#mark('phones', text) : text;
  }

  text(text: string): string {
    if (/^\+[1-9][0-9]{6,14}$/.test(text)) return this.#phone(text);
    return this.#kinds.has('emails') ? this.#withoutEmails(text) : text;
  }

  #object(object: JsonObject): JsonObject {
    const web = this.#kinds.has('endpoints') ? webEndpoint(object) : undefined;
    return Object.fromEntries(
      Object.entries(object).map(([name, value]): [string, JsonValue | undefined] => {
        if (name === 'Endpoint' && web !== undefined)
          return [name, `${web.scheme}${this.#mark('endpoints', web.url)}`];
        if (name === 'Endpoint' && object['Protocol'] === 'sms' && typeof value === 'string')
          return [name, this.#phone(value)];
        if (this.#kinds.has('tags') && tagMembers.has(name)) return [name, this.#tags(value)];
        return [name, this.#value(value)];
      }),
    );
  }

  #value(value: JsonValue | undefined): JsonValue | undefined {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => this.#value(item) ?? null);
    return isJsonObject(value) ? this.#object(value) : value;
  }

  /** Tags as a list of `{Key, Value}` or as a map: values go, keys stay. */
  #tags(value: JsonValue | undefined): JsonValue | undefined {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => this.#tags(item) ?? null);
    if (!isJsonObject(value)) return this.#value(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        if (name === 'Key' || name === 'key' || typeof member !== 'string')
          return [name, this.#value(member)];
        return [name, isMark(member) ? member : this.#mark('tags', member)];
      }),
    );
  }

  /** Looks left and right of each `@`: every character is read once, whatever the text. */
  #withoutEmails(text: string): string {
    let told = '';
    let from = 0;
    for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
      let start = at;
      while (start > from && localPart.test(text[start - 1] ?? '')) start -= 1;
      let end = at + 1;
      while (end < text.length && domainPart.test(text[end] ?? '')) end += 1;
      // A dot at the end ends the sentence, not the name.
      while (end > at + 1 && !letterOrDigit.test(text[end - 1] ?? '')) end -= 1;
      const labels = text.slice(at + 1, end).split('.');
      if (start === at || labels.length < 2 || !/^\p{L}{2,}$/u.test(labels.at(-1) ?? '')) continue;
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

const localPart = /[\p{L}\p{N}._%+-]/u;
const domainPart = /[\p{L}\p{N}.-]/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
const tagMembers = new Set(['Tags', 'tags', 'TagSet', 'TagList', 'TagsList']);

function isMark(text: string): boolean {
  return /^redacted-[a-z]+-[0-9a-f]{64}$/.test(text);
}

/** The web address that a subscription of SNS delivers to, and its scheme, which rules look at. */
function webEndpoint(object: JsonObject): { readonly scheme: string; readonly url: string } | undefined {
  const { Protocol, Endpoint } = object;
  if ((Protocol !== 'http' && Protocol !== 'https') || typeof Endpoint !== 'string') return undefined;
  const scheme = /^https?:\/\//i.exec(Endpoint)?.[0] ?? '';
  return isMark(Endpoint.slice(scheme.length)) ? undefined : { scheme, url: Endpoint };
}
