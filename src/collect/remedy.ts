import type { CoverageDetail } from '../snapshot/coverage.ts';
import type { CoverageCell } from '../snapshot/manifest.ts';
import type { CallName } from '../snapshot/record.ts';
import { howToTrust } from './authorities.ts';
import { actionsFor, memberPolicy } from './role.ts';
import { some } from './scope.ts';

/** Who scans: what policies have to name. */
export interface Scanner {
  /** ARN of the caller, as GetCallerIdentity gives it. */
  readonly caller: string;
  readonly account: string;
  /** Role in the other accounts, with its path if it has one. */
  readonly roleName: string;
  /** Where service control policies are; undefined where there is no organization. */
  readonly managementAccount: string | undefined;
}

/** Calls without an answer, refused alike in all the accounts. */
export interface Refusal extends Pick<CoverageCell, 'outcome' | 'accounts'> {
  readonly code: string | undefined;
  /** As coverage tells it. Untrusted text. */
  readonly cause: string | undefined;
  /** The IAM actions behind them. */
  readonly actions: readonly string[];
  /** True where the caller asked with its own credentials, false where the role did. */
  readonly byCaller: boolean;
  /** What was asked about, where the refusal names it. */
  readonly resource: string | undefined;
}

/** The role or user behind a session: what policies name. A role's path is not in the ARN of its sessions. */
export function principalOf(caller: string): string {
  return caller.replace(/^(arn:[^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

/**
 * What to add where, in one sentence, so that a call is answered. What refused is told by AWS's words (IAM user guide,
 * "Troubleshoot access denied error messages"), which {@link detailOf} puts in front of the cause.
 */
export function remedyOf(refusal: Refusal, scanner: Scanner): string {
  const { outcome, code, cause = '', accounts, byCaller, resource } = refusal;
  if (code === 'UntrustedCertificate') return howToTrust;
  if (outcome === 'throttled') return 'others ask at the same time: try again, with --pace 0.5';
  if (outcome !== 'denied') return 'try again; if it stays, look at the network, at proxies and at endpoints';
  const action = refusal.actions.join(', ');
  const where = `in ${some(accounts)}`;
  const who = byCaller
    ? `the identity that scans (${principalOf(scanner.caller)})`
    : `role ${scanner.roleName}`;
  const by = /^by (?:an? |the )?([\w ]+?)(?: of the (?:role|user))?:/.exec(cause)?.[1] ?? '';
  const denied = /explicit deny/i.test(cause);
  const statement = JSON.stringify(statementFor(refusal.actions, scanner));
  const exemption = `"Condition": {"ArnNotLike": {"aws:PrincipalArn": "${principals(refusal, scanner)}"}}`;
  const ofIdentity = (policy: string): string =>
    denied
      ? `${where}, ${policy} of ${who} denies it: take ${action} out of that Deny statement`
      : `${where}, add to ${policy} of ${who}: ${statement}`;
  switch (by) {
    case 'service control policy':
    case 'resource control policy': {
      const policy = /arn:[\w-]+:organizations::\d{12}:policy\/[\w/-]+/.exec(cause)?.[0];
      const management =
        scanner.managementAccount === undefined ? 'the management account' : scanner.managementAccount;
      return denied
        ? `in ${management}, in ${policy ?? `the ${by} that applies to ${some(accounts)}`}, add to the statement that denies ${action}: ${exemption}`
        : `in ${management}, add to a ${by} of each level above ${some(accounts)}: ${statement}`;
    }
    case 'permissions boundary':
      return ofIdentity('the permissions boundary');
    case 'session policy':
      return `the session of ${who} is narrowed by a session policy: sign in without it, or add to it: ${statement}`;
    case 'VPC endpoint policy':
      return `in the policy of the VPC endpoint through which this machine asks, ${denied ? `add to the statement that denies ${action}: ${exemption}` : `allow ${action} to ${who}`}`;
    case 'resource policy': {
      const owner = resource?.split(':')[4] ?? '';
      const policy = `${owner === '' ? where : `in ${owner}`}, in the policy of ${resource ?? 'the resource'}`;
      const principal = byCaller
        ? [principalOf(scanner.caller)]
        : accounts.map((account) => roleArn(scanner, account));
      const allow = {
        Effect: 'Allow',
        Principal: { AWS: oneOrMore(principal) },
        Action: oneOrMore(refusal.actions),
        Resource: resource ?? '*',
      };
      return denied
        ? `${policy}, add to the statement that denies ${action}: ${exemption}`
        : `${policy}, add: ${JSON.stringify(allow)}`;
    }
    case 'policies':
    case 'deny in the policies':
      return ofIdentity('a policy');
    default:
      return `${ofIdentity('a policy')}; if it is allowed there, AWS does not say what refuses: an organization policy, a permissions boundary or the policy of what is asked about`;
  }
}

/** The same for a role that could not be assumed; `create` is the command that prints the role. */
export function remedyOfRole(
  account: string,
  refusal: Pick<Refusal, 'outcome'> & CoverageDetail,
  scanner: Scanner,
  create: string,
): string {
  const { outcome, code, cause = '' } = refusal;
  // Without words it is the trust policy, or there is no such role: AWS does not tell these apart.
  if (outcome === 'denied' && (!cause.startsWith('by ') || /^by a resource policy.*because no/.test(cause)))
    return `in ${account}, create role ${scanner.roleName}, or have its trust policy name ${principalOf(scanner.caller)}: ${create}; if it does, allow ${principalOf(scanner.caller)} sts:AssumeRole on it: trailwarden role --policy caller`;
  const asked = { accounts: [scanner.account], byCaller: true, resource: roleArn(scanner, account) };
  return remedyOf({ ...refusal, code, cause, ...asked, actions: ['sts:AssumeRole'] }, scanner);
}

function statementFor(actions: readonly string[], scanner: Scanner): object {
  const { resources } = actionsFor(undefined);
  const partition = partitionOf(scanner);
  const { Statement } = memberPolicy({ caller: [], member: actions, resources }, { partition });
  const of = Statement.find(({ Action }) => actions.every((action) => Action.includes(action)));
  const Resource = actions.includes('sts:AssumeRole') ? roleArn(scanner, '*') : (of?.Resource ?? '*');
  return { Effect: 'Allow', Action: oneOrMore(actions), Resource };
}

/** True for an action that the role has on some resources alone: its statement stands by itself. */
function standsAlone(action: string): boolean {
  return actionsFor(undefined).resources.has(action) || action === 'sts:AssumeRole';
}

/** Puts refusals together that one sentence mends, and gives each the sentence. */
export function withRemedies<
  T extends Omit<Refusal, 'actions'> & { readonly call: CallName; readonly action: string | undefined },
>(refusals: readonly T[], scanner: Scanner): readonly (readonly [refusal: T, remedy: string])[] {
  const alike = Map.groupBy(refusals, (refusal) => {
    const { action = '', call } = refusal;
    const remedy = remedyOf({ ...refusal, actions: [standsAlone(action) ? action : 'ACTION'] }, scanner);
    return `${call.startsWith('organizations:')} ${remedy}`;
  });
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    const actions = [...new Set(group.map(({ action, call }) => action ?? call))];
    const remedy = first === undefined ? '' : remedyOf({ ...first, actions }, scanner);
    return group.map((refusal) => [refusal, remedy] as const);
  });
}

function oneOrMore(list: readonly string[]): string | readonly string[] {
  const [first = ''] = list;
  return list.length === 1 ? first : list;
}

function principals({ byCaller, accounts }: Refusal, scanner: Scanner): string {
  return byCaller
    ? principalOf(scanner.caller)
    : roleArn(scanner, accounts.length === 1 ? (accounts[0] ?? '*') : '*');
}

function roleArn(scanner: Scanner, account: string): string {
  return `arn:${partitionOf(scanner)}:iam::${account}:role/${scanner.roleName}`;
}

function partitionOf({ caller }: Scanner): string {
  return caller.split(':')[1] ?? 'aws';
}
