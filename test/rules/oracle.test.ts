import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { loadAllRules } from '../../src/cli/rules/load.ts';
import { oracles, type Values } from './oracle/oracles.ts';
import { snapshotOf, worlds } from './oracle/world.ts';
import { findings } from './support.ts';

const rules = await loadAllRules();
const asked = process.env['TRAILWARDEN_PROPERTY_RUNS'];
// The same worlds in every run of the suite, in which each rule passes, fails and is unknown; others where more are asked for.
const runs = asked === undefined ? { numRuns: 120, seed: 1 } : { numRuns: Number(asked) };

/** Values of parameters on both sides of what the generated answers hold. */
const chosen: Readonly<Record<string, fc.Arbitrary<Values>>> = {
  'loggroup-retention-minimum': fc.record({
    minimumDays: fc.constantFrom(1, 365, 366),
    maximumDays: fc.constantFrom(366, 3653),
    mustExpire: fc.boolean(),
  }),
  'cloudtrail-s3-delivery-fresh': fc.record({
    maximumAge: fc.constantFrom('3h', '24h', '48h'),
    grace: fc.constantFrom('1h', '24h'),
  }),
};

test.each(Object.keys(oracles))('%s says what its oracle says of the raw answers', async (id) => {
  const rule = rules.rule(id)!;
  const shown = new Set<string>();
  await fc.assert(
    fc.asyncProperty(worlds, chosen[id] ?? fc.constant({}), async (world, values) => {
      const { findings: found, end } = await findings(rules.only(rule), snapshotOf(world), {
        parameters: () => values,
      });
      expect(end.notices).toEqual([]);
      const said = found.map(({ resource: { account, region, name }, verdict }) => {
        shown.add(verdict);
        return `${account}/${region}/${name} ${verdict}`;
      });
      const wanted = [...oracles[id]!(world, values)].map(([key, verdict]) => `${key} ${verdict}`);
      expect(said.toSorted()).toEqual(wanted.toSorted());
    }),
    runs,
  );
  // An oracle that is never asked for one of these would prove little.
  expect([...shown]).toEqual(expect.arrayContaining(['pass', 'fail', 'unknown']));
});
