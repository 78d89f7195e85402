import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { accountHole, hasHole, regionHole } from '../declaration.ts';
import { kindOfCloudFormation } from '../kinds.ts';

/** A template as far as names depend on it. */
export interface TemplateNames {
  readonly parameters: JsonObject;
  readonly mappings: JsonObject;
  readonly resources: JsonObject;
  /** The name of the stack, where it is known. */
  readonly stack: string | undefined;
}

/** Most values that a property may have; one that may have more is not known. */
const mostValues = 20;
const longest = 10_000;
const deepest = 30;

/**
 * The texts that a property may turn out as: one for each value of a parameter and each side of a condition. Empty where
 * it is not known before CloudFormation runs. Account and region become holes.
 */
export function possibleTexts(
  value: JsonValue | undefined,
  names: TemplateNames,
  depth = 0,
): readonly string[] {
  if (depth > deepest || value === undefined) return [];
  if (typeof value === 'string') return hasHole(value) ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (!isJsonObject(value)) return [];
  const [call, ...more] = Object.entries(value);
  if (call === undefined || more.length > 0) return [];
  const [name, given] = call;
  const inner = (part: JsonValue | undefined): readonly string[] => possibleTexts(part, names, depth + 1);
  const texts = ((): readonly string[] => {
    switch (name) {
      case 'Ref':
        return typeof given === 'string' ? reference(given, names, depth) : [];
      case 'Fn::Sub':
        return substitute(given, names, depth);
      case 'Fn::Join':
        return join(given, inner);
      case 'Fn::If':
        return Array.isArray(given) && given.length === 3 ? both(inner(given[1]), inner(given[2])) : [];
      case 'Fn::FindInMap':
        return findInMap(given, names, inner);
      case 'Fn::Select':
        return select(given, inner);
      default:
        return [];
    }
  })();
  return texts.length > mostValues || texts.some((text) => text.length > longest) ? [] : texts;
}

function reference(name: string, names: TemplateNames, depth: number): readonly string[] {
  if (name === 'AWS::AccountId') return [accountHole];
  if (name === 'AWS::Region') return [regionHole];
  if (name === 'AWS::StackName') return names.stack === undefined ? [] : [names.stack];
  const parameter = member(names.parameters, name);
  if (isJsonObject(parameter)) {
    const { Type: type, Default: otherwise, AllowedValues: allowed } = parameter;
    // A parameter that names another parameter (in Systems Manager) tells nothing.
    if (type !== 'String' && type !== 'Number') return [];
    const values = Array.isArray(allowed) ? allowed : [otherwise];
    return values.flatMap((value: JsonValue | undefined) =>
      typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
    );
  }
  // What Ref gives for these is their name.
  const resource = member(names.resources, name);
  if (!isJsonObject(resource)) return [];
  const type = resource['Type'];
  if (type !== 'AWS::Logs::LogGroup' && type !== 'AWS::S3::Bucket' && type !== 'AWS::Events::EventBus')
    return [];
  const property =
    type === 'AWS::Events::EventBus' ? 'Name' : kindOfCloudFormation.get(type)?.properties[0]?.name;
  const properties = resource['Properties'];
  return isJsonObject(properties) && property !== undefined
    ? possibleTexts(member(properties, property), names, depth + 1)
    : [];
}

function substitute(given: JsonValue | undefined, names: TemplateNames, depth: number): readonly string[] {
  const [text, own] = Array.isArray(given) ? (given as readonly JsonValue[]) : [given];
  if (typeof text !== 'string' || text.length > longest) return [];
  const variables = isJsonObject(own) ? own : {};
  const parts = text.split(/(\$\{[^${}]*\})/).filter((part) => part !== '');
  return product(
    parts.map((part) => {
      if (!part.startsWith('${')) return hasHole(part) ? [] : [part];
      const name = part.slice(2, -1).trim();
      if (name.startsWith('!')) return [`\${${name.slice(1)}}`];
      const value = member(variables, name);
      return value === undefined ? reference(name, names, depth + 1) : possibleTexts(value, names, depth + 1);
    }),
    '',
  );
}

function join(
  given: JsonValue | undefined,
  inner: (part: JsonValue | undefined) => readonly string[],
): readonly string[] {
  const [separator, list] = Array.isArray(given) ? (given as readonly JsonValue[]) : [];
  return typeof separator === 'string' && Array.isArray(list) ? product(list.map(inner), separator) : [];
}

function findInMap(
  given: JsonValue | undefined,
  names: TemplateNames,
  inner: (part: JsonValue | undefined) => readonly string[],
): readonly string[] {
  if (!Array.isArray(given)) return [];
  const [map, first, second] = given as readonly JsonValue[];
  const mapping = typeof map === 'string' ? member(names.mappings, map) : undefined;
  if (!isJsonObject(mapping)) return [];
  const keysOf = (object: JsonObject, key: JsonValue | undefined): readonly string[] => {
    const keys = inner(key);
    // Which row counts may hang on the account, the region or a value that is not known: then each may.
    return keys.length === 0 || keys.some(hasHole) ? Object.keys(object) : keys;
  };
  return keysOf(mapping, first).flatMap((key) => {
    const row = member(mapping, key);
    return isJsonObject(row) ? keysOf(row, second).flatMap((name) => inner(member(row, name))) : [];
  });
}

function select(
  given: JsonValue | undefined,
  inner: (part: JsonValue | undefined) => readonly string[],
): readonly string[] {
  if (!Array.isArray(given)) return [];
  const [index, list] = given as readonly JsonValue[];
  const at = Number(index);
  return Array.isArray(list) && Number.isInteger(at) ? inner(list[at] as JsonValue | undefined) : [];
}

/** Each way of taking one text of every part. */
function product(parts: readonly (readonly string[])[], separator: string): readonly string[] {
  let texts: readonly string[] | undefined;
  for (const part of parts) {
    texts = texts === undefined ? part : texts.flatMap((start) => part.map((end) => start + separator + end));
    if (texts.length === 0 || texts.length > mostValues || texts.some((text) => text.length > longest))
      return [];
  }
  return texts ?? [''];
}

/** Where one side is not known, the other one may still be what stands. */
function both(yes: readonly string[], no: readonly string[]): readonly string[] {
  return [...new Set([...yes, ...no])];
}

function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
