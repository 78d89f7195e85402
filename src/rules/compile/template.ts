import type { JsonValue } from '../../json.ts';
import type { ResourceType } from '../../model/schema.ts';
import { Unknown } from '../../model/unknown.ts';
import type { Place } from '../fault.ts';
import { parsePath } from '../parse/path.ts';
import { didYouMean } from '../../suggest.ts';
import type { CompileContext } from './context.ts';
import { compilePath } from './path.ts';
import { Subject } from './subject.ts';

/** How a filled-in value is made safe for where it stands. */
export type Escaping = (text: string) => string;

/** A text with `{placeholders}`. `extra` gives values that only exist when it is filled in. */
export type Template = (subject: Subject, extra: { readonly [name: string]: string }) => string;

/** Placeholders that every text knows. */
const common: { readonly [name: string]: (subject: Subject) => string } = {
  name: ({ resource }) => (resource.name === '' ? resource.id : resource.name),
  id: ({ resource }) => resource.id,
  account: ({ resource }) => resource.account,
  region: ({ resource }) => resource.region,
};

/**
 * Compiles `{name}`, `{id}`, `{account}`, `{region}`, `{$parameter}`, `{Field}` or `{relation.Field}`, products of numbers
 * such as `{Field * $parameter * 12}`, and the names in `extra`. `{{` and `}}` stand for braces. Unknown placeholders are faults.
 */
export function compileTemplate(
  context: CompileContext,
  text: string,
  place: Place,
  type: ResourceType,
  extra: readonly string[],
  escape: Escaping,
): Template | undefined {
  const before = context.faults.count;
  const parts: ((subject: Subject, given: { readonly [name: string]: string }) => string)[] = [];
  const pattern = /\{\{|\}\}|\{([^{}\n]*)\}|[{}]/g;
  let at = 0;
  const literal = (piece: string): void => {
    if (piece !== '') parts.push(() => piece);
  };
  for (const match of text.matchAll(pattern)) {
    literal(text.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[1];
    if (match[0] === '{{' || match[0] === '}}') literal(match[0][0]!);
    else if (name === undefined)
      context.faults.add(
        place,
        `a single ${match[0]} in text that is filled in`,
        `write ${match[0]}${match[0]}`,
      );
    else parts.push(placeholder(context, name, place, type, extra, escape));
  }
  literal(text.slice(at));
  if (context.faults.count > before) return undefined;
  return (subject, given) => parts.map((part) => part(subject, given)).join('');
}

function placeholder(
  context: CompileContext,
  name: string,
  place: Place,
  type: ResourceType,
  extra: readonly string[],
  escape: Escaping,
): (subject: Subject, given: { readonly [name: string]: string }) => string {
  if (extra.includes(name)) return (_, given) => escape(given[name] ?? '');
  if (Object.hasOwn(common, name)) return (subject) => escape(common[name]!(subject));
  if (name.includes(' * ')) return product(context, name, place, type, escape);
  if (name.startsWith('$')) {
    const known = context.values.get(name.slice(1));
    if (known !== undefined) return () => escape(plain(known.value));
    context.faults.add(
      place,
      `there is no parameter ${name.slice(1)} for {${name}}`,
      didYouMean(name.slice(1), context.values.keys()),
    );
    return () => '';
  }
  const path = parsePath(name, place, context.faults);
  const compiled = path && compilePath(context, path, type);
  if (compiled === undefined) return () => '';
  return (subject) => {
    const reading = compiled.read(subject);
    if (reading === undefined || reading instanceof Unknown) return escape(`(${name})`);
    if (reading instanceof Subject) return escape(reading.resource.name);
    return escape(plain(reading));
  };
}

type Factor = (subject: Subject) => number | undefined;

/** `{storedGigabytes * $price * 12}`, with two decimals at most. */
function product(
  context: CompileContext,
  text: string,
  place: Place,
  type: ResourceType,
  escape: Escaping,
): (subject: Subject) => string {
  const factors = text.split(' * ').map((name) => factor(context, name.trim(), place, type));
  return (subject) => {
    let result = 1;
    for (const read of factors) result *= read?.(subject) ?? Number.NaN;
    return escape(Number.isFinite(result) ? String(Math.round(result * 100) / 100) : `(${text})`);
  };
}

function factor(context: CompileContext, name: string, place: Place, type: ResourceType): Factor | undefined {
  if (/^\d+(?:\.\d+)?$/.test(name)) return () => Number(name);
  const noNumber = (): undefined =>
    context.faults.add(place, `${name} in a product is no number`, 'multiply numbers alone');
  if (name.startsWith('$')) {
    const value = context.values.get(name.slice(1))?.value;
    return typeof value === 'number' ? () => value : noNumber();
  }
  const path = parsePath(name, place, context.faults);
  const compiled = path && compilePath(context, path, type);
  if (compiled === undefined) return undefined;
  if (compiled.shape !== 'number') return noNumber();
  return (subject) => {
    const reading = compiled.read(subject);
    return typeof reading === 'number' ? reading : undefined;
  };
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text for people: nothing to escape, the writers of reports do that. */
export const asText: Escaping = (text) => text;

/** One word for a POSIX shell. */
export const asShellWord: Escaping = (text) =>
  /^[A-Za-z0-9_./:@=+,-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Inside double quotes of Terraform's language. */
export const asTerraform: Escaping = (text) =>
  // A function, since `$$` in a replacement text would stand for one dollar sign.
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[$%]\{/g, (opening) => `${opening[0]}${opening}`);

/** Inside double quotes of YAML or JSON. */
export const asQuotedYaml: Escaping = (text) => JSON.stringify(text).slice(1, -1);
