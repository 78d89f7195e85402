import type { ResourceType } from '../schema.ts';

export const accessLog: ResourceType = {
  name: 'access-log',
  noun: 'access log',
  service: 'logs',
  description:
    'Where a web front end logs access to: by a setting of its own, or by a delivery of CloudWatch Logs.',
  calls: [],
  fields: {
    /** `S3`, `CWL` (CloudWatch Logs) or `FH` (Firehose), as deliveries name them. */
    deliveryDestinationType: 'string',
    deliveryDestinationArn: 'string',
    deliverySourceName: 'string',
  },
  relations: {},
  facts: {},
};
