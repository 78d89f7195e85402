import { readFileSync } from 'node:fs';

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import { isJsonObject } from '../json.ts';
import { nearestWord } from '../suggest.ts';
import { snapshotFormat, snapshotVersion, type Manifest } from './manifest.ts';
import { SnapshotError, type SnapshotFault } from './snapshot.ts';

/** A fault that a schema found: where in the data, and a sentence. */
export interface SchemaFault {
  /** Names and indexes from the root to the value. */
  readonly path: readonly string[];
  /** True where the fault is the name of the last step, not its value. */
  readonly atKey: boolean;
  readonly message: string;
}

/** Schemas never change while the program runs: compiled once, when first needed. */
const compiled = new Map<string, ValidateFunction>();

function validator(name: string): ValidateFunction {
  let validate = compiled.get(name);
  if (validate === undefined) {
    // `schemas/` stands two folders above this file in the sources and in the package alike.
    const [base = '', fragment] = name.split('#');
    const file = new URL(`../../schemas/${base}.schema.json`, import.meta.url);
    const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false });
    ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, base);
    validate = ajv.compile({ $ref: fragment === undefined ? base : `${base}#${fragment}` });
    compiled.set(name, validate);
  }
  return validate;
}

/**
 * All that a schema finds wrong with the value; empty when it fits.
 * @param name file name in `schemas/` without its ending, with a `#/definitions/...` where that is meant
 */
export function schemaFaults(name: string, value: unknown): SchemaFault[] {
  const validate = validator(name);
  if (validate(value)) return [];
  return (validate.errors ?? []).flatMap(explain);
}

function explain(error: ErrorObject): SchemaFault[] {
  // What is wrong with a key is told by the error for the key as a whole.
  if (error.propertyName !== undefined) return [];
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const where = path.length === 0 ? 'the document' : `\`${pathText(path)}\``;
  const parameters = error.params as Record<string, unknown>;
  const here = (message: string): SchemaFault[] => [{ path, atKey: false, message }];
  switch (error.keyword) {
    case 'additionalProperties': {
      const unknown = String(parameters['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      const near = nearestWord(unknown, known);
      const hint = near === undefined ? `; known are ${known.join(', ')}` : `; did you mean \`${near}\`?`;
      return [{ path: [...path, unknown], atKey: true, message: `unknown key \`${unknown}\`${hint}` }];
    }
    case 'propertyNames': {
      const name = String(parameters['propertyName']);
      const rule: unknown = isJsonObject(error.schema) ? error.schema['description'] : undefined;
      const message = `\`${name}\` cannot be a key here${typeof rule === 'string' ? `: ${rule}` : ''}`;
      return [{ path: [...path, name], atKey: true, message }];
    }
    case 'required':
      return here(`${where} lacks \`${String(parameters['missingProperty'])}\``);
    case 'type':
      return here(`${where} must be ${listOf(parameters['type'])}, found ${shown(error.data)}`);
    case 'const':
      return here(`${where} must be ${shown(parameters['allowedValue'])}, found ${shown(error.data)}`);
    case 'enum':
      return here(
        `${where} must be one of ${(parameters['allowedValues'] as unknown[]).map(String).join(', ')}; found ${shown(error.data)}`,
      );
    case 'pattern':
      return here(`${where} is not in the expected form, found ${shown(error.data)}${described(error)}`);
    // Names are reported by their own keyword; alternatives by those inside or by the code that follows.
    case 'if':
      return [];
    default:
      return here(`${where} ${error.message ?? 'is not valid'}, found ${shown(error.data)}`);
  }
}

function described(error: ErrorObject): string {
  const text: unknown = error.parentSchema?.['description'];
  if (typeof text === 'string') return `: ${text}`;
  const pattern: unknown = error.parentSchema?.['pattern'];
  if (pattern === '^[0-9]{12}$') return '; expected an account id, twelve digits';
  if (pattern === '^[0-9a-f]{64}$') return '; expected a SHA-256 in lower-case hex';
  return '';
}

function listOf(types: unknown): string {
  const words: Record<string, string> = {
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    null: 'null',
  };
  const names = Array.isArray(types) ? types.map(String) : [String(types)];
  return names.map((name) => words[name] ?? name).join(' or ');
}

function shown(value: unknown): string {
  if (isJsonObject(value)) return 'a mapping';
  if (Array.isArray(value)) return 'a list';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function pathText(path: readonly string[]): string {
  return path
    .map((step, index) => (/^[0-9]{1,9}$/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/**
 * The value as a manifest.
 * @throws {SnapshotError} when it is none, or one from a newer version
 */
export function checkManifest(value: unknown, file: string): Manifest {
  if (!isJsonObject(value) || value['format'] !== snapshotFormat)
    throw new SnapshotError(
      `is no manifest of a snapshot: expected "format": "${snapshotFormat}"; point to a folder that trailwarden wrote`,
      { file },
    );
  const { version } = value;
  if (typeof version === 'number' && version > snapshotVersion)
    throw new SnapshotError(
      `the snapshot was made by a newer trailwarden: format version ${version}, this one reads ${snapshotVersion}; upgrade trailwarden`,
      { file },
    );
  const faults: SnapshotFault[] = schemaFaults('snapshot-manifest', value)
    .slice(0, 20)
    .map((fault) => ({ message: `${fault.message}; the manifest was damaged or edited`, file }));
  const error = SnapshotError.of(faults);
  if (error !== undefined) throw error;
  return value as unknown as Manifest;
}
