import type { ResourceType } from '../schema.ts';

export const securityHub: ResourceType = {
  name: 'security-hub',
  noun: 'Security Hub',
  service: 'securityhub',
  description: 'Security Hub in one region of an account.',
  calls: ['securityhub:DescribeHub'],
  fields: {
    HubArn: 'string',
    SubscribedAt: 'time',
    AutoEnableControls: 'boolean',
    ControlFindingGenerator: 'string',
  },
  relations: {},
  facts: {},
};
