import type { Evidence, ReasonResource } from '../../evaluate/finding.ts';
import type { JsonValue } from '../../json.ts';
import type { Resource } from '../../model/resource.ts';
import type { Cause } from '../../model/unknown.ts';
import type { StoredRecord } from '../../snapshot/record.ts';
import { compareText, shortened } from '../../text.ts';

/** Characters of a name or value that a sentence shows. */
const shownLength = 120;

/** A value in a sentence: short, on one line. Text stands in double quotes. */
export function show(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  return clip(JSON.stringify(value));
}

/** Long text cut so that a sentence stays readable. */
export function clip(text: string, length: number = shownLength): string {
  return shortened(text, length);
}

/** `trail org-trail`: noun and name, as sentences call a resource. */
export function called(resource: Resource): string {
  return `${resource.type.noun} ${clip(resource.name === '' ? resource.id : resource.name)}`;
}

/** English plural of a noun of ours. */
export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** `a trail`, `an account`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** `1 trail`, `3 trails`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

/** Causes in an order that does not depend on that of answers. */
export function inOrder(causes: readonly Cause[]): readonly Cause[] {
  if (causes.length < 2) return causes;
  return causes.toSorted(
    (a, b) =>
      compareText(a.account, b.account) ||
      compareText(a.region, b.region) ||
      compareText(a.call, b.call) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** Why something is not known, in one clause. */
export function causeText(given: readonly Cause[]): string {
  const causes = inOrder(given);
  const first = causes[0];
  if (first === undefined) return 'it could not be worked out';
  const place = first.region === 'global' ? first.account : `${first.account}, ${first.region}`;
  const more = causes.length === 1 ? '' : ` and ${causes.length - 1} more`;
  if (first.code === 'Undecided') return `${clip(first.message)}${more}`;
  if (first.code === 'NotScanned') return `account ${first.account} was not scanned${more}`;
  return `${first.call} in ${place} gave no answer (${clip(first.code, 60)})${more}`;
}

/** What reasons say of a resource. */
export function resourceOf(resource: Resource): ReasonResource {
  return {
    type: resource.type.name,
    id: resource.id,
    account: resource.account,
    region: resource.region,
    name: resource.name,
  };
}

/** A record as evidence. `value` is left out where it is long. */
export function evidenceOf(record: StoredRecord, path: string, value?: JsonValue): Evidence {
  const short = value !== undefined && JSON.stringify(value).length <= 200;
  return {
    call: `${record.service}:${record.operation}`,
    account: record.account,
    region: record.region,
    time: record.time,
    ...(record.requestId !== undefined && { requestId: record.requestId }),
    part: record.part,
    line: record.line,
    path,
    ...(short && { value }),
    ...(record.error !== undefined && { error: record.error.code }),
  };
}

/** Records as evidence that a list holds nothing else. */
export function listEvidence(records: readonly StoredRecord[]): readonly Evidence[] {
  return records
    .toSorted(
      (a, b) =>
        compareText(a.account, b.account) ||
        compareText(a.region, b.region) ||
        compareText(a.service, b.service) ||
        compareText(a.operation, b.operation) ||
        (a.page?.number ?? 0) - (b.page?.number ?? 0),
    )
    .map((record) => evidenceOf(record, ''));
}

/** Sentences joined with "and", at most `most` of them. */
export function joined(texts: readonly string[], most = 3): string {
  const shown = texts.slice(0, most);
  const rest = texts.length - shown.length;
  return rest > 0 ? `${shown.join('; ')}; and ${rest} more` : shown.join('; ');
}
