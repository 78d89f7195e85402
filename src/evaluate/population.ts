import type { Resource } from '../model/resource.ts';
import type { ResourceType } from '../model/schema.ts';
import type { Cause, Unknown } from '../model/unknown.ts';
import { inOrder } from '../rules/compile/telling.ts';
import { compareText } from '../text.ts';
import type { Reason } from './finding.ts';

/** Stands for resources that may exist and were not listed. */
export interface Gap {
  readonly resource: Resource;
  readonly reason: Reason;
}

/** One gap for each region whose list is incomplete, or one for the account where the answer stands for all of it. */
export function gapsOf(type: ResourceType, account: Resource, missing: Unknown): readonly Gap[] {
  const whole = missing.causes.some((cause) => cause.region === 'global') || missing.causes.length === 0;
  if (whole) return [gap(type, account, account.id, 'global', account.name, missing.causes)];
  const regions = new Map<string, Cause[]>();
  for (const cause of missing.causes) {
    const causes = regions.get(cause.region);
    if (causes === undefined) regions.set(cause.region, [cause]);
    else causes.push(cause);
  }
  return [...regions]
    .sort(([a], [b]) => compareText(a, b))
    .map(([region, causes]) => gap(type, account, `${account.id}/${region}`, region, region, causes));
}

/** The gap for accounts of the organization that nobody listed. It stands with the account that was to list them. */
export function accountsGap(
  type: ResourceType,
  account: Resource,
  organization: string,
  missing: Unknown,
): Gap {
  return gap(type, account, organization, 'global', organization, missing.causes);
}

/** Stands for the resources of an account that is suspended or closing: it is listed, and neither visited nor counted. */
export function inactiveGap(type: ResourceType, account: Resource, state: string | undefined): Gap {
  const { resource } = gap(type, account, account.id, 'global', account.name, []);
  const text = `the account is ${state ?? 'not active'}, so it is not visited`;
  return { resource, reason: { kind: 'population', verdict: 'fail', text } };
}

function gap(
  type: ResourceType,
  account: Resource,
  id: string,
  region: string,
  name: string,
  given: readonly Cause[],
): Gap {
  const causes = inOrder(given);
  const first = causes[0];
  const why = first === undefined ? '' : `: ${first.call} gave no answer (${first.code})`;
  return {
    resource: { type, id, account: account.account, region, name, data: {}, sources: [] },
    reason: {
      kind: 'population',
      verdict: 'unknown',
      text: `there may be some that were not listed${why}`,
      causes,
    },
  };
}
