import { isJsonObject, type JsonValue } from './json.ts';

/**
 * Whether an EventBridge pattern can be there to match CloudTrail events: the detail-types that it names, if it names any in
 * full, are not all of other kinds. A pattern that cannot be read may be.
 *
 * @param pattern - `EventPattern` of a rule; undefined for a rule that runs on a schedule, which sees no events
 */
export function mayMatchCloudTrailEvents(pattern: string | undefined): boolean {
  if (pattern === undefined) return false;
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

/**
 * Whether an EventBridge pattern asks for a call that only reads by the beginning of its name: Describe, Get or List, as the
 * EventBridge guide tells them (management events, rule states).
 *
 * @param pattern - `EventPattern` of a rule
 */
export function namesReadCalls(pattern: string): boolean {
  let read: JsonValue;
  try {
    read = JSON.parse(pattern) as JsonValue;
  } catch {
    return false;
  }
  const detail = isJsonObject(read) ? read['detail'] : undefined;
  const names = isJsonObject(detail) ? detail['eventName'] : undefined;
  if (!Array.isArray(names)) return false;
  return names.some((name: JsonValue) => {
    const start = isJsonObject(name) ? name['prefix'] : name;
    return typeof start === 'string' && /^(?:Describe|Get|List)/.test(start);
  });
}
