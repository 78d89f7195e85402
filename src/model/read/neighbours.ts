import { isJsonObject } from '../../json.ts';
import { askList, askOne, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { Related, RelatedList, Resource } from '../resource.ts';
import { Unknown } from '../unknown.ts';
import { make, narrow, textOf, textsOf } from './make.ts';
import { overRegions } from './regions.ts';

/** Configuration recorders of an account in a region. */
export function recordersIn(model: OrganizationModel, account: string, region: string): RelatedList {
  const read = (): RelatedList => {
    const listed = askList(model, { call: 'config:DescribeConfigurationRecorders', account, region });
    const items = itemsOf(listed, 'ConfigurationRecorders').map(({ data, source }) => {
      const name = textOf(data, 'name') ?? 'default';
      const id =
        textOf(data, 'arn') ?? `arn:${model.manifest.partition}:config:${region}:${account}:recorder/${name}`;
      return make(model, { type: 'config-recorder', id, account, region, name, data, sources: [source] });
    });
    return { items, missing: listed.missing, records: listed.records };
  };
  return model.part(account)?.keep(`recorders ${region}`, read) ?? read();
}

/** How a recorder is doing; undefined where the answer does not name it. */
export function recorderStatus(model: OrganizationModel, recorder: Resource): Related {
  const { account, region, name } = recorder;
  const listed = askList(model, { call: 'config:DescribeConfigurationRecorderStatus', account, region });
  const found = itemsOf(listed, 'ConfigurationRecordersStatus').find(({ data }) => data['name'] === name);
  if (found === undefined) return listed.missing;
  const { data, source } = found;
  const id = `${recorder.id}/status`;
  return make(model, { type: 'config-recorder-status', id, account, region, name, data, sources: [source] });
}

/** What a recorder records, as its strategy or the older members say it. */
interface Recorded {
  readonly allRegional: boolean;
  readonly allGlobal: boolean;
}

/** Global types are those of IAM (Config guide, global resource types). */
const globalTypes: ReadonlySet<string> = new Set([
  'AWS::IAM::Group',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::User',
]);

/** Whether a recorder records all types of a region, and all global ones. */
export function recordedTypes({ data }: Resource): Recorded {
  const group = isJsonObject(data['recordingGroup']) ? data['recordingGroup'] : {};
  const strategy = isJsonObject(group['recordingStrategy'])
    ? textOf(group['recordingStrategy'], 'useOnly')
    : undefined;
  if (strategy === 'EXCLUSION_BY_RESOURCE_TYPES') {
    const exclusion = group['exclusionByResourceTypes'];
    const excluded = isJsonObject(exclusion) ? textsOf(exclusion['resourceTypes']) : [];
    return {
      allRegional: excluded.every((type) => globalTypes.has(type)),
      allGlobal: !excluded.some((type) => globalTypes.has(type)),
    };
  }
  const all = group['allSupported'] === true;
  return { allRegional: all, allGlobal: all && group['includeGlobalResourceTypes'] === true };
}

/** Security Hub in an account and region; undefined where it is off. */
export function securityHubIn(model: OrganizationModel, account: string, region: string): Related {
  const told = askOne(model, { call: 'securityhub:DescribeHub', account, region });
  if (told instanceof Unknown) return told;
  if (told.output === undefined) return undefined;
  const id =
    textOf(told.output, 'HubArn') ??
    `arn:${model.manifest.partition}:securityhub:${region}:${account}:hub/default`;
  const sources = [{ record: told.record, path: '' }];
  return make(model, {
    type: 'security-hub',
    id,
    account,
    region,
    name: 'default',
    data: told.output,
    sources,
  });
}

/** Networks that an account owns; those that another account shares with it are judged there. */
export function vpcsOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) => {
    const listed = askList(model, { call: 'ec2:DescribeVpcs', account, region });
    const items = itemsOf(listed, 'Vpcs').flatMap(({ data, source }): Resource[] => {
      const name = textOf(data, 'VpcId');
      if (name === undefined || (textOf(data, 'OwnerId') ?? account) !== account) return [];
      const id = `arn:${model.manifest.partition}:ec2:${region}:${account}:vpc/${name}`;
      return [make(model, { type: 'vpc', id, account, region, name, data, sources: [source] })];
    });
    return { items, missing: listed.missing, records: listed.records };
  });
}

/** Flow logs of the network itself: those of its subnets and interfaces leave gaps. */
export function flowLogsOf(model: OrganizationModel, vpc: Resource): RelatedList {
  const { account, region } = vpc;
  const read = (): RelatedList => {
    const listed = askList(model, { call: 'ec2:DescribeFlowLogs', account, region });
    const items = itemsOf(listed, 'FlowLogs').map(({ data, source }) => {
      const name = textOf(data, 'FlowLogId') ?? '';
      const id = `arn:${model.manifest.partition}:ec2:${region}:${account}:vpc-flow-log/${name}`;
      return make(model, { type: 'flow-log', id, account, region, name, data, sources: [source] });
    });
    return { items, missing: listed.missing, records: listed.records };
  };
  const all = model.part(account)?.keep(`flow logs ${region}`, read) ?? read();
  return narrow(all, (log) => log.data['ResourceId'] === vpc.name);
}

/** Endpoints in the networks of an account, in all enabled regions. A region without a network is not asked for them. */
export function vpcEndpointsOf(model: OrganizationModel, account: string): RelatedList {
  return overRegions(model, account, (region) => {
    const asked = askList(model, { call: 'ec2:DescribeVpcEndpoints', account, region });
    const networks = askList(model, { call: 'ec2:DescribeVpcs', account, region });
    const none = networks.missing === undefined && itemsOf(networks, 'Vpcs').length === 0;
    const listed = asked.records.length === 0 && none ? networks : asked;
    const items = itemsOf(listed, 'VpcEndpoints').flatMap(({ data, source }): Resource[] => {
      const name = textOf(data, 'VpcEndpointId');
      if (name === undefined || (textOf(data, 'OwnerId') ?? account) !== account) return [];
      const id = `arn:${model.manifest.partition}:ec2:${region}:${account}:vpc-endpoint/${name}`;
      return [make(model, { type: 'vpc-endpoint', id, account, region, name, data, sources: [source] })];
    });
    return { items, missing: listed.missing, records: listed.records };
  });
}
