import { parseAddress, parseAddressRange, rangeContains } from '../../events/event-bridge/address.ts';
import { parseArn } from '../arn.ts';
import { isNegative, wildcardOperators, type RequestContext } from './condition.ts';
import type { Condition, PolicyDocument } from './document.ts';
import type { Caller } from './evaluate.ts';
import { isOpen } from './pattern.ts';

/** Requests that are tried before a question is left undecided. */
export const mostRequests = 20_000;

/**
 * Somebody who makes a request: a caller and what its requests carry. Each key has the values that the caller can
 * bring about; a request carries one of them.
 */
export interface Party {
  readonly caller: Caller;
  readonly keys: ReadonlyMap<string, readonly (string | readonly string[] | undefined)[]>;
}

/** An account and organization that nobody has heard of, for a policy that names neither. */
export interface Stranger {
  readonly account: string;
  readonly organization: string;
}

const strangerOrganization = 'o-zzzzzzzzzzzz';

/** An account id that stands nowhere in the policy: what holds for it holds for any account that is not named. */
export function strangerTo(policy: PolicyDocument): Stranger {
  const text = JSON.stringify(policy.statements.map((statement) => statement.data));
  let account = 999999999999;
  while (text.includes(`${account}`)) account -= 1;
  return { account: `${account}`, organization: strangerOrganization };
}

/** Values of a key, as tests of the policy have them. */
export function testsOf(policy: PolicyDocument, key: string): readonly Condition[] {
  return policy.statements.flatMap((statement) =>
    statement.conditions.filter((condition) => condition.key === key && condition.operator !== 'Null'),
  );
}

/** Texts that fit a value of a policy and that somebody of `account` could have. */
function instancesOf(condition: Condition, account: string): string[] {
  const wild = wildcardOperators.has(condition.operator);
  return condition.values.flatMap((pattern) => {
    if (!isOpen(pattern)) return accountIn(pattern) === account ? [pattern] : [];
    if (!wild) return [];
    const parts = pattern.split(':');
    const owner = parts[0] === 'arn' && parts.length >= 6 ? (parts[4] ?? '') : undefined;
    // Only the owner of a fixed account has what is in it.
    if (owner !== undefined && /^\d{12}$/.test(owner) && owner !== account) return [];
    return [
      parts
        .map((part, index) => (index === 4 && owner !== undefined ? filled(part, account) : filled(part)))
        .join(':'),
    ];
  });
}

/** A text that fits the wildcards: letters for them, or the digits of an account where it is one. */
function filled(pattern: string, account?: string): string {
  if (account !== undefined && (pattern === '*' || pattern === '')) return account;
  if (account === undefined && pattern === '*') return 'x';
  const digits = /^[\d*?]*$/.test(pattern) && pattern !== '';
  const plain = pattern.replaceAll(/\$\{[^}]*\}/g, 'x').replaceAll('?', digits ? '9' : 'x');
  if (!digits) return plain.replaceAll('*', 'x');
  const room = Math.max(0, 12 - plain.replaceAll('*', '').length);
  return plain.replace('*', '9'.repeat(room)).replaceAll('*', '');
}

/** Keys whose value whoever asks can choose, or that hardly restrict (S3 guide, the meaning of "public"). */
const chosenKeys: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principaltype',
  'aws:referer',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:tagkeys',
  'aws:tokenissuetime',
  'aws:useragent',
  'aws:username',
  'aws:viaawsservice',
  'kms:granteeprincipal',
  'kms:grantisforawsresource',
  'kms:viaservice',
  's3:authtype',
  's3:delimiter',
  's3:max-keys',
  's3:prefix',
  's3:signatureage',
  's3:signatureversion',
  's3:tlsversion',
  's3:versionid',
  'sns:endpoint',
  'sns:protocol',
]);
const chosenFamilies = [
  'aws:principaltag/',
  'aws:requesttag/',
  'kms:encryptioncontext',
  's3:x-amz-',
  's3:requestobjecttag',
];

/** Keys that say over which network a request comes. */
const networkKeys: ReadonlySet<string> = new Set([
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:vpcsourceip',
]);

type Values = readonly (string | readonly string[] | undefined)[];

/** What a request to the resource carries, whoever makes it. */
export type CommonKeys = ReadonlyMap<string, Values>;

/**
 * A party that belongs to an account and organization. `service`: an AWS service that acts for them. `anonymous`: it
 * hides who it is. `network`: whether to take it for one that comes from no network that the policy names; else which
 * network it comes from is not known.
 */
export function partyOf(
  policy: PolicyDocument,
  common: CommonKeys,
  who: Stranger & {
    readonly as: 'aws' | 'anonymous' | { readonly service: string };
    readonly arn?: string;
    readonly outside: boolean;
  },
): Party {
  const { account, organization, as, outside } = who;
  const paths = [[`${organization}/r-zzzz/ou-zzzz-zzzzzzzz/`], undefined];
  const keys = new Map<string, Values>(common);
  const set = (key: string, ...values: Values): void => void keys.set(key, values);
  const open = (key: string, ...values: Values): void => {
    const more = testsOf(policy, key).flatMap((condition) => instancesOf(condition, account));
    set(key, ...values, ...new Set(more));
  };
  const principalKeys = ['principalaccount', 'principalorgid', 'principalarn', 'userid', 'principalorgpaths'];
  const sourceKeys = ['sourceaccount', 'sourceorgid', 'sourcearn', 'sourceorgpaths'];
  const isService = typeof as === 'object';
  // Whoever subscribes a fixed endpoint: what is published goes to that endpoint, not to a stranger's.
  if (outside) open('sns:endpoint', undefined, 'stranger@zzzzzzzz.example');
  const absent = isService ? principalKeys : as === 'aws' ? sourceKeys : [...principalKeys, ...sourceKeys];
  for (const key of absent) set(`aws:${key}`, undefined);
  set('aws:principalisawsservice', `${isService}`);
  set('aws:principalservicename', isService ? as.service : undefined);
  set('aws:principalservicenameslist', isService ? [as.service] : undefined);
  if (isService) {
    const name = as.service.split('.')[0] ?? '';
    open('aws:sourceaccount', account);
    open('aws:sourceowner', account);
    open('aws:sourceorgid', organization, undefined);
    open('aws:sourcearn', `arn:aws:${name}:us-east-1:${account}:x`);
    set('aws:sourceorgpaths', ...paths);
    set('kms:calleraccount', account);
    // The trail that CloudTrail encrypts for, and the like of other services.
    open(`kms:encryptioncontext:aws:${name}:arn`, `arn:aws:${name}:us-east-1:${account}:x`);
    set('aws:securetransport', 'true');
    // Services come over no network of anybody.
    if (outside) for (const key of networkKeys) set(key, undefined);
  } else {
    set('aws:sourceowner', as === 'anonymous' ? undefined : account);
    set('kms:calleraccount', account);
    if (as === 'aws') {
      open('aws:principalaccount', account);
      open('aws:principalorgid', organization, undefined);
      set('aws:principalorgpaths', ...paths);
      open('aws:userid', 'AIDAZZZZZZZZZZZZZZZZZ');
      if (who.arn === undefined) open('aws:principalarn', `arn:aws:iam::${account}:user/x`);
      else set('aws:principalarn', who.arn);
    }
    open('s3:dataaccesspointaccount', account, undefined);
    open('s3:dataaccesspointarn', `arn:aws:s3:us-east-1:${account}:accesspoint/x`, undefined);
    if (outside) {
      set('aws:sourceip', elsewhere(policy), ...broadRanges(policy));
      for (const key of ['aws:sourcevpc', 'aws:sourcevpcarn', 'aws:sourcevpce', 'aws:vpcsourceip']) {
        open(key, undefined, key === 'aws:vpcsourceip' ? '203.0.113.77' : `${key.slice(10)}-zzzzzzzz`);
      }
      open('aws:vpceaccount', undefined, account);
      open('aws:vpceorgid', undefined, organization);
      set('aws:vpceorgpaths', undefined, ...paths);
    }
  }
  for (const { key } of policy.statements.flatMap((statement) => statement.conditions)) {
    if (!keys.has(key) && isChosen(key)) set(key, ...chosenValues(policy, key));
  }
  return { caller: callerOf(who), keys };
}

function callerOf(who: Parameters<typeof partyOf>[2]): Caller {
  const { as, account, arn } = who;
  if (as === 'anonymous') return { kind: 'anonymous' };
  if (as === 'aws')
    return { kind: 'aws', account, canonical: 'nobody', ...(arn === undefined ? {} : { arn }) };
  return { kind: 'service', name: as.service };
}

function isChosen(key: string): boolean {
  return (
    !networkKeys.has(key) && (chosenKeys.has(key) || chosenFamilies.some((family) => key.startsWith(family)))
  );
}

/** Values of a key that tell its tests apart: those that the policy names, one beside each, and none. */
function chosenValues(policy: PolicyDocument, key: string): Values {
  const values = new Set<string | undefined>([undefined]);
  for (const { operator, values: named } of testsOf(policy, key)) {
    for (const value of named) {
      if (operator === 'Bool') values.add('true').add('false');
      else if (/^(Numeric|Date)/.test(operator)) for (const near of besides(value)) values.add(near);
      else values.add(wildcardOperators.has(operator) ? filled(value) : value);
    }
    if (isNegative(operator) || named.length > 0) values.add('zzzzzzzz');
  }
  return [...values];
}

/** A number or time, and one on either side of it. */
function besides(value: string): string[] {
  const number = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value) / 1000;
  return Number.isNaN(number) ? [value] : [-1, 0, 1].map((step) => `${number + step}`);
}

/** An address in none of the ranges of the policy that are somebody's own. */
function elsewhere(policy: PolicyDocument): string {
  const ranges = testsOf(policy, 'aws:sourceip').flatMap(({ values }) =>
    values.filter((range) => !isBroad(range)).flatMap((range) => parseAddressRange(range) ?? []),
  );
  const isFree = (text: string): boolean => {
    const address = parseAddress(text);
    return address !== undefined && !ranges.some((range) => rangeContains(range, address));
  };
  return ['203.0.113.77', '198.51.100.77', '192.0.2.77'].find(isFree) ?? '45.67.89.1';
}

function isBroad(range: string): boolean {
  const [first = '', bits] = range.split('/');
  return bits !== undefined && Number(bits) < (first.includes(':') ? 32 : 8);
}

/**
 * An address in each range that is too broad to count as somebody's own: wider than /8, or /32 in version 6 (S3 guide,
 * the meaning of "public").
 */
function broadRanges(policy: PolicyDocument): string[] {
  return testsOf(policy, 'aws:sourceip').flatMap(({ operator, values }) =>
    isNegative(operator) ? [] : values.filter(isBroad).map((range) => range.split('/')[0] ?? ''),
  );
}

/** Every request context that a party can bring about, of the keys that the policy looks at. */
export function* contextsOf(policy: PolicyDocument, party: Party): Generator<RequestContext> {
  const used = new Set(
    policy.statements.flatMap((statement) => [
      ...statement.conditions.map((condition) => condition.key),
      ...[...JSON.stringify(statement.data).matchAll(/\$\{([^},]*)/g)].map((match) =>
        (match[1] ?? '').trim().toLowerCase(),
      ),
    ]),
  );
  const choices = [...party.keys].filter(([key]) => used.has(key));
  const places = choices.map(() => 0);
  for (;;) {
    yield Object.fromEntries(choices.map(([key, values], index) => [key, values[places[index] ?? 0]]));
    let at = 0;
    for (; at < choices.length; at += 1) {
      places[at] = (places[at] ?? 0) + 1;
      if ((places[at] ?? 0) < (choices[at]?.[1].length ?? 0)) break;
      places[at] = 0;
    }
    if (at === choices.length) return;
  }
}

/** A text that fits a pattern of an action or resource and, as far as can be, no narrower one. */
export function sampleOf(pattern: string, whole: string): string {
  return pattern === '*' ? whole : pattern.replaceAll(/\$\{[^}]*\}|[*?]/g, 'x');
}

/** The account that an ARN or account id names. */
export function accountIn(text: string): string | undefined {
  if (/^\d{12}$/.test(text)) return text;
  const account = parseArn(text)?.account;
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}
