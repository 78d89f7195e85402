import type { CallName } from '../snapshot/record.ts';
import * as account from './calls/account.ts';
import * as apigateway from './calls/apigateway.ts';
import * as cloudfront from './calls/cloudfront.ts';
import * as cloudtrail from './calls/cloudtrail.ts';
import type { Call } from './calls/call.ts';
import * as cloudwatch from './calls/cloudwatch.ts';
import * as config from './calls/config.ts';
import * as ec2 from './calls/ec2.ts';
import * as elbv2 from './calls/elbv2.ts';
import * as events from './calls/events.ts';
import * as iam from './calls/iam.ts';
import * as kms from './calls/kms.ts';
import * as lambda from './calls/lambda.ts';
import * as logs from './calls/logs.ts';
import * as oam from './calls/oam.ts';
import * as organizations from './calls/organizations.ts';
import * as s3 from './calls/s3.ts';
import * as securityhub from './calls/securityhub.ts';
import * as sns from './calls/sns.ts';
import * as sts from './calls/sts.ts';

export type { Call, Item, Scope, ServiceName } from './calls/call.ts';

/**
 * Every operation that is ever asked, in the order in which the answers stand in a part. Adding a call is adding a row to the
 * file of its service; what names the things that a row asks about stands before it.
 *
 * Page sizes, codes and rates are those of the API references and quota pages of each service (August 2026). For
 * Organizations and Observability Access Manager no rate is published: 5 a second is a choice.
 */
export const calls: readonly Call[] = [
  ...sts.calls,
  ...organizations.calls,
  ...account.calls,
  ...ec2.ofAccount,
  ...[
    cloudfront,
    cloudtrail,
    lambda,
    logs,
    cloudwatch,
    events,
    config,
    securityhub,
    ec2,
    elbv2,
    apigateway,
    kms,
  ].flatMap(({ lists }) => lists),
  ...[
    cloudtrail,
    logs,
    cloudwatch,
    oam,
    iam,
    events,
    config,
    ec2,
    sns,
    lambda,
    s3,
    cloudfront,
    elbv2,
    apigateway,
    kms,
  ].flatMap(({ details }) => details),
];

/** Where a list is asked in an account whose enabled regions are given; nowhere for a call that is no such list. */
export function placesOf(call: Call, regions: readonly string[]): readonly string[] {
  if (call.scope === 'global') return ['global'];
  return call.scope === 'region' ? regions : [];
}

/** The name of a call in records, coverage and rules: `cloudtrail:DescribeTrails`. */
export function nameOf(call: Pick<Call, 'service' | 'operation'>): CallName {
  return `${call.service}:${call.operation}`;
}

/** Without these a scan does not know where to go: asked whatever is wanted. */
const always: ReadonlySet<CallName> = new Set<CallName>([
  'sts:GetCallerIdentity',
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  'organizations:ListRoots',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListAccountsForParent',
  'sts:AssumeRole',
  'account:ListRegions',
  'ec2:DescribeRegions',
]);

/** Tells which rows a scan asks. */
export type Wanted = (call: Call) => boolean;

/**
 * The rows that answer these calls, and those whose answers name what they ask about. Without names: all but those that
 * are asked on demand only. Either way without those that stand in for a list which is asked. With a partition: without what
 * it does not have.
 */
export function wantedCalls(names: ReadonlySet<CallName> | undefined, partition?: string): Wanted {
  const isThere = ({ partitions }: Call): boolean =>
    partition === undefined || partitions === undefined || partitions.includes(partition);
  if (names === undefined)
    return (call) => call.onDemand !== true && call.insteadOf === undefined && isThere(call);
  const all = new Set(names);
  for (let size = -1; size < all.size;) {
    size = all.size;
    for (const call of calls)
      if (
        call.each !== undefined &&
        // A list of the region does not wait for others to name something.
        call.scope !== 'region' &&
        all.has(nameOf(call)) &&
        !call.each.answers.some((name) => all.has(name))
      )
        for (const name of call.each.answers) all.add(name);
  }
  for (const call of calls)
    if (call.insteadOf !== undefined && all.has(call.insteadOf)) all.delete(nameOf(call));
  return (call) => always.has(nameOf(call)) || (all.has(nameOf(call)) && isThere(call));
}

/** The row of a call. Throws for a name that is not in the table, which is a bug. */
export function callNamed(name: CallName): Call {
  const call = calls.find((candidate) => nameOf(candidate) === name);
  if (call === undefined) throw new Error(`no row in the call table: ${name}`);
  return call;
}

/** Rows that ask about what the answers of a call name. */
export function followUpsOf(call: Call): readonly Call[] {
  return calls.filter((row) => row.each?.answers.includes(nameOf(call)));
}
