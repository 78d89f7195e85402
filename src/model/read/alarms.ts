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
    if (type === 'LogAlarm' && listed.missing !== undefined && refusesLogAlarms(model, account, region)) {
      return { items: [], missing: undefined, records: listed.records };
    }
    return { items, missing: listed.missing, records: listed.records };
  };
  return model.part(account)?.keep(`${type} ${region}`, read) ?? read();
}

const refusals: ReadonlySet<string> = new Set([
  'ValidationError',
  'ValidationException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
]);

/**
 * Log alarms are new: a region that does not know them yet refuses the word, and then answers for the other types.
 * There are none in such a region.
 */
function refusesLogAlarms(model: OrganizationModel, account: string, region: string): boolean {
  const refused = model
    .part(account)
    ?.answers.records('cloudwatch:DescribeAlarms', region)
    .some(
      (record) =>
        record.error !== undefined &&
        refusals.has(record.error.code) &&
        asksForAlarms('LogAlarm', record.input, undefined),
    );
  return refused === true && alarmsIn(model, 'MetricAlarm', account, region).missing === undefined;
}
