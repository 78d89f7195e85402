/** How CloudFront (REST with XML) and API Gateway (REST with JSON) speak. Only what is asked of them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { escaped, xml, type AwsCall, type WireAnswer } from './wire-text.ts';

type Scope = Pick<AwsCall, 'service' | 'region' | 'accessKey'>;

/** The parameters of a query under the names that the SDK gives them. */
function query(url: URL, names: Readonly<Record<string, string>>, numbers: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(names).flatMap(([parameter, name]) => {
      const value = url.searchParams.get(parameter);
      return value === null ? [] : [[name, numbers.includes(name) ? Number(value) : value]];
    }),
  );
}

/** Reads a request that is signed for CloudFront. */
export function readCloudFront(scope: Scope, path: string): AwsCall | undefined {
  const url = new URL(path, 'http://cloudfront');
  const id = /^\/2020-05-31\/distribution\/([^/]+)\/config$/.exec(url.pathname)?.[1];
  if (id !== undefined)
    return { ...scope, operation: 'GetDistributionConfig', input: { Id: decodeURIComponent(id) } };
  if (url.pathname !== '/2020-05-31/distribution') return undefined;
  const input = query(url, { Marker: 'Marker', MaxItems: 'MaxItems' }, ['MaxItems']);
  return { ...scope, operation: 'ListDistributions', input };
}

/** Reads a request that is signed for API Gateway, whose two kinds of APIs have an SDK each. */
export function readApiGateway(scope: Scope, path: string): AwsCall | undefined {
  const url = new URL(path, 'http://apigateway');
  const [, version, kind, id, stages] =
    /^(\/v2)?\/(restapis|apis)(?:\/([^/]+)\/(stages))?$/.exec(url.pathname) ?? [];
  if (version === undefined && kind === 'restapis') {
    if (stages !== undefined) return { ...scope, operation: 'GetStages', input: { restApiId: id ?? '' } };
    return {
      ...scope,
      operation: 'GetRestApis',
      input: query(url, { limit: 'limit', position: 'position' }, ['limit']),
    };
  }
  if (version === undefined || kind !== 'apis') return undefined;
  const pages = query(url, { maxResults: 'MaxResults', nextToken: 'NextToken' }, []);
  const operation = stages === undefined ? 'GetApis' : 'GetStages';
  return {
    ...scope,
    service: 'apigatewayv2',
    operation,
    input: { ...(id === undefined ? {} : { ApiId: id }), ...pages },
  };
}

/** Writes an answer as CloudFront does. */
export function cloudFrontAnswer(operation: string, output: JsonObject, requestId: string): WireAnswer {
  const root = operation === 'ListDistributions' ? 'DistributionList' : 'DistributionConfig';
  const content = output[root];
  const inner = isJsonObject(content) ? elements(content) : '';
  return xml(
    200,
    `<${root} xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">${inner}</${root}>`,
    requestId,
  );
}

function elements(value: JsonObject): string {
  return Object.entries(value)
    .map(([name, member]) => {
      if (member === undefined || member === null) return '';
      if (Array.isArray(member))
        return `<${name}>${member.map((item: JsonValue) => `<DistributionSummary>${text(item)}</DistributionSummary>`).join('')}</${name}>`;
      return `<${name}>${text(member)}</${name}>`;
    })
    .join('');
}

function text(value: JsonValue): string {
  if (isJsonObject(value)) return elements(value);
  return escaped(typeof value === 'string' ? value : JSON.stringify(value));
}

/** The body of an answer of API Gateway: one SDK spells members small, the other calls the list of APIs `items`. */
export function apiGatewayBody(service: string, output: JsonObject): JsonObject {
  if (service === 'apigatewayv2') return small(output) as JsonObject;
  const { items, ...rest } = output;
  return items === undefined ? output : { ...rest, item: items };
}

function small(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => small(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      member === undefined ? member : small(member),
    ]),
  );
}
