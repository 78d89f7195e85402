import { fact, many } from '../define.ts';
import { accessLogsOf, frontEndKind, webFrontEndsOf } from '../read/web-front-ends.ts';
import type { ResourceType } from '../schema.ts';

export const webFrontEnd: ResourceType = {
  name: 'web-front-end',
  noun: 'web front end',
  service: 'elbv2',
  description:
    'What takes in requests for a workload: a distribution of CloudFront, an application or network load balancer, or a stage of an API that is not private.',
  calls: [
    'account:ListRegions',
    'ec2:DescribeRegions',
    'cloudfront:ListDistributions',
    'elbv2:DescribeLoadBalancers',
    'apigateway:GetRestApis',
    'apigateway:GetStages',
    'apigatewayv2:GetApis',
    'apigatewayv2:GetStages',
  ],
  fields: {
    Id: 'string',
    DomainName: 'string',
    Enabled: 'boolean',
    Staging: 'boolean',
    LoadBalancerName: 'string',
    DNSName: 'string',
    Scheme: 'string',
    VpcId: 'string',
    stageName: 'string',
    StageName: 'string',
  },
  relations: {
    accessLogs: many({
      to: 'access-log',
      description: 'Where it logs access to.',
      calls: [
        'cloudfront:GetDistributionConfig',
        'elbv2:DescribeLoadBalancerAttributes',
        'logs:DescribeDeliverySources',
        'logs:DescribeDeliveries',
      ],
      resolve: accessLogsOf,
    }),
  },
  facts: {
    kind: fact({
      shape: 'string',
      description:
        'What it is: `distribution`, `application`, `network`, `rest-api`, or the protocol of another API (`HTTP`, `WEBSOCKET`).',
      calls: [],
      resolve: frontEndKind,
    }),
  },
  population: (account, model) => webFrontEndsOf(model, account.id),
};
