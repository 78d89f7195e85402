import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';

/** No rates are published; this one is a choice. */
const rate = { rate: 10, rateOfService: true } as const;

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'elbv2',
    operation: 'DescribeLoadBalancers',
    scope: 'region',
    input: { PageSize: 400 },
    paging: { input: 'Marker', output: 'NextMarker' },
    hasUnlessEmpty: 'LoadBalancers',
    ...rate,
    action: 'elasticloadbalancing:DescribeLoadBalancers',
    why: 'Application and network load balancers.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'elbv2',
    operation: 'DescribeLoadBalancerAttributes',
    scope: 'item',
    input: {},
    each: {
      answers: ['elbv2:DescribeLoadBalancers'],
      once: 'once for each application and network load balancer',
      items: loadBalancersOf,
      input: ({ name }) => ({ LoadBalancerArn: name }),
    },
    has: 'Attributes',
    absent: ['LoadBalancerNotFound', 'LoadBalancerNotFoundException'],
    ...rate,
    action: 'elasticloadbalancing:DescribeLoadBalancerAttributes',
    why: 'Whether the load balancer logs access.',
  },
];

/** Gateway load balancers pass packets on and write no access logs. */
function loadBalancersOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['LoadBalancers']).flatMap((balancer) => {
    const name = textOf(balancer['LoadBalancerArn']);
    return name === undefined || balancer['Type'] === 'gateway' ? [] : [{ name, owner: account, region }];
  });
}

/** The region of an answer with load balancers that write access logs. */
export function regionOfLoadBalancers(answer: Answer): readonly Item[] {
  const { account, region } = answer;
  return loadBalancersOf(answer).length === 0 ? [] : [{ name: region, owner: account, region }];
}
