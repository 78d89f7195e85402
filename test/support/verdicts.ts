import { evaluate } from '../../src/evaluate/evaluate.ts';
import { createModel } from '../../src/model/create-model.ts';
import { loadRules } from '../../src/rules/load.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';

/** Every verdict of the shipped rules over a snapshot, a line each: `rule verdict account region name`, in order. */
export async function verdictsOf(snapshot: string): Promise<readonly string[]> {
  const rules = (await loadRules([await shippedRules()], standardLanguage())).select(() => true);
  const told: string[] = [];
  await evaluate(
    await createModel(await openSnapshot(snapshot)),
    rules,
    ({ rule, verdict, resource: { account, region, name } }) => {
      told.push(`${rule} ${verdict} ${account} ${region ?? ''} ${name}`);
    },
    { reasons: () => false },
  );
  return told.sort();
}
