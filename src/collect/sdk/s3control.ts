import { S3ControlClient } from '@aws-sdk/client-s3-control';

import type { ClientConfig } from '../services.ts';

export { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3-control';

interface EndpointParameters {
  readonly Region?: string | undefined;
  readonly Endpoint?: string | undefined;
}
interface WithEndpointProvider {
  readonly config: { endpointProvider: (parameters: EndpointParameters, context?: object) => unknown };
}

const Base = S3ControlClient as unknown as new (config: ClientConfig) => WithEndpointProvider;

/**
 * A client that asks an endpoint from the configuration as it stands. The SDK's own puts the account in front of its host,
 * which is no name any more where the endpoint is an address.
 */
export class Client extends Base {
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
