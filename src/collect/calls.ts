import { isJsonObject, type JsonObject } from '../json.ts';
import type { AnswerRecord, CallName } from '../snapshot/record.ts';
import { objects, textOf, texts } from './answer.ts';
import { maySeeCloudTrailEvents, ruleNameOf } from './event-rules.ts';

/** Services that are asked, as IAM abbreviates them. */
export type ServiceName =
  | 'account'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'config'
  | 'ec2'
  | 'events'
  | 'iam'
  | 'kms'
  | 'lambda'
  | 'logs'
  | 'oam'
  | 'organizations'
  | 's3'
  | 's3control'
  | 'securityhub'
  | 'sns'
  | 'sts';

/**
 * Where and how often a call is asked.
 *
 * - `caller`: by the caller itself, once a scan.
 * - `unit`: by the caller, once for each root and organizational unit.
 * - `member`: by the caller, once for each other account.
 * - `listed`: by the caller, once for each account of the organization that is visited.
 * - `account`: once in each account, at the one endpoint of the partition.
 * - `region`: once in each enabled region of each account.
 * - `caller-item`: by the caller, once for each thing that an earlier answer about the organization names.
 * - `item`: once for each thing that an earlier answer names, in the account that owns it and in its region.
 */
export type Scope = 'caller' | 'unit' | 'member' | 'listed' | 'account' | 'region' | 'caller-item' | 'item';

/** How an operation splits its answer. The page size is in {@link Call.input}, at its maximum. */
export interface Paging {
  /** Member of the input that takes the token. */
  readonly input: string;
  /** Member of the output that gives it. */
  readonly output: string;
}

/** A thing named by an answer, about which more is asked. */
export interface Item {
  /** What AWS is to call it by: its ARN where it has one, else the name that the answer gave. */
  readonly name: string;
  /** Twelve digits: the account it belongs to; undefined where nothing tells. */
  readonly owner: string | undefined;
  /** Region in which to ask about it; `global` for what belongs to none, which the home of the partition tells of. */
  readonly region: string;
}

/** Where the things of an `item` or `caller-item` call are found. */
export interface ItemSource {
  /** Calls whose answers name them. */
  readonly answers: readonly CallName[];
  /** How often that makes it, for the reference: `once for each trail`. */
  readonly once: string;
  /** Everything that one page of an answer names. */
  items(answer: Answer): readonly Item[];
  /** The input that asks about one of them. */
  input(item: Item): JsonObject;
  /** True where nobody but the owner can make anything of the answer: other accounts do not ask. */
  readonly ownerOnly?: boolean;
  /**
   * True where a name does not tell whose the thing is, and the answer tells whether it is that of the account asked, by
   * naming more to ask about. The account that named it is asked, and all others where it is not its own. Since the
   * answers of one account concern the others, they stand in the part of the organization.
   */
  readonly findsOwner?: boolean;
}

/** As much of a record with an output as tells what it names. */
export type Answer = Pick<AnswerRecord, 'account' | 'region' | 'input'> & { readonly output: JsonObject };

/** One operation that is asked of AWS: a row of the table. */
export interface Call {
  readonly service: ServiceName;
  /** As AWS names it. */
  readonly operation: string;
  readonly scope: Scope;
  /** Members sent with every request; the page size at its maximum. */
  readonly input: JsonObject;
  readonly paging?: Paging;
  /** Inputs to try in turn when AWS refuses {@link input} as invalid: for values that an older region does not know. */
  readonly olderInputs?: readonly JsonObject[];
  readonly each?: ItemSource;
  /** Member that every good answer has. An answer without it is a broken one. */
  readonly has?: string;
  /** The list of the answer. Without it and without a request id an answer is a broken one, not an empty list. */
  readonly hasUnlessEmpty?: string;
  /** Error codes that prove that there is none. */
  readonly absent?: readonly string[];
  /** True where only the owner of a thing learns from an `absent` code that it does not exist. */
  readonly absentToOwnerOnly?: boolean;
  /** True for an operation that not every region has yet. One that does not know it has nothing of its kind. */
  readonly isNew?: boolean;
  /** Requests a second that the service allows an account in a region. */
  readonly rate: number;
  /** True where the rate counts all operations of the service together. */
  readonly rateOfService?: boolean;
  /** True where nothing that ships needs it: asked only by a scan whose rules or configuration do. */
  readonly onDemand?: boolean;
  /** True where the output holds a secret: such an answer is never recorded. */
  readonly secret?: boolean;
  /** Permission it needs; undefined where it needs none. */
  readonly action: string | undefined;
  /** What the answer is for. */
  readonly why: string;
}

const organizationPaging: Paging = { input: 'NextToken', output: 'NextToken' };
const organizationRate = { rate: 5, rateOfService: true } as const;
const inItsPlace = 'in its own account and region';
const eachTrail = {
  answers: ['cloudtrail:DescribeTrails'],
  once: `once for each trail, ${inItsPlace}`,
  items: trailsOf,
} as const;
const eachControlPolicy = {
  answers: ['organizations:ListPolicies'],
  once: 'by the caller, once for each of these policies',
  items: controlPoliciesOf,
  input: ({ name }: Item) => ({ PolicyId: name }),
} as const;
const eachEventDataStore = {
  answers: ['cloudtrail:ListEventDataStores'],
  once: `once for each event data store, ${inItsPlace}`,
  items: eventDataStoresOf,
} as const;
const eachTopic: ItemSource = {
  answers: ['cloudtrail:DescribeTrails', 'cloudwatch:DescribeAlarms', 'events:ListTargetsByRule'],
  once: `once for each topic that an alarm, an event rule or a trail names, ${inItsPlace}`,
  items: topicsOf,
  input: ({ name }) => ({ TopicArn: name }),
};
/** IAM answers only about roles and policies of the account that asks. */
const eachDeliveryRole: Omit<ItemSource, 'once'> = {
  answers: ['cloudtrail:DescribeTrails'],
  items: deliveryRolesOf,
  input: ({ name }) => ({ RoleName: nameInArn(name) }),
  ownerOnly: true,
};
const iamAbsent = ['NoSuchEntity', 'NoSuchEntityException'];
const iamRate = { rate: 10, rateOfService: true } as const;
/** No rates are published for the configuration of buckets; this one is a choice. */
const s3Rate = { rate: 10, rateOfService: true } as const;
const cloudtrailRate = { rate: 10, rateOfService: true } as const;

/**
 * Every operation that is ever asked, in the order in which the answers stand in a part. Adding a call is adding a row.
 *
 * Page sizes, codes and rates are those of the API references and quota pages of each service (August 2026). For
 * Organizations and Observability Access Manager no rate is published: 5 a second is a choice.
 */
export const calls: readonly Call[] = [
  {
    service: 'sts',
    operation: 'GetCallerIdentity',
    scope: 'caller',
    input: {},
    has: 'Arn',
    rate: 50,
    action: undefined,
    why: 'Who asks, in which account and partition.',
  },
  {
    service: 'organizations',
    operation: 'DescribeOrganization',
    scope: 'caller',
    input: {},
    has: 'Organization',
    absent: ['AWSOrganizationsNotInUseException'],
    ...organizationRate,
    action: 'organizations:DescribeOrganization',
    why: 'The organization, its management account and feature set.',
  },
  {
    service: 'organizations',
    operation: 'ListAccounts',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    has: 'Accounts',
    ...organizationRate,
    action: 'organizations:ListAccounts',
    why: 'Every account with its state: the denominator of each verdict about the organization.',
  },
  {
    service: 'organizations',
    operation: 'ListRoots',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    has: 'Roots',
    ...organizationRate,
    action: 'organizations:ListRoots',
    why: 'Top of the tree of organizational units.',
  },
  {
    service: 'organizations',
    operation: 'ListOrganizationalUnitsForParent',
    scope: 'unit',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'OrganizationalUnits',
    ...organizationRate,
    action: 'organizations:ListOrganizationalUnitsForParent',
    why: 'Organizational units and their names.',
  },
  {
    service: 'organizations',
    operation: 'ListAccountsForParent',
    scope: 'unit',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'Accounts',
    ...organizationRate,
    action: 'organizations:ListAccountsForParent',
    why: 'Which account is in which unit. Asked only where ListAccounts gave no paths.',
  },
  {
    service: 'organizations',
    operation: 'ListAWSServiceAccessForOrganization',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'EnabledServicePrincipals',
    ...organizationRate,
    action: 'organizations:ListAWSServiceAccessForOrganization',
    why: 'Services that may work in every account of the organization.',
  },
  {
    service: 'organizations',
    operation: 'ListDelegatedAdministrators',
    scope: 'caller',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    hasUnlessEmpty: 'DelegatedAdministrators',
    ...organizationRate,
    action: 'organizations:ListDelegatedAdministrators',
    why: 'Member accounts that administer a service for the organization.',
  },
  {
    service: 'organizations',
    operation: 'ListDelegatedServicesForAccount',
    scope: 'caller-item',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    each: {
      answers: ['organizations:ListDelegatedAdministrators'],
      once: 'by the caller, once for each delegated administrator',
      items: administratorsOf,
      input: ({ name }) => ({ AccountId: name }),
    },
    hasUnlessEmpty: 'DelegatedServices',
    absent: ['AccountNotRegisteredException'],
    ...organizationRate,
    action: 'organizations:ListDelegatedServicesForAccount',
    why: 'Which services such an account administers.',
  },
  {
    service: 'organizations',
    operation: 'ListPolicies',
    scope: 'caller-item',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    each: {
      answers: ['organizations:ListRoots'],
      once: 'by the caller, once for service and once for resource control policies, where the root has them enabled',
      items: controlPolicyTypesOf,
      input: ({ name }) => ({ Filter: name }),
    },
    hasUnlessEmpty: 'Policies',
    ...organizationRate,
    action: 'organizations:ListPolicies',
    why: 'Policies that bind accounts whatever is allowed in them.',
  },
  {
    service: 'organizations',
    operation: 'DescribePolicy',
    scope: 'caller-item',
    input: {},
    each: eachControlPolicy,
    has: 'Policy',
    absent: ['PolicyNotFoundException'],
    ...organizationRate,
    action: 'organizations:DescribePolicy',
    why: 'What such a policy says.',
  },
  {
    service: 'organizations',
    operation: 'ListTargetsForPolicy',
    scope: 'caller-item',
    input: { MaxResults: 20 },
    paging: organizationPaging,
    each: eachControlPolicy,
    hasUnlessEmpty: 'Targets',
    absent: ['PolicyNotFoundException'],
    ...organizationRate,
    action: 'organizations:ListTargetsForPolicy',
    why: 'Roots, organizational units and accounts that it is attached to.',
  },
  {
    service: 'organizations',
    operation: 'ListTagsForResource',
    scope: 'listed',
    input: {},
    paging: organizationPaging,
    hasUnlessEmpty: 'Tags',
    onDemand: true,
    ...organizationRate,
    action: 'organizations:ListTagsForResource',
    why: 'Tags of an account, for parameters that are set by tag and rules that read them.',
  },
  {
    service: 'sts',
    operation: 'AssumeRole',
    scope: 'member',
    input: {},
    secret: true,
    has: 'Credentials',
    rate: 50,
    action: 'sts:AssumeRole',
    why: 'Credentials of the scan role in each other account. Only a refusal is recorded.',
  },
  {
    service: 'account',
    operation: 'ListRegions',
    scope: 'account',
    input: { MaxResults: 50 },
    paging: { input: 'NextToken', output: 'NextToken' },
    has: 'Regions',
    rate: 5,
    action: 'account:ListRegions',
    why: 'Which regions the account has enabled.',
  },
  {
    service: 'ec2',
    operation: 'DescribeRegions',
    scope: 'account',
    input: { AllRegions: true },
    has: 'Regions',
    rate: 20,
    action: 'ec2:DescribeRegions',
    why: 'The same, asked only where account:ListRegions gave no answer.',
  },
  {
    service: 'cloudtrail',
    operation: 'DescribeTrails',
    scope: 'region',
    // Replicas of multi-region trails and copies of organization trails are what tells that an account is covered.
    input: { includeShadowTrails: true },
    hasUnlessEmpty: 'trailList',
    ...cloudtrailRate,
    action: 'cloudtrail:DescribeTrails',
    why: 'Trails that record in the region, those of other regions and of the organization included.',
  },
  {
    service: 'cloudtrail',
    operation: 'ListEventDataStores',
    scope: 'region',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'EventDataStores',
    isNew: true,
    ...cloudtrailRate,
    action: 'cloudtrail:ListEventDataStores',
    why: 'Event data stores of CloudTrail Lake in the region.',
  },
  {
    service: 'lambda',
    operation: 'GetAccountSettings',
    scope: 'region',
    input: {},
    has: 'AccountUsage',
    isNew: true,
    rate: 10,
    action: 'lambda:GetAccountSettings',
    why: 'How many functions there are. A list of them would hold what their environment holds, secrets included.',
  },
  {
    service: 'logs',
    operation: 'DescribeLogGroups',
    scope: 'region',
    // No name pattern: with one, AWS leaves retention and key out of the answer.
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    hasUnlessEmpty: 'logGroups',
    rate: 10,
    action: 'logs:DescribeLogGroups',
    why: 'Log groups with their retention, class and key.',
  },
  {
    service: 'logs',
    operation: 'DescribeMetricFilters',
    scope: 'region',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    hasUnlessEmpty: 'metricFilters',
    rate: 5,
    action: 'logs:DescribeMetricFilters',
    why: 'Metric filters of every log group of the region.',
  },
  {
    service: 'cloudwatch',
    operation: 'DescribeAlarms',
    scope: 'region',
    // Without AlarmTypes only metric alarms are answered.
    input: { AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'], MaxRecords: 100 },
    olderInputs: [{ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }],
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'MetricAlarms',
    rate: 9,
    action: 'cloudwatch:DescribeAlarms',
    why: 'Metric, composite and log alarms with their actions. Composite ones need the permission on resource "*".',
  },
  {
    service: 'events',
    operation: 'ListEventBuses',
    scope: 'region',
    input: { Limit: 100 },
    // The SDK has no paginators for EventBridge; its lists have pages all the same.
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'EventBuses',
    rate: 10,
    action: 'events:ListEventBuses',
    why: 'Event buses and who may send to them.',
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorders',
    scope: 'region',
    input: {},
    hasUnlessEmpty: 'ConfigurationRecorders',
    rate: 10,
    action: 'config:DescribeConfigurationRecorders',
    why: 'What AWS Config records of the state of resources.',
  },
  {
    service: 'securityhub',
    operation: 'DescribeHub',
    scope: 'region',
    input: {},
    has: 'HubArn',
    // Security Hub says so of an account that has not switched it on.
    absent: ['InvalidAccessException', 'ResourceNotFoundException'],
    rate: 10,
    action: 'securityhub:DescribeHub',
    why: 'Whether Security Hub is on.',
  },
  {
    service: 'ec2',
    operation: 'DescribeVpcs',
    scope: 'region',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'Vpcs',
    rate: 20,
    action: 'ec2:DescribeVpcs',
    why: 'Networks, each of which should have a flow log.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetTrailStatus',
    scope: 'item',
    input: {},
    each: {
      ...eachTrail,
      input: ({ name }) => ({ Name: name }),
    },
    has: 'IsLogging',
    absent: ['TrailNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetTrailStatus',
    why: 'Whether the trail logs and delivers; asked once, at its home.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetEventSelectors',
    scope: 'item',
    input: {},
    each: {
      ...eachTrail,
      input: ({ name }) => ({ TrailName: name }),
    },
    hasUnlessEmpty: 'TrailARN',
    absent: ['TrailNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetEventSelectors',
    why: 'Which events the trail records; asked once, at its home.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetInsightSelectors',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: `once for each trail that has insight selectors, ${inItsPlace}`,
      items: insightTrailsOf,
      input: ({ name }) => ({ TrailName: name }),
    },
    hasUnlessEmpty: 'TrailARN',
    absent: ['InsightNotEnabledException', 'TrailNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetInsightSelectors',
    why: 'Whether the trail looks for unusual rates of calls and errors.',
  },
  {
    service: 'cloudtrail',
    operation: 'ListTags',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      ...eachTrail,
      input: ({ name }) => ({ ResourceIdList: [name] }),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'ResourceTagList',
    absent: ['ResourceNotFoundException'],
    ...cloudtrailRate,
    action: 'cloudtrail:ListTags',
    why: 'Tags of the trail. AWS shows them to its owner alone.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetEventDataStore',
    scope: 'item',
    input: {},
    each: {
      ...eachEventDataStore,
      input: ({ name }) => ({ EventDataStore: name }),
    },
    has: 'EventDataStoreArn',
    absent: ['EventDataStoreNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetEventDataStore',
    why: 'What the store keeps, for how long, under which key. The list tells its name alone.',
  },
  {
    service: 'cloudtrail',
    operation: 'GetResourcePolicy',
    scope: 'item',
    input: {},
    each: {
      ...eachEventDataStore,
      input: ({ name }) => ({ ResourceArn: name }),
    },
    has: 'ResourceArn',
    absent: ['ResourcePolicyNotFoundException', 'ResourceNotFoundException'],
    absentToOwnerOnly: true,
    ...cloudtrailRate,
    action: 'cloudtrail:GetResourcePolicy',
    why: 'Who else may query the store.',
  },
  {
    service: 'cloudwatch',
    operation: 'ListAlarmMuteRules',
    scope: 'item',
    input: { MaxRecords: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['cloudwatch:DescribeAlarms'],
      once: 'once in each region that has alarms',
      items: regionOfAlarms,
      input: () => ({}),
    },
    hasUnlessEmpty: 'AlarmMuteRuleSummaries',
    isNew: true,
    rate: 50,
    action: 'cloudwatch:ListAlarmMuteRules',
    why: 'Rules that silence alarms without a trace in the alarm itself.',
  },
  {
    service: 'oam',
    operation: 'ListLinks',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeMetricFilters'],
      once: 'once in each region with metric filters or the log group of a trail',
      items: regionsOfMetrics,
      input: () => ({}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'Items',
    isNew: true,
    rate: 5,
    action: 'oam:ListLinks',
    why: 'Monitoring accounts that see the metrics of this one: their alarms may watch its metric filters.',
  },
  {
    service: 'oam',
    operation: 'ListSinks',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeMetricFilters'],
      once: 'once in each region with metric filters or the log group of a trail',
      items: regionsOfMetrics,
      input: () => ({}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'Items',
    isNew: true,
    rate: 5,
    action: 'oam:ListSinks',
    why: 'Whether the account is a monitoring account, which shows what others share with it.',
  },
  {
    service: 'oam',
    operation: 'GetLink',
    scope: 'item',
    input: {},
    each: {
      answers: ['oam:ListLinks'],
      once: 'once for each link that shares metrics',
      items: linksOf,
      input: ({ name }) => ({ Identifier: name }),
    },
    has: 'Arn',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'oam:GetLink',
    why: 'Whether a link shares all metrics or those of some namespaces.',
  },
  {
    service: 'oam',
    operation: 'GetSinkPolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['oam:ListSinks'],
      once: 'once for each sink',
      items: sinksOf,
      input: ({ name }) => ({ SinkIdentifier: name }),
    },
    hasUnlessEmpty: 'SinkArn',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'oam:GetSinkPolicy',
    why: 'Who may share with a monitoring account.',
  },
  {
    service: 'iam',
    operation: 'GetRole',
    scope: 'item',
    input: {},
    each: {
      ...eachDeliveryRole,
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeMetricFilters'],
      once: 'once for each role with which a trail delivers to CloudWatch Logs, and for the one that lets other accounts read metrics',
      items: (answer) => [...deliveryRolesOf(answer), ...sharingRolesOf(answer)],
    },
    has: 'Role',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetRole',
    why: 'Whether the role is there, and whom it trusts.',
  },
  {
    service: 'iam',
    operation: 'ListRolePolicies',
    scope: 'item',
    input: { MaxItems: 1000 },
    paging: { input: 'Marker', output: 'Marker' },
    each: { ...eachDeliveryRole, once: 'once for each such role' },
    hasUnlessEmpty: 'PolicyNames',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:ListRolePolicies',
    why: 'Names of the policies in the role.',
  },
  {
    service: 'iam',
    operation: 'ListAttachedRolePolicies',
    scope: 'item',
    input: { MaxItems: 1000 },
    paging: { input: 'Marker', output: 'Marker' },
    each: { ...eachDeliveryRole, once: 'once for each such role' },
    hasUnlessEmpty: 'AttachedPolicies',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:ListAttachedRolePolicies',
    why: 'Policies that are attached to the role.',
  },
  {
    service: 'iam',
    operation: 'GetRolePolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['iam:ListRolePolicies'],
      once: 'once for each policy in such a role',
      items: policiesInRole,
      input: ({ name }) => {
        const [RoleName = '', PolicyName = ''] = name.split('/');
        return { RoleName, PolicyName };
      },
      ownerOnly: true,
    },
    has: 'PolicyDocument',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetRolePolicy',
    why: 'Whether the role may write to the log group.',
  },
  {
    service: 'iam',
    operation: 'GetPolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['iam:ListAttachedRolePolicies'],
      once: 'once for each policy that is attached to such a role',
      items: attachedPolicies,
      input: ({ name }) => ({ PolicyArn: name }),
      ownerOnly: true,
    },
    has: 'Policy',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetPolicy',
    why: 'Which version of the policy is in force.',
  },
  {
    service: 'iam',
    operation: 'GetPolicyVersion',
    scope: 'item',
    input: {},
    each: {
      answers: ['iam:GetPolicy'],
      once: 'once for each of these policies',
      items: versionInForce,
      input: ({ name }) => {
        const [PolicyArn = '', VersionId = ''] = name.split(' ');
        return { PolicyArn, VersionId };
      },
      ownerOnly: true,
    },
    has: 'PolicyVersion',
    absent: iamAbsent,
    ...iamRate,
    action: 'iam:GetPolicyVersion',
    why: 'Whether the role may write to the log group.',
  },
  {
    service: 'events',
    operation: 'ListRules',
    scope: 'item',
    input: { Limit: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['events:ListEventBuses'],
      once: "once for each event bus that is not a partner's",
      items: busesOf,
      // Without a name it is the default bus: the only one that AWS sends CloudTrail events to.
      input: ({ name }) => (name === 'default' ? {} : { EventBusName: name }),
    },
    hasUnlessEmpty: 'Rules',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:ListRules',
    why: 'Rules on event buses with their patterns and states.',
  },
  {
    service: 'events',
    operation: 'ListTargetsByRule',
    scope: 'item',
    input: { Limit: 100 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['events:ListRules'],
      once: 'once for each event rule that may see CloudTrail events',
      items: eventRulesOf,
      input: ({ name }) => targetsInput(name),
    },
    hasUnlessEmpty: 'Targets',
    absent: ['ResourceNotFoundException'],
    rate: 10,
    action: 'events:ListTargetsByRule',
    why: 'What a rule does with the events. Rules that AWS manages for a service are left out.',
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorderStatus',
    scope: 'item',
    input: {},
    each: {
      answers: ['config:DescribeConfigurationRecorders'],
      once: 'once in each region with a configuration recorder',
      items: (answer) => regionIf(answer, 'ConfigurationRecorders'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'ConfigurationRecordersStatus',
    rate: 10,
    action: 'config:DescribeConfigurationRecorderStatus',
    why: 'Whether the recorder runs and delivers.',
  },
  {
    service: 'ec2',
    operation: 'DescribeFlowLogs',
    scope: 'item',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['ec2:DescribeVpcs'],
      once: 'once in each region with a VPC',
      items: (answer) => regionIf(answer, 'Vpcs'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'FlowLogs',
    rate: 20,
    action: 'ec2:DescribeFlowLogs',
    why: 'Flow logs of networks, and whether they are delivered.',
  },
  {
    service: 'logs',
    operation: 'DescribeSubscriptionFilters',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: `once for each log group of a trail, ${inItsPlace}`,
      items: groupsOfTrails,
      input: ({ name }) => ({ logGroupName: groupName(name) }),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'subscriptionFilters',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'logs:DescribeSubscriptionFilters',
    why: 'Who gets a live copy of what a trail delivers.',
  },
  {
    service: 'logs',
    operation: 'DescribeAccountPolicies',
    scope: 'item',
    input: { policyType: 'SUBSCRIPTION_FILTER_POLICY' },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: 'once in each account and region with the log group of a trail',
      items: regionsOfTrailGroups,
      input: () => ({}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'accountPolicies',
    isNew: true,
    rate: 5,
    action: 'logs:DescribeAccountPolicies',
    why: 'Subscriptions of the whole account, which no log group shows. Needs `logs:DescribeSubscriptionFilters`, too.',
  },
  {
    service: 'logs',
    operation: 'DescribeResourcePolicies',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails', 'logs:DescribeLogGroups'],
      once: 'once in each region with log groups, and once for each log group of a trail',
      items: policiesOfLogs,
      // Without a scope only the policies of the account are answered.
      input: ({ name }) => (name.startsWith('arn:') ? { policyScope: 'RESOURCE', resourceArn: name } : {}),
      ownerOnly: true,
    },
    hasUnlessEmpty: 'resourcePolicies',
    absent: ['ResourceNotFoundException'],
    rate: 5,
    action: 'logs:DescribeResourcePolicies',
    why: 'Who may write to log groups.',
  },
  {
    service: 'logs',
    operation: 'DescribeDestinations',
    scope: 'item',
    input: { limit: 50 },
    paging: { input: 'nextToken', output: 'nextToken' },
    each: {
      answers: ['logs:DescribeLogGroups'],
      once: 'once in each region with log groups',
      items: (answer) => regionIf(answer, 'logGroups'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'destinations',
    rate: 5,
    action: 'logs:DescribeDestinations',
    why: 'Where other accounts may send their logs to.',
  },
  {
    service: 'sns',
    operation: 'GetTopicAttributes',
    scope: 'item',
    input: {},
    each: eachTopic,
    has: 'Attributes',
    absent: ['NotFound', 'NotFoundException'],
    rate: 30,
    action: 'sns:GetTopicAttributes',
    why: 'Policy and key of each topic that an alarm, an event rule or a trail names.',
  },
  {
    service: 'sns',
    operation: 'ListSubscriptionsByTopic',
    scope: 'item',
    input: {},
    paging: { input: 'NextToken', output: 'NextToken' },
    each: eachTopic,
    absent: ['NotFound', 'NotFoundException'],
    rate: 30,
    action: 'sns:ListSubscriptionsByTopic',
    why: 'Who is told, and whether they confirmed.',
  },
  {
    service: 'lambda',
    operation: 'GetPolicy',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudwatch:DescribeAlarms'],
      once: `once for each function that an alarm runs, ${inItsPlace}`,
      items: functionsOf,
      input: ({ name }) => ({ FunctionName: name }),
    },
    has: 'Policy',
    absent: ['ResourceNotFoundException'],
    absentToOwnerOnly: true,
    rate: 10,
    action: 'lambda:GetPolicy',
    why: 'Whether the function lets alarms run it. Its code and settings, which may hold secrets, are not read.',
  },
  {
    service: 'cloudwatch',
    operation: 'GetAlarmMuteRule',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudwatch:ListAlarmMuteRules'],
      once: 'once for each mute rule that is not expired',
      items: muteRulesOf,
      input: ({ name }) => ({ AlarmMuteRuleName: name }),
    },
    has: 'AlarmMuteRuleArn',
    absent: ['ResourceNotFoundException'],
    rate: 20,
    action: 'cloudwatch:GetAlarmMuteRule',
    why: 'Which alarms a mute rule silences, and when.',
  },
  {
    service: 'sns',
    operation: 'GetSubscriptionAttributes',
    scope: 'item',
    input: {},
    each: {
      answers: ['sns:ListSubscriptionsByTopic'],
      once: 'once for each confirmed subscription of such a topic',
      items: subscriptionsOf,
      input: ({ name }) => ({ SubscriptionArn: name }),
    },
    has: 'Attributes',
    absent: ['NotFound', 'NotFoundException'],
    rate: 30,
    action: 'sns:GetSubscriptionAttributes',
    why: 'Whether the filter policy of a subscription drops what alarms say.',
  },
  {
    service: 's3',
    operation: 'ListBuckets',
    scope: 'item',
    input: { MaxBuckets: 1000 },
    paging: { input: 'ContinuationToken', output: 'ContinuationToken' },
    each: {
      answers: ['cloudtrail:DescribeTrails'],
      once: "once for each bucket that a trail names, by the account that sees the trail; by all accounts where it is not that one's own",
      items: bucketsOfTrails,
      input: ({ name }) => ({ Prefix: name }),
      findsOwner: true,
    },
    hasUnlessEmpty: 'Buckets',
    ...s3Rate,
    action: 's3:ListAllMyBuckets',
    why: 'Which account owns the bucket of a trail, and its region. No other buckets are asked for.',
  },
  bucketCall('GetBucketPolicy', 'GetBucketPolicy', 'Who may read, write and delete the logs.', {
    has: 'Policy',
    absent: ['NoSuchBucketPolicy'],
  }),
  bucketCall('GetBucketPolicyStatus', 'GetBucketPolicyStatus', 'Whether AWS calls that policy public.', {
    has: 'PolicyStatus',
    absent: ['NoSuchBucketPolicy'],
  }),
  bucketCall('GetPublicAccessBlock', 'GetBucketPublicAccessBlock', 'Block Public Access of the bucket.', {
    has: 'PublicAccessBlockConfiguration',
    absent: ['NoSuchPublicAccessBlockConfiguration'],
  }),
  bucketCall('GetBucketAcl', 'GetBucketAcl', 'Grants to everybody in the access control list.', {
    has: 'Owner',
  }),
  bucketCall('GetBucketOwnershipControls', 'GetBucketOwnershipControls', 'Whether that list counts at all.', {
    has: 'OwnershipControls',
    absent: ['OwnershipControlsNotFoundError'],
  }),
  bucketCall('GetBucketVersioning', 'GetBucketVersioning', 'Whether an overwritten log can be had back.'),
  bucketCall(
    'GetObjectLockConfiguration',
    'GetBucketObjectLockConfiguration',
    'How long nobody can delete logs.',
    {
      has: 'ObjectLockConfiguration',
      absent: ['ObjectLockConfigurationNotFoundError'],
    },
  ),
  bucketCall('GetBucketEncryption', 'GetEncryptionConfiguration', 'Default encryption and its key.', {
    has: 'ServerSideEncryptionConfiguration',
    absent: ['ServerSideEncryptionConfigurationNotFoundError'],
  }),
  bucketCall('GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration', 'When logs are deleted.', {
    absent: ['NoSuchLifecycleConfiguration'],
  }),
  bucketCall('GetBucketLogging', 'GetBucketLogging', 'Whether access to the logs is logged, and where to.'),
  bucketCall('GetBucketReplication', 'GetReplicationConfiguration', 'Whether logs are copied elsewhere.', {
    has: 'ReplicationConfiguration',
    absent: ['ReplicationConfigurationNotFoundError'],
  }),
  bucketCall(
    'GetBucketNotificationConfiguration',
    'GetBucketNotification',
    'Whether somebody is told of new and deleted objects.',
  ),
  {
    service: 's3control',
    operation: 'GetPublicAccessBlock',
    scope: 'item',
    input: {},
    each: {
      answers: ['s3:ListBuckets'],
      once: 'once for each account that owns such a bucket, in its region',
      items: (answer) =>
        bucketsFound(answer).map((item) => ({ ...item, name: answer.account, owner: answer.account })),
      input: ({ name }) => ({ AccountId: name }),
    },
    has: 'PublicAccessBlockConfiguration',
    absent: ['NoSuchPublicAccessBlockConfiguration'],
    ...s3Rate,
    action: 's3:GetAccountPublicAccessBlock',
    why: 'Block Public Access of the account.',
  },
  {
    service: 'kms',
    operation: 'DescribeKey',
    scope: 'item',
    input: {},
    each: {
      answers: [
        'cloudtrail:DescribeTrails',
        'logs:DescribeLogGroups',
        'sns:GetTopicAttributes',
        'cloudtrail:GetEventDataStore',
        's3:GetBucketEncryption',
      ],
      once: `once for each key that a trail, a log group, such a topic, the bucket of a trail or an event data store names, ${inItsPlace}`,
      items: (answer) => [
        ...keysOfLists(answer),
        ...keyOfTopic(answer),
        ...keyOfBucket(answer),
        ...keyOfEventDataStore(answer),
      ],
      input: ({ name }) => ({ KeyId: name }),
      ownerOnly: true,
    },
    has: 'KeyMetadata',
    absent: ['NotFoundException'],
    rate: 1000,
    action: 'kms:DescribeKey',
    why: 'Whether a key is enabled and whose it is, and which key an alias means. Not asked about the key that AWS manages for SNS.',
  },
  {
    service: 'kms',
    operation: 'GetKeyPolicy',
    scope: 'item',
    input: { PolicyName: 'default' },
    each: {
      answers: ['kms:DescribeKey'],
      once: 'once for each of these keys that the customer manages and that is enabled',
      items: usableKey,
      input: ({ name }) => ({ KeyId: name }),
      ownerOnly: true,
    },
    has: 'Policy',
    absent: ['NotFoundException'],
    rate: 1000,
    action: 'kms:GetKeyPolicy',
    why: 'Who may use the key: CloudTrail for which trails, CloudWatch for topics, nobody from outside.',
  },
  {
    service: 'kms',
    operation: 'GetKeyRotationStatus',
    scope: 'item',
    input: {},
    each: {
      answers: ['kms:DescribeKey'],
      once: 'once for each of these keys that can rotate: symmetric, with material of KMS, no replica',
      items: rotatingKey,
      input: ({ name }) => ({ KeyId: name }),
      ownerOnly: true,
    },
    has: 'KeyRotationEnabled',
    absent: ['NotFoundException'],
    rate: 1000,
    action: 'kms:GetKeyRotationStatus',
    why: 'Whether the key gets new material every year.',
  },
];

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
 * are asked on demand only.
 */
export function wantedCalls(names: ReadonlySet<CallName> | undefined): Wanted {
  if (names === undefined) return (call) => call.onDemand !== true;
  const all = new Set(names);
  for (let size = -1; size < all.size;) {
    size = all.size;
    for (const call of calls)
      if (
        call.each !== undefined &&
        all.has(nameOf(call)) &&
        !call.each.answers.some((name) => all.has(name))
      )
        for (const name of call.each.answers) all.add(name);
  }
  return (call) => always.has(nameOf(call)) || all.has(nameOf(call));
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

function administratorsOf({ output, region }: Answer): readonly Item[] {
  return objects(output['DelegatedAdministrators']).flatMap((account) => {
    const name = textOf(account['Id']);
    return name === undefined ? [] : [{ name, owner: undefined, region }];
  });
}

/** Kinds of policies that bind accounts and that a root has enabled. Others cannot matter. */
function controlPolicyTypesOf({ output, region }: Answer): readonly Item[] {
  const types = objects(output['Roots']).flatMap((root) => objects(root['PolicyTypes']));
  return ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']
    .filter((name) => types.some(({ Type, Status }) => Type === name && Status === 'ENABLED'))
    .map((name) => ({ name, owner: undefined, region }));
}

function controlPoliciesOf({ output, region }: Answer): readonly Item[] {
  return objects(output['Policies']).flatMap((policy) => {
    const name = textOf(policy['Id']);
    return name === undefined ? [] : [{ name, owner: undefined, region }];
  });
}

function trailsOf({ output, region }: Answer): readonly Item[] {
  return objects(output['trailList']).flatMap((trail) => {
    const arn = trail['TrailARN'];
    if (typeof arn !== 'string') return [];
    const parts = splitArn(arn);
    // A region becomes part of a host name, so it has to look like one.
    const home = [trail['HomeRegion'], parts?.region].find((name) => isRegionName(name));
    return [{ name: arn, owner: parts?.account, region: home ?? region }];
  });
}

/** Trails that may have insight selectors: DescribeTrails says of each whether it has. */
function insightTrailsOf(answer: Answer): readonly Item[] {
  const { trailList } = answer.output;
  const some = objects(trailList).filter((trail) => trail['HasInsightSelectors'] !== false);
  return trailsOf({ ...answer, output: { trailList: [...some] } });
}

function eventDataStoresOf({ output, region }: Answer): readonly Item[] {
  return objects(output['EventDataStores']).flatMap((store) => {
    const name = textOf(store['EventDataStoreArn']);
    if (name === undefined) return [];
    const parts = splitArn(name);
    return [{ name, owner: parts?.account, region: isRegionName(parts?.region) ? parts.region : region }];
  });
}

/** The roles with which trails deliver to CloudWatch Logs. */
function deliveryRolesOf({ output }: Answer): readonly Item[] {
  return objects(output['trailList']).flatMap((trail) => {
    const name = textOf(trail['CloudWatchLogsRoleArn']);
    const owner = name === undefined ? undefined : splitArn(name)?.account;
    return name === undefined || owner === undefined ? [] : [{ name, owner, region: 'global' }];
  });
}

/** Sinks stand in the account that lists them. */
function sinksOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Items']).flatMap((sink) => {
    const name = textOf(sink['Arn']);
    return name === undefined ? [] : [{ name, owner: account, region }];
  });
}

/** The role by which an account lets others read its metrics, where there are metrics of interest. */
function sharingRolesOf(answer: Answer): readonly Item[] {
  return regionsOfMetrics(answer).map(({ owner }) => ({
    name: 'CloudWatch-CrossAccountSharingRole',
    owner,
    region: 'global',
  }));
}

/** The last part of an ARN: a name without its path. */
function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Names of roles and policies hold no slash. */
function policiesInRole({ output, input, account }: Answer): readonly Item[] {
  const role = textOf(input['RoleName']) ?? '';
  return texts(output['PolicyNames']).map((name) => ({
    name: `${role}/${name}`,
    owner: account,
    region: 'global',
  }));
}

function attachedPolicies({ output, account }: Answer): readonly Item[] {
  return objects(output['AttachedPolicies']).flatMap((policy) => {
    const name = textOf(policy['PolicyArn']);
    return name === undefined ? [] : [{ name, owner: account, region: 'global' }];
  });
}

function versionInForce({ output, input, account }: Answer): readonly Item[] {
  const policy = output['Policy'];
  const version = isJsonObject(policy) ? textOf(policy['DefaultVersionId']) : undefined;
  const arn = textOf(input['PolicyArn']);
  return version === undefined || arn === undefined
    ? []
    : [{ name: `${arn} ${version}`, owner: account, region: 'global' }];
}

/** The bucket of each trail. A name does not tell who owns it. */
function bucketsOfTrails(answer: Answer): readonly Item[] {
  const homes = new Map(trailsOf(answer).map(({ name, region }) => [name, region]));
  const found = new Map<string, Item>();
  for (const trail of objects(answer.output['trailList'])) {
    const name = textOf(trail['S3BucketName']);
    const region = homes.get(textOf(trail['TrailARN']) ?? '');
    // The home of the trail, so that all regions in which the trail shows ask the same.
    if (name !== undefined && name !== '' && region !== undefined)
      found.set(`${region} ${name}`, { name, owner: undefined, region });
  }
  return [...found.values()];
}

/** The bucket that was looked for, where the account owns it. */
function bucketsFound({ output, input, account, region }: Answer): readonly Item[] {
  return objects(output['Buckets']).flatMap((bucket) => {
    const name = textOf(bucket['Name']);
    if (name === undefined || name !== input['Prefix']) return [];
    return [
      {
        name,
        owner: account,
        region: isRegionName(bucket['BucketRegion']) ? bucket['BucketRegion'] : region,
      },
    ];
  });
}

/** A row that asks the owner of a trail's bucket about it, in the region of the bucket. */
function bucketCall(
  operation: string,
  action: string,
  why: string,
  more: Pick<Call, 'has' | 'absent'> = {},
): Call {
  return {
    service: 's3',
    operation,
    scope: 'item',
    input: {},
    each: {
      answers: ['s3:ListBuckets'],
      once: 'once for each bucket of a trail, in the account that owns it',
      items: bucketsFound,
      input: ({ name }) => ({ Bucket: name }),
    },
    ...more,
    ...s3Rate,
    action: `s3:${action}`,
    why,
  };
}

/** The region of an answer whose list is not empty, to ask more about it there. */
function regionIf({ output, account, region }: Answer, list: string): readonly Item[] {
  return objects(output[list]).length === 0 ? [] : [{ name: region, owner: account, region }];
}

/** The log groups to which trails deliver, by their ARN without the trailing `:*`. */
function groupsOfTrails({ output }: Answer): readonly Item[] {
  return objects(output['trailList']).flatMap((trail) => {
    const name = (textOf(trail['CloudWatchLogsLogGroupArn']) ?? '').replace(/:\*$/, '');
    const parts = splitArn(name);
    return parts?.service === 'logs' && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [];
  });
}

function groupName(arn: string): string {
  return arn.split(':').slice(6).join(':');
}

function regionsOfTrailGroups(answer: Answer): readonly Item[] {
  return groupsOfTrails(answer).map(({ owner, region }) => ({ name: region, owner, region }));
}

function policiesOfLogs(answer: Answer): readonly Item[] {
  return [...regionIf(answer, 'logGroups'), ...groupsOfTrails(answer)];
}

const actionLists = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;

function alarmsOf({ output }: Answer): readonly JsonObject[] {
  return ['MetricAlarms', 'CompositeAlarms', 'LogAlarms'].flatMap((list) => objects(output[list]));
}

/** Mute rules silence alarms of their own account and region: without alarms there is nothing to ask. */
function regionOfAlarms(answer: Answer): readonly Item[] {
  const { account, region } = answer;
  return alarmsOf(answer).length === 0 ? [] : [{ name: region, owner: account, region }];
}

/** Only what metric filters count, and what arrives in the log groups of trails, is of interest in another account. */
function regionsOfMetrics({ output, account, region }: Answer): readonly Item[] {
  const groups = objects(output['trailList']).flatMap((trail) => {
    const parts = splitArn(textOf(trail['CloudWatchLogsLogGroupArn']) ?? '');
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name: parts.region, owner: parts.account, region: parts.region }]
      : [];
  });
  return objects(output['metricFilters']).length === 0
    ? groups
    : [...groups, { name: region, owner: account, region }];
}

function linksOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Items']).flatMap((link) => {
    const name = textOf(link['Arn']);
    return name !== undefined && texts(link['ResourceTypes']).includes('AWS::CloudWatch::Metric')
      ? [{ name, owner: account, region }]
      : [];
  });
}

function topicsOf(answer: Answer): readonly Item[] {
  const targets = objects(answer.output['Targets']).flatMap((target) => textOf(target['Arn']) ?? []);
  const actions = alarmsOf(answer).flatMap((alarm) => actionLists.flatMap((list) => texts(alarm[list])));
  const ofTrails = objects(answer.output['trailList']).flatMap((trail) => textOf(trail['SnsTopicARN']) ?? []);
  const arns = [...actions, ...targets, ...ofTrails];
  return [...new Set(arns)].flatMap((arn) => {
    const parts = splitArn(arn);
    return parts?.service === 'sns' && isRegionName(parts.region)
      ? [{ name: arn, owner: parts.account, region: parts.region }]
      : [];
  });
}

function functionsOf(answer: Answer): readonly Item[] {
  const arns = alarmsOf(answer).flatMap((alarm) => texts(alarm['AlarmActions']));
  return [...new Set(arns)].flatMap((arn) => {
    const parts = splitArn(arn);
    return parts?.service === 'lambda' && isRegionName(parts.region)
      ? [{ name: arn, owner: parts.account, region: parts.region }]
      : [];
  });
}

function muteRulesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['AlarmMuteRuleSummaries']).flatMap((rule) => {
    const name = textOf(rule['AlarmMuteRuleArn'])?.replace(/^.*:alarm-mute-rule:/, '');
    return name === undefined || rule['Status'] === 'EXPIRED' ? [] : [{ name, owner: account, region }];
  });
}

/** Only a confirmed subscription has an ARN; the others have a word in its place. */
function subscriptionsOf({ output }: Answer): readonly Item[] {
  return objects(output['Subscriptions']).flatMap((subscription) => {
    const name = textOf(subscription['SubscriptionArn']) ?? '';
    const parts = splitArn(name);
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [];
  });
}

/** A topic names its key by id, alias, or the ARN of either. An id or alias is one of the topic's account and region. */
function keyOfTopic({ output, input }: Answer): readonly Item[] {
  const attributes = output['Attributes'];
  const name = isJsonObject(attributes) ? textOf(attributes['KmsMasterKeyId']) : undefined;
  if (name === undefined || name === '' || /(?:^|:)alias\/aws\/sns$/.test(name)) return [];
  const parts = splitArn(name) ?? splitArn(textOf(input['TopicArn']) ?? '');
  return parts !== undefined && isRegionName(parts.region)
    ? [{ name, owner: parts.account, region: parts.region }]
    : [];
}

/** Trails and log groups name their keys by ARN. */
function keysOfLists({ output }: Answer): readonly Item[] {
  const names = [
    ...objects(output['trailList']).flatMap((trail) => textOf(trail['KmsKeyId']) ?? []),
    ...objects(output['logGroups']).flatMap((group) => textOf(group['kmsKeyId']) ?? []),
  ];
  return [...new Set(names)].flatMap((name) => {
    const parts = splitArn(name);
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [];
  });
}

/** A bucket names its key by id, alias, or the ARN of either; without one it is the key that AWS manages. */
function keyOfBucket({ output, account, region }: Answer): readonly Item[] {
  const configuration = output['ServerSideEncryptionConfiguration'];
  const rules = isJsonObject(configuration) ? objects(configuration['Rules']) : [];
  return rules.flatMap((rule) => {
    const byDefault = rule['ApplyServerSideEncryptionByDefault'];
    const name = isJsonObject(byDefault) ? (textOf(byDefault['KMSMasterKeyID']) ?? '') : '';
    if (name === '') return [];
    const parts = splitArn(name);
    return parts !== undefined && isRegionName(parts.region)
      ? [{ name, owner: parts.account, region: parts.region }]
      : [{ name, owner: account, region }];
  });
}

function keyOfEventDataStore({ output }: Answer): readonly Item[] {
  const name = textOf(output['KmsKeyId']) ?? '';
  const parts = splitArn(name);
  return parts !== undefined && isRegionName(parts.region)
    ? [{ name, owner: parts.account, region: parts.region }]
    : [];
}

/** The key by its ARN: GetKeyPolicy takes no alias. The policy of a key that cannot be used decides nothing. */
function usableKey({ output, account, region }: Answer): readonly Item[] {
  const key = output['KeyMetadata'];
  if (!isJsonObject(key) || key['KeyManager'] === 'AWS' || (key['KeyState'] ?? 'Enabled') !== 'Enabled')
    return [];
  const name = textOf(key['Arn']);
  return name === undefined ? [] : [{ name, owner: splitArn(name)?.account ?? account, region }];
}

/** KMS refuses to tell about the rotation of all other keys. */
function rotatingKey(answer: Answer): readonly Item[] {
  const key = answer.output['KeyMetadata'];
  if (!isJsonObject(key) || key['KeySpec'] !== 'SYMMETRIC_DEFAULT' || key['Origin'] !== 'AWS_KMS') return [];
  const multiRegion = key['MultiRegionConfiguration'];
  const isReplica = isJsonObject(multiRegion) && multiRegion['MultiRegionKeyType'] === 'REPLICA';
  return isReplica ? [] : usableKey(answer);
}

/** The buses that rules may stand on and get CloudTrail events: those of partners carry the partners' events only. */
function busesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['EventBuses']).flatMap((bus) => {
    const name = textOf(bus['Name']);
    return name === undefined || name.startsWith('aws.partner/') ? [] : [{ name, owner: account, region }];
  });
}

function eventRulesOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Rules']).flatMap((rule) => {
    const name = textOf(rule['Arn']);
    return name !== undefined && ruleNameOf(name) !== undefined && maySeeCloudTrailEvents(rule)
      ? [{ name, owner: account, region }]
      : [];
  });
}

function targetsInput(arn: string): JsonObject {
  const { rule = '', bus } = ruleNameOf(arn) ?? {};
  return { Rule: rule, ...(bus === undefined ? {} : { EventBusName: bus }) };
}

function isRegionName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/.test(name);
}

/** Service, region and account of an ARN; undefined for text that is none. */
function splitArn(arn: string): { service: string; region: string; account: string } | undefined {
  const [prefix, , service = '', region = '', account = '', resource] = arn.split(':');
  return prefix === 'arn' && resource !== undefined && /^\d{12}$/.test(account)
    ? { service, region, account }
    : undefined;
}
