import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Reason } from '../../src/evaluate/finding.ts';
import { resourceTypes } from '../../src/model/types.ts';
import type { CheckNode } from '../../src/rules/document.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import { example } from '../model/example.ts';
import { known, snapshotOf, type Given, type GivenSnapshot } from '../model/support.ts';
import { findings, type Plain } from '../rules/support.ts';
import { checkOf, choices, judged, ruleSet } from './generated.ts';

const place = { file: 'generated.yaml', line: 1, column: 1 };
const runs = { numRuns: Number(process.env['TRAILWARDEN_PROPERTY_RUNS'] ?? 60) };

/** Some checks, each about a type that is judged. */
const checks = fc.array(
  fc
    .constantFrom(...judged)
    .chain((type) =>
      fc
        .tuple(checkOf(type, 2), fc.option(checkOf(type, 0), { nil: undefined }))
        .map(([check, when]) => ({ on: type.name, check, ...(when && { when }) })),
    ),
  { minLength: 6, maxLength: 6 },
);

async function judge(rules: RuleSet, given: GivenSnapshot): Promise<Plain[]> {
  const { findings: found, end } = await findings(rules, snapshotOf(given));
  expect(end.notices).toEqual([]);
  return found;
}

const keyOf = ({ rule, resource }: Plain): string =>
  `${rule} ${resource.account} ${resource.region} ${resource.id}`;

/** A finding that stands for resources that were not listed. */
const standsIn = (finding: Plain): boolean => finding.reasons.kind === 'population';

function remove(given: GivenSnapshot, nth: number): GivenSnapshot {
  const organization = given.organization ?? [];
  const places = [
    ...organization.map((_, index) => ({ account: undefined, index })),
    ...Object.entries(given.accounts).flatMap(([account, { records = [] }]) =>
      records.map((_, index) => ({ account, index })),
    ),
  ];
  const chosen = known(places[nth % places.length]);
  const rest = (records: readonly Given[]): Given[] => records.filter((_, index) => index !== chosen.index);
  if (chosen.account === undefined) return { ...given, organization: rest(organization) };
  const account = known(given.accounts[chosen.account]);
  return {
    ...given,
    accounts: { ...given.accounts, [chosen.account]: { ...account, records: rest(account.records ?? []) } },
  };
}

test('removing a record changes no verdict except to unknown, and hides no resource', async () => {
  await fc.assert(
    fc.asyncProperty(choices, checks, fc.nat(), async (chosen, some, nth) => {
      const rules = ruleSet(some);
      const given = example(chosen);
      const richer = await judge(rules, given);
      const poorer = await judge(rules, remove(given, nth));
      const before = new Map(richer.map((finding) => [keyOf(finding), finding]));
      const after = new Map(poorer.map((finding) => [keyOf(finding), finding]));
      for (const [key, finding] of after) {
        const was = before.get(key);
        if (finding.verdict === 'unknown') continue;
        expect({ key, verdict: was?.verdict }).toEqual({ key, verdict: finding.verdict });
      }
      for (const [key, finding] of before) {
        if (after.has(key)) continue;
        const stand = poorer.filter((one) => one.rule === finding.rule && standsIn(one));
        expect({ key, stand: stand.length > 0 }).toEqual({ key, stand: true });
      }
    }),
    runs,
  );
});

test('every unknown has a cause, every finding its evidence, and reasons agree with the verdict', async () => {
  const wrongIn = (reason: Reason): string[] => [
    ...(reason.verdict === 'unknown' && reason.children === undefined && (reason.causes ?? []).length === 0
      ? ['a part is unknown without a cause']
      : []),
    ...(reason.text === '' ? ['a part says nothing'] : []),
    ...(reason.children ?? []).flatMap(wrongIn),
  ];
  const wrong = (finding: Plain): string[] => {
    const { verdict, reasons, evidence, resource } = finding;
    const found = wrongIn(reasons);
    if (verdict === 'unknown' && (reasons.causes ?? []).length === 0) found.push('unknown without a cause');
    const sure = verdict === 'pass' || verdict === 'fail';
    if (sure && reasons.verdict !== verdict) found.push(`the reasons say ${reasons.verdict}`);
    // A region that is known only because questions were asked in it stands in no answer.
    if (sure && resource.type !== 'region' && evidence.length === 0) found.push('no evidence');
    if (!finding.message.includes(resource.account)) found.push('the message names no account');
    return found;
  };
  await fc.assert(
    fc.asyncProperty(choices, checks, async (chosen, some) => {
      const found = await judge(ruleSet(some), example(chosen));
      expect(found.flatMap((finding) => wrong(finding).map((text) => `${keyOf(finding)}: ${text}`))).toEqual(
        [],
      );
    }),
    runs,
  );
});

/** Lists of an answer whose order AWS does not promise. */
function shuffled(given: GivenSnapshot, random: (length: number) => number[]): GivenSnapshot {
  const mix = <T>(list: readonly T[]): T[] => random(list.length).map((index) => list[index]!);
  const record = (one: Given): Given => ({
    ...one,
    ...(one.output && {
      output: Object.fromEntries(
        Object.entries(one.output).map(([name, value]) => [name, Array.isArray(value) ? mix(value) : value]),
      ),
    }),
  });
  return {
    ...given,
    organization: mix((given.organization ?? []).map(record)),
    accounts: Object.fromEntries(
      mix(Object.entries(given.accounts)).map(([id, account]) => [
        id,
        { ...account, ...(account.records && { records: mix(account.records.map(record)) }) },
      ]),
    ),
  };
}

/** Without what names the place of an answer in its file. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) =>
      name === 'line' || (name === 'path' && typeof inner === 'string') ? undefined : inner,
    ),
  );
}

test('the order of accounts, records, pages and resources changes no word', async () => {
  await fc.assert(
    fc.asyncProperty(choices, checks, fc.infiniteStream(fc.nat()), async (chosen, some, numbers) => {
      const rules = ruleSet(some);
      const random = (length: number): number[] => {
        const order = Array.from({ length }, (_, index) => index);
        for (let index = length - 1; index > 0; index--) {
          const other = Number(numbers.next().value) % (index + 1);
          [order[index], order[other]] = [order[other]!, order[index]!];
        }
        return order;
      };
      const given = example(chosen);
      const one = await judge(rules, given);
      const other = await judge(rules, shuffled(given, random));
      expect(withoutPlaces(other)).toEqual(withoutPlaces(one));
    }),
    runs,
  );
});

const not = (check: CheckNode): CheckNode => ({ kind: 'not', check, place });
const any = (...of: readonly CheckNode[]): CheckNode => ({ kind: 'any', checks: of, place });

test('double negation, De Morgan and the duality of quantifiers hold in three values', async () => {
  const pairs = fc.constantFrom(...judged).chain((type) =>
    fc.tuple(checkOf(type, 1), checkOf(type, 1)).map(([a, b]) => [
      { on: type.name, check: a },
      { on: type.name, check: not(not(a)) },
      { on: type.name, check: not({ kind: 'all', checks: [a, b], place }) },
      { on: type.name, check: any(not(a), not(b)) },
    ]),
  );
  const quantified = fc
    .constantFrom(
      ...judged.flatMap((type) =>
        Object.entries(type.relations).flatMap(([relation, one]) =>
          one.kind === 'many' ? [{ on: type.name, relation, to: known(resourceTypes.get(one.to)) }] : [],
        ),
      ),
    )
    .chain(({ on, relation, to }) => checkOf(to, 1).map((where) => ({ on, relation, where })));
  await fc.assert(
    fc.asyncProperty(choices, pairs, async (chosen, some) => {
      const found = await judge(ruleSet(some), example(chosen));
      const verdicts = (rule: string) =>
        found.filter((one) => one.rule === rule).map((one) => [one.resource.id, one.verdict]);
      expect(verdicts('rule-1')).toEqual(verdicts('rule-0'));
      expect(verdicts('rule-3')).toEqual(verdicts('rule-2'));
    }),
    runs,
  );
  await fc.assert(
    fc.asyncProperty(choices, quantified, async (chosen, { on, relation, where }) => {
      const path = { text: relation, place, steps: [{ kind: 'name', name: relation } as const] };
      const some: CheckNode = { kind: 'some', relation: path, where, atLeast: undefined, place };
      const all = [
        { on, check: not(some) },
        { on, check: { kind: 'none', relation: path, where, place } as CheckNode },
        {
          on,
          check: {
            kind: 'every',
            relation: path,
            where: undefined,
            must: not(where),
            empty: 'pass',
            place,
          } as CheckNode,
        },
      ];
      const found = await judge(ruleSet(all), example(chosen));
      const verdicts = (rule: string) =>
        found
          .filter((finding) => finding.rule === rule)
          .map((finding) => [finding.resource.id, finding.verdict]);
      expect(verdicts('rule-1')).toEqual(verdicts('rule-0'));
      expect(verdicts('rule-2')).toEqual(verdicts('rule-0'));
    }),
    runs,
  );
});
