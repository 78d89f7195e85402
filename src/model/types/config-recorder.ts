import { fact, one } from '../define.ts';
import { recordedTypes, recorderStatus } from '../read/neighbours.ts';
import type { ResourceType } from '../schema.ts';

export const configRecorder: ResourceType = {
  name: 'config-recorder',
  noun: 'configuration recorder',
  service: 'config',
  description: 'A configuration recorder of AWS Config.',
  calls: ['config:DescribeConfigurationRecorders'],
  fields: {
    name: 'string',
    arn: 'string',
    roleARN: 'string',
    recordingGroup: 'json',
    recordingMode: 'json',
    recordingScope: 'string',
    servicePrincipal: 'string',
  },
  relations: {
    status: one({
      to: 'config-recorder-status',
      description: 'Whether it records and delivers.',
      calls: ['config:DescribeConfigurationRecorderStatus'],
      resolve: (resource, model) => recorderStatus(model, resource),
    }),
  },
  facts: {
    recordsAllTypes: fact({
      shape: 'boolean',
      description: 'Whether it records all types of resources of its region that AWS Config knows.',
      calls: [],
      resolve: (resource) => recordedTypes(resource).allRegional,
    }),
    recordsGlobalTypes: fact({
      shape: 'boolean',
      description: 'Whether it records the global types: users, groups, roles and policies of IAM.',
      calls: [],
      resolve: (resource) => recordedTypes(resource).allGlobal,
    }),
  },
};
