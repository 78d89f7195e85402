import type { ComparedFields } from '../snapshot/diff.ts';
import type { OrganizationAnswers } from '../snapshot/merge.ts';
import { callOf } from '../snapshot/record.ts';
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
  },
};

/** The answers of Organizations, and the roles that could not be assumed. */
export const organizationAnswers: OrganizationAnswers = {
  isOfOrganization: (call) => call.startsWith('organizations:'),
  accountOfRole: (record) => {
    const role = callOf(record) === 'sts:AssumeRole' ? record.input['RoleArn'] : undefined;
    return typeof role === 'string' ? (parseArn(role)?.account ?? '') : undefined;
  },
};
