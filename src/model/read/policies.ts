import { isJsonObject, type JsonValue } from '../../json.ts';
import { callOf, type CallName } from '../../snapshot/record.ts';
import type { OrganizationModel } from '../organization.ts';
import {
  foreignActions,
  foreignPrincipals,
  foreignSources,
  opensToEveryone,
  requiresTls,
  type LetIn,
  type Surroundings,
} from '../policy/audience.ts';
import { readPolicy, type PolicyDocument, type Statement } from '../policy/document.ts';
import { anyOf, type Maybe } from '../policy/maybe.ts';
import { nameSetValue } from '../policy/name-set.ts';
import type { Fact, Related, RelatedList, Resource, Source } from '../resource.ts';
import { make, textOf } from './make.ts';

/** Where a policy comes from. */
export interface Carried {
  /** The document, as AWS answered it; undefined where the resource has none. */
  readonly text: string | undefined;
  readonly source: Source;
  /** ARNs of the resource and of all that is in it, with wildcards; the resource alone where left out. */
  readonly inside?: readonly string[];
}

interface Known {
  readonly carrier: Resource;
  readonly document: PolicyDocument;
  readonly inside: readonly string[];
  /** For a statement. */
  readonly statement?: Statement;
}

/** What policies and statements were made of. */
const known = new WeakMap<Resource, Known>();

/** The policy that a resource carries; undefined where it has none, not known where it cannot be read. */
export function policyOf(model: OrganizationModel, carrier: Resource, carried: Carried): Related {
  const { text, source, inside = [carrier.id] } = carried;
  if (text === undefined) return undefined;
  const document = readPolicy(text);
  if (document === undefined) {
    const call = callOf(source.record);
    return undecided(
      model,
      carrier,
      call,
      `the policy of ${carrier.type.noun} ${carrier.name} cannot be read`,
    );
  }
  const data = JSON.parse(text) as JsonValue;
  const policy = make(model, {
    type: 'policy',
    id: `${carrier.id}/policy`,
    account: carrier.account,
    region: carrier.region,
    name: `policy of ${carrier.name}`,
    data: isJsonObject(data) ? data : {},
    sources: [source],
  });
  known.set(policy, { carrier, document, inside });
  return policy;
}

/** The statements of a policy, in its order. */
export function statementsOf(model: OrganizationModel, policy: Resource): RelatedList {
  const { carrier, document, inside } = knownOf(policy);
  const items = document.statements.map((statement, index) => {
    const resource = make(model, {
      type: 'policy-statement',
      id: `${policy.id}/${index}`,
      account: policy.account,
      region: policy.region,
      name: textOf(statement.data, 'Sid') ?? `statement ${index + 1}`,
      data: statement.data,
      sources: policy.sources,
    });
    known.set(resource, { carrier, document, inside, statement });
    return resource;
  });
  return { items, missing: undefined, records: policy.sources.map(({ record }) => record) };
}

/** Whether a policy, or one statement of it, lets everybody in. */
export function letsEveryoneIn(resource: Resource, model: OrganizationModel): Fact {
  const { document, statement, carrier } = knownOf(resource);
  const around = surroundingsOf(model, carrier);
  const statements = statement === undefined ? document.statements : [statement];
  const verdict = anyOf(statements.map((one) => opensToEveryone(document, one, around)));
  return decidedOr(verdict, resource, model, 'it lets everybody in');
}

/** Whether an Allow of a policy lets everybody in, whatever its Deny statements take away. */
export function allowsEveryone(policy: Resource, model: OrganizationModel): Fact {
  const { document, carrier } = knownOf(policy);
  const around = surroundingsOf(model, carrier);
  const allowing = document.statements.filter(({ effect }) => effect === 'Allow');
  const verdict = anyOf(
    allowing.map((one) => opensToEveryone({ ...document, statements: allowing }, one, around)),
  );
  return decidedOr(verdict, policy, model, 'an Allow lets everybody in');
}

/** Whether a policy denies every request over plain HTTP. */
export function allowsOnlyTls(policy: Resource, model: OrganizationModel): Fact {
  const { document, carrier, inside } = knownOf(policy);
  const verdict = requiresTls(document, surroundingsOf(model, carrier), inside);
  return decidedOr(verdict, policy, model, 'it denies every request over plain HTTP');
}

/** Whom from outside a statement lets in. */
export function principalsFromOutside(resource: Resource, model: OrganizationModel): Fact {
  const { document, statement, carrier } = knownOf(resource);
  if (statement === undefined) return undefined;
  return namesOr(foreignPrincipals(document, statement, surroundingsOf(model, carrier)), resource, model);
}

/** For whom from outside services may act by a statement. */
export function sourcesFromOutside(resource: Resource, model: OrganizationModel): Fact {
  const { document, statement, carrier } = knownOf(resource);
  if (statement === undefined) return undefined;
  return namesOr(foreignSources(document, statement, surroundingsOf(model, carrier)), resource, model);
}

/** What those from outside may do by a statement. */
export function actionsFromOutside(resource: Resource, model: OrganizationModel): Fact {
  const { document, statement, carrier } = knownOf(resource);
  if (statement === undefined) return undefined;
  return nameSetValue(foreignActions(document, statement, surroundingsOf(model, carrier)));
}

/** The actions or resources that a statement names. */
export function namesOfStatement(resource: Resource, member: 'actions' | 'resources'): Fact {
  const { statement, inside } = knownOf(resource);
  if (statement === undefined) return undefined;
  return nameSetValue({ granted: statement[member] ?? { patterns: inside, excluded: false } });
}

/** A statement as it was read. */
export function statementOf(resource: Resource): Statement | undefined {
  return knownOf(resource).statement;
}

/** Whether accounts belong to the organization, seen from a resource. */
export function surroundingsOf(model: OrganizationModel, carrier: Resource): Surroundings {
  return {
    owner: carrier.account,
    resource: carrier.id,
    isOurs: (account) => {
      if (account === carrier.account || model.account(account) !== undefined) return true;
      return model.accounts.missing === undefined ? false : undefined;
    },
    organization: model.organization?.id,
  };
}

function knownOf(resource: Resource): Known {
  const found = known.get(resource);
  if (found === undefined) throw new Error(`${resource.id} was not read as a policy`);
  return found;
}

function decidedOr(verdict: Maybe, resource: Resource, model: OrganizationModel, what: string): Fact {
  return verdict ?? undecidedHere(resource, model, `whether ${what} is not decided`);
}

function namesOr({ names, unsure }: LetIn, resource: Resource, model: OrganizationModel): Fact {
  if (unsure.length === 0) return [...names];
  return undecidedHere(resource, model, `whether it lets in ${unsure.join(', ')} is not decided`);
}

function undecidedHere(resource: Resource, model: OrganizationModel, message: string): Fact {
  const record = resource.sources[0]?.record;
  const call = record === undefined ? 'iam:GetPolicy' : callOf(record);
  return undecided(model, resource, call, `${resource.name}: ${message}`);
}

function undecided(
  model: OrganizationModel,
  { account, region }: Resource,
  call: CallName,
  message: string,
): ReturnType<OrganizationModel['whyMissing']['undecided']> {
  return model.whyMissing.undecided(call, account, region, message);
}
