/** What is known of a partition before AWS is asked. Everything else comes from answers. */
export interface Partition {
  readonly name: string;
  /** Region of the endpoints of Organizations and Account, and the one that no account can switch off. */
  readonly home: string;
  /** Regions enabled in every account: where questions are asked when AWS does not say which ones are. */
  readonly defaultRegions: readonly string[];
}

/** Endpoint data of the AWS SDKs, August 2026. */
const partitions: readonly Partition[] = [
  {
    name: 'aws',
    home: 'us-east-1',
    defaultRegions: [
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-southeast-1',
      'ap-southeast-2',
      'ca-central-1',
      'eu-central-1',
      'eu-north-1',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'sa-east-1',
      'us-east-1',
      'us-east-2',
      'us-west-1',
      'us-west-2',
    ],
  },
  { name: 'aws-cn', home: 'cn-northwest-1', defaultRegions: ['cn-north-1', 'cn-northwest-1'] },
  { name: 'aws-us-gov', home: 'us-gov-west-1', defaultRegions: ['us-gov-east-1', 'us-gov-west-1'] },
  { name: 'aws-eusc', home: 'eusc-de-east-1', defaultRegions: ['eusc-de-east-1'] },
  { name: 'aws-iso', home: 'us-iso-east-1', defaultRegions: ['us-iso-east-1', 'us-iso-west-1'] },
  { name: 'aws-iso-b', home: 'us-isob-east-1', defaultRegions: ['us-isob-east-1'] },
];

/** The partition of an ARN; of one that we do not know, only the caller's own region is known. */
export function partitionOf(arn: string, callerRegion: string): Partition {
  const name = arn.split(':')[1] ?? '';
  return (
    partitions.find((partition) => partition.name === name) ?? {
      name,
      home: callerRegion,
      defaultRegions: [callerRegion],
    }
  );
}
