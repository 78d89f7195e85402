import { isJsonObject, type JsonValue } from '../json.ts';
import { parseArn } from '../model/arn.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StoredRecord } from '../snapshot/record.ts';
import { arnKey } from './declaration.ts';

/** Deeper than any answer of AWS; guards the stack. */
const deepest = 60;

/**
 * Which accounts and regions know a resource by a name: `account/region` by key (see `DeclaredName`). Everything that an
 * answer names by ARN counts, whether it exists or not: a name is unique only where nothing speaks against it.
 *
 * @param wanted - Only keys that this holds for, for an account and region, are kept.
 */
export async function namedInSnapshot(
  snapshot: Snapshot,
  wanted: (key: string, account: string, region: string) => boolean,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const named = new Map<string, Set<string>>();
  const add = (key: string, account: string, region: string): void => {
    // Patterns in policies name nothing.
    if (/[*?$]/.test(account + region) || !wanted(key, account, region)) return;
    const places = named.get(key) ?? new Set<string>();
    named.set(key, places.add(`${account}/${region}`));
  };
  const addArn = (text: string): void => {
    const arn = text.startsWith('arn:') ? parseArn(text) : undefined;
    if (arn !== undefined) add(arnKey(arn), arn.account, arn.region);
  };
  for (const { id } of snapshot.manifest.accounts) {
    for (const record of (await snapshot.account(id)) ?? []) {
      if (record.output === undefined) continue;
      eachText(record.output, addArn, 0);
      for (const { group, name } of metricFilters(record))
        add(`logs:log-group:${group}:metric-filter:${name}`, record.account, record.region);
    }
  }
  return named;
}

function eachText(value: JsonValue | undefined, take: (text: string) => void, depth: number): void {
  if (typeof value === 'string') take(value);
  else if (depth > deepest) return;
  else if (Array.isArray(value)) for (const item of value) eachText(item, take, depth + 1);
  else if (isJsonObject(value)) for (const name in value) eachText(value[name], take, depth + 1);
}

/** Metric filters have no ARN. */
function metricFilters(record: StoredRecord): readonly { group: string; name: string }[] {
  const listed = record.operation === 'DescribeMetricFilters' ? record.output?.['metricFilters'] : undefined;
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((filter: JsonValue) => {
    if (!isJsonObject(filter)) return [];
    const { filterName: name, logGroupName: group } = filter;
    return typeof name === 'string' && typeof group === 'string' ? [{ group, name }] : [];
  });
}
