import { parseArn } from '../arn.ts';
import { askOne } from '../ask.ts';
import { isJsonObject } from '../../json.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, Resource } from '../resource.ts';
import { letsAlarmsThrough } from '../policy/filter-policy.ts';
import type { Maybe } from '../policy/maybe.ts';
import { Unknown } from '../unknown.ts';
import { textOf } from './make.ts';
import { surroundingsOf } from './policies.ts';

const getAttributes = 'sns:GetSubscriptionAttributes';

/** A confirmed subscription has an ARN; the others have a word in its place. */
export function isConfirmed(subscription: Resource): boolean {
  return (textOf(subscription.data, 'SubscriptionArn') ?? '').startsWith('arn:');
}

/** Accounts that a subscription leads to and that are not ours: its owner, and the account in the ARN of its endpoint. */
export function foreignAccounts(subscription: Resource, model: OrganizationModel): Fact {
  const named = [
    textOf(subscription.data, 'Owner'),
    parseArn(textOf(subscription.data, 'Endpoint') ?? '')?.account,
  ].flatMap((account) => (account === undefined || !/^\d{12}$/.test(account) ? [] : account));
  const { isOurs } = surroundingsOf(model, subscription);
  const strange = [...new Set(named)].filter((account) => isOurs(account) !== true).sort();
  const unsure = strange.some((account) => isOurs(account) === undefined);
  return unsure ? model.accounts.missing : strange;
}

/** Domain of an e-mail or web endpoint. */
export function endpointDomain(subscription: Resource): string | undefined {
  const protocol = textOf(subscription.data, 'Protocol') ?? '';
  const endpoint = textOf(subscription.data, 'Endpoint') ?? '';
  if (protocol.startsWith('email')) return endpoint.split('@').at(-1)?.toLowerCase();
  if (!protocol.startsWith('http')) return undefined;
  return URL.parse(endpoint)?.hostname;
}

/** Whether the filter policy of a subscription lets alarm messages through. */
export function takesAlarms(subscription: Resource, model: OrganizationModel): Fact {
  return takes(subscription, model, 'alarms', letsAlarmsThrough);
}

/** Whether the filter policy of a subscription lets through what event rules send: a JSON body and no attributes, as alarms do. */
export function takesEvents(subscription: Resource, model: OrganizationModel): Fact {
  return takes(subscription, model, 'events', (policy, scope) =>
    scope === 'MessageBody' ? undefined : letsAlarmsThrough(policy, scope),
  );
}

function takes(
  subscription: Resource,
  model: OrganizationModel,
  what: string,
  letsThrough: (policy: string, scope: string) => Maybe,
): Fact {
  const arn = textOf(subscription.data, 'SubscriptionArn') ?? '';
  if (!isConfirmed(subscription)) return false;
  const region = parseArn(arn)?.region ?? subscription.region;
  const tellers = [subscription.account, subscription.sources[0]?.record.account ?? subscription.account];
  const answers = [...new Set(tellers)].map((account) =>
    askOne(model, {
      call: getAttributes,
      account,
      region,
      answering: (input) => input['SubscriptionArn'] === arn,
    }),
  );
  const told = answers.find((answer) => !(answer instanceof Unknown));
  if (told === undefined || told instanceof Unknown) {
    return new Unknown(answers.flatMap((answer) => (answer instanceof Unknown ? answer.causes : [])));
  }
  if (told.output === undefined) return false;
  const attributes = told.output['Attributes'];
  const policy = isJsonObject(attributes) ? textOf(attributes, 'FilterPolicy') : undefined;
  if (policy === undefined) return true;
  const scope = isJsonObject(attributes) ? textOf(attributes, 'FilterPolicyScope') : undefined;
  return (
    letsThrough(policy, scope ?? 'MessageAttributes') ??
    model.whyMissing.undecided(
      getAttributes,
      subscription.account,
      region,
      `whether the filter policy of subscription ${arn} lets ${what} through is not decided`,
    )
  );
}
