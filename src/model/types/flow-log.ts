import type { ResourceType } from '../schema.ts';

export const flowLog: ResourceType = {
  name: 'flow-log',
  noun: 'flow log',
  service: 'ec2',
  description: 'A flow log: what is recorded of the connections of a VPC, subnet or interface.',
  calls: ['ec2:DescribeFlowLogs'],
  fields: {
    FlowLogId: 'string',
    FlowLogStatus: 'string',
    ResourceId: 'string',
    TrafficType: 'string',
    LogDestinationType: 'string',
    LogDestination: 'string',
    LogGroupName: 'string',
    DeliverLogsStatus: 'string',
    DeliverLogsErrorMessage: 'string',
    MaxAggregationInterval: 'number',
    CreationTime: 'time',
  },
  relations: {},
  facts: {},
};
