import type { Cause } from '../model/unknown.ts';
import type { Reason } from './finding.ts';

/** Every cause in a tree of reasons, each once, in the order of first mention. */
export function causesOf(reason: Reason): readonly Cause[] {
  const seen = new Map<string, Cause>();
  const visit = (node: Reason): void => {
    if (node.verdict === 'unknown') {
      for (const cause of node.causes ?? []) {
        const key = `${cause.call} ${cause.account} ${cause.region} ${cause.code}`;
        if (!seen.has(key)) seen.set(key, cause);
      }
      for (const child of node.children ?? []) visit(child);
    }
  };
  visit(reason);
  return [...seen.values()];
}
