import type { TextShape } from '../value-test.ts';
import type { ReadyTest } from './ready-test.ts';

/**
 * Texts that make a believable example of a field, nicest first: what stands there in real records, then what the tests on the
 * field name, then plain words.
 */
export function pleasantTexts(path: readonly (string | number)[], tests: readonly ReadyTest[]): string[] {
  const last = path.at(-1);
  const usual = usualTexts[path.join('.')] ?? (typeof last === 'string' ? usualTexts[last] : undefined) ?? [];
  const named = tests.flatMap(({ text }) =>
    typeof text === 'object' ? text.readings.flat().flatMap(({ shape }) => textsOf(shape)) : [],
  );
  return [...new Set([...usual, ...named, ...plainTexts])];
}

function textsOf(shape: TextShape): string[] {
  switch (shape.kind) {
    case 'texts':
      return [...shape.texts];
    case 'glob':
      return [shape.parts.join(''), shape.parts.join('Example')];
    case 'cidr':
      return [shape.block.replace(/\/.*/, '').replace(/\.0$/, '.1')];
    case 'regex':
      return [];
  }
}

const plainTexts: readonly string[] = ['example', 'ExampleOperation', 'Example'];

/** By path, or by the last name of any path. */
const usualTexts: Readonly<Record<string, readonly string[]>> = {
  awsRegion: ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'us-gov-west-1', 'cn-north-1'],
  eventType: ['AwsApiCall', 'AwsConsoleSignIn', 'AwsServiceEvent', 'AwsConsoleAction'],
  eventCategory: ['Management', 'Data', 'NetworkActivity', 'Insight'],
  errorCode: ['AccessDenied', 'Client.UnauthorizedOperation', 'AccessDeniedException', 'ThrottlingException'],
  errorMessage: ['Failed authentication', 'You are not authorized to perform this operation.'],
  sourceIPAddress: ['203.0.113.24', '198.51.100.7', 'cloudformation.amazonaws.com', '10.0.0.9'],
  userAgent: ['aws-cli/2.31.0', 'signin.amazonaws.com'],
  'userIdentity.type': ['AssumedRole', 'IAMUser', 'Root', 'AWSService', 'FederatedUser', 'AWSAccount'],
  'userIdentity.invokedBy': ['cloudformation.amazonaws.com', 'config.amazonaws.com', 'AWS Internal'],
  'userIdentity.userName': ['mara', 'deploy'],
  'userIdentity.arn': ['arn:aws:sts::111122223333:assumed-role/Operations/mara'],
  MFAUsed: ['No', 'Yes', 'YES'],
  mfaAuthenticated: ['false', 'true'],
  'responseElements.ConsoleLogin': ['Success', 'Failure'],
  bucketName: ['example-bucket'],
  accountId: ['111122223333', '444455556666'],
  recipientAccountId: ['111122223333', '444455556666'],
  eventSource: [
    'iam.amazonaws.com',
    'ec2.amazonaws.com',
    's3.amazonaws.com',
    'signin.amazonaws.com',
    'cloudtrail.amazonaws.com',
    'kms.amazonaws.com',
    'config.amazonaws.com',
    'sts.amazonaws.com',
    'organizations.amazonaws.com',
    'lambda.amazonaws.com',
    'logs.amazonaws.com',
    'monitoring.amazonaws.com',
  ],
  eventName: [
    'CreateUser',
    'RunInstances',
    'CreateBucket',
    'ConsoleLogin',
    'StopLogging',
    'ScheduleKeyDeletion',
    'DescribeInstances',
    'ListUsers',
    'GetObject',
    'PutObject',
    'AssumeRole',
    'LeaveOrganization',
    'CreateFunction20150331',
  ],
};

/** Calls that each service really has, for a name that goes with its source. */
export const namesOfSource: Readonly<Record<string, readonly string[]>> = {
  'iam.amazonaws.com': ['CreateUser', 'ListUsers', 'DeactivateMFADevice', 'CreateAccessKey'],
  'ec2.amazonaws.com': ['RunInstances', 'DescribeInstances', 'TerminateInstances', 'CreateSnapshot'],
  's3.amazonaws.com': ['CreateBucket', 'ListBuckets', 'GetObject', 'PutObject', 'PutBucketTagging'],
  'signin.amazonaws.com': ['ConsoleLogin', 'SwitchRole', 'CheckMfa'],
  'cloudtrail.amazonaws.com': ['StopLogging', 'DescribeTrails', 'LookupEvents', 'UpdateTrail'],
  'kms.amazonaws.com': ['ScheduleKeyDeletion', 'CreateKey', 'DescribeKey', 'Decrypt'],
  'config.amazonaws.com': ['StopConfigurationRecorder', 'DescribeConfigurationRecorders', 'PutConfigRule'],
  'sts.amazonaws.com': ['AssumeRole', 'GetCallerIdentity', 'GetSessionToken'],
  'organizations.amazonaws.com': ['LeaveOrganization', 'ListAccounts', 'CreateAccount', 'MoveAccount'],
  'lambda.amazonaws.com': ['CreateFunction20150331', 'Invoke', 'ListFunctions20150331'],
  'logs.amazonaws.com': ['DeleteLogGroup', 'DescribeLogGroups', 'PutRetentionPolicy'],
  'monitoring.amazonaws.com': ['DeleteAlarms', 'DescribeAlarms', 'PutMetricAlarm'],
};

/** Services that record all their calls in one region of a partition. */
export const regionOfSource: Readonly<Record<string, string>> = {
  'iam.amazonaws.com': 'us-east-1',
  'organizations.amazonaws.com': 'us-east-1',
  'signin.amazonaws.com': 'us-east-1',
  'route53.amazonaws.com': 'us-east-1',
  'cloudfront.amazonaws.com': 'us-east-1',
};
