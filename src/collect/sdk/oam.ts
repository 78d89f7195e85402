/**
 * Observability Access Manager: some operations on the SDK's own machinery. Its client package is missing from some of the
 * registries that this project is built from; once it is not, this file can go. Protocol and shapes are those of the service
 * model (oam-2022-06-10): REST with JSON, signed for `oam`.
 */
import { AccountClient } from '@aws-sdk/client-account';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';

import type { ClientConfig } from '../services.ts';

type OperationSchema = Parameters<ReturnType<typeof makeBuilder>>[3];

const namespace = 'com.amazonaws.oam';

/** Schema words of the SDK: 0 is text, 15 any JSON, 3 a structure, 9 an operation. */
type Members = readonly (readonly [name: string, schema: 0 | 15])[];

function operation(name: string, input: Members, output: Members): OperationSchema {
  const shape = (suffix: string, members: Members): unknown => [
    3,
    namespace,
    `${name}${suffix}`,
    0,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
  ];
  const [given, told] = [shape('Input', input), shape('Output', output)];
  return [9, namespace, name, { http: ['POST', `/${name}`, 200] }, () => given, () => told] as never;
}

const parameters: Parameters<typeof makeBuilder>[0] = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
};

const command = makeBuilder(parameters, 'OAM', 'OAMClient', getEndpointPlugin);

function commandFor(name: string, input: Members, output: Members): new (input: object) => object {
  return command({}, () => [], name, operation(name, input, output));
}

/** Links of an account to the monitoring accounts that see its telemetry. */
export const ListLinksCommand = commandFor(
  'ListLinks',
  [['NextToken', 0]],
  [
    ['Items', 15],
    ['NextToken', 0],
  ],
);

/** What one link shares. */
export const GetLinkCommand = commandFor(
  'GetLink',
  [['Identifier', 0]],
  [
    ['Arn', 0],
    ['SinkArn', 0],
    ['ResourceTypes', 15],
    ['LinkConfiguration', 15],
  ],
);

/** The sink of a monitoring account, to which others link. */
export const ListSinksCommand = commandFor(
  'ListSinks',
  [['NextToken', 0]],
  [
    ['Items', 15],
    ['NextToken', 0],
  ],
);

/** Who may link to a sink. */
export const GetSinkPolicyCommand = commandFor(
  'GetSinkPolicy',
  [['SinkIdentifier', 0]],
  [
    ['SinkArn', 0],
    ['SinkId', 0],
    ['Policy', 0],
  ],
);

interface EndpointParameters {
  readonly Region?: string;
  readonly Endpoint?: string;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
}

/** Endpoint rules of the service, as far as partitions have it. */
function endpointOf({ Region = '', Endpoint, UseFIPS, UseDualStack }: EndpointParameters): { url: URL } {
  if (Endpoint !== undefined) return { url: new URL(Endpoint) };
  const chinese = Region.startsWith('cn-') ? '.cn' : '';
  const suffix =
    UseDualStack === true
      ? chinese === ''
        ? 'api.aws'
        : 'api.amazonwebservices.com.cn'
      : `amazonaws.com${chinese}`;
  return { url: new URL(`https://oam${UseFIPS === true ? '-fips' : ''}.${Region}.${suffix}`) };
}

/** A client of the service. */
export class Client extends AccountClient {
  constructor(config: ClientConfig) {
    const sdk = {
      ...config,
      apiVersion: '2022-06-10',
      serviceId: 'OAM',
      endpointProvider: endpointOf,
      protocolSettings: { defaultNamespace: namespace, version: '2022-06-10', serviceTarget: 'oam' },
      httpAuthSchemeProvider: ({ region }: { readonly region?: string }) => [
        {
          schemeId: 'aws.auth#sigv4',
          signingProperties: { name: 'oam', region },
          propertiesExtractor: (own: object, context: object) => ({
            signingProperties: { config: own, context },
          }),
        },
      ],
    };
    super(sdk as never);
    (this.config as { defaultSigningName?: string }).defaultSigningName = 'oam';
  }
}
