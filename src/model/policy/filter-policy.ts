import { isJsonObject, type JsonValue } from '../../json.ts';
import type { Maybe } from './maybe.ts';

/**
 * Whether an SNS filter policy lets through what CloudWatch sends when an alarm goes to ALARM: a JSON body and no message
 * attributes (SNS guide, subscription filter policies). Undefined where it looks at parts of the body that are not known.
 *
 * @param scope - `MessageAttributes` (the default of SNS) or `MessageBody`.
 */
export function letsAlarmsThrough(policy: string, scope: string): Maybe {
  let document: JsonValue;
  try {
    document = JSON.parse(policy) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(document)) return undefined;
  const verdicts = Object.entries(document).map(([name, conditions]): Maybe => {
    if (name === '$or') return undefined;
    if (!Array.isArray(conditions)) return scope === 'MessageBody' ? undefined : false;
    if (scope !== 'MessageBody') return acceptsAbsence(conditions);
    return name === 'NewStateValue' ? acceptsAlarm(conditions) : undefined;
  });
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
}

/** No attribute is ever there. */
function acceptsAbsence(conditions: readonly JsonValue[]): boolean {
  return conditions.some((condition) => isJsonObject(condition) && condition['exists'] === false);
}

function acceptsAlarm(conditions: readonly JsonValue[]): Maybe {
  const verdicts = conditions.map((condition): Maybe => {
    if (!isJsonObject(condition)) return condition === 'ALARM';
    const [[operator, value] = ['', undefined]] = Object.entries(condition);
    switch (operator) {
      case 'exists':
        return value === true;
      case 'prefix':
        return typeof value === 'string' ? 'ALARM'.startsWith(value) : undefined;
      case 'suffix':
        return typeof value === 'string' ? 'ALARM'.endsWith(value) : undefined;
      case 'equals-ignore-case':
        return typeof value === 'string' ? value.toUpperCase() === 'ALARM' : undefined;
      case 'anything-but': {
        const excluded = Array.isArray(value) ? value : [value];
        return excluded.every((item) => typeof item === 'string') ? !excluded.includes('ALARM') : undefined;
      }
      default:
        return undefined;
    }
  });
  return verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false;
}
