import type { JsonValue } from '../../json.ts';
import type { CheckNode } from '../document.ts';

/** Names of the parameters that a check mentions, anywhere inside it. */
export function parametersIn(check: CheckNode): readonly string[] {
  const names: string[] = [];
  visit(check, (node) => {
    if (node['kind'] === 'parameter' && typeof node['name'] === 'string') names.push(node['name']);
  });
  return names;
}

/** Values that a check is written with, anywhere inside it; the members of lists one by one. */
export function constantsIn(check: CheckNode): readonly JsonValue[] {
  const values: JsonValue[] = [];
  visit(check, (node) => {
    if (node['kind'] !== 'literal') return;
    const value = node['value'] as JsonValue;
    values.push(...(Array.isArray(value) ? (value as readonly JsonValue[]) : [value]));
  });
  return [...new Set(values)];
}

function visit(node: unknown, look: (node: Readonly<Record<string, unknown>>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) look(node as Readonly<Record<string, unknown>>);
  for (const inner of Object.values(node)) visit(inner, look);
}
