import type { PolicyDocument } from './document.ts';
import { decide, type PolicyRequest } from './evaluate.ts';
import { allOf, anyOf, negated, type Maybe } from './maybe.ts';

/** The policies of one kind that are attached to a root, an organizational unit or an account. */
export interface PolicyLevel {
  /** Undefined where what is attached is not known; a policy that cannot be read is undefined. */
  readonly policies: readonly (PolicyDocument | undefined)[] | undefined;
}

/** An account as service control or resource control policies bind it. */
export interface BoundAccount {
  /** Levels from the root of the organization over its units to the account itself. */
  readonly levels: readonly PolicyLevel[];
  /** Such policies never bind the management account. */
  readonly isManagement: boolean;
}

/**
 * Whether the service control policies above an account let a request of one of its principals through, or the
 * resource control policies one to a resource in it: on every level a policy has to allow it, and a Deny on any level
 * wins (Organizations guide, SCP evaluation, RCP evaluation). They grant nothing by themselves, and do not bind the
 * management account or service-linked roles. An account without levels is bound by nothing: the kind of policy is
 * off.
 */
export function controlPoliciesAllow(account: BoundAccount, request: PolicyRequest): Maybe {
  if (account.isManagement) return true;
  return allOf([
    negated(controlPoliciesDeny(account, request)),
    ...account.levels.map((level) => saidOn(level, request, 'allowed')),
  ]);
}

/** Whether a Deny on some level keeps a request out, whatever is allowed. */
export function controlPoliciesDeny(account: BoundAccount, request: PolicyRequest): Maybe {
  if (account.isManagement) return false;
  return anyOf(account.levels.map((level) => saidOn(level, request, 'denied')));
}

function saidOn({ policies }: PolicyLevel, request: PolicyRequest, what: 'allowed' | 'denied'): Maybe {
  return policies === undefined
    ? undefined
    : anyOf(policies.map((policy) => (policy === undefined ? undefined : decide(policy, request)[what])));
}
