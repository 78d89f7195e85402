import { asksForAlarms, type AlarmType } from '../calls.ts';
import { askList, itemsOf } from '../ask.ts';
import type { OrganizationModel } from '../organization.ts';
import type { RelatedList, Resource } from '../resource.ts';
import { make, textOf } from './make.ts';

const typeNames = {
  MetricAlarm: 'alarm',
  CompositeAlarm: 'composite-alarm',
  LogAlarm: 'log-alarm',
} as const;

/** Alarms of one type of an account in a region. */
export function alarmsIn(
  model: OrganizationModel,
  type: AlarmType,
  account: string,
  region: string,
): RelatedList {
  const read = (): RelatedList => {
    const listed = askList(model, {
      call: 'cloudwatch:DescribeAlarms',
      account,
      region,
      answering: (input, output) => asksForAlarms(type, input, output),
    });
    const items = itemsOf(listed, `${type}s`).flatMap(({ data, source }): Resource[] => {
      const name = textOf(data, 'AlarmName');
      if (name === undefined) return [];
      const partition = model.manifest.partition;
      const id = textOf(data, 'AlarmArn') ?? `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
      return [make(model, { type: typeNames[type], id, account, region, name, data, sources: [source] })];
    });
    return { items, missing: listed.missing, records: listed.records };
  };
  return model.part(account)?.keep(`${type} ${region}`, read) ?? read();
}
