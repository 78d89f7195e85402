import type { OrganizationModel } from '../organization.ts';
import { contextsOf, mostRequests, partyOf, strangerTo, type Party } from '../policy/candidates.ts';
import { controlPoliciesAllow } from '../policy/organization-policies.ts';
import type { PolicyDocument } from '../policy/document.ts';
import type { Resource } from '../resource.ts';
import type { Answered, Inquiry } from '../schema.ts';
import { Unknown } from '../unknown.ts';
import { bindingOf, controlPolicyCalls, type Binding } from './control-policies.ts';

/** Whether resource control policies keep everybody outside of the organization from a bucket. */
export const keepsOutsidersOut: Inquiry = {
  description:
    'Whether the resource control policies above its account deny each of the actions on the bucket, or on its objects, to everybody outside of the organization. They never bind the management account.',
  calls: controlPolicyCalls,
  parameters: { actions: { description: 'actions that have to be denied: `s3:GetObject`', needed: true } },
  ask: (bucket, model, given) =>
    judge(bucket, model, given['actions'] ?? [], {
      wanted: false,
      parties: (policy, common) => {
        const stranger = { ...strangerTo(policy), outside: true };
        return [
          partyOf(policy, common, { ...stranger, as: 'aws' }),
          partyOf(policy, common, { ...stranger, as: 'anonymous' }),
        ];
      },
      otherwise: (action) => `no resource control policy denies ${action} to strangers`,
      held: 'resource control policies deny it to everybody outside of the organization',
    }),
};

/** Whether resource control policies leave AWS services alone. */
export const sparesServices: Inquiry = {
  description:
    'Whether the resource control policies above its account let the services do each of the actions on the bucket, or on its objects, for the organization.',
  calls: controlPolicyCalls,
  parameters: {
    actions: { description: 'actions that have to be let through: `s3:PutObject`', needed: true },
    services: { description: 'services: `cloudtrail.amazonaws.com`', needed: true },
  },
  ask: (bucket, model, given) =>
    judge(bucket, model, given['actions'] ?? [], {
      wanted: true,
      parties: (policy, common) =>
        (given['services'] ?? []).map((service) =>
          partyOf(policy, common, {
            account: model.organization?.account ?? bucket.account,
            organization: model.organization?.id ?? '',
            as: { service },
            outside: false,
          }),
        ),
      otherwise: (action) => `resource control policies deny ${action} to a service`,
      held: 'resource control policies let the services through',
    }),
};

interface Asking {
  /** What the policies have to come to for each request. */
  readonly wanted: boolean;
  parties(policy: PolicyDocument, common: ReadonlyMap<string, readonly string[]>): readonly Party[];
  otherwise(action: string): string;
  readonly held: string;
}

function judge(
  bucket: Resource,
  model: OrganizationModel,
  actions: readonly string[],
  asking: Asking,
): Answered {
  const account = model.account(bucket.account);
  if (account === undefined) return { holds: false, because: 'its account is not known' };
  const binding = bindingOf(model, account, 'RESOURCE_CONTROL_POLICY');
  if (binding instanceof Unknown) return { holds: binding, because: '' };
  const { sources, missing } = binding;
  let undecided: string | undefined;
  for (const action of actions) {
    const told = decisionOn(bucket, model, binding, action, asking);
    if (told === undefined)
      undecided ??= `what resource control policies say of ${action} on bucket ${bucket.name} is not decided`;
    else if (told !== asking.wanted) return { holds: false, because: asking.otherwise(action), sources };
  }
  if (undecided === undefined) return { holds: true, because: asking.held, sources };
  const { account: caller } = model.manifest.caller;
  const unknown =
    missing ?? model.whyMissing.undecided('organizations:DescribePolicy', caller, 'global', undecided);
  return { holds: unknown, because: '', sources };
}

/** What the policies come to for all requests; the other way where one request comes to that. */
function decisionOn(
  bucket: Resource,
  model: OrganizationModel,
  { account: bound }: Binding,
  action: string,
  asking: Asking,
): boolean | undefined {
  const policies = bound.levels.flatMap(({ policies: list = [] }) => list);
  const merged: PolicyDocument = {
    variables: true,
    statements: policies.flatMap((policy) => policy?.statements ?? []),
  };
  const common = new Map([
    ['aws:resourceaccount', [bucket.account]],
    ['aws:resourceorgid', [model.organization?.id ?? '']],
    ['aws:securetransport', ['true']],
  ]);
  const arn = `arn:${model.manifest.partition}:s3:::${bucket.name}`;
  const resource = action.includes('Object') ? `${arn}/*` : arn;
  let left = mostRequests;
  let result: boolean | undefined = asking.wanted;
  for (const party of asking.parties(merged, common))
    for (const context of contextsOf(merged, party)) {
      if ((left -= 1) < 0) return undefined;
      const allowed = controlPoliciesAllow(bound, { caller: party.caller, action, resource, context });
      if (allowed === !asking.wanted) return allowed;
      if (allowed === undefined) result = undefined;
    }
  return result;
}
