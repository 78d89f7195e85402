export { SecurityHubClient as Client, DescribeHubCommand } from '@aws-sdk/client-securityhub';
