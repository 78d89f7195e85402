import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { createModel } from '../../src/model/create-model.ts';
import { loadRules } from '../../src/rules/load.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import { shippedRules } from '../../src/rules/shipped.ts';
import { standardLanguage } from '../../src/rules/standard-language.ts';
import { example } from '../model/example.ts';
import { choices, places, without } from '../model/removals.ts';
import { known, snapshotOf, type GivenSnapshot } from '../model/support.ts';

async function rules(): Promise<RuleSet> {
  return loadRules([await shippedRules()], standardLanguage());
}

/** Verdicts by rule and resource. */
async function verdicts(given: GivenSnapshot, all: RuleSet): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  await evaluate(
    await createModel(snapshotOf(given)),
    all,
    ({ rule, verdict, resource }) => told.set(`${rule} ${resource.id}`, verdict),
    { reasons: () => false },
  );
  return told;
}

test('the example is watched: root use of member and management account reaches somebody', async () => {
  const told = await verdicts(example(), await rules());
  expect([...told].filter(([key]) => key.startsWith('monitor-root-usage'))).toEqual([
    ['monitor-root-usage 111111111111', 'pass'],
    ['monitor-root-usage 222222222222', 'pass'],
    ['monitor-root-usage 333333333333', 'unknown'],
  ]);
});

test('with two records removed from organizations of all sorts, verdicts stay or become unknown', async () => {
  const all = await rules();
  await fc.assert(
    fc.asyncProperty(choices, fc.nat(), fc.nat(), async (chosen, first, second) => {
      const given = example(chosen);
      const here = places(given);
      const once = without(given, known(here[first % here.length]));
      const left = places(once);
      const twice = without(once, known(left[second % left.length]));
      const before = await verdicts(given, all);
      for (const poorer of [once, twice]) {
        const wrong = [...(await verdicts(poorer, all))].filter(
          ([key, verdict]) => verdict !== 'unknown' && before.get(key) !== verdict,
        );
        expect(wrong).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});
