import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { readYaml, type TextPlace, type YamlDocument } from '../../yaml.ts';
import { suffixHole, type DeclaredName, type DeclaredScope } from '../declaration.ts';
import { kindOfCloudFormation, type ResourceKind } from '../kinds.ts';
import { possibleTexts, type TemplateNames } from './names.ts';

/** A resource that a template declares. */
export interface TemplateResource {
  readonly logicalId: string;
  /** Members from the root of the template to it. */
  readonly path: readonly string[];
  readonly names: readonly DeclaredName[];
}

/** Functions of CloudFormation whose short tag lacks the `Fn::`. */
const withoutPrefix = new Set(['Ref', 'Condition']);

/** `!Sub text` as the long form has it. */
function shortTag(tag: string, value: JsonValue): JsonValue | undefined {
  if (!/^![A-Za-z]+$/.test(tag)) return undefined;
  const name = tag.slice(1);
  return { [withoutPrefix.has(name) ? name : `Fn::${name}`]: value };
}

/** True for text that may be a template, so that other files are not parsed. */
export function looksLikeTemplate(text: string): boolean {
  return /^\s*["']?Resources["']?\s*:/m.test(text) && /\bAWS::[A-Za-z0-9]+::/.test(text);
}

/** Reads a template in YAML, with short tags, or in JSON, which YAML includes. */
export function parseTemplate(text: string): YamlDocument {
  return readYaml(text, shortTag);
}

/** True for the data of a CloudFormation or SAM template. */
export function isTemplate(value: JsonValue | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const resources = value['Resources'];
  return (
    isJsonObject(resources) &&
    Object.values(resources).some(
      (resource) =>
        isJsonObject(resource) && typeof resource['Type'] === 'string' && resource['Type'].includes('::'),
    )
  );
}

/**
 * The resources of a template whose kind we place, those that SAM makes of the events of functions and state machines
 * among them.
 *
 * @param stack - The name of the stack, where it is known: names that CloudFormation makes begin with it.
 */
export function templateResources(
  template: JsonObject,
  scope: DeclaredScope,
  stack: string | undefined,
): readonly TemplateResource[] {
  const names: TemplateNames = {
    parameters: objectOf(template['Parameters']),
    mappings: objectOf(template['Mappings']),
    resources: objectOf(template['Resources']),
    stack,
  };
  return Object.entries(names.resources).flatMap(([logicalId, resource]): TemplateResource[] => {
    if (!isJsonObject(resource) || typeof resource['Type'] !== 'string') return [];
    const type = resource['Type'];
    const properties = objectOf(resource['Properties']);
    const path = ['Resources', logicalId];
    const kind = kindOfCloudFormation.get(type);
    if (kind !== undefined) {
      const keys = keysOf(kind, properties, logicalId, names);
      return [{ logicalId, path, names: keys.map((key) => ({ key, ...scope })) }];
    }
    return samRules(type, properties, path, names, scope);
  });
}

/** Where a resource of a template stands. */
export function placeOf(document: YamlDocument, resource: TemplateResource): TextPlace {
  return document.locate(resource.path, 'key');
}

function keysOf(
  kind: ResourceKind,
  properties: JsonObject,
  logicalId: string,
  names: TemplateNames,
): readonly string[] {
  let combined: readonly (readonly string[])[] = kind.properties.length === 0 ? [] : [[]];
  kind.properties.forEach(({ name, otherwise }, index) => {
    const last = index === kind.properties.length - 1;
    const given = properties[name];
    const texts = ((): readonly string[] => {
      if (given !== undefined && given !== null) return possibleTexts(given, names);
      if (otherwise !== undefined) return [otherwise];
      // The resource's own name is the last part: CloudFormation makes one where the template gives none.
      if (!last || names.stack === undefined) return [];
      return [`${names.stack}-${logicalId}-${suffixHole}`];
    })();
    combined = combined.flatMap((before) => texts.map((text) => [...before, text]));
  });
  return combined.flatMap((texts) => {
    const key = kind.key(kind.terraform.includes('aws_s3_bucket') ? texts.map(lowered) : texts);
    return key === undefined ? [] : [key];
  });
}

/** Bucket names have no capitals: those that CloudFormation makes are lowered. */
function lowered(text: string): string {
  return text.endsWith(suffixHole) ? text.toLowerCase() : text;
}

/** Events of SAM functions and state machines that become EventBridge rules, and the property that names the rule. */
const samEvents: Readonly<Record<string, string>> = { EventBridgeRule: 'RuleName', Schedule: 'Name' };

function samRules(
  type: string,
  properties: JsonObject,
  path: readonly string[],
  names: TemplateNames,
  scope: DeclaredScope,
): TemplateResource[] {
  if (type !== 'AWS::Serverless::Function' && type !== 'AWS::Serverless::StateMachine') return [];
  return Object.entries(objectOf(properties['Events'])).flatMap(([event, given]): TemplateResource[] => {
    const { Type: eventType, Properties: more } = objectOf(given);
    const nameProperty = typeof eventType === 'string' ? samEvents[eventType] : undefined;
    const rule = kindOfCloudFormation.get('AWS::Events::Rule');
    const { [nameProperty ?? '']: name, EventBusName: bus = null } = objectOf(more);
    if (nameProperty === undefined || rule === undefined || name === undefined) return [];
    const keys = keysOf(rule, { Name: name, EventBusName: bus }, '', { ...names, stack: undefined });
    return [
      {
        logicalId: `${path.at(-1)}.${event}`,
        path: [...path, 'Properties', 'Events', event],
        names: keys.map((key) => ({ key, ...scope })),
      },
    ];
  });
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
