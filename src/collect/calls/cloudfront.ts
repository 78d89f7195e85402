import { isJsonObject, type JsonObject } from '../../json.ts';
import { objects, textOf } from '../answer.ts';
import type { Answer, Call, Item } from './call.ts';

/** No rates are published; this one is a choice. Other partitions have no CloudFront (endpoint data of the AWS SDKs). */
const asking = { partitions: ['aws', 'aws-cn'], rate: 5, rateOfService: true };

/** Asked once in each account. */
export const lists: readonly Call[] = [
  {
    service: 'cloudfront',
    operation: 'ListDistributions',
    scope: 'global',
    input: { MaxItems: 100 },
    paging: { input: 'Marker', output: 'DistributionList.NextMarker' },
    has: 'DistributionList',
    // Origins may hold headers that are shared secrets.
    keeps: [
      'DistributionList.Marker',
      'DistributionList.NextMarker',
      'DistributionList.IsTruncated',
      'DistributionList.Quantity',
      ...['Id', 'ARN', 'Status', 'LastModifiedTime', 'DomainName', 'Enabled', 'Staging'].map(
        (member) => `DistributionList.Items.${member}`,
      ),
    ],
    ...asking,
    action: 'cloudfront:ListDistributions',
    why: 'Distributions of CloudFront. Headers that they send to origins, which may be secrets, are not recorded.',
  },
];

/** Asked about what other answers name. */
export const details: readonly Call[] = [
  {
    service: 'cloudfront',
    operation: 'GetDistributionConfig',
    scope: 'item',
    input: {},
    each: {
      answers: ['cloudfront:ListDistributions'],
      once: 'once for each distribution',
      items: distributionsOf,
      input: ({ name }) => ({ Id: name }),
    },
    has: 'DistributionConfig',
    keeps: ['DistributionConfig.Enabled', 'DistributionConfig.Logging'],
    absent: ['NoSuchDistribution'],
    ...asking,
    action: 'cloudfront:GetDistributionConfig',
    why: 'Whether the distribution logs access. Nothing else of its configuration is recorded.',
  },
];

function listed({ output }: Answer): readonly JsonObject[] {
  const list = output['DistributionList'];
  return isJsonObject(list) ? objects(list['Items']) : [];
}

function distributionsOf(answer: Answer): readonly Item[] {
  return listed(answer).flatMap((distribution) => {
    const name = textOf(distribution['Id']);
    return name === undefined ? [] : [{ name, owner: answer.account, region: 'global' }];
  });
}

/**
 * Where the deliveries of logs of distributions are kept: in us-east-1 (CloudFront guide, standard logging v2). That it is
 * Ningxia in China is an assumption.
 */
export function regionOfDistributions(answer: Answer): readonly Item[] {
  const arns = listed(answer).flatMap((distribution) => textOf(distribution['ARN']) ?? []);
  return arns.slice(0, 1).map((arn) => {
    const region = arn.startsWith('arn:aws-cn:') ? 'cn-northwest-1' : 'us-east-1';
    return { name: region, owner: answer.account, region };
  });
}
