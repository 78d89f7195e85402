import { many } from '../define.ts';
import { flowLogsOf, vpcsOf } from '../read/neighbours.ts';
import type { ResourceType } from '../schema.ts';

export const vpc: ResourceType = {
  name: 'vpc',
  noun: 'VPC',
  service: 'ec2',
  description: 'A network (VPC), judged with the account that owns it.',
  calls: ['ec2:DescribeVpcs'],
  fields: {
    VpcId: 'string',
    OwnerId: 'string',
    CidrBlock: 'string',
    State: 'string',
    IsDefault: 'boolean',
    InstanceTenancy: 'string',
    Tags: { list: { object: { Key: 'string', Value: 'string' } } },
  },
  relations: {
    flowLogs: many({
      to: 'flow-log',
      description: 'Flow logs of the VPC itself; those of subnets and interfaces are not among them.',
      calls: ['ec2:DescribeFlowLogs'],
      resolve: (resource, model) => flowLogsOf(model, resource),
    }),
  },
  facts: {},
  population: (account, model) => vpcsOf(model, account.id),
};
