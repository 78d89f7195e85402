import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseLocatedJson, plainJson } from './located-json.ts';
import { PatternFault } from './pattern-fault.ts';

/** Something that a pattern can be tried on. */
export type EventInput =
  /** A CloudTrail record. */
  | { readonly kind: 'record'; readonly record: JsonObject }
  /** An event as EventBridge delivers it: an envelope around a record. */
  | { readonly kind: 'envelope'; readonly event: JsonObject; readonly record: JsonObject }
  /** A log message that is no JSON object. */
  | { readonly kind: 'message'; readonly message: string };

/**
 * Reads events in the forms that AWS hands them out: one record, a log file (`Records`), a list, one JSON object a line, EventBridge
 * events, and the answers of `logs:FilterLogEvents` (`events`) and `cloudtrail:LookupEvents` (`Events`). Text that does not
 * begin as JSON is one log message.
 *
 * @throws PatternFault where JSON is broken
 */
export function readEventInputs(text: string): readonly EventInput[] {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return [{ kind: 'message', message: text.replace(/\r?\n$/, '') }];
  return values(text).flatMap(inputsOf);
}

function values(text: string): JsonValue[] {
  try {
    return [plainJson(parseLocatedJson(text))];
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    const lines = text.split('\n');
    const filled = lines.filter((line) => line.trim() !== '');
    // One object a line: only when more than one line looks like it, so that the fault of a broken file keeps its place.
    if (filled.length < 2 || !filled.every((line) => /^\s*\{.*\}\s*$/.test(line))) {
      // A message such as "[ERROR] x" begins like JSON and is none.
      if (filled.length === 1 && !/^\s*[[{]\s*(["\]}[{\d-]|true|false|null)/.test(text))
        return [text.replace(/\r?\n$/, '')];
      throw error;
    }
    let offset = 0;
    return lines.flatMap((line) => {
      const start = offset;
      offset += line.length + 1;
      if (line.trim() === '') return [];
      try {
        return [plainJson(parseLocatedJson(line))];
      } catch (inner) {
        if (!(inner instanceof PatternFault)) throw inner;
        throw new PatternFault(text, start + inner.offset, inner.reason);
      }
    });
  }
}

function inputsOf(value: JsonValue): EventInput[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(inputsOf);
  if (typeof value === 'string') return [{ kind: 'message', message: value }];
  if (!isJsonObject(value)) return [{ kind: 'message', message: JSON.stringify(value) }];
  const { Records: records, events: messages, Events: lookups, detail } = value;
  if (Array.isArray(records)) return inputsOf(records);
  if (Array.isArray(messages))
    return (messages as readonly JsonValue[]).flatMap((each) => embedded(each, 'message'));
  if (Array.isArray(lookups))
    return (lookups as readonly JsonValue[]).flatMap((each) => embedded(each, 'CloudTrailEvent'));
  if (isJsonObject(detail) && value['detail-type'] !== undefined)
    return [{ kind: 'envelope', event: value, record: detail }];
  return [{ kind: 'record', record: value }];
}

/** The event that stands as text in a member of what AWS answered. */
function embedded(holder: JsonValue, member: string): EventInput[] {
  const text = isJsonObject(holder) ? holder[member] : undefined;
  if (typeof text !== 'string') return inputsOf(holder);
  return [...readEventInputs(text)];
}
