import type { ComparedFields } from '../snapshot/diff.ts';
import type { OrganizationAnswers } from '../snapshot/merge.ts';
import { callOf, type CallName } from '../snapshot/record.ts';
import type { RemovableFields } from '../snapshot/redact.ts';
import { parseArn } from './arn.ts';

/** What members of answers mean to a comparison of snapshots. */
export const comparedFields: ComparedFields = {
  moving: new Set([
    'storedBytes',
    'LatestDeliveryTime',
    'LatestDigestDeliveryTime',
    'LatestCloudWatchLogsDeliveryTime',
    'LatestNotificationTime',
    'LatestDeliveryAttemptTime',
    'LatestDeliveryAttemptSucceeded',
    'LatestNotificationAttemptTime',
    'LatestNotificationAttemptSucceeded',
    'StateValue',
    'StateReason',
    'StateReasonData',
    'StateUpdatedTimestamp',
    'StateTransitionedTimestamp',
    'EvaluationState',
    'LastAccessedDate',
    'LastUsedDate',
    'Timestamps',
    'Values',
  ]),
  identities: [
    'TrailARN',
    'AlarmArn',
    'SubscriptionArn',
    'TopicArn',
    'logGroupArn',
    'filterName',
    'AliasArn',
    'KeyArn',
    'Arn',
    'ARN',
    'arn',
    'Id',
    'ID',
    'id',
    'Name',
    'name',
    'RegionName',
    'AccountId',
    'Sid',
    'Key',
    'Field',
    'Endpoint',
  ],
  phrases: new Map([
    [
      'ExcludeManagementEventSources',
      { added: 'selector now excludes', removed: 'selector no longer excludes' },
    ],
    ['AlarmActions', { added: 'alarm now tells', removed: 'alarm no longer tells' }],
  ]),
};

/** Where tags stand, and to whom SNS delivers. */
export const removableFields: RemovableFields = {
  tags: new Set(['Tags', 'tags', 'TagSet', 'TagList', 'TagsList']),
  tagKeys: new Set(['Key', 'key']),
  delivery: {
    to: 'Endpoint',
    how: 'Protocol',
    web: new Set(['http', 'https']),
    phone: new Set(['sms']),
    mail: new Set(['email', 'email-json']),
  },
};

/** Asked about one account after the other. */
const tagsOfAccount: CallName = 'organizations:ListTagsForResource';

/** Answers of Organizations and about who asks tell of the organization; others that stand with them, of an account. */
export const organizationAnswers: OrganizationAnswers = {
  isOfOrganization: (call) => call.startsWith('organizations:') && call !== tagsOfAccount,
  isOfEachAccount: (call) => call === tagsOfAccount,
  accountOf: (record) => {
    const call = callOf(record);
    const { RoleArn: role, ResourceId: resource } = record.input;
    if (call === 'sts:AssumeRole') return typeof role === 'string' ? parseArn(role)?.account : undefined;
    if (call === tagsOfAccount) return typeof resource === 'string' ? resource : undefined;
    return record.service === 'organizations' || record.service === 'sts' ? undefined : record.account;
  },
};
