import { isJsonObject, type JsonObject } from '../../json.ts';
import type { CallName } from '../../snapshot/record.ts';
import { askList, askOne, itemsOf, type Told } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Fact, RelatedList, Resource, Source } from '../resource.ts';
import { joinUnknown, Unknown } from '../unknown.ts';
import { joinLists, make, textOf, textsOf, type Making } from './make.ts';
import { overRegions } from './regions.ts';

/** What each front end was found as. */
const kinds = new WeakMap<Resource, string>();

/** What a front end is. */
export function frontEndKind(resource: Resource): Fact {
  return kinds.get(resource);
}

/** Web front ends of an account: its distributions, and the load balancers and stages of its enabled regions. */
export function webFrontEndsOf(model: OrganizationModel, account: string): RelatedList {
  return joinLists([
    distributionsOf(model, account),
    overRegions(model, account, (region) =>
      joinLists([
        loadBalancersIn(model, account, region),
        stagesIn(model, restApis, account, region),
        stagesIn(model, otherApis, account, region),
      ]),
    ),
  ]);
}

interface FrontEnd extends Omit<Making, 'type'> {
  readonly kind: string;
}

function frontEnd(model: OrganizationModel, { kind, ...making }: FrontEnd): Resource {
  const resource = make(model, { type: 'web-front-end', ...making });
  kinds.set(resource, kind);
  return resource;
}

/** Only these partitions have CloudFront (endpoint data of the AWS SDKs). */
const withCloudFront: ReadonlySet<string> = new Set(['aws', 'aws-cn']);

function distributionsOf(model: OrganizationModel, account: string): RelatedList {
  if (!withCloudFront.has(model.manifest.partition)) return { items: [], missing: undefined, records: [] };
  const region = 'global';
  const listed = askList(model, { call: 'cloudfront:ListDistributions', account, region });
  const items = listed.pages.flatMap((record) => {
    const list = record.output?.['DistributionList'];
    const distributions = isJsonObject(list) && Array.isArray(list['Items']) ? list['Items'] : [];
    return distributions.flatMap((data, index) => {
      const name = isJsonObject(data) ? textOf(data, 'Id') : undefined;
      if (!isJsonObject(data) || name === undefined) return [];
      const id =
        textOf(data, 'ARN') ?? `arn:${model.manifest.partition}:cloudfront::${account}:distribution/${name}`;
      const sources = [{ record, path: `DistributionList.Items[${index}]` }];
      return [frontEnd(model, { kind: 'distribution', id, account, region, name, data, sources })];
    });
  });
  return { items, missing: listed.missing, records: listed.records };
}

/** Gateway load balancers pass packets on and write no access logs. */
function loadBalancersIn(model: OrganizationModel, account: string, region: string): RelatedList {
  const listed = askList(model, { call: 'elbv2:DescribeLoadBalancers', account, region });
  const items = itemsOf(listed, 'LoadBalancers').flatMap(({ data, source }) => {
    const id = textOf(data, 'LoadBalancerArn');
    const kind = textOf(data, 'Type') ?? 'application';
    if (id === undefined || kind === 'gateway') return [];
    const name = textOf(data, 'LoadBalancerName') ?? id;
    return [frontEnd(model, { kind, id, account, region, name, data, sources: [source] })];
  });
  return { items, missing: listed.missing, records: listed.records };
}

/** How one kind of APIs names things. */
interface ApiKind {
  readonly lists: CallName;
  readonly apis: string;
  readonly id: string;
  readonly asksFor: string;
  readonly stages: CallName;
  readonly stageList: string;
  readonly stageName: string;
  readonly path: string;
  kind(api: JsonObject): string | undefined;
}

const restApis: ApiKind = {
  lists: 'apigateway:GetRestApis',
  apis: 'items',
  id: 'id',
  asksFor: 'restApiId',
  stages: 'apigateway:GetStages',
  stageList: 'item',
  stageName: 'stageName',
  path: 'restapis',
  kind: ({ endpointConfiguration: endpoint }) =>
    isJsonObject(endpoint) && textsOf(endpoint['types']).includes('PRIVATE') ? undefined : 'rest-api',
};
const otherApis: ApiKind = {
  lists: 'apigatewayv2:GetApis',
  apis: 'Items',
  id: 'ApiId',
  asksFor: 'ApiId',
  stages: 'apigatewayv2:GetStages',
  stageList: 'Items',
  stageName: 'StageName',
  path: 'apis',
  kind: (api) => textOf(api, 'ProtocolType') ?? 'HTTP',
};

function stagesIn(model: OrganizationModel, of: ApiKind, account: string, region: string): RelatedList {
  const apis = askList(model, { call: of.lists, account, region });
  const lists = itemsOf(apis, of.apis).flatMap(({ data: api }): RelatedList[] => {
    const apiId = textOf(api, of.id);
    const kind = of.kind(api);
    if (apiId === undefined || kind === undefined) return [];
    const answering = (input: JsonObject): boolean => input[of.asksFor] === apiId;
    const listed = askList(model, { call: of.stages, account, region, answering });
    const items = itemsOf(listed, of.stageList).flatMap(({ data, source }) => {
      const stage = textOf(data, of.stageName);
      if (stage === undefined) return [];
      const id = `arn:${model.manifest.partition}:apigateway:${region}::/${of.path}/${apiId}/stages/${stage}`;
      const name = `${apiId}/${stage}`;
      return [frontEnd(model, { kind, id, account, region, name, data, sources: [source] })];
    });
    return [{ items, missing: listed.missing, records: listed.records }];
  });
  return joinLists([{ items: [], missing: apis.missing, records: apis.records }, ...lists]);
}

/** Where a front end logs access to. */
export function accessLogsOf(resource: Resource, model: OrganizationModel): RelatedList {
  const kind = frontEndKind(resource);
  if (kind === 'distribution')
    return joinLists([distributionLog(model, resource), deliveriesOf(model, resource)]);
  if (kind === 'application' || kind === 'network')
    return joinLists([loadBalancerLog(model, resource), deliveriesOf(model, resource)]);
  return stageLog(model, resource);
}

function accessLog(
  model: OrganizationModel,
  of: Resource,
  data: JsonObject,
  sources: readonly Source[],
): Resource {
  const { account, region, name } = of;
  const id = `${of.id}/${textOf(data, 'deliveryDestinationArn') ?? ''}`;
  return make(model, { type: 'access-log', id, account, region, name, data, sources });
}

function answerAbout(
  told: Told | Unknown,
  logs: (told: Told & { readonly output: JsonObject }) => readonly Resource[],
): RelatedList {
  if (told instanceof Unknown) return { items: [], missing: told, records: [] };
  const { output, record } = told;
  return {
    items: output === undefined ? [] : logs({ record, output }),
    missing: undefined,
    records: [record],
  };
}

function distributionLog(model: OrganizationModel, of: Resource): RelatedList {
  const told = askOne(model, {
    call: 'cloudfront:GetDistributionConfig',
    account: of.account,
    region: 'global',
    answering: (input) => input['Id'] === of.name,
  });
  return answerAbout(told, ({ record, output }) => {
    const configuration = output['DistributionConfig'];
    const logging = isJsonObject(configuration) ? configuration['Logging'] : undefined;
    if (!isJsonObject(logging) || logging['Enabled'] !== true) return [];
    const data = { deliveryDestinationType: 'S3', deliveryDestinationArn: textOf(logging, 'Bucket') ?? '' };
    return [accessLog(model, of, data, [{ record, path: 'DistributionConfig.Logging' }])];
  });
}

function loadBalancerLog(model: OrganizationModel, of: Resource): RelatedList {
  const told = askOne(model, {
    call: 'elbv2:DescribeLoadBalancerAttributes',
    account: of.account,
    region: of.region,
    answering: (input) => input['LoadBalancerArn'] === of.id,
  });
  return answerAbout(told, ({ record, output }) => {
    const attributes = Array.isArray(output['Attributes']) ? output['Attributes'].filter(isJsonObject) : [];
    const valueOf = (key: string): string | undefined => {
      const found = attributes.find((attribute) => attribute['Key'] === key);
      return found === undefined ? undefined : textOf(found, 'Value');
    };
    if (valueOf('access_logs.s3.enabled') !== 'true') return [];
    const data = {
      deliveryDestinationType: 'S3',
      deliveryDestinationArn: valueOf('access_logs.s3.bucket') ?? '',
    };
    return [accessLog(model, of, data, [{ record, path: 'Attributes' }])];
  });
}

/** A stage names a log group or a stream of Firehose, which its answer itself tells. */
function stageLog(model: OrganizationModel, of: Resource): RelatedList {
  const { data, sources } = of;
  const settings = data['accessLogSettings'] ?? data['AccessLogSettings'];
  const arn = isJsonObject(settings)
    ? (textOf(settings, 'destinationArn') ?? textOf(settings, 'DestinationArn'))
    : undefined;
  const records = sources.map(({ record }) => record);
  if (arn === undefined) return { items: [], missing: undefined, records };
  const deliveryDestinationType = arn.split(':')[2] === 'firehose' ? 'FH' : 'CWL';
  const log = accessLog(model, of, { deliveryDestinationType, deliveryDestinationArn: arn }, sources);
  return { items: [log], missing: undefined, records };
}

/** Deliveries of CloudWatch Logs whose source is the access log of a front end. */
function deliveriesOf(model: OrganizationModel, of: Resource): RelatedList {
  const { account } = of;
  const region = of.region === 'global' ? regionOfDistributions(model) : of.region;
  const sources = askList(model, { call: 'logs:DescribeDeliverySources', account, region });
  const names = itemsOf(sources, 'deliverySources').flatMap(({ data }) => {
    const isAccess = textOf(data, 'logType')?.endsWith('ACCESS_LOGS') === true;
    return isAccess && textsOf(data['resourceArns']).includes(of.id) ? (textOf(data, 'name') ?? []) : [];
  });
  const none = names.length === 0 && sources.missing === undefined;
  const deliveries = askList(model, { call: 'logs:DescribeDeliveries', account, region });
  const items = itemsOf(deliveries, 'deliveries')
    .filter(({ data }) => names.includes(textOf(data, 'deliverySourceName') ?? ''))
    .map(({ data, source }) => accessLog(model, of, data, [source]));
  return {
    items,
    missing: none ? undefined : joinUnknown([sources.missing, deliveries.missing]),
    records: [...sources.records, ...(none ? [] : deliveries.records)],
  };
}

/** Where the deliveries of distributions are kept (CloudFront guide, standard logging v2; in China an assumption). */
function regionOfDistributions(model: OrganizationModel): string {
  return model.manifest.partition === 'aws-cn' ? 'cn-northwest-1' : 'us-east-1';
}
