export { ApiGatewayV2Client as Client, GetApisCommand, GetStagesCommand } from '@aws-sdk/client-apigatewayv2';
