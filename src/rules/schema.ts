import { readFile } from 'node:fs/promises';

import type { ErrorObject, ValidateFunction } from 'ajv';

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { FaultList } from './fault.ts';
import { didYouMean } from '../suggest.ts';
import { placeOfPointer, toJson, type YamlNode } from '../yaml-nodes.ts';

/** The published schemas (`schemas/<kind>.schema.json`) that files of users are checked against. */
export type SchemaKind = 'rule' | 'predicate' | 'pack' | 'rule-test' | 'config';
const files: Record<SchemaKind, readonly string[]> = {
  rule: ['check', 'rule'],
  predicate: ['check', 'predicate'],
  pack: ['pack'],
  'rule-test': ['rule-test'],
  config: ['config'],
};

/** Checks one parsed file against a schema; adds a fault for each thing that does not fit. */
export type SchemaCheck = (root: YamlNode, faults: FaultList, skip: (pointer: string) => boolean) => void;

/** Compiles a published schema. The validator library is loaded when first needed: commands that read no rules start faster. */
export async function schemaCheck(kind: SchemaKind): Promise<SchemaCheck> {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  for (const name of files[kind]) {
    const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
    const schema = JSON.parse(await readFile(file, 'utf8')) as JsonObject;
    ajv.addSchema(schema, `${name}.schema.json`);
  }
  const validate = ajv.getSchema(`${kind}.schema.json`) as ValidateFunction;
  return (root, faults, skip) => {
    if (validate(toJson(root))) return;
    for (const error of validate.errors ?? []) {
      if (skip(error.instancePath)) continue;
      const told = describe(error);
      if (told === undefined) continue;
      faults.add(placeOfPointer(root, error.instancePath, told.key), told.what, told.todo);
    }
  };
}

interface Told {
  readonly what: string;
  readonly todo: string;
  readonly key?: string;
}

/** One error of the validator in words; undefined for those that only repeat what another one says. */
function describe(error: ErrorObject): Told | undefined {
  const { keyword, instancePath } = error;
  const param = (name: string): string => show((error.params as JsonObject)[name]);
  const parent = isJsonObject(error.parentSchema) ? error.parentSchema : {};
  const where = nameOf(instancePath);
  const parentDescription = typeof parent['description'] === 'string' ? parent['description'] : undefined;
  switch (keyword) {
    case 'if':
      return undefined;
    case 'not': {
      // What must not be has its words in the schema.
      const words = isJsonObject(error.schema) ? error.schema['description'] : undefined;
      const [what = '', todo = 'see the schema'] = typeof words === 'string' ? words.split('; ') : [];
      return { what: what === '' ? `${where} is not allowed so` : what, todo };
    }
    case 'additionalProperties': {
      const key = param('additionalProperty');
      const allowed = isJsonObject(parent['properties']) ? Object.keys(parent['properties']) : [];
      return { what: `unknown key ${key}`, todo: didYouMean(key, allowed), key };
    }
    case 'required': {
      const key = param('missingProperty');
      const schema = isJsonObject(parent['properties']) ? parent['properties'][key] : undefined;
      const hint =
        isJsonObject(schema) && typeof schema['description'] === 'string' ? schema['description'] : '';
      return { what: `${where} has no ${key}`, todo: hint === '' ? `add ${key}` : `add ${key}: ${hint}` };
    }
    case 'propertyNames':
      return {
        what: `${param('propertyName')} is not a name that can be used here`,
        todo: 'use letters and digits, a small letter first',
        key: param('propertyName'),
      };
    case 'enum':
    case 'const': {
      const allowed = (
        (error.params as { readonly allowedValues?: readonly JsonValue[] }).allowedValues ?? []
      ).map(show);
      return { what: `${where} is ${show(error.data)}`, todo: didYouMean(show(error.data), allowed) };
    }
    case 'type':
      return {
        what: `${where} is ${kindOf(error.data)}`,
        todo: `write ${typeNames((error.params as JsonObject)['type'])}${wantsQuotes(error) ? ', in quotes' : ''}`,
      };
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return { what: `${where} is empty or too short`, todo: parentDescription ?? 'write more' };
    case 'maxLength':
      return { what: `${where} is too long`, todo: `use at most ${param('limit')} characters` };
    case 'pattern':
      // The pattern of a name has a fault of its own, with the name.
      if (error.propertyName !== undefined) return undefined;
      return {
        what: `${where} is ${show(error.data)}`,
        todo: patternHint(param('pattern')) ?? parentDescription ?? `it must match ${param('pattern')}`,
      };
    default:
      return {
        what: `${where} ${error.message ?? 'does not fit'}`,
        todo: parentDescription ?? 'see docs/rules.md',
      };
  }
}

/** The last name of a pointer, and which item of the list of that name. */
function nameOf(pointer: string): string {
  const [list, last] = pointer.split('/').slice(-2);
  if (last === undefined || last === '') return 'the document';
  return /^\d+$/.test(last) && list !== '' ? `item ${Number(last) + 1} of ${list}` : last;
}

/** Whether a number, `true` or `false` stands where text is expected: quotes make it text. */
function wantsQuotes({ params, data }: ErrorObject): boolean {
  return (params as JsonObject)['type'] === 'string' && ['number', 'boolean'].includes(typeof data);
}

function patternHint(pattern: string): string | undefined {
  if (pattern.startsWith('^[a-z][a-z0-9]*(-')) return 'use small letters, digits and hyphens';
  if (pattern.startsWith('^https://')) return 'write an address that starts with https://';
  if (pattern === '^[^\\n]*$') return 'write one line';
  return undefined;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `the text ${show(value)}` : show(value);
}

function typeNames(types: JsonValue | undefined): string {
  const names: Record<string, string> = {
    string: 'text',
    object: 'a mapping',
    array: 'a list',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return (Array.isArray(types) ? types : [types])
    .map((type) => names[String(type)] ?? String(type))
    .join(' or ');
}
