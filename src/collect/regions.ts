import type { AnswerRecord } from '../snapshot/record.ts';
import { objects, textOf } from './answer.ts';
import { callNamed } from './calls.ts';
import type { Partition } from './partitions.ts';
import type { Session } from './session.ts';

/** Regions of an account. */
export interface Regions {
  /** Enabled in the account, sorted. */
  readonly enabled: readonly string[];
  /** All that AWS names, switched off or not; as long as `enabled` where that was not learned. */
  readonly existing: readonly string[];
  readonly from: 'account:ListRegions' | 'ec2:DescribeRegions' | 'stated';
}

/**
 * Learns which regions an account has enabled: from the account API, else from EC2, else a list of ours. Hands on the
 * records of what was asked, in order.
 */
export async function regionsOf(
  session: Session,
  partition: Partition,
  callerRegion: string,
  take: (record: AnswerRecord) => Promise<void>,
): Promise<Regions> {
  const listed = await read('account:ListRegions', partition.home, 'global');
  if (listed !== undefined)
    return regions('account:ListRegions', listed, 'RegionOptStatus', ['ENABLED', 'ENABLED_BY_DEFAULT']);
  const asked = partition.home;
  const described =
    (await read('ec2:DescribeRegions', asked, asked)) ??
    // An organization policy may close the first region.
    (callerRegion === asked ? undefined : await read('ec2:DescribeRegions', callerRegion, callerRegion));
  if (described !== undefined)
    return regions('ec2:DescribeRegions', described, 'OptInStatus', ['opt-in-not-required', 'opted-in']);
  return { enabled: partition.defaultRegions, existing: partition.defaultRegions, from: 'stated' };

  async function read(
    name: 'account:ListRegions' | 'ec2:DescribeRegions',
    region: string,
    recordedRegion: string,
  ): Promise<readonly AnswerRecord[] | undefined> {
    const records: AnswerRecord[] = [];
    for await (const record of session.ask({ call: callNamed(name), region, recordedRegion })) {
      await take(record);
      records.push(record);
    }
    session.forget(region);
    // No account is without regions: an empty list is no answer.
    const answered = records.every((record) => record.output !== undefined);
    return answered && records.some((record) => objects(record.output?.['Regions']).length > 0)
      ? records
      : undefined;
  }
}

function regions(
  from: 'account:ListRegions' | 'ec2:DescribeRegions',
  records: readonly AnswerRecord[],
  status: string,
  good: readonly string[],
): Regions {
  const all = records.flatMap((record) => objects(record.output?.['Regions']));
  const names = (list: typeof all): string[] =>
    [...new Set(list.flatMap((region) => textOf(region['RegionName']) ?? []))].sort();
  return {
    enabled: names(
      all.filter((region) => {
        const value = textOf(region[status]);
        // EC2 leaves the status out in partitions without opt-in regions.
        return value === undefined || good.includes(value);
      }),
    ),
    existing: names(all),
    from,
  };
}
