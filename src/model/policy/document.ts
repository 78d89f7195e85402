import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Names with wildcards, or everything but them. */
export interface Names {
  readonly patterns: readonly string[];
  /** True for NotAction and NotResource. */
  readonly excluded: boolean;
}

/** Whom a statement speaks of. */
export interface Principals {
  /** `"*"` or `{ "AWS": "*" }`. */
  readonly everyone: boolean;
  /** Account ids and ARNs. */
  readonly aws: readonly string[];
  readonly service: readonly string[];
  readonly federated: readonly string[];
  readonly canonical: readonly string[];
  /** True for NotPrincipal. */
  readonly excluded: boolean;
}

/** One key of a condition. */
export interface Condition {
  /** `StringEquals`, without qualifiers. */
  readonly operator: string;
  /** `ForAnyValue:` or `ForAllValues:`. */
  readonly quantifier: 'any' | 'all' | undefined;
  readonly ifExists: boolean;
  /** In lower case: keys have no case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement of a policy. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in policies that are attached to whom they speak of: identity and service control policies. */
  readonly principals: Principals | undefined;
  readonly actions: Names;
  /** Undefined where left out, as trust policies do: the resource itself. */
  readonly resources: Names | undefined;
  readonly conditions: readonly Condition[];
  /** The statement as written. */
  readonly data: JsonObject;
}

/** A policy, of whatever kind. */
export interface PolicyDocument {
  /** True for version 2012-10-17: `${...}` stands for variables. */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
}

/**
 * Reads a policy document (IAM guide, grammar of the JSON policy language). Undefined for anything that AWS would not
 * have stored: no conclusion may be drawn from it.
 */
export function readPolicy(text: string): PolicyDocument | undefined {
  let document: JsonValue;
  try {
    document = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(document)) return undefined;
  const statements = listOf(document['Statement']).map(readStatement);
  const read = statements.filter((statement) => statement !== undefined);
  if (read.length < statements.length) return undefined;
  return { variables: document['Version'] === '2012-10-17', statements: read };
}

/** The text of a document as IAM gives it: percent-encoded (RFC 3986). Others stay as they are. */
export function decodedDocument(text: string): string {
  if (!text.startsWith('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readStatement(data: JsonValue): Statement | undefined {
  if (!isJsonObject(data)) return undefined;
  const effect = data['Effect'];
  const actions = readNames(data, 'Action');
  const resources = readNames(data, 'Resource');
  const principals = readPrincipals(data);
  const conditions = readConditions(data['Condition']);
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  if (actions === undefined || actions === null || resources === null) return undefined;
  if (principals === null || conditions === undefined) return undefined;
  return { effect, principals, actions, resources, conditions, data };
}

/** Undefined where neither form is there, null for what is no list of texts. */
function readNames(data: JsonObject, member: string): Names | undefined | null {
  const excluded = data[member] === undefined;
  const value = excluded ? data[`Not${member}`] : data[member];
  if (value === undefined) return undefined;
  const patterns = textsOf(value);
  return patterns === undefined ? null : { patterns, excluded };
}

function readPrincipals(data: JsonObject): Principals | undefined | null {
  const excluded = data['Principal'] === undefined;
  const value = excluded ? data['NotPrincipal'] : data['Principal'];
  if (value === undefined) return undefined;
  if (value === '*') return { everyone: true, aws: [], service: [], federated: [], canonical: [], excluded };
  if (!isJsonObject(value)) return null;
  const kinds: Record<string, string[]> = { AWS: [], Service: [], Federated: [], CanonicalUser: [] };
  for (const [kind, names] of Object.entries(value)) {
    const texts = textsOf(names);
    if (texts === undefined || kinds[kind] === undefined) return null;
    kinds[kind].push(...texts);
  }
  const { AWS: aws = [], Service: service = [], Federated: federated = [], CanonicalUser = [] } = kinds;
  const named = aws.filter((name) => name !== '*');
  return {
    everyone: named.length < aws.length,
    aws: named,
    service,
    federated,
    canonical: CanonicalUser,
    excluded,
  };
}

function readConditions(value: JsonValue | undefined): readonly Condition[] | undefined {
  if (value === undefined) return [];
  if (!isJsonObject(value)) return undefined;
  const conditions: Condition[] = [];
  for (const [written, keys] of Object.entries(value)) {
    if (!isJsonObject(keys)) return undefined;
    const [, set, operator = '', ifExists] =
      /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(written) ?? [];
    for (const [key, wanted] of Object.entries(keys)) {
      const values = textsOf(wanted);
      if (values === undefined) return undefined;
      const quantifier = set === undefined ? undefined : set === 'ForAnyValue' ? 'any' : 'all';
      conditions.push({
        operator,
        quantifier,
        ifExists: ifExists !== undefined,
        key: key.toLowerCase(),
        values,
      });
    }
  }
  return conditions;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

/** Texts of one value or a list; policies write true and "true" alike. Undefined where something else is among them. */
function textsOf(value: JsonValue | undefined): string[] | undefined {
  const texts: string[] = [];
  for (const item of listOf(value)) {
    if (typeof item !== 'string' && typeof item !== 'boolean' && typeof item !== 'number') return undefined;
    texts.push(`${item}`);
  }
  return texts;
}
