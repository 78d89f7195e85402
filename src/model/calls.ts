import type { JsonObject } from '../json.ts';
import type { CallName } from '../snapshot/record.ts';

/** What an answer of a call looks like when there is nothing to tell, and where the call is asked. */
export interface EmptyAnswer {
  readonly output: JsonObject;
  /**
   * `region`: asked in each enabled region. `account`: asked once, region `global`. `listed`: asked by the caller of the scan
   * about each account, by the id that `about` names.
   */
  readonly scope: 'region' | 'account' | 'listed';
  /** Member of the input that takes the id of the account. */
  readonly about?: string;
  /** What has to be asked so that the answer is the whole list, where an empty input is not it. */
  readonly input?: JsonObject;
}

/** Members of an input that turn or size pages. They do not change what is asked. */
const pagingMembers: ReadonlySet<string> = new Set([
  'NextToken',
  'nextToken',
  'Marker',
  'MaxRecords',
  'MaxResults',
  'MaxItems',
  'PageSize',
  'position',
  'maxResults',
  'limit',
  'Limit',
]);

/** Names of the members of an input that decide what is asked for, sorted. */
export function askedMembers(input: JsonObject): string[] {
  return Object.keys(input)
    .filter((name) => !pagingMembers.has(name) && input[name] !== undefined && input[name] !== null)
    .sort();
}

/** True when nothing but paging is in the input: the whole list was asked for. */
export function asksForAll(input: JsonObject): boolean {
  for (const name in input)
    if (!pagingMembers.has(name) && input[name] !== undefined && input[name] !== null) return false;
  return true;
}

/** DescribeTrails without names and with shadow trails (the default): all that log in the region. */
export function asksForAllTrails(input: JsonObject): boolean {
  const shadows = input['includeShadowTrails'];
  if (shadows === false) return false;
  const names = input['trailNameList'];
  if (Array.isArray(names) && names.length > 0) return false;
  return askedMembers(input).every((name) => name === 'includeShadowTrails' || name === 'trailNameList');
}

/** ListRules of one bus, by its name or ARN; without either it is the default bus. */
export function asksForBus(input: JsonObject, bus: { readonly id: string; readonly name: string }): boolean {
  if (askedMembers(input).some((name) => name !== 'EventBusName')) return false;
  const asked = input['EventBusName'] ?? 'default';
  return asked === bus.name || asked === bus.id;
}

const alarmTypes = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const;
export type AlarmType = (typeof alarmTypes)[number];

/**
 * True when DescribeAlarms was asked for all alarms of a type. Without `AlarmTypes` AWS tells metric alarms only
 * (CloudWatch API reference, DescribeAlarms); an answer that carries the list of the type all the same is believed.
 * Log alarms are new: the collector asks for them always, and for the other two types alone only where the region
 * refuses the word, so that there can be none.
 */
export function asksForAlarms(type: AlarmType, input: JsonObject, output: JsonObject | undefined): boolean {
  if (askedMembers(input).some((name) => name !== 'AlarmTypes')) return false;
  const types = input['AlarmTypes'];
  if (Array.isArray(types) && types.length > 0) {
    return (
      types.includes(type) ||
      (type === 'LogAlarm' && types.includes('MetricAlarm') && types.includes('CompositeAlarm'))
    );
  }
  return type === 'MetricAlarm' || output?.[`${type}s`] !== undefined;
}

/** Empty answers of the calls that list things: what rule tests are filled up with. */
export const emptyAnswers: { readonly [call: CallName]: EmptyAnswer } = {
  'apigateway:GetRestApis': { output: { items: [] }, scope: 'region' },
  'apigatewayv2:GetApis': { output: { Items: [] }, scope: 'region' },
  'cloudfront:ListDistributions': { output: { DistributionList: { Items: [] } }, scope: 'account' },
  'cloudtrail:DescribeTrails': { output: { trailList: [] }, scope: 'region' },
  'cloudtrail:ListEventDataStores': { output: { EventDataStores: [] }, scope: 'region' },
  'cloudwatch:DescribeAlarms': {
    output: { MetricAlarms: [], CompositeAlarms: [], LogAlarms: [] },
    scope: 'region',
    input: { AlarmTypes: [...alarmTypes] },
  },
  'cloudwatch:ListAlarmMuteRules': { output: { AlarmMuteRuleSummaries: [] }, scope: 'region' },
  'config:DescribeConfigurationRecorders': { output: { ConfigurationRecorders: [] }, scope: 'region' },
  'ec2:DescribeFlowLogs': { output: { FlowLogs: [] }, scope: 'region' },
  'ec2:DescribeVpcEndpoints': { output: { VpcEndpoints: [] }, scope: 'region' },
  'ec2:DescribeVpcs': { output: { Vpcs: [] }, scope: 'region' },
  'elbv2:DescribeLoadBalancers': { output: { LoadBalancers: [] }, scope: 'region' },
  'events:ListEventBuses': { output: { EventBuses: [] }, scope: 'region' },
  'events:ListRules': { output: { Rules: [] }, scope: 'region' },
  // Of a role nothing is told in an answer without it, so there is none.
  'iam:GetRole': {
    output: {},
    scope: 'account',
    input: { RoleName: 'CloudWatch-CrossAccountSharingRole' },
  },
  'kms:ListKeys': { output: { Keys: [] }, scope: 'region' },
  'logs:DescribeAccountPolicies': {
    output: { accountPolicies: [] },
    scope: 'region',
    input: { policyType: 'SUBSCRIPTION_FILTER_POLICY' },
  },
  'logs:DescribeDeliveries': { output: { deliveries: [] }, scope: 'region' },
  'logs:DescribeDeliverySources': { output: { deliverySources: [] }, scope: 'region' },
  'logs:DescribeDestinations': { output: { destinations: [] }, scope: 'region' },
  'lambda:GetAccountSettings': {
    output: { AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 } },
    scope: 'region',
  },
  'logs:DescribeLogGroups': { output: { logGroups: [] }, scope: 'region' },
  'logs:DescribeMetricFilters': { output: { metricFilters: [] }, scope: 'region' },
  'logs:DescribeResourcePolicies': { output: { resourcePolicies: [] }, scope: 'region' },
  'oam:ListLinks': { output: { Items: [] }, scope: 'region' },
  'oam:ListSinks': { output: { Items: [] }, scope: 'region' },
  'organizations:ListAWSServiceAccessForOrganization': {
    output: { EnabledServicePrincipals: [] },
    scope: 'account',
  },
  'organizations:ListDelegatedAdministrators': {
    output: { DelegatedAdministrators: [] },
    scope: 'account',
  },
  'organizations:ListTagsForResource': { output: { Tags: [] }, scope: 'listed', about: 'ResourceId' },
};
