import { parseArn } from '../arn.ts';
import { conditionHolds, variablesOf, type RequestContext } from './condition.ts';
import type { Names, PolicyDocument, Principals, Statement } from './document.ts';
import { allOf, anyOf, negated, type Maybe } from './maybe.ts';
import { compilePattern, coversPattern, fits, type Variables } from './pattern.ts';

/** Who makes a request. */
export type Caller =
  | {
      readonly kind: 'service';
      /** `cloudtrail.amazonaws.com`. */
      readonly name: string;
      /** Where a service calls for an account: the names under which a policy may let that account in. */
      readonly callers?: readonly string[];
    }
  | {
      /** A user or role of an account. */
      readonly kind: 'aws';
      readonly account: string;
      /** ARN of the user, role or session; undefined where not known. */
      readonly arn?: string;
      /** Canonical user id of the account; undefined where not known. */
      readonly canonical?: string;
    }
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'canonical'; readonly id: string }
  /** Nobody that AWS knows: a request without a signature. */
  | { readonly kind: 'anonymous' };

/** A request as far as a policy can look at it. Less known never decides more. */
export interface PolicyRequest {
  /** Undefined where not known. */
  readonly caller: Caller | undefined;
  /** `s3:PutObject`. With wildcards: one of those, not known which. */
  readonly action: string;
  /** ARN of what is acted on. With wildcards: one of those, not known which. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** What the statements of a policy say about a request. */
export interface Decision {
  /** Whether an Allow applies. */
  readonly allowed: Maybe;
  /** Whether a Deny applies; it wins. */
  readonly denied: Maybe;
}

/**
 * Whether a policy lets a request through: an Allow that applies and no Deny that does (IAM guide, policy evaluation
 * logic). What other policies say is not part of it. Undecided where that depends on something that the request does
 * not tell, and for a policy that cannot be read.
 */
export function allows(policy: PolicyDocument | undefined, request: PolicyRequest): Maybe {
  if (policy === undefined) return undefined;
  const { allowed, denied } = decide(policy, request);
  return allOf([allowed, negated(denied)]);
}

/** What the Allow and Deny statements of a policy say, each by itself. */
export function decide(policy: PolicyDocument, request: PolicyRequest): Decision {
  const applying = (effect: Statement['effect']): Maybe =>
    anyOf(
      policy.statements
        .filter((statement) => statement.effect === effect)
        .map((statement) => applies(statement, request, policy.variables)),
    );
  return { allowed: applying('Allow'), denied: applying('Deny') };
}

/** Whether a statement applies to a request. */
export function applies(statement: Statement, request: PolicyRequest, variables: boolean): Maybe {
  return allOf([
    principalMatches(statement.principals, request.caller),
    nameMatches(statement.actions, request.action, undefined, true),
    statement.resources === undefined
      ? true
      : nameMatches(
          statement.resources,
          request.resource,
          variables ? variablesOf(request.context) : undefined,
        ),
    ...statement.conditions.map((condition) => conditionHolds(condition, request.context, variables)),
  ]);
}

/** Whether a statement speaks of the caller. One without principals is attached to whom it speaks of. */
export function principalMatches(principals: Principals | undefined, caller: Caller | undefined): Maybe {
  if (principals === undefined) return true;
  const named = principals.everyone ? true : caller === undefined ? undefined : isNamed(principals, caller);
  if (!principals.excluded) return named;
  return negated(named === true && !principals.everyone ? exempt(principals, caller) : named);
}

function isNamed(principals: Principals, caller: Caller): Maybe {
  const { aws, service, federated, canonical } = principals;
  switch (caller.kind) {
    case 'service':
      return (
        service.includes(caller.name) ||
        service.includes('*') ||
        aws.some((name) => caller.callers?.includes(name) === true)
      );
    case 'federated':
      return federated.includes(caller.provider) || federated.includes('*');
    case 'canonical':
      // An account has a canonical id, too, and the policy may name it by the other.
      return canonical.includes(caller.id) ? true : aws.length > 0 ? undefined : false;
    case 'anonymous':
      return false;
    case 'aws':
      return anyOf([
        ...aws.map((name) => isCaller(name, caller.account, caller.arn)),
        ...canonical.map((id) => (caller.canonical === undefined ? undefined : id === caller.canonical)),
      ]);
  }
}

/** Whether a name of a principal means this caller: its account, itself, or the role of its session. */
function isCaller(name: string, account: string, arn: string | undefined): Maybe {
  if (name === account) return true;
  const named = parseArn(name);
  // What is no ARN is the id of a user or role that was deleted: it lets nobody in (IAM guide, principals).
  if (named === undefined || named.account !== account) return false;
  if (named.resource === 'root' || name === arn) return true;
  if (arn === undefined) return undefined;
  const caller = parseArn(arn);
  if (caller?.service !== 'sts' || !caller.resource.startsWith('assumed-role/')) return false;
  const [, role] = caller.resource.split('/');
  if (named.resource === `role/${role}`) return true;
  // The session does not tell the path of its role.
  return named.resource.startsWith('role/') && named.resource.endsWith(`/${role}`) ? undefined : false;
}

/**
 * Whether NotPrincipal leaves out a caller that it names. To leave out a role or user, its account has to be named,
 * too, and for a session the session itself (IAM guide, NotPrincipal); short of that it is not decided.
 */
function exempt({ aws }: Principals, caller: Caller | undefined): Maybe {
  if (caller?.kind !== 'aws') return true;
  const account = aws.some((name) => name === caller.account || isRootOf(name, caller.account));
  return account && caller.arn !== undefined && aws.includes(caller.arn) ? true : undefined;
}

function isRootOf(name: string, account: string): boolean {
  const arn = parseArn(name);
  return arn?.account === account && arn.resource === 'root';
}

/** Whether an action or resource is among the names. Actions have no case, resources have. */
export function nameMatches(
  names: Names,
  value: string,
  variables: Variables | undefined,
  ignoreCase = false,
): Maybe {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const open = /[*?]/.test(value);
  const inner = open ? compilePattern(fold(value)) : undefined;
  const hit = anyOf(
    names.patterns.map((text) => {
      const pattern = compilePattern(fold(text), variables);
      return open ? coversPattern(pattern, inner) : fits(fold(value), pattern);
    }),
  );
  return names.excluded ? negated(hit) : hit;
}
