import { mayMatchCloudTrailEvents } from '../event-pattern.ts';
import type { JsonObject } from '../json.ts';

/** A rule of EventBridge as its ARN names it: `rule/NAME` on the default bus, `rule/BUS/NAME` on any other. */
export interface RuleName {
  readonly rule: string;
  /** Undefined for the default bus. */
  readonly bus: string | undefined;
}

/** The names in the ARN of a rule; undefined for the ARN of something else. */
export function ruleNameOf(arn: string): RuleName | undefined {
  const resource = arn.split(':').slice(5).join(':');
  if (!resource.startsWith('rule/')) return undefined;
  const path = resource.slice('rule/'.length);
  const slash = path.lastIndexOf('/');
  const rule = path.slice(slash + 1);
  return rule === '' ? undefined : { rule, bus: slash < 0 ? undefined : path.slice(0, slash) };
}

/** Whether a rule, as ListRules tells of it, can be there to see CloudTrail events and is none that AWS manages for a service. */
export function maySeeCloudTrailEvents(rule: JsonObject): boolean {
  const pattern = rule['EventPattern'];
  return (
    typeof rule['ManagedBy'] !== 'string' && typeof pattern === 'string' && mayMatchCloudTrailEvents(pattern)
  );
}
