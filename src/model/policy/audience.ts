import {
  accountIn,
  contextsOf,
  mostRequests,
  partyOf,
  sampleOf,
  strangerTo,
  testsOf,
  type CommonKeys,
  type Party,
} from './candidates.ts';
import type { Names, PolicyDocument, Statement } from './document.ts';
import { applies, decide, nameMatches, principalMatches } from './evaluate.ts';
import { allOf, anyOf, negated, type Maybe } from './maybe.ts';

/** What stands around a policy. */
export interface Surroundings {
  /** Account that holds the resource. */
  readonly owner: string;
  /** ARN of the resource that carries the policy. */
  readonly resource: string;
  /** Whether an account is one of ours: the owner, or of the same organization. */
  readonly isOurs: (account: string) => Maybe;
  /** Id of the organization; undefined outside of one. */
  readonly organization: string | undefined;
}

/** Names that are let in, and whether there may be more. */
export interface LetIn {
  /** Account ids, organization ids and others; `*` for everybody. Sorted. */
  readonly names: readonly string[];
  /** Names of which it is not decided. */
  readonly unsure: readonly string[];
}

/** Stands for everybody in lists of names. */
export const everybody = '*';

/**
 * Whether a statement lets everybody in, as AWS means "public" for its resource policies (S3 guide, the meaning of
 * "public"; the same for topics, queues and keys): conditions on fixed values of who asks, for whom, or from where,
 * close it; wildcards in them, variables and conditions on what the request itself says do not. Deny statements of the
 * policy count.
 */
export function opensToEveryone(policy: PolicyDocument, statement: Statement, around: Surroundings): Maybe {
  if (statement.effect === 'Deny') return false;
  const who = { ...strangerTo(policy), outside: true } as const;
  const parties = (['aws', 'anonymous'] as const).map((as) =>
    partyOf(policy, commonKeys(around), { ...who, as }),
  );
  // With "*" a service gets in, too, and acts for whoever asked it to.
  if (statement.principals?.everyone === true) {
    for (const service of servicesAmongEverybody(policy))
      parties.push(partyOf(policy, commonKeys(around), { ...who, as: { service } }));
  }
  return anyOf(parties.map((party) => letsIn(policy, statement, party, around)));
}

/**
 * Whom from outside a statement lets in: accounts and organizations that are not ours, canonical users and identity
 * providers, whatever network they come from; `*` for everybody. Services are not among them.
 */
export function foreignPrincipals(policy: PolicyDocument, statement: Statement, around: Surroundings): LetIn {
  if (statement.effect === 'Deny') return { names: [], unsure: [] };
  const found = new Found();
  for (const { name, party } of foreignParties(policy, statement, around))
    found.add(name, allOf([isForeign(name, around), letsIn(policy, statement, party, around)]));
  const { canonical = [], federated = [] } = statement.principals ?? {};
  // The canonical id of an account is not among what is collected.
  for (const id of canonical) found.add(id, undefined);
  for (const provider of federated) {
    const account = accountIn(provider);
    found.add(provider, account === undefined ? true : isForeign(account, around));
  }
  return found.result();
}

/**
 * For whom from outside the services may act that a statement lets in: accounts and organizations that are not ours;
 * `*` for everybody, where no condition on the source binds the service (IAM guide, confused deputy).
 */
export function foreignSources(
  policy: PolicyDocument,
  statement: Statement,
  around: Surroundings,
  service?: string,
): LetIn {
  const found = new Found();
  const common = commonKeys(around);
  const stranger = strangerTo(policy);
  const services = servicesOf(statement).flatMap((name) =>
    name === everybody ? (service ?? servicesAmongEverybody(policy)) : name,
  );
  for (const name of services) {
    if (service !== undefined && name !== service) continue;
    const as = { service: name };
    const ask = (who: typeof stranger): Maybe =>
      letsIn(policy, statement, partyOf(policy, common, { ...who, as, outside: true }), around);
    found.add(everybody, ask(stranger));
    for (const account of foreignAccountsIn(statement, around))
      found.add(account, allOf([isForeign(account, around), ask({ ...stranger, account })]));
    for (const organization of organizationsIn(statement, around))
      found.add(organization, ask({ ...stranger, organization }));
  }
  return found.result();
}

/** Whether a name is no account of ours. */
function isForeign(name: string, around: Surroundings): Maybe {
  return accountIn(name) === undefined ? true : negated(around.isOurs(name));
}

/**
 * Services that an Allow statement lets in. With the principal `"*"`, which services are among: those to which its
 * conditions keep it, else `*` for any.
 */
export function servicesOf(statement: Statement): readonly string[] {
  const { effect, principals, conditions } = statement;
  if (effect !== 'Allow' || principals?.excluded !== false) return [];
  if (!principals.everyone) return principals.service;
  const kept = conditions.find(
    ({ key, operator, ifExists, quantifier, values }) =>
      serviceKeys.includes(key) &&
      operator === 'StringEquals' &&
      !ifExists &&
      quantifier !== 'all' &&
      values.length > 0,
  );
  return kept?.values ?? [everybody];
}

const serviceKeys = ['aws:principalservicename', 'aws:principalservicenameslist'];

/** Services that stand for all of those that `"*"` lets in: those that conditions of the policy name, and another. */
function servicesAmongEverybody(policy: PolicyDocument): readonly string[] {
  const named = serviceKeys.flatMap((key) => testsOf(policy, key).flatMap(({ values }) => values));
  return [...new Set(['s3.amazonaws.com', 'any.amazonaws.com', ...named])];
}

/** What foreign principals may do by a statement: its actions without those that a Deny takes from all of them. */
export interface ForeignActions {
  readonly granted: Names;
  /** Of these nothing is left. */
  readonly denied: readonly Names[];
  /** Of these it is not decided. */
  readonly perhapsDenied: readonly Names[];
}

/** What those of {@link foreignPrincipals} may do by a statement. */
export function foreignActions(
  policy: PolicyDocument,
  statement: Statement,
  around: Surroundings,
): ForeignActions {
  const parties = foreignParties(policy, statement, around)
    .map(({ party }) => party)
    .filter((party) => letsIn(policy, statement, party, around) !== false);
  const denied: Names[] = [];
  const perhapsDenied: Names[] = [];
  for (const deny of policy.statements.filter(({ effect }) => effect === 'Deny')) {
    const takes = allOf(parties.map((party) => takesAll(policy, statement, deny, party)));
    if (takes === true) denied.push(deny.actions);
    else if (takes === undefined) perhapsDenied.push(deny.actions);
  }
  return { granted: statement.actions, denied, perhapsDenied };
}

/** Whether a Deny holds for a party whatever it does to the resources of an Allow. */
function takesAll(policy: PolicyDocument, allow: Statement, deny: Statement, party: Party): Maybe {
  const whole = { actions: { patterns: ['*'], excluded: false }, resources: undefined };
  const { resources } = deny;
  const covered =
    resources === undefined
      ? true
      : allow.resources === undefined || allow.resources.excluded
        ? resources.patterns.includes('*') && !resources.excluded
        : allOf(allow.resources.patterns.map((pattern) => nameMatches(resources, pattern, undefined)));
  const holds: Maybe[] = [covered];
  let left = mostRequests;
  for (const context of contextsOf(policy, party)) {
    if ((left -= 1) < 0) return undefined;
    const request = { caller: party.caller, action: 'x:x', resource: 'x', context };
    // Only contexts that the Allow lets in count.
    if (applies({ ...allow, ...whole }, request, policy.variables) === false) continue;
    holds.push(applies({ ...deny, ...whole }, request, policy.variables));
  }
  return allOf(holds);
}

/**
 * Whether no request over plain HTTP reaches the resource, whoever makes it.
 *
 * @param inside - ARNs of the resource and of all that is in it, with wildcards.
 */
export function requiresTls(policy: PolicyDocument, around: Surroundings, inside: readonly string[]): Maybe {
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny');
  const guarded = { ...policy, statements: denies };
  const service = around.resource.split(':')[2] ?? '';
  const actions = samples(
    denies.map((deny) => deny.actions),
    `${service}:x`,
  );
  const within = { patterns: inside, excluded: false };
  const resources = samples(
    [within, ...denies.flatMap((deny) => deny.resources ?? [])],
    around.resource,
  ).filter((text) => nameMatches(within, text, undefined) === true);
  const stranger = strangerTo(policy);
  const named = denies.flatMap((deny) => deny.principals?.aws ?? []);
  const parties = [
    partyOf(guarded, plainHttp(around), { ...stranger, as: 'anonymous', outside: false }),
    partyOf(guarded, plainHttp(around), { ...stranger, as: 'aws', outside: false }),
    ...named.flatMap((name) => {
      const account = accountIn(name);
      return account === undefined
        ? []
        : [
            partyOf(guarded, plainHttp(around), {
              ...stranger,
              account,
              as: 'aws',
              outside: false,
              arn: name.startsWith('arn:') ? name : `arn:aws:iam::${account}:root`,
            }),
          ];
    }),
  ];
  let left = mostRequests;
  let result: Maybe = true;
  for (const party of parties)
    for (const context of contextsOf(guarded, party))
      for (const resource of resources)
        for (const action of actions) {
          if ((left -= 1) < 0) return undefined;
          const { denied } = decide(guarded, { caller: party.caller, action, resource, context });
          if (denied === false) return false;
          if (denied === undefined) result = undefined;
        }
  return result;
}

function plainHttp(around: Surroundings): CommonKeys {
  return new Map([...commonKeys(around), ['aws:securetransport', ['false']]]);
}

/** What every request to the resource carries. */
function commonKeys({ owner, organization }: Surroundings): CommonKeys {
  return new Map([
    ['aws:resourceaccount', [owner]],
    ['aws:resourceorgid', [organization]],
    ['s3:resourceaccount', [owner]],
  ]);
}

interface NamedParty {
  readonly name: string;
  readonly party: Party;
}

/** Whoever from outside a statement could mean: everybody, and the accounts and organizations that it names. */
function foreignParties(policy: PolicyDocument, statement: Statement, around: Surroundings): NamedParty[] {
  const stranger = strangerTo(policy);
  const common = commonKeys(around);
  const party = (name: string, more: Partial<Parameters<typeof partyOf>[2]>): NamedParty => ({
    name,
    party: partyOf(policy, common, { ...stranger, as: 'aws', outside: false, ...more }),
  });
  const parties = [party(everybody, {}), party(everybody, { as: 'anonymous' })];
  for (const account of foreignAccountsIn(statement, around)) {
    parties.push(party(account, { account }));
    for (const arn of statement.principals?.aws ?? [])
      if (accountIn(arn) === account && arn.startsWith('arn:'))
        parties.push(party(account, { account, arn }));
  }
  for (const organization of organizationsIn(statement, around))
    parties.push(party(organization, { organization }));
  return parties;
}

/** Accounts that a statement names, in principals or conditions, and that are not certainly ours. */
function foreignAccountsIn(statement: Statement, around: Surroundings): string[] {
  const texts = [
    ...(statement.principals?.aws ?? []),
    ...statement.conditions.flatMap(({ values }) => values),
  ];
  const accounts = texts.flatMap((text) => accountIn(text) ?? []);
  return [...new Set(accounts)].filter((account) => around.isOurs(account) !== true).sort();
}

/** Organizations that the conditions of a statement name, but ours. */
function organizationsIn(statement: Statement, around: Surroundings): string[] {
  const named = statement.conditions
    .filter(({ key }) => /org(id|paths)$/.test(key))
    .flatMap(({ values }) => values.map((value) => value.split('/')[0] ?? ''))
    .filter((id) => /^o-[a-z0-9]+$/.test(id) && id !== around.organization);
  return [...new Set(named)].sort();
}

/** Whether a party can bring about a request that a statement lets in and no Deny of the policy keeps out. */
function letsIn(policy: PolicyDocument, statement: Statement, party: Party, around: Surroundings): Maybe {
  if (principalMatches(statement.principals, party.caller) === false) return false;
  const service = around.resource.split(':')[2] ?? '';
  const denies = policy.statements.filter(({ effect }) => effect === 'Deny');
  const fitting = (names: Names, all: readonly Names[], ...wholes: readonly string[]): string[] =>
    [...new Set(wholes.flatMap((whole) => samples([names, ...all], whole)))].filter(
      (text) => nameMatches(names, text, undefined, true) !== false,
    );
  const actions = fitting(
    statement.actions,
    denies.map((deny) => deny.actions),
    `${service}:x`,
  );
  const resources =
    statement.resources === undefined
      ? [around.resource]
      : fitting(
          statement.resources,
          denies.flatMap((deny) => deny.resources ?? []),
          around.resource,
          // A policy of a bucket is about its objects, too: a Deny on the bucket alone leaves them.
          ...(service === 's3' ? [`${around.resource}/any-object`] : []),
        );
  let left = mostRequests;
  let result: Maybe = false;
  for (const context of contextsOf(policy, party))
    for (const resource of resources)
      for (const action of actions) {
        if ((left -= 1) < 0) return undefined;
        const request = { caller: party.caller, action, resource, context };
        const lets = applies(statement, request, policy.variables);
        const verdict = lets === false ? false : allOf([lets, negated(decide(policy, request).denied)]);
        if (verdict === true) return true;
        if (verdict === undefined) result = undefined;
      }
  return result;
}

/** One text for each pattern, and one that fits none but `*`. */
function samples(names: readonly Names[], whole: string): string[] {
  const patterns = names.flatMap(({ patterns: some }) => some);
  return [...new Set([...patterns.map((pattern) => sampleOf(pattern, whole)), whole])];
}

class Found {
  readonly #names = new Set<string>();
  readonly #unsure = new Set<string>();

  add(name: string, letIn: Maybe): void {
    if (letIn === true) this.#names.add(name);
    else if (letIn === undefined) this.#unsure.add(name);
  }

  result(): LetIn {
    const unsure = [...this.#unsure].filter((name) => !this.#names.has(name) && !this.#names.has(everybody));
    return { names: [...this.#names].sort(), unsure: unsure.sort() };
  }
}
