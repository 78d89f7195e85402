import { isJsonObject } from '../json.ts';
import { outcomes } from './record.ts';

const accountPattern = /^[0-9]{12}$/;
const namePattern = /^[a-z0-9-]+$/;
const operationPattern = /^[A-Za-z0-9]+$/;
const timePattern =
  /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$/;
const outcomeNames: ReadonlySet<unknown> = new Set(outcomes);

/**
 * What is wrong with a value that should be a record, as a sentence; undefined when it is one.
 *
 * Says the same as `schemas/snapshot-record.schema.json` (a test compares them) at a small part of the cost of parsing
 * the line: it runs for every record that is read or written.
 */
export function recordFault(value: unknown): string | undefined {
  if (!isJsonObject(value)) return `expected a record (a JSON object), found ${kindOf(value)}`;
  for (const name in value) {
    switch (name) {
      case 'service':
      case 'operation':
      case 'account':
      case 'region':
      case 'input':
      case 'time':
      case 'requestId':
      case 'page':
      case 'output':
      case 'error':
        break;
      default:
        return `unknown member ${quote(name)} in a record`;
    }
  }
  const { service, operation, account, region, time, input, requestId, page, output, error } = value;
  if (typeof service !== 'string' || !namePattern.test(service))
    return wrong('service', 'a service name in lower case', service);
  if (typeof operation !== 'string' || !operationPattern.test(operation))
    return wrong('operation', 'the name of an AWS operation', operation);
  if (typeof account !== 'string' || !accountPattern.test(account))
    return wrong('account', 'twelve digits', account);
  if (typeof region !== 'string' || !namePattern.test(region))
    return wrong('region', 'a region name or `global`', region);
  if (!isJsonObject(input)) return wrong('input', 'a JSON object', input);
  if (typeof time !== 'string' || !timePattern.test(time))
    return wrong('time', 'a UTC time such as 2026-10-01T06:00:00.000Z', time);
  if (requestId !== undefined && (typeof requestId !== 'string' || requestId === ''))
    return wrong('requestId', 'text', requestId);
  if (page !== undefined) {
    if (!isJsonObject(page)) return wrong('page', 'a JSON object', page);
    const unknown = Object.keys(page).find((name) => name !== 'number' && name !== 'last');
    if (unknown !== undefined) return `unknown member ${quote(unknown)} in \`page\``;
    if (typeof page['number'] !== 'number' || !Number.isInteger(page['number']) || page['number'] < 1)
      return wrong('page.number', 'a whole number from 1', page['number']);
    if (typeof page['last'] !== 'boolean') return wrong('page.last', 'true or false', page['last']);
  }
  if (output === undefined && error === undefined) return 'a record needs `output` or `error`, found neither';
  if (output !== undefined && error !== undefined) return 'a record has `output` or `error`, never both';
  if (output !== undefined)
    return isJsonObject(output) ? undefined : wrong('output', 'a JSON object', output);
  return errorFault(error);
}

function errorFault(error: unknown): string | undefined {
  if (!isJsonObject(error)) return wrong('error', 'a JSON object', error);
  for (const name of Object.keys(error))
    if (!['code', 'message', 'status', 'outcome', 'absent'].includes(name))
      return `unknown member ${quote(name)} in \`error\``;
  const { code, message, status, outcome, absent } = error;
  if (typeof code !== 'string' || code === '') return wrong('error.code', 'an error code', code);
  if (typeof message !== 'string') return wrong('error.message', 'text', message);
  if (
    status !== undefined &&
    (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599)
  )
    return wrong('error.status', 'an HTTP status', status);
  if (!outcomeNames.has(outcome)) return wrong('error.outcome', `one of ${outcomes.join(', ')}`, outcome);
  if (absent !== undefined && typeof absent !== 'boolean')
    return wrong('error.absent', 'true or false', absent);
  return undefined;
}

function wrong(name: string, wanted: string, found: unknown): string {
  return `\`${name}\` must be ${wanted}, found ${found === undefined ? 'nothing' : quote(found)}`;
}

/** A value as short JSON, for messages. Untrusted: whoever prints it escapes it. */
function quote(value: unknown): string {
  const text =
    isJsonObject(value) || Array.isArray(value) ? kindOf(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
