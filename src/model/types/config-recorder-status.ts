import type { ResourceType } from '../schema.ts';

export const configRecorderStatus: ResourceType = {
  name: 'config-recorder-status',
  noun: 'status of a configuration recorder',
  service: 'config',
  description: 'How a configuration recorder is doing.',
  calls: ['config:DescribeConfigurationRecorderStatus'],
  fields: {
    name: 'string',
    recording: 'boolean',
    lastStatus: 'string',
    lastStartTime: 'time',
    lastStopTime: 'time',
    lastStatusChangeTime: 'time',
    lastErrorCode: 'string',
    lastErrorMessage: 'string',
    servicePrincipal: 'string',
  },
  relations: {},
  facts: {},
};
