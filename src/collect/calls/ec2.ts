import type { Call } from './call.ts';
import { regionIf } from './places.ts';

/** Asked once in each account. */
export const ofAccount: readonly Call[] = [
  {
    service: 'ec2',
    operation: 'DescribeRegions',
    scope: 'account',
    input: { AllRegions: true },
    has: 'Regions',
    rate: 20,
    action: 'ec2:DescribeRegions',
    why: 'The same, asked only where account:ListRegions gave no answer.',
  },
];

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'ec2',
    operation: 'DescribeVpcs',
    scope: 'region',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'Vpcs',
    rate: 20,
    action: 'ec2:DescribeVpcs',
    why: 'Networks, each of which should have a flow log.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'ec2',
    operation: 'DescribeFlowLogs',
    scope: 'item',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['ec2:DescribeVpcs'],
      once: 'once in each region with a VPC',
      items: (answer) => regionIf(answer, 'Vpcs'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'FlowLogs',
    rate: 20,
    action: 'ec2:DescribeFlowLogs',
    why: 'Flow logs of networks, and whether they are delivered.',
  },
  {
    service: 'ec2',
    operation: 'DescribeVpcEndpoints',
    scope: 'item',
    input: { MaxResults: 1000 },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['ec2:DescribeVpcs'],
      once: 'once in each region with a VPC',
      items: (answer) => regionIf(answer, 'Vpcs'),
      input: () => ({}),
    },
    hasUnlessEmpty: 'VpcEndpoints',
    rate: 20,
    action: 'ec2:DescribeVpcEndpoints',
    why: 'Endpoints through which services are called from inside a network.',
  },
];
