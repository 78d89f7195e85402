import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { shortened } from '../text.ts';

/** A JSON report as {@link readJsonReport} gives it. */
export interface DiffSide {
  readonly report: JsonObject;
  readonly findings: readonly JsonObject[];
}

/** A finding that is not the same in both reports. Texts may hold untrusted text. */
export interface FindingChange {
  readonly rule: string;
  readonly resource: { readonly id: string; readonly account: string; readonly region: string };
  readonly fingerprint: string;
  /** `waived` stands beside the verdict, which it does not change. Null where the report has no such finding. */
  readonly before: FindingState | null;
  readonly after: FindingState | null;
  /** Of the later report where it has the finding. */
  readonly message: string;
  /** What is behind it, a sentence without a dot each; at least one for what is new, changed or gone. */
  readonly why: readonly string[];
}

export interface FindingState {
  readonly verdict: string;
  readonly severity: string;
  readonly waived: boolean;
}

export interface ReportDiff {
  /** In the order of the later report. */
  readonly new: readonly FindingChange[];
  /** Another verdict, severity or waiver. */
  readonly changed: readonly FindingChange[];
  /** In the order of the earlier report. */
  readonly gone: readonly FindingChange[];
  /** The same outcome from other values. */
  readonly otherValues: readonly FindingChange[];
  /** How many have the same outcome, those with other values included. */
  readonly unchanged: number;
}

/** Whether people want to hear of a change: a resource that came or went and passes is no news. */
export function isNews({ before, after }: FindingChange): boolean {
  if (before !== null && after !== null) return true;
  return !['pass', 'not-applicable'].includes((after ?? before)?.verdict ?? '');
}

/** From which verdict to which: `pass → fail (waived)`; one of them where there is no other, or both are the same. */
export function describeStep(before: FindingState | null, after: FindingState | null): string {
  const [from, to] = [before, after].map((state) =>
    state === null ? undefined : `${state.verdict}${state.waived ? ' (waived)' : ''}`,
  );
  if (from === undefined || to === undefined || from === to) return to ?? from ?? '';
  return `${from} → ${to}`;
}

/** Most reasons that are told of one change. */
const whyLimit = 10;

/** Compares two reports finding by finding, by fingerprint, and tells what is behind each change. */
export function diffReports(before: DiffSide, after: DiffSide): ReportDiff {
  const earlier = new Map(before.findings.map((finding) => [textOf(finding['fingerprint']), finding]));
  const sides = { before: scopeOf(before.report), after: scopeOf(after.report) };
  const added: FindingChange[] = [];
  const changed: FindingChange[] = [];
  const otherValues: FindingChange[] = [];
  let unchanged = 0;
  for (const finding of after.findings) {
    const fingerprint = textOf(finding['fingerprint']);
    const old = earlier.get(fingerprint);
    earlier.delete(fingerprint);
    if (old === undefined) {
      added.push(change(undefined, finding, [whyNew(finding, sides.before)]));
      continue;
    }
    const why = differences(old, finding, sides);
    if (canonicalJson({ ...stateOf(old) }) === canonicalJson({ ...stateOf(finding) })) {
      unchanged += 1;
      if (why.length > 0) otherValues.push(change(old, finding, why));
    } else {
      const told = `it was: ${textOf(old['message'])}`;
      changed.push(change(old, finding, why.length === 0 ? [told] : why));
    }
  }
  const gone = [...earlier.values()].map((finding) =>
    change(finding, undefined, [whyGone(finding, sides.after)]),
  );
  return { new: added, changed, gone, otherValues, unchanged };
}

/** What a report was about. */
interface Scope {
  /** Text of each rule, by id. */
  readonly rules: ReadonlyMap<string, string>;
  /** How each account was scanned, by id. */
  readonly accounts: ReadonlyMap<string, string>;
}

function scopeOf(report: JsonObject): Scope {
  const snapshot = isJsonObject(report['snapshot']) ? report['snapshot'] : {};
  return {
    rules: new Map(objectsOf(report['rules']).map((rule) => [textOf(rule['id']), textOf(rule['source'])])),
    accounts: new Map(
      objectsOf(snapshot['accounts']).map((account) => [textOf(account['id']), textOf(account['scan'])]),
    ),
  };
}

function whyNew(finding: JsonObject, before: Scope): string {
  const account = resourceOf(finding).account;
  if (!before.rules.has(textOf(finding['rule']))) return 'the rule did not run before';
  const scan = before.accounts.get(account);
  if (scan === undefined) return `account ${account} was not known before`;
  if (scan !== 'collected') return `account ${account} was not seen before (${scan})`;
  return 'the resource was not there before';
}

function whyGone(finding: JsonObject, after: Scope): string {
  const account = resourceOf(finding).account;
  if (!after.rules.has(textOf(finding['rule']))) return 'the rule does not run any more';
  const scan = after.accounts.get(account);
  if (scan === undefined) return `account ${account} is not known any more`;
  if (scan !== 'collected') return `account ${account} was not seen this time (${scan})`;
  return 'the resource is not there any more';
}

/** What differs between two findings of one rule and resource: rule, parameters, values, answers, waiver. */
function differences(
  old: JsonObject,
  finding: JsonObject,
  sides: { readonly before: Scope; readonly after: Scope },
): readonly string[] {
  const why: string[] = [];
  const rule = textOf(finding['rule']);
  const earlier = textOf(old['rule']);
  if (earlier !== rule) why.push(`the rule was called ${earlier}`);
  const source = sides.before.rules.get(earlier);
  if (source && sides.after.rules.get(rule) && source !== sides.after.rules.get(rule))
    why.push('the rule itself changed');
  const parameters = [old, finding].map((side) =>
    isJsonObject(side['parameters']) ? side['parameters'] : {},
  );
  why.push(
    ...changedValues(
      new Map(
        Object.entries(parameters[0] ?? {}).map(([name, value]) => [`parameter ${name}`, shown(value)]),
      ),
      new Map(
        Object.entries(parameters[1] ?? {}).map(([name, value]) => [`parameter ${name}`, shown(value)]),
      ),
      'both or one',
    ),
  );
  const own = resourceOf(finding).id;
  const values = changedValues(fieldsOf(old['reasons'], own), fieldsOf(finding['reasons'], own), 'both');
  why.push(...values);
  if (values.length === 0) why.push(...changedValues(evidenceOf(old), evidenceOf(finding), 'both'));
  const [missedBefore, missedNow] = [causesOf(old['reasons']), causesOf(finding['reasons'])];
  for (const cause of missedNow) if (!missedBefore.has(cause)) why.push(`not answered now: ${cause}`);
  for (const cause of missedBefore) if (!missedNow.has(cause)) why.push(`answered now: ${cause}`);
  const [waived, waivedNow] = [old['waiver'], finding['waiver']].map((waiver) =>
    isJsonObject(waiver ?? null),
  );
  if (waived && !waivedNow) why.push('its waiver holds no more');
  if (!waived && waivedNow) why.push('it is waived now');
  if (why.length <= whyLimit) return why;
  return [...why.slice(0, whyLimit), `${why.length - whyLimit} more differences`];
}

function changedValues(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  of: 'both' | 'both or one',
): readonly string[] {
  const names = of === 'both' ? [...after.keys()] : [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (of === 'both' && (old === undefined || now === undefined)) return [];
    return old === now ? [] : [`${name} was ${old ?? 'absent'}, is ${now ?? 'absent'}`];
  });
}

/** Fields that a tree of reasons looked at, named with their resource where it is another one than the finding's. */
function fieldsOf(reasons: JsonValue | undefined, own: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const visit = (node: JsonValue | undefined, resource: string): void => {
    if (!isJsonObject(node)) return;
    const named = isJsonObject(node['resource']) ? textOf(node['resource']['id']) : resource;
    if (typeof node['field'] === 'string') {
      const name = named === own ? node['field'] : `${node['field']} of ${named}`;
      if (node['verdict'] === 'unknown' && node['found'] === undefined) fields.set(name, 'unknown');
      else fields.set(name, node['found'] === undefined ? 'absent' : shown(node['found']));
    }
    for (const child of objectsOf(node['children'])) visit(child, named);
  };
  visit(reasons, own);
  return fields;
}

function evidenceOf(finding: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    objectsOf(finding['evidence']).map((item) => {
      const place = textOf(item['path']);
      const name = `${textOf(item['call'])} in ${textOf(item['account'])} ${textOf(item['region'])}${place === '' ? '' : ` ${place}`}`;
      if (typeof item['error'] === 'string') return [name, item['error']];
      return [name, item['value'] === undefined ? 'absent' : shown(item['value'])];
    }),
  );
}

/** Answers that are missing, each as `call in account region: code`. */
function causesOf(reasons: JsonValue | undefined): ReadonlySet<string> {
  const causes = new Set<string>();
  const visit = (node: JsonValue | undefined): void => {
    if (!isJsonObject(node) || node['verdict'] !== 'unknown') return;
    for (const cause of objectsOf(node['causes']))
      causes.add(
        `${textOf(cause['call'])} in ${textOf(cause['account'])} ${textOf(cause['region'])}: ${textOf(cause['code'])}`,
      );
    for (const child of objectsOf(node['children'])) visit(child);
  };
  visit(reasons);
  return causes;
}

function change(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  why: readonly string[],
): FindingChange {
  const finding = after ?? before ?? {};
  const { id, account, region } = resourceOf(finding);
  return {
    rule: textOf(finding['rule']),
    resource: { id, account, region },
    fingerprint: textOf(finding['fingerprint']),
    before: before === undefined ? null : stateOf(before),
    after: after === undefined ? null : stateOf(after),
    message: textOf(finding['message']),
    why,
  };
}

function stateOf(finding: JsonObject): FindingState {
  return {
    verdict: textOf(finding['verdict']),
    severity: textOf(finding['severity']),
    waived: isJsonObject(finding['waiver'] ?? null),
  };
}

function resourceOf(finding: JsonObject): { id: string; account: string; region: string } {
  const resource = isJsonObject(finding['resource']) ? finding['resource'] : {};
  return {
    id: textOf(resource['id']),
    account: textOf(resource['account']),
    region: textOf(resource['region']),
  };
}

function shown(value: JsonValue | undefined): string {
  return shortened(typeof value === 'string' ? value : canonicalJson(value), 200);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}
