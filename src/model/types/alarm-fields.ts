import type { ResourceType } from '../schema.ts';

/** What AWS answers about alarms of every kind. */
export const alarmFields = {
  AlarmName: 'string',
  AlarmArn: 'string',
  AlarmDescription: 'string',
  AlarmConfigurationUpdatedTimestamp: 'time',
  ActionsEnabled: 'boolean',
  OKActions: { list: 'string' },
  AlarmActions: { list: 'string' },
  InsufficientDataActions: { list: 'string' },
} as const satisfies ResourceType['fields'];
