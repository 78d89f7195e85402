import type { ShapeNames } from './shape.ts';

/** The text that a finding's fingerprint is the SHA-256 of, when the resource id is canonical as it stands. */
export function fingerprintText(rule: string, partition: string, resource: ShapeNames): string {
  return `v1|${rule}|${partition}|${resource.account}|${resource.region}|${resource.id}`;
}
