import type { OrganizationModel } from '../organization.ts';
import { mostRequests } from '../policy/candidates.ts';
import { controlPoliciesAllow } from '../policy/organization-policies.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { principalContexts } from '../policy/principals.ts';
import type { Resource } from '../resource.ts';
import type { Answered, Inquiry } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { bindingOf, controlPolicyCalls, type Binding } from './control-policies.ts';

const actions = { description: 'actions that have to be denied: `cloudtrail:StopLogging`', needed: true };
const except = {
  description: 'patterns of ARNs of principals that may be exempt; nobody where left out',
  needed: false,
};

/** Whether service control policies deny actions in an account. */
export const accountDenies: Inquiry = {
  description:
    'Whether the service control policies above the account keep all of its principals from each of the actions on each of the resources. They never bind the management account or service-linked roles.',
  calls: controlPolicyCalls,
  parameters: {
    actions,
    resources: {
      description:
        'ARNs of what is acted on, with wildcards for all that fit; an account that is a wildcard stands for this account',
      needed: true,
    },
    except,
  },
  ask: (account, model, given) => {
    const arns = (given['resources'] ?? []).map((arn) => ownArn(arn, account, model));
    return deniedOn(model, account, arns, given);
  },
};

/** Whether service control policies deny actions on a resource to the principals of the account that owns it. */
export function resourceDenies(arnsOf: (resource: Resource) => readonly string[]): Inquiry {
  return {
    description:
      'Whether the service control policies above the account that owns it keep all principals of that account from each of the actions that belong to its service.',
    calls: controlPolicyCalls,
    parameters: { actions, except },
    ask: (resource, model, given) => {
      const account = model.account(resource.account);
      if (account === undefined) return { holds: false, because: 'its account is not known' };
      const arns = arnsOf(resource);
      const service = arns[0]?.split(':')[2] ?? '';
      const own = (given['actions'] ?? []).filter((action) => action.startsWith(`${service}:`));
      return deniedOn(model, account, arns, { ...given, actions: own });
    },
  };
}

/** Actions that IAM knows on nothing in particular (Service Authorization Reference): a denial on an ARN never holds for them. */
const withoutResource: ReadonlySet<string> = new Set(['sns:unsubscribe', 'organizations:leaveorganization']);

function ownArn(arn: string, account: Resource, model: OrganizationModel): string {
  const parts = arn.split(':');
  if (parts.length < 6) return arn;
  const [prefix = 'arn', partition = '*', service, region, owner, ...rest] = parts;
  return [
    prefix,
    partition === '*' ? model.manifest.partition : partition,
    service,
    region,
    owner === '*' ? account.id : owner,
    ...rest,
  ].join(':');
}

function deniedOn(
  model: OrganizationModel,
  account: Resource,
  arns: readonly string[],
  given: Readonly<Record<string, readonly string[]>>,
): Answered {
  const binding = bindingOf(model, account, 'SERVICE_CONTROL_POLICY');
  if (binding instanceof Unknown) return { holds: binding, because: '' };
  const { sources, missing } = binding;
  const names = given['actions'] ?? [];
  const undecided: string[] = [];
  for (const action of names)
    for (const arn of withoutResource.has(action.toLowerCase()) ? ['*'] : arns) {
      const told = denied(model, binding, account, { action, arn, except: given['except'] ?? [] });
      if (told.open !== undefined) return { holds: false, because: told.open, sources };
      if (told.unsure !== undefined) undecided.push(told.unsure);
    }
  const [first] = undecided;
  if (first !== undefined) {
    const asked = 'organizations:DescribePolicy';
    const { account: caller } = model.manifest.caller;
    return {
      holds: missing ?? model.whyMissing.undecided(asked, caller, 'global', first),
      because: '',
      sources,
    };
  }
  return { holds: true, because: `service control policies deny ${names.join(', ')}`, sources };
}

interface Asked {
  readonly action: string;
  readonly arn: string;
  readonly except: readonly string[];
}

/** What is open, with an example, or why that is not decided; neither where it is denied. */
function denied(
  model: OrganizationModel,
  { account: bound }: Binding,
  account: Resource,
  { action, arn, except: exempted }: Asked,
): { readonly open?: string; readonly unsure?: string } {
  const policies = bound.levels.flatMap(({ policies: list = [] }) =>
    list.filter((policy): policy is PolicyDocument => policy !== undefined),
  );
  const who = { account: account.id, organization: model.organization?.name, resource: arn };
  // Where a denial reaches some of what the ARN stands for, one that nobody names shows whether it reaches all.
  const example = arn.replaceAll('*', 'zzzz');
  let left = mostRequests;
  let unsure: string | undefined;
  for (const { context, exempt } of principalContexts(policies, who, exempted)) {
    if (exempt === true) continue;
    if ((left -= 1) < 0) return { unsure: `too many cases of ${action} to decide` };
    const caller = { kind: 'aws', account: account.id } as const;
    const allowed = [arn, example].map((resource) =>
      controlPoliciesAllow(bound, { caller, action, resource, context }),
    );
    if (allowed[0] === false) continue;
    const on = arn === '*' ? '' : ` on ${arn}`;
    if (allowed.includes(true) && exempt === false) {
      const principal = context['aws:principalarn'];
      const by = typeof principal === 'string' ? ` to ${principal}` : '';
      return { open: `no service control policy denies ${action}${on}${by}` };
    }
    unsure ??= `whether service control policies deny ${action}${on} to everybody is not decided`;
  }
  return unsure === undefined ? {} : { unsure };
}
