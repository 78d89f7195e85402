import { readFile } from 'node:fs/promises';

import type { EventSet } from '../../events/event-set.ts';
import { parseEventSet } from '../../events/event-set-parser.ts';
import { eventSetPredicate, type RequiredEvents } from '../../events/event-set-predicate.ts';
import { PatternFault } from '../../events/pattern-fault.ts';
import type { NamedText } from '../../events/provided-events.ts';
import { UserFault } from '../../fault.ts';
import { readRuleFolder } from '../../rules/load.ts';
import { shippedRules } from '../../rules/shipped.ts';
import { nearestWord } from '../../suggest.ts';
import { compareText } from '../../text.ts';
import type { SetOptions } from '../events.ts';

/** Reads named texts, standard input ("-") once. */
export class TextInputs {
  private taken: string | undefined;

  /** The text of a file or of standard input. Throws {@link UserFault} where standard input is asked for twice. */
  async read(file: string): Promise<NamedText> {
    if (file !== '-') return { name: file, text: await readFile(file, 'utf8') };
    const name = 'standard input';
    if (this.taken !== undefined)
      throw new UserFault(`${name} can be read only once: name a file for the other`);
    this.taken = '';
    process.stdin.setEncoding('utf8');
    for await (const chunk of process.stdin) this.taken += String(chunk);
    return { name, text: this.taken };
  }

  /** A pattern in a file: its text without the line break that editors put at the end. */
  async pattern(file: string): Promise<NamedText> {
    const { name, text } = await this.read(file);
    return { name, text: text.replace(/\r?\n$/, '') };
  }
}

/** The sets in the folders of rules, those of later folders in place of earlier ones of the same id, sorted by id. */
export async function loadEventSets(folders: readonly string[] = []): Promise<readonly EventSet[]> {
  const sets = new Map<string, EventSet>();
  const all = [await shippedRules(), ...(await Promise.all(folders.map((folder) => readRuleFolder(folder))))];
  for (const { kind, name, text } of all.flatMap(({ files }) => files)) {
    if (kind !== 'event-set') continue;
    const set = parseEventSet(text, name);
    sets.set(set.id, set);
  }
  return [...sets.values()].toSorted((a, b) => compareText(a.id, b.id));
}

/** The set of an id, or in a file. Throws {@link UserFault} for an id that is none. */
export async function loadEventSet(name: string, folders?: readonly string[]): Promise<EventSet> {
  if (/\.ya?ml$/.test(name)) return parseEventSet(await readFile(name, 'utf8'), name);
  const sets = await loadEventSets(folders);
  const set = sets.find(({ id }) => id === name);
  if (set !== undefined) return set;
  const near = nearestWord(
    name,
    sets.map(({ id }) => id),
  );
  throw new UserFault(
    `there is no event set ${name}${near === undefined ? '; `trailwarden events list` shows all' : `; did you mean ${near}?`}`,
  );
}

/** The events that a set asks for, in the form that the options want. */
export function requiredEvents(set: EventSet, options: SetOptions): RequiredEvents {
  return eventSetPredicate(set, {
    parameters: parameterValues(options.with),
    partition: options.partition,
    ...(options.edition === undefined ? {} : { edition: options.edition }),
    ...(options.strict === undefined ? {} : { strict: options.strict }),
  });
}

/** Values of a set's parameters from `name=value,value`. */
function parameterValues(texts: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', ...rest] = text.split('=');
      if (name === '' || rest.length === 0)
        throw new UserFault(`--with ${text}: NAME=VALUE,VALUE is expected`);
      return [
        name,
        rest
          .join('=')
          .split(',')
          .filter((value) => value !== ''),
      ];
    }),
  );
}

/** Runs a reader of a named text, so that a fault in it says whose it is. */
export function naming<T>({ name, text }: NamedText, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof PatternFault)
      throw new UserFault(`${name}:${error.line}:${error.column}: ${error.reason}`, { cause: error });
    throw error;
  }
}
