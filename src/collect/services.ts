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

/** A service's part of the SDK: what the modules in `sdk` name of it, so that a build can leave out the rest. */
export interface Service {
  readonly Client: new (config: ClientConfig) => Client;
  /** `${operation}Command` for each operation that is asked. */
  readonly commands: Readonly<Record<string, unknown>>;
}

/** The parts of the SDK that one of the modules beside exports: its client, and `${operation}Command` for each operation. */
function service(parts: { readonly Client: unknown }): Service {
  return { Client: parts.Client as Service['Client'], commands: parts };
}

/** Loads a service's part of the SDK. Each is loaded when it is first needed. */
export const loadService: Readonly<Record<ServiceName, () => Promise<Service>>> = {
  account: async () => service(await import('./sdk/account.ts')),
  apigateway: async () => service(await import('./sdk/apigateway.ts')),
  apigatewayv2: async () => service(await import('./sdk/apigatewayv2.ts')),
  cloudfront: async () => service(await import('./sdk/cloudfront.ts')),
  cloudtrail: async () => service(await import('./sdk/cloudtrail.ts')),
  cloudwatch: async () => service(await import('./sdk/cloudwatch.ts')),
  config: async () => service(await import('./sdk/config.ts')),
  ec2: async () => service(await import('./sdk/ec2.ts')),
  elbv2: async () => service(await import('./sdk/elbv2.ts')),
  events: async () => service(await import('./sdk/events.ts')),
  iam: async () => service(await import('./sdk/iam.ts')),
  kms: async () => service(await import('./sdk/kms.ts')),
  lambda: async () => service(await import('./sdk/lambda.ts')),
  logs: async () => service(await import('./sdk/logs.ts')),
  oam: async () => service(await import('./sdk/oam.ts')),
  organizations: async () => service(await import('./sdk/organizations.ts')),
  s3: async () => service(await import('./sdk/s3.ts')),
  s3control: async () => service(await import('./sdk/s3control.ts')),
  securityhub: async () => service(await import('./sdk/securityhub.ts')),
  sns: async () => service(await import('./sdk/sns.ts')),
  sts: async () => service(await import('./sdk/sts.ts')),
};

/** Makes the SDK's command for an operation. Throws where no module names it, which is a bug. */
export function commandOf({ commands }: Service, operation: string, input: object): object {
  const Command = commands[`${operation}Command`] as (new (input: object) => object) | undefined;
  if (Command === undefined) throw new Error(`no module in src/collect/sdk names ${operation}Command`);
  return new Command(input);
}
