import { UserFault } from '../fault.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { nearestWord } from '../suggest.ts';
import { readYaml, type TextPlace } from '../yaml.ts';

/** An owned, reasoned, expiring acceptance of failing findings. */
export interface Waiver {
  /** Id of one rule. */
  readonly rule: string;
  /** Resource id (ARN where there is one) as an anchored pattern in which `*` stands for any text. */
  readonly resource?: string;
  /** Twelve digits. */
  readonly account?: string;
  /** Path of organizational unit names from the root, and everything below it. */
  readonly ou?: string;
  /** Tag of the account in the organization: `stage=sandbox`; in the value `*` stands for any text. */
  readonly tag?: string;
  readonly reason: string;
  readonly owner: string;
  readonly ticket: string;
  /** Last day (UTC) on which it holds: `2027-01-31`. */
  readonly expires: string;
  readonly file: string;
  readonly line: number;
}

/** Everything wrong with a waiver file. */
export class WaiverFault extends UserFault {
  override readonly name = 'WaiverFault';
}

const required = ['rule', 'reason', 'owner', 'ticket', 'expires'] as const;
const targets = ['resource', 'account', 'ou', 'tag'] as const;
const keys = [...required, ...targets];

/**
 * Reads a waiver file (YAML, schemas/waivers.schema.json). `file` is what messages call it.
 * @throws WaiverFault naming every fault with line and column
 */
export function parseWaivers(text: string, file: string): readonly Waiver[] {
  const document = readYaml(text);
  const faults = document.faults.map(({ line, column, message }) => ({ line, column, message }));
  const fault = ({ line, column }: TextPlace, message: string): void => {
    faults.push({ line, column, message });
  };
  const waivers: Waiver[] = [];
  if (faults.length === 0) {
    const root = document.value;
    const list = isJsonObject(root ?? null) ? (root as JsonObject)['waivers'] : undefined;
    if (isJsonObject(root ?? null)) {
      for (const key of Object.keys(root as JsonObject)) {
        if (key !== 'waivers') fault(document.locate([key], 'key'), unknownKey(key, ['waivers']));
      }
    }
    if (Array.isArray(list)) {
      (list as readonly JsonValue[]).forEach((entry, index) => {
        const place = (key?: string, at?: 'key'): TextPlace =>
          document.locate(['waivers', index, ...(key === undefined ? [] : [key])], at);
        const waiver = readWaiver(entry, file, place, fault);
        if (waiver !== undefined) waivers.push(waiver);
      });
    } else {
      fault(document.locate([]), 'a mapping with a list `waivers` is expected');
    }
  }
  if (faults.length > 0) {
    throw new WaiverFault(
      faults
        .toSorted((a, b) => a.line - b.line || a.column - b.column)
        .map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`)
        .join('\n'),
    );
  }
  return waivers;
}

function readWaiver(
  entry: JsonValue,
  file: string,
  place: (key?: string, at?: 'key') => TextPlace,
  fault: (at: TextPlace, message: string) => void,
): Waiver | undefined {
  if (!isJsonObject(entry)) {
    fault(
      place(),
      'a waiver is a mapping with rule, resource, account, ou or tag, reason, owner, ticket and expires',
    );
    return undefined;
  }
  const texts = new Map<string, string>();
  let sound = true;
  const refuse = (at: TextPlace, message: string): void => {
    sound = false;
    fault(at, message);
  };
  for (const [key, value] of Object.entries(entry)) {
    if (!(keys as readonly string[]).includes(key)) refuse(place(key, 'key'), unknownKey(key, keys));
    else if (typeof value === 'string' && value.trim() !== '') texts.set(key, value.trim());
    else
      refuse(place(key), `${key}: text is expected${typeof value === 'number' ? '; put it in quotes' : ''}`);
  }
  for (const key of required) {
    if (entry[key] === undefined)
      refuse(place(), `${key} is missing: every waiver says ${required.join(', ')}`);
  }
  if (targets.every((key) => entry[key] === undefined)) {
    refuse(place(), 'says for nothing in particular: give a resource, an account, an ou or a tag');
  }
  const expires = texts.get('expires');
  if (expires !== undefined && !isDay(expires)) {
    refuse(place('expires'), `expires: a day like 2027-01-31 is expected, not "${expires}"`);
  }
  const account = texts.get('account');
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    refuse(place('account'), `account: twelve digits are expected, not "${account}"`);
  }
  const tag = texts.get('tag');
  if (tag !== undefined && !/^[^=]+=/.test(tag)) {
    refuse(place('tag'), `tag: a name and a value are expected, like stage=sandbox, not "${tag}"`);
  }
  if (!sound) return undefined;
  const optional = Object.fromEntries(
    targets.flatMap((key) => {
      const value = texts.get(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return {
    rule: texts.get('rule') ?? '',
    ...optional,
    reason: texts.get('reason') ?? '',
    owner: texts.get('owner') ?? '',
    ticket: texts.get('ticket') ?? '',
    expires: expires ?? '',
    file,
    line: place().line,
  };
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearestWord(key, known);
  return `unknown key "${key}"${near === undefined ? `; known: ${known.join(', ')}` : `; did you mean "${near}"?`}`;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
