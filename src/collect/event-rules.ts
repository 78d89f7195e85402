import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

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

/**
 * Whether a rule, as ListRules tells of it, can be there to see CloudTrail events: it has a pattern, AWS does not manage
 * it for a service, and the detail-types it names, if it names any in full, are not all of other kinds.
 */
export function maySeeCloudTrailEvents(rule: JsonObject): boolean {
  const pattern = rule['EventPattern'];
  if (typeof pattern !== 'string' || typeof rule['ManagedBy'] === 'string') return false;
  let read: JsonValue;
  try {
    read = JSON.parse(pattern) as JsonValue;
  } catch {
    return true;
  }
  const types = isJsonObject(read) ? read['detail-type'] : undefined;
  if (!Array.isArray(types)) return true;
  return types.some((type: JsonValue) => typeof type !== 'string' || type.endsWith(' via CloudTrail'));
}
