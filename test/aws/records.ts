import type { JsonObject } from '../../src/json.ts';
import type { AnswerError, AnswerRecord } from '../../src/snapshot/record.ts';

/** A question and its answer, short: `ask('cloudtrail:DescribeTrails', '111111111111', 'eu-west-1', {}, {trailList: []})`. */
export function answered(
  call: string,
  account: string,
  region: string,
  input: JsonObject,
  output: JsonObject,
): AnswerRecord {
  const [service = '', operation = ''] = call.split(':');
  return { service, operation, account, region, input, time: '2026-10-01T06:00:00.000Z', output };
}

/** The same for a question that was refused. */
export function refused(
  call: string,
  account: string,
  region: string,
  input: JsonObject,
  error: AnswerError,
): AnswerRecord {
  const [service = '', operation = ''] = call.split(':');
  return { service, operation, account, region, input, time: '2026-10-01T06:00:00.000Z', error };
}
