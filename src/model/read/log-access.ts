import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parseArn } from '../arn.ts';
import { askList, itemsOf, type Listed } from '../ask.ts';
import { askedMembers } from '../calls.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Related, RelatedList, Resource } from '../resource.ts';
import { logGroupsIn } from './logs.ts';
import { joinLists, make, textOf } from './make.ts';
import { policyOf, surroundingsOf } from './policies.ts';
import { overRegions } from './regions.ts';
import { trailsInto } from './reverse.ts';
import { trailsOf } from './trails.ts';

const subscriptionPolicy = 'SUBSCRIPTION_FILTER_POLICY';

/** What gets a live copy of a log group: its subscription filters, and those that a policy of the account puts on every group. */
export function subscriptionsOfGroup(model: OrganizationModel, group: Resource): RelatedList {
  return joinLists([filtersOf(model, group), accountSubscriptions(model, group.account, group.region)]);
}

function filtersOf(model: OrganizationModel, group: Resource): RelatedList {
  const { account, region } = group;
  const listed = askList(model, {
    call: 'logs:DescribeSubscriptionFilters',
    account,
    region,
    answering: (input) => input['logGroupName'] === group.name && askedMembers(input).length === 1,
  });
  const items = itemsOf(listed, 'subscriptionFilters').map(({ data, source }) => {
    const name = textOf(data, 'filterName') ?? '';
    const id = `${group.id}:subscription-filter:${name}`;
    return make(model, { type: 'log-subscription', id, account, region, name, data, sources: [source] });
  });
  return listOf(items, listed);
}

function accountSubscriptions(model: OrganizationModel, account: string, region: string): RelatedList {
  const read = (): RelatedList => {
    const listed = askList(model, {
      call: 'logs:DescribeAccountPolicies',
      account,
      region,
      answering: (input) => input['policyType'] === subscriptionPolicy && askedMembers(input).length === 1,
    });
    const items = itemsOf(listed, 'accountPolicies').map(({ data, source }) => {
      const name = textOf(data, 'policyName') ?? '';
      const id = `arn:${model.manifest.partition}:logs:${region}:${account}:account-policy:${name}`;
      return make(model, { type: 'log-subscription', id, account, region, name, data, sources: [source] });
    });
    return listOf(items, listed);
  };
  return model.part(account)?.keep(`account subscriptions ${region}`, read) ?? read();
}

/** ARN to which a subscription sends; undefined where its document names none. */
export function subscriptionTarget(subscription: Resource): string | undefined {
  const own = textOf(subscription.data, 'destinationArn');
  if (own !== undefined) return own;
  const document = parsed(textOf(subscription.data, 'policyDocument'));
  return document === undefined ? undefined : textOf(document, 'DestinationArn');
}

function parsed(text: string | undefined): JsonObject | undefined {
  try {
    const value = text === undefined ? undefined : (JSON.parse(text) as JsonValue);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The account to which a subscription sends, where it is none of ours; not known where no account can be read. */
export function foreignTarget(subscription: Resource, model: OrganizationModel): Fact {
  const { account, region, name } = subscription;
  const owner = parseArn(subscriptionTarget(subscription) ?? '')?.account;
  if (owner === undefined || owner === '') {
    const call = 'logs:DescribeSubscriptionFilters';
    return model.whyMissing.undecided(call, account, region, `where subscription ${name} sends is not told`);
  }
  const ours = surroundingsOf(model, subscription).isOurs(owner);
  return ours === undefined ? model.accounts.missing : ours ? undefined : owner;
}

/** Resource policies of an account in regions with log groups: those of the account, and those of the log groups of trails. */
export function logPoliciesOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) =>
    whereLogs(model, account, region, (groups) => {
      const trailGroups = groups.filter((group) => trailsInto(model, group).items.length > 0);
      const own = policies(model, account, region, (input) => askedMembers(input).length === 0);
      const attached = trailGroups.map((group) =>
        policies(model, account, region, (input) => input['resourceArn'] === group.id),
      );
      // Whose log groups these are decides what was asked.
      return joinLists([{ ...trailsOf(model, account), items: [] }, own, ...attached]);
    }),
  );
}

function policies(
  model: OrganizationModel,
  account: string,
  region: string,
  answering: (input: JsonObject) => boolean,
): RelatedList {
  const listed = askList(model, { call: 'logs:DescribeResourcePolicies', account, region, answering });
  const items = itemsOf(listed, 'resourcePolicies').map(({ data, source }) => {
    const attachedTo = textOf(data, 'resourceArn');
    const name = textOf(data, 'policyName') ?? attachedTo ?? '';
    const id =
      attachedTo === undefined
        ? `arn:${model.manifest.partition}:logs:${region}:${account}:resource-policy:${name}`
        : `${attachedTo}:resource-policy`;
    return make(model, { type: 'logs-resource-policy', id, account, region, name, data, sources: [source] });
  });
  return listOf(items, listed);
}

/** Destinations of an account, to which others may send their logs, in regions with log groups. */
export function logDestinationsOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) =>
    whereLogs(model, account, region, () => {
      const listed = askList(model, { call: 'logs:DescribeDestinations', account, region });
      const items = itemsOf(listed, 'destinations').map(({ data, source }) => {
        const name = textOf(data, 'destinationName') ?? '';
        const id =
          textOf(data, 'arn') ??
          `arn:${model.manifest.partition}:logs:${region}:${account}:destination:${name}`;
        return make(model, { type: 'logs-destination', id, account, region, name, data, sources: [source] });
      });
      return listOf(items, listed);
    }),
  );
}

/** Asked only where there are log groups. */
function whereLogs(
  model: OrganizationModel,
  account: string,
  region: string,
  read: (groups: readonly Resource[]) => RelatedList,
): RelatedList {
  const groups = logGroupsIn(model, account, region);
  if (groups.items.length === 0) return { ...groups, items: [] };
  return joinLists([{ ...groups, items: [] }, read(groups.items)]);
}

/** The policy in a member of a resource. */
export function policyIn(model: OrganizationModel, resource: Resource, member: string): Related {
  const [source] = resource.sources;
  return source && policyOf(model, resource, { text: textOf(resource.data, member), source });
}

function listOf(items: readonly Resource[], { missing, records }: Listed): RelatedList {
  return { items, missing, records };
}
