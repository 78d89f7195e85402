import { evaluate } from '../../src/evaluate/evaluate.ts';
import { createModel } from '../../src/model/create-model.ts';
import { loadRules } from '../../src/rules/load.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

async function load(): ReturnType<typeof loadRules> {
  return await loadRules([await shippedRules()], standardLanguage());
}
let loaded: ReturnType<typeof loadRules> | undefined;

/** Every verdict of the shipped rules over a snapshot, a line each: `rule verdict account region id`, in order. */
export async function verdictsOf(snapshot: string | Snapshot): Promise<readonly string[]> {
  const rules = (await (loaded ??= load())).select(() => true);
  const told: string[] = [];
  await evaluate(
    await createModel(typeof snapshot === 'string' ? await openSnapshot(snapshot) : snapshot),
    rules,
    ({ rule, verdict, resource: { account, region, id } }) => {
      told.push(`${rule} ${verdict} ${account} ${region ?? ''} ${id}`);
    },
    { reasons: () => false },
  );
  return told.sort();
}

/** Verdicts that less data turned into others than unknown. */
export function worseThanUnknown(before: readonly string[], after: readonly string[]): readonly string[] {
  const known = new Set(before);
  return after.filter((line) => !known.has(line) && !/^\S+ unknown /.test(line));
}
