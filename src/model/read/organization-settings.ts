import { isJsonObject } from '../../json.ts';
import { itemsOf, listFrom, type Listed, type Question } from '../ask.ts';
import { askedMembers, asksForAll } from '../calls.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import type { Grounds } from '../schema.ts';
import { joinUnknown } from '../unknown.ts';
import { make, textOf } from './make.ts';

type OrganizationCall = `organizations:${string}`;

/** A list that the caller was told about the organization. */
export function askOrganization(
  model: OrganizationModel,
  call: OrganizationCall,
  answering: NonNullable<Question['answering']> = asksForAll,
): Listed {
  const account = model.manifest.caller.account;
  return listFrom(model.answers, model.whyMissing, { call, account, region: 'global', answering });
}

/** The answer to a question about the organization as a whole, as grounds of a fact. */
export function organizationGrounds(model: OrganizationModel, call: OrganizationCall): Grounds {
  return { sources: askOrganization(model, call).pages.map((record) => ({ record, path: '' })) };
}

/** Kinds of policies that are enabled at every root. */
export function enabledPolicyTypes(model: OrganizationModel): Fact {
  const listed = askOrganization(model, 'organizations:ListRoots');
  if (listed.missing !== undefined) return listed.missing;
  const roots = itemsOf(listed, 'Roots').map(({ data }) => {
    const types = Array.isArray(data['PolicyTypes']) ? data['PolicyTypes'] : [];
    return types.flatMap((type) =>
      isJsonObject(type) && type['Status'] === 'ENABLED' ? (textOf(type, 'Type') ?? []) : [],
    );
  });
  const [first = [], ...others] = roots;
  return first.filter((type) => others.every((types) => types.includes(type))).sort();
}

/** Services that may work in the accounts of the organization. */
export function trustedServices(model: OrganizationModel): Fact {
  const listed = askOrganization(model, 'organizations:ListAWSServiceAccessForOrganization');
  if (listed.missing !== undefined) return listed.missing;
  return itemsOf(listed, 'EnabledServicePrincipals')
    .flatMap(({ data }) => textOf(data, 'ServicePrincipal') ?? [])
    .sort();
}

/** Each service that each delegated administrator of the organization administers. */
export function delegationsOf(model: OrganizationModel): RelatedList {
  const administrators = askOrganization(model, 'organizations:ListDelegatedAdministrators');
  const lists = itemsOf(administrators, 'DelegatedAdministrators').flatMap(({ data }) => {
    const id = textOf(data, 'Id');
    if (id === undefined) return [];
    const listed = askOrganization(
      model,
      'organizations:ListDelegatedServicesForAccount',
      (input) => input['AccountId'] === id && askedMembers(input).length === 1,
    );
    const items = itemsOf(listed, 'DelegatedServices').map((item) => {
      const service = textOf(item.data, 'ServicePrincipal') ?? '';
      return make(model, {
        type: 'delegation',
        id: `${id}/${service}`,
        account: id,
        region: 'global',
        name: `${id}/${service}`,
        data: item.data,
        sources: [item.source],
      });
    });
    return [{ ...listed, items }];
  });
  return {
    items: lists.flatMap(({ items }) => items),
    missing: joinUnknown([administrators.missing, ...lists.map(({ missing }) => missing)]),
    records: [administrators, ...lists].flatMap(({ records }) => records),
  };
}

/**
 * The organization that an account belongs to; absent where the whole list of accounts does not name it, or where AWS
 * said that there is none.
 */
export function organizationOf(account: Resource, model: OrganizationModel): Related {
  if (account.sources.length > 0) return model.organization;
  return account.partial;
}
