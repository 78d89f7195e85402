import { isJsonObject } from '../../json.ts';
import { objects, textOf, texts } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';

/**
 * The one action reads everything of API Gateway, values of API keys included, so it is allowed on APIs and their stages alone.
 * 10 requests a second are allowed for all management of both kinds of APIs (quotas of API Gateway): half for each.
 */
const asking = { rate: 5, rateOfService: true, action: 'apigateway:GET' } as const;

/** Asked in each enabled region of each account. */
export const lists: readonly Call[] = [
  {
    service: 'apigateway',
    operation: 'GetRestApis',
    scope: 'region',
    input: { limit: 500 },
    paging: { input: 'position', output: 'position' },
    hasUnlessEmpty: 'items',
    keeps: [
      'position',
      ...['id', 'name', 'createdDate', 'endpointConfiguration'].map((name) => `items.${name}`),
    ],
    ...asking,
    resources: ['apigateway:*::/restapis'],
    why: 'REST APIs, and whether they are private.',
  },
  {
    service: 'apigatewayv2',
    operation: 'GetApis',
    scope: 'region',
    input: { MaxResults: '500' },
    paging: { input: 'NextToken', output: 'NextToken' },
    hasUnlessEmpty: 'Items',
    keeps: ['NextToken', ...['ApiId', 'Name', 'CreatedDate', 'ProtocolType'].map((name) => `Items.${name}`)],
    ...asking,
    resources: ['apigateway:*::/apis'],
    why: 'HTTP and WebSocket APIs.',
  },
];

/** Asked about what other answers name. Variables of stages may be secrets. */
export const details: readonly Call[] = [
  {
    service: 'apigateway',
    operation: 'GetStages',
    scope: 'item',
    input: {},
    each: {
      answers: ['apigateway:GetRestApis'],
      once: 'once for each REST API that is not private',
      items: publicApisOf,
      input: ({ name }) => ({ restApiId: name }),
    },
    hasUnlessEmpty: 'item',
    keeps: ['stageName', 'deploymentId', 'createdDate', 'accessLogSettings'].map((name) => `item.${name}`),
    absent: ['NotFoundException'],
    ...asking,
    resources: ['apigateway:*::/restapis/*/stages'],
    why: 'Stages and where they log access to. Their variables, which may be secrets, are not recorded.',
  },
  {
    service: 'apigatewayv2',
    operation: 'GetStages',
    scope: 'item',
    input: { MaxResults: '500' },
    paging: { input: 'NextToken', output: 'NextToken' },
    each: {
      answers: ['apigatewayv2:GetApis'],
      once: 'once for each such API',
      items: apisOf,
      input: ({ name }) => ({ ApiId: name }),
    },
    hasUnlessEmpty: 'Items',
    keeps: [
      'NextToken',
      ...['StageName', 'DeploymentId', 'CreatedDate', 'AccessLogSettings'].map((name) => `Items.${name}`),
    ],
    absent: ['NotFoundException'],
    ...asking,
    resources: ['apigateway:*::/apis/*/stages'],
    why: 'The same of HTTP and WebSocket APIs.',
  },
];

/** Private APIs can be called from networks alone. */
function publicApisOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['items']).flatMap((api) => {
    const name = textOf(api['id']);
    const endpoint = api['endpointConfiguration'];
    const isPrivate = isJsonObject(endpoint) && texts(endpoint['types']).includes('PRIVATE');
    return name === undefined || isPrivate ? [] : [{ name, owner: account, region }];
  });
}

function apisOf({ output, account, region }: Answer): readonly Item[] {
  return objects(output['Items']).flatMap((api) => {
    const name = textOf(api['ApiId']);
    return name === undefined ? [] : [{ name, owner: account, region }];
  });
}
