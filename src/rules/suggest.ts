import { nearestWord } from '../suggest.ts';

/** "did you mean X?" where a near name exists, else the choices there are. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const all = [...candidates].sort();
  const near = nearestWord(name, all);
  if (near !== undefined) return `did you mean ${near}?`;
  if (all.length === 0) return 'there are none';
  const shown = all.slice(0, 12).join(', ');
  return all.length > 12 ? `choose one of ${shown}, ... (${all.length} in all)` : `choose one of ${shown}`;
}
