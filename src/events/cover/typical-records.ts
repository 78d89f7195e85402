import type { JsonObject } from '../../json.ts';

/** The fields that a record has whoever made it and whatever it says. */
const common = {
  eventVersion: '1.11',
  eventTime: '2026-10-01T06:30:00Z',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.24',
  userAgent: 'aws-cli/2.31.0',
  requestID: '5f0c2a9e-6c1d-4b57-9a3e-1d8f7b2c4e60',
  eventID: 'c1d8e0a4-93b7-4f2e-8a65-7e4b9d0f1a23',
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
} as const;

const role: JsonObject = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLEOPERATION:mara',
  arn: 'arn:aws:sts::111122223333:assumed-role/Operations/mara',
  accountId: '111122223333',
  accessKeyId: 'ASIAEXAMPLEOPERATION',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLEOPERATION',
      arn: 'arn:aws:iam::111122223333:role/Operations',
      accountId: '111122223333',
      userName: 'Operations',
    },
    attributes: { creationDate: '2026-10-01T06:00:00Z', mfaAuthenticated: 'false' },
  },
};

const user: JsonObject = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLEMARA00001',
  arn: 'arn:aws:iam::111122223333:user/mara',
  accountId: '111122223333',
  accessKeyId: 'AKIAEXAMPLEMARA00001',
  userName: 'mara',
};

const root: JsonObject = {
  type: 'Root',
  principalId: '111122223333',
  arn: 'arn:aws:iam::111122223333:root',
  accountId: '111122223333',
  accessKeyId: 'ASIAEXAMPLEROOT00001',
};

const service: JsonObject = { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' };

const iamCall = {
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  awsRegion: 'us-east-1',
  requestParameters: { userName: 'deploy' },
  responseElements: null,
} as const;

const signIn = {
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  eventType: 'AwsConsoleSignIn',
  awsRegion: 'us-east-1',
  userAgent: 'Mozilla/5.0',
  requestParameters: null,
} as const;

/** Record without the identity's key, which a sign-in does not have yet. */
function withoutKey(identity: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(identity).filter(([name]) => name !== 'accessKeyId'));
}

/** Identities by type, for a record whose type is not the one it had. */
export const typicalIdentities: readonly JsonObject[] = [
  role,
  user,
  root,
  service,
  {
    type: 'FederatedUser',
    principalId: '111122223333:mara',
    arn: 'arn:aws:sts::111122223333:federated-user/mara',
    accountId: '111122223333',
    accessKeyId: 'ASIAEXAMPLEFEDERATED',
  },
  { type: 'AWSAccount', principalId: 'AIDAEXAMPLEPARTNER01', accountId: '444455556666' },
];

/** One record of each common sort, complete as CloudTrail writes it; the commonest first. */
export const typicalRecords: readonly JsonObject[] = [
  {
    ...common,
    userIdentity: role,
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    requestParameters: { instanceType: 't3.micro' },
    responseElements: { instancesSet: {} },
  },
  { ...common, userIdentity: user, ...iamCall },
  { ...common, userIdentity: role, ...iamCall },
  {
    ...common,
    userIdentity: role,
    eventSource: 'ec2.amazonaws.com',
    eventName: 'DescribeInstances',
    readOnly: true,
    requestParameters: { maxResults: 100 },
    responseElements: null,
  },
  { ...common, userIdentity: root, ...iamCall, eventName: 'CreateAccessKey' },
  {
    ...common,
    userIdentity: withoutKey(user),
    ...signIn,
    additionalEventData: {
      LoginTo: 'https://us-east-1.signin.aws.amazon.com/',
      MobileVersion: 'No',
      MFAUsed: 'No',
    },
    responseElements: { ConsoleLogin: 'Success' },
  },
  {
    ...common,
    userIdentity: withoutKey(user),
    ...signIn,
    errorMessage: 'Failed authentication',
    additionalEventData: {
      LoginTo: 'https://us-east-1.signin.aws.amazon.com/',
      MobileVersion: 'No',
      MFAUsed: 'No',
    },
    responseElements: { ConsoleLogin: 'Failure' },
  },
  {
    ...common,
    userIdentity: withoutKey(root),
    ...signIn,
    additionalEventData: {
      LoginTo: 'https://us-east-1.signin.aws.amazon.com/',
      MobileVersion: 'No',
      MFAUsed: 'Yes',
    },
    responseElements: { ConsoleLogin: 'Success' },
  },
  {
    ...common,
    userIdentity: withoutKey(role),
    ...signIn,
    additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' },
    responseElements: { ConsoleLogin: 'Success' },
  },
  {
    ...common,
    userIdentity: role,
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    errorCode: 'Client.UnauthorizedOperation',
    errorMessage: 'You are not authorized to perform this operation.',
    requestParameters: { instanceType: 't3.micro' },
    responseElements: null,
  },
  {
    ...common,
    userIdentity: role,
    eventSource: 's3.amazonaws.com',
    eventName: 'DeleteObject',
    managementEvent: false,
    eventCategory: 'Data',
    requestParameters: { bucketName: 'example-bucket', key: 'report.csv' },
    responseElements: null,
    resources: [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::example-bucket/report.csv' },
      { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::example-bucket', accountId: '111122223333' },
    ],
  },
  {
    ...common,
    userIdentity: role,
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    readOnly: true,
    managementEvent: false,
    eventCategory: 'Data',
    requestParameters: { bucketName: 'example-bucket', key: 'report.csv' },
    responseElements: null,
    resources: [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::example-bucket/report.csv' },
      { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::example-bucket', accountId: '111122223333' },
    ],
  },
  {
    ...common,
    userIdentity: service,
    sourceIPAddress: 'cloudformation.amazonaws.com',
    userAgent: 'cloudformation.amazonaws.com',
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    readOnly: true,
    requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/Operations' },
    responseElements: null,
  },
  {
    ...common,
    userIdentity: { accountId: '111122223333', invokedBy: 'AWS Internal' },
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    eventSource: 'kms.amazonaws.com',
    eventName: 'RotateKey',
    eventType: 'AwsServiceEvent',
    requestParameters: null,
    responseElements: null,
    serviceEventDetails: { keyId: 'arn:aws:kms:eu-west-1:111122223333:key/0f3c1c1e' },
  },
];
