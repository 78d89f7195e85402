export { LambdaClient as Client, GetAccountSettingsCommand, GetPolicyCommand } from '@aws-sdk/client-lambda';
