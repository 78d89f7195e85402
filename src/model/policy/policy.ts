import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** A boolean that may be undecided. */
export type Maybe = boolean | undefined;

/** A call that an AWS service makes, as far as a resource policy can look at it. */
export interface ServiceRequest {
  /** `cloudwatch.amazonaws.com`. */
  readonly principal: string;
  /** Where a service calls for an account: the names under which a policy may let that account in. */
  readonly callers?: readonly string[];
  /** `sns:Publish`. */
  readonly action: string;
  /** ARN of the resource that carries the policy. */
  readonly resource: string;
  /** Condition keys in lower case and their value; undefined where the request does not carry the key. */
  readonly context: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether a resource policy lets an AWS service make a call: an allow that applies and no deny that does (IAM guide,
 * policy evaluation logic). Undefined where that depends on something that is not computed here: unknown condition keys and
 * operators, NotPrincipal, a policy that is no JSON.
 */
export function allowsService(policy: string, request: ServiceRequest): Maybe {
  let document: JsonValue;
  try {
    document = JSON.parse(policy) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(document)) return undefined;
  const statements = asList(document['Statement']).filter(isJsonObject);
  const applying = (effect: string): Maybe =>
    any(
      statements
        .filter((statement) => statement['Effect'] === effect)
        .map((statement) => applies(statement, request)),
    );
  const denied = applying('Deny');
  if (denied === true) return false;
  const allowed = applying('Allow');
  if (allowed === false) return false;
  return denied === undefined ? undefined : allowed;
}

function applies(statement: JsonObject, request: ServiceRequest): Maybe {
  return all([
    principalMatches(statement, request),
    listMatches(statement, 'Action', request.action, true),
    listMatches(statement, 'Resource', request.resource, false),
    conditionsHold(statement['Condition'], request),
  ]);
}

function principalMatches(statement: JsonObject, request: ServiceRequest): Maybe {
  const principal = statement['Principal'];
  if (principal === undefined) return undefined;
  if (principal === '*') return true;
  if (!isJsonObject(principal)) return false;
  if (asList(principal['Service']).some((name) => name === request.principal || name === '*')) return true;
  const accounts = asList(principal['AWS']);
  // Everybody, services included; a named account or role is not the service.
  return accounts.some(
    (name) => name === '*' || (typeof name === 'string' && request.callers?.includes(name) === true),
  );
}

function listMatches(statement: JsonObject, member: string, value: string, ignoreCase: boolean): Maybe {
  const patterns = statement[member];
  const excluded = statement[`Not${member}`];
  const hit = (list: JsonValue): boolean =>
    asList(list).some((pattern) => typeof pattern === 'string' && isLike(value, pattern, ignoreCase));
  if (patterns !== undefined) return hit(patterns);
  if (excluded !== undefined) return !hit(excluded);
  // A policy of a topic or key may leave the resource out only by mistake; IAM refuses that.
  return undefined;
}

function conditionsHold(conditions: JsonValue | undefined, request: ServiceRequest): Maybe {
  if (conditions === undefined) return true;
  if (!isJsonObject(conditions)) return undefined;
  return all(
    Object.entries(conditions).flatMap(([operator, tests]) =>
      isJsonObject(tests)
        ? Object.entries(tests).map(([key, wanted]) => conditionHolds(operator, key, wanted ?? null, request))
        : [undefined],
    ),
  );
}

function conditionHolds(operator: string, key: string, wanted: JsonValue, request: ServiceRequest): Maybe {
  const name = key.toLowerCase();
  if (!(name in request.context)) return undefined;
  const value = request.context[name];
  const [, plain = '', ifExists] = /^(.*?)(IfExists)?$/.exec(operator) ?? [];
  if (plain === 'Null') return textsIn(wanted).includes(String(value === undefined));
  const test = tests[plain];
  if (test === undefined) return undefined;
  const negative = plain.includes('Not');
  // An absent key fails a positive test and passes a negative one; with IfExists it passes both.
  if (value === undefined) return ifExists !== undefined || negative;
  const hit = textsIn(wanted).some((text) => test(value, text));
  return negative ? !hit : hit;
}

const tests: { readonly [operator: string]: (value: string, wanted: string) => boolean } = {
  StringEquals: (value, wanted) => value === wanted,
  StringNotEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringNotEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => isLike(value, wanted, false),
  StringNotLike: (value, wanted) => isLike(value, wanted, false),
  ArnEquals: (value, wanted) => isLike(value, wanted, false),
  ArnNotEquals: (value, wanted) => isLike(value, wanted, false),
  ArnLike: (value, wanted) => isLike(value, wanted, false),
  ArnNotLike: (value, wanted) => isLike(value, wanted, false),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
};

/** `*` stands for any run of characters, `?` for one. */
function isLike(value: string, pattern: string, ignoreCase: boolean): boolean {
  const text = ignoreCase ? value.toLowerCase() : value;
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  // Greedy with one point to come back to: linear in practice, never exponential.
  let at = 0;
  let place = 0;
  let star = -1;
  let mark = 0;
  while (at < text.length) {
    if (wanted[place] === '*') {
      star = place;
      mark = at;
      place += 1;
    } else if (place < wanted.length && (wanted[place] === '?' || wanted[place] === text[at])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      mark += 1;
      at = mark;
      place = star + 1;
    } else return false;
  }
  while (wanted[place] === '*') place += 1;
  return place === wanted.length;
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

/** Condition values as texts: policies write true and "true" alike. */
function textsIn(value: JsonValue): string[] {
  return asList(value).flatMap((item) =>
    typeof item === 'string' || typeof item === 'boolean' || typeof item === 'number' ? [`${item}`] : [],
  );
}

function any(values: readonly Maybe[]): Maybe {
  return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
}

function all(values: readonly Maybe[]): Maybe {
  return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
}
