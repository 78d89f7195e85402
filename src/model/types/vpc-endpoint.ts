import { fact } from '../define.ts';
import { textOf } from '../read/make.ts';
import type { ResourceType } from '../schema.ts';

export const vpcEndpoint: ResourceType = {
  name: 'vpc-endpoint',
  noun: 'VPC endpoint',
  service: 'ec2',
  description:
    'An endpoint through which a service is called from inside a network, with the account that owns it.',
  calls: ['ec2:DescribeVpcEndpoints'],
  fields: {
    VpcEndpointId: 'string',
    VpcEndpointType: 'string',
    VpcId: 'string',
    OwnerId: 'string',
    ServiceName: 'string',
    State: 'string',
    RequesterManaged: 'boolean',
    PrivateDnsEnabled: 'boolean',
    CreationTimestamp: 'time',
  },
  relations: {},
  facts: {
    inUse: fact({
      shape: 'boolean',
      description:
        'Whether calls may go through it: false where it is deleted, rejected, expired, failed or not accepted yet.',
      calls: ['ec2:DescribeVpcEndpoints'],
      // AWS writes states in lower case, its SDKs with capitals.
      resolve: ({ data }) => !lifeless.has((textOf(data, 'State') ?? '').toLowerCase()),
    }),
  },
};

/** States in which an endpoint carries no call (EC2 API reference, VpcEndpoint). */
const lifeless: ReadonlySet<string> = new Set([
  'deleted',
  'deleting',
  'expired',
  'failed',
  'pendingacceptance',
  'rejected',
]);
