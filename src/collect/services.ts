import type { ServiceName } from './calls.ts';
import type { CredentialSource } from './credentials.ts';
import type { FoundConfig } from './found-config.ts';
import type { Transport } from './transport.ts';

/** What a client is made with. Everything else (endpoint, FIPS, profile) the SDK takes from its own environment. */
export interface ClientConfig extends FoundConfig {
  /** Undefined: the SDK looks for it in the environment and the profile. */
  readonly region?: string;
  readonly credentials: CredentialSource;
  readonly requestHandler: Transport;
  /** One: retries are ours, so that rate limits and counters see every attempt. */
  readonly maxAttempts: 1;
  readonly retryMode: 'standard';
  readonly customUserAgent: [string, string][];
  readonly profile?: string;
}

/** As much of an SDK client as is used. */
export interface Client {
  send(command: object, options: { abortSignal?: AbortSignal }): Promise<object>;
  readonly config: Readonly<Partial<Record<keyof FoundConfig, unknown>>> & {
    region(): Promise<string>;
    /** Missing in SDKs that find it elsewhere. */
    serviceConfiguredEndpoint?(): Promise<unknown>;
  };
}

/** A service's part of the SDK. */
export interface Service {
  readonly Client: new (config: ClientConfig) => Client;
  /** The module: it exports `${operation}Command` for each operation. */
  readonly commands: Readonly<Record<string, unknown>>;
}

function service(Client: unknown, commands: unknown): Service {
  return { Client: Client as Service['Client'], commands: commands as Service['commands'] };
}

/** Loads a service's part of the SDK. Each is loaded when it is first needed: together they cost half a second. */
export const loadService: Readonly<Record<ServiceName, () => Promise<Service>>> = {
  async account() {
    const sdk = await import('@aws-sdk/client-account');
    return service(sdk.AccountClient, sdk);
  },
  async apigateway() {
    const sdk = await import('@aws-sdk/client-api-gateway');
    return service(sdk.APIGatewayClient, sdk);
  },
  async apigatewayv2() {
    const sdk = await import('@aws-sdk/client-apigatewayv2');
    return service(sdk.ApiGatewayV2Client, sdk);
  },
  async cloudfront() {
    const sdk = await import('@aws-sdk/client-cloudfront');
    return service(sdk.CloudFrontClient, sdk);
  },
  async cloudtrail() {
    const sdk = await import('@aws-sdk/client-cloudtrail');
    return service(sdk.CloudTrailClient, sdk);
  },
  async cloudwatch() {
    const sdk = await import('@aws-sdk/client-cloudwatch');
    return service(sdk.CloudWatchClient, sdk);
  },
  async config() {
    const sdk = await import('@aws-sdk/client-config-service');
    return service(sdk.ConfigServiceClient, sdk);
  },
  async ec2() {
    const sdk = await import('@aws-sdk/client-ec2');
    return service(sdk.EC2Client, sdk);
  },
  async elbv2() {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return service(sdk.ElasticLoadBalancingV2Client, sdk);
  },
  async events() {
    const sdk = await import('@aws-sdk/client-eventbridge');
    return service(sdk.EventBridgeClient, sdk);
  },
  async iam() {
    const sdk = await import('@aws-sdk/client-iam');
    return service(sdk.IAMClient, sdk);
  },
  async kms() {
    const sdk = await import('@aws-sdk/client-kms');
    return service(sdk.KMSClient, sdk);
  },
  async lambda() {
    const sdk = await import('@aws-sdk/client-lambda');
    return service(sdk.LambdaClient, sdk);
  },
  async logs() {
    const sdk = await import('@aws-sdk/client-cloudwatch-logs');
    return service(sdk.CloudWatchLogsClient, sdk);
  },
  async oam() {
    const sdk = await import('./oam.ts');
    return service(sdk.OAMClient, sdk.commands);
  },
  async organizations() {
    const sdk = await import('@aws-sdk/client-organizations');
    return service(sdk.OrganizationsClient, sdk);
  },
  async s3() {
    const sdk = await import('@aws-sdk/client-s3');
    return service(sdk.S3Client, sdk);
  },
  async s3control() {
    const sdk = await import('@aws-sdk/client-s3-control');
    return service(withPlainEndpoint(sdk.S3ControlClient), sdk);
  },
  async securityhub() {
    const sdk = await import('@aws-sdk/client-securityhub');
    return service(sdk.SecurityHubClient, sdk);
  },
  async sns() {
    const sdk = await import('@aws-sdk/client-sns');
    return service(sdk.SNSClient, sdk);
  },
  async sts() {
    const sdk = await import('@aws-sdk/client-sts');
    return service(sdk.STSClient, sdk);
  },
};

interface EndpointParameters {
  readonly Region?: string | undefined;
  readonly Endpoint?: string | undefined;
}
interface WithEndpointProvider {
  readonly config: { endpointProvider: (parameters: EndpointParameters, context?: object) => unknown };
}

/**
 * A client that asks an endpoint from the configuration as it stands. S3 Control puts the account in front of its host, which
 * is no name any more where the endpoint is an address.
 */
function withPlainEndpoint(Client: unknown): unknown {
  const Base = Client as new (config: ClientConfig) => WithEndpointProvider;
  class PlainEndpoint extends Base {
    constructor(given: ClientConfig) {
      super(given);
      const { config } = this;
      const provide = config.endpointProvider;
      config.endpointProvider = (parameters, context) =>
        parameters.Endpoint === undefined
          ? provide(parameters, context)
          : {
              url: new URL(parameters.Endpoint),
              headers: {},
              properties: {
                authSchemes: [{ name: 'sigv4', signingName: 's3', signingRegion: parameters.Region }],
              },
            };
    }
  }
  return PlainEndpoint;
}

/** Makes the SDK's command for an operation. Throws where the SDK has none, which is a bug in the call table. */
export function commandOf({ commands }: Service, operation: string, input: object): object {
  const Command = commands[`${operation}Command`] as (new (input: object) => object) | undefined;
  if (Command === undefined) throw new Error(`the SDK has no ${operation}Command`);
  return new Command(input);
}
