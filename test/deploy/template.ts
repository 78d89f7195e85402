import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse, parseAllDocuments, type CollectionTag, type ScalarTag } from 'yaml';

import { root } from './tools.ts';

/** What stands in a template after its functions were put in: their names and arguments where nothing is known. */
export type Filled =
  | string
  | number
  | boolean
  | null
  | readonly Filled[]
  | { readonly [key: string]: Filled };

const scalars: ScalarTag[] = ['Ref', 'GetAtt', 'Sub'].map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [`Fn::${name}`]: text }),
}));
const lists: CollectionTag[] = ['If', 'Not', 'Equals'].map((name) => ({
  tag: `!${name}`,
  collection: 'seq',
  resolve: (items) => ({ [`Fn::${name}`]: items.toJSON() as unknown }) as never,
}));

/**
 * A template of `examples/` with its parameters put in: those given, else their defaults, else `PARAMETER`. References to resources
 * become `RESOURCE` or `RESOURCE.ATTRIBUTE`; of an `!If` the first branch is taken, so everything that may be there is.
 */
export function readTemplate(file: string, given: Readonly<Record<string, string>> = {}): Filled {
  const text = readFileSync(path.join(root, file), 'utf8');
  const template = parse(text, { customTags: [...scalars, ...lists] }) as {
    Parameters: Record<string, { Default?: string }>;
  };
  const valueOf = (name: string): string =>
    given[name] ?? template.Parameters[name]?.Default?.toString() ?? name;
  const fill = (value: Filled): Filled => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const [name = ''] = Object.keys(value);
    const argument = Object.values(value)[0] ?? null;
    switch (name) {
      case 'Fn::Ref':
        return valueOf(argument as string);
      case 'Fn::GetAtt':
        return argument;
      case 'Fn::Sub':
        return (argument as string).replaceAll(/\$\{([\w:.]+)\}/g, (_, key: string) => valueOf(key));
      case 'Fn::If':
        return fill((argument as readonly Filled[])[1] ?? null);
      default:
        return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
    }
  };
  return fill(template);
}

/** A resource of a filled template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, Filled>>;
}

export function resourcesOf(template: Filled): Readonly<Record<string, Resource>> {
  return (template as unknown as { Resources: Record<string, Resource> }).Resources;
}

/** A statement of a policy somewhere in a template. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Filled;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Every statement of every policy of a template, those that say who may assume a role among them. */
export function statementsOf(value: Filled): readonly Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('Effect' in value) return [value as unknown as Statement];
  return Object.values(value).flatMap(statementsOf);
}

interface CronJob {
  readonly spec: {
    readonly concurrencyPolicy: string;
    readonly jobTemplate: {
      readonly spec: {
        readonly podFailurePolicy: {
          readonly rules: readonly { readonly onExitCodes?: { readonly values: readonly number[] } }[];
        };
        readonly template: { readonly spec: PodSpec };
      };
    };
  };
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly containers: readonly {
    readonly args: readonly string[];
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly securityContext: object;
    readonly resources: object;
  }[];
}

/** The CronJob of `examples/kubernetes`. */
export function readCronJob(): CronJob {
  const text = readFileSync(path.join(root, 'examples/kubernetes/cronjob.yaml'), 'utf8');
  const resources = parseAllDocuments(text).map((document) => document.toJS() as { kind: string });
  return resources.find(({ kind }) => kind === 'CronJob') as unknown as CronJob;
}
