/**
 * How a kind of resource is named: which properties hold its name, and the key (see `DeclaredName`) that they make.
 * Properties are those of the Terraform AWS provider and of CloudFormation.
 */
export interface ResourceKind {
  /** Terraform types. `aws_kms_key` has no name: only a state tells which key it is. */
  readonly terraform: readonly string[];
  /** Terraform arguments that `key` takes, in its order; the value where the argument is absent, if it has one. */
  readonly arguments: readonly NamePart[];
  readonly cloudformation: readonly string[];
  readonly properties: readonly NamePart[];
  /** The key for the names; undefined where they cannot be names of this kind. */
  key(names: readonly string[]): string | undefined;
}

export interface NamePart {
  readonly name: string;
  /** Taken where the property is absent. */
  readonly otherwise?: string;
}

const part = (name: string, otherwise?: string): NamePart =>
  otherwise === undefined ? { name } : { name, otherwise };

export const resourceKinds: readonly ResourceKind[] = [
  {
    terraform: ['aws_cloudtrail'],
    arguments: [part('name')],
    cloudformation: ['AWS::CloudTrail::Trail'],
    properties: [part('TrailName')],
    key: ([name]) => `cloudtrail:trail/${name}`,
  },
  {
    terraform: ['aws_cloudwatch_log_group'],
    arguments: [part('name')],
    cloudformation: ['AWS::Logs::LogGroup'],
    properties: [part('LogGroupName')],
    key: ([name]) => `logs:log-group:${name}`,
  },
  {
    terraform: ['aws_cloudwatch_log_metric_filter'],
    arguments: [part('log_group_name'), part('name')],
    cloudformation: ['AWS::Logs::MetricFilter'],
    properties: [part('LogGroupName'), part('FilterName')],
    key: ([group, name]) => `logs:log-group:${group}:metric-filter:${name}`,
  },
  {
    terraform: ['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm'],
    arguments: [part('alarm_name')],
    cloudformation: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
    properties: [part('AlarmName')],
    key: ([name]) => `cloudwatch:alarm:${name}`,
  },
  {
    terraform: ['aws_sns_topic'],
    arguments: [part('name')],
    cloudformation: ['AWS::SNS::Topic'],
    properties: [part('TopicName')],
    key: ([name]) => `sns:${name}`,
  },
  {
    terraform: ['aws_s3_bucket'],
    arguments: [part('bucket')],
    cloudformation: ['AWS::S3::Bucket'],
    properties: [part('BucketName')],
    key: ([name]) => `s3:${name}`,
  },
  {
    terraform: ['aws_kms_key'],
    arguments: [],
    cloudformation: ['AWS::KMS::Key'],
    properties: [],
    key: () => undefined,
  },
  {
    terraform: ['aws_cloudwatch_event_rule'],
    arguments: [part('event_bus_name', 'default'), part('name')],
    cloudformation: ['AWS::Events::Rule'],
    properties: [part('EventBusName', 'default'), part('Name')],
    key: ([bus = '', name]) => {
      // A bus may be named by its ARN.
      const named = bus.startsWith('arn:') ? bus.split(':event-bus/')[1] : bus;
      if (named === undefined) return undefined;
      return named === 'default' ? `events:rule/${name}` : `events:rule/${named}/${name}`;
    },
  },
];

export const kindOfTerraform: ReadonlyMap<string, ResourceKind> = new Map(
  resourceKinds.flatMap((kind) => kind.terraform.map((type) => [type, kind] as const)),
);

export const kindOfCloudFormation: ReadonlyMap<string, ResourceKind> = new Map(
  resourceKinds.flatMap((kind) => kind.cloudformation.map((type) => [type, kind] as const)),
);
