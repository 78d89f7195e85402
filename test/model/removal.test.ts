import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createModel } from '../../src/model/create-model.ts';
import type { OrganizationModel } from '../../src/model/organization.ts';
import type { Resource } from '../../src/model/resource.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { choices, places, without } from './removals.ts';
import { example } from './example.ts';
import { evaluating, known, snapshotOf, type GivenSnapshot } from './support.ts';

/** What a model says about one thing: a value, a list of ids and whether it is whole, or that it does not know. */
type Said =
  | { kind: 'value'; value: string }
  | { kind: 'list'; ids: readonly string[]; whole: boolean }
  | 'unknown';

/** Everything that the types can tell, followed from the accounts over all relations. */
async function everythingSaid(given: GivenSnapshot): Promise<Map<string, Said>> {
  const model = await createModel(snapshotOf(given));
  const said = new Map<string, Said>();
  for (const account of model.accounts.items) {
    await evaluating(model, account.id, () => {
      const open: Resource[] = [account];
      for (const type of model.types.values()) {
        const list = type.population?.(account, model);
        if (list === undefined) continue;
        said.set(`${account.id} population ${type.name}`, {
          kind: 'list',
          ids: list.items.map((item) => item.id),
          whole: list.missing === undefined,
        });
        open.push(...list.items);
      }
      const seen = new Set<Resource>();
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(...tell(next, model, said));
      }
    });
  }
  return said;
}

function tell(resource: Resource, model: OrganizationModel, said: Map<string, Said>): Resource[] {
  const found: Resource[] = [];
  const { type } = resource;
  for (const name of Object.keys(type.fields)) {
    const value = resource.data[name];
    said.set(
      `${type.name} ${resource.id} ${name}`,
      value === undefined && resource.partial !== undefined
        ? 'unknown'
        : { kind: 'value', value: JSON.stringify(value) ?? 'absent' },
    );
  }
  for (const [name, fact] of Object.entries(type.facts)) {
    const value = fact.resolve(resource, model);
    said.set(
      `${type.name} ${resource.id} ${name}`,
      value instanceof Unknown ? 'unknown' : { kind: 'value', value: JSON.stringify(value) ?? 'absent' },
    );
  }
  for (const [name, relation] of Object.entries(type.relations)) {
    const key = `${type.name} ${resource.id} ${name}`;
    if (relation.kind === 'many') {
      const list = relation.resolve(resource, model);
      said.set(key, {
        kind: 'list',
        ids: list.items.map((item) => item.id),
        whole: list.missing === undefined,
      });
      found.push(...list.items);
    } else {
      const value = relation.resolve(resource, model);
      said.set(
        key,
        value instanceof Unknown
          ? 'unknown'
          : { kind: 'value', value: value === undefined ? 'absent' : value.id },
      );
      if (value !== undefined && !(value instanceof Unknown)) found.push(value);
    }
  }
  return found;
}

/** What the poorer snapshot says must be what the richer one says, or less. */
function contradictions(richer: ReadonlyMap<string, Said>, poorer: ReadonlyMap<string, Said>): string[] {
  return [...poorer].flatMap(([key, less]) => {
    const more = richer.get(key);
    if (less === 'unknown') return [];
    if (more === undefined) return [`${key}: only without the record`];
    if (more === 'unknown') return [`${key}: known only without the record`];
    if (less.kind === 'value' && more.kind === 'value') {
      return less.value === more.value ? [] : [`${key}: ${more.value} became ${less.value}`];
    }
    if (less.kind !== 'list' || more.kind !== 'list') return [`${key}: another kind`];
    const extra = less.ids.filter((id) => !more.ids.includes(id));
    const lost = more.ids.filter((id) => !less.ids.includes(id));
    return [
      ...extra.map((id) => `${key}: gained ${id}`),
      ...(less.whole && lost.length > 0 ? [`${key}: lost ${lost.join()} and claims to be whole`] : []),
      ...(less.whole && !more.whole ? [`${key}: claims to be whole only without the record`] : []),
    ];
  });
}

test('with any one record removed from the example, the model knows the same or less', async () => {
  for (const composite of [undefined, 'ALARM(root)'])
    for (const pages of [1, 3] as const) {
      const given = example({ pages, ...(composite === undefined ? {} : { composite }) });
      const richer = await everythingSaid(given);
      expect(richer.size).toBeGreaterThan(100);
      for (const place of places(given)) {
        expect({ place, found: contradictions(richer, await everythingSaid(without(given, place))) }).toEqual(
          {
            place,
            found: [],
          },
        );
      }
    }
});

test('with two records removed from organizations of all sorts, the model knows the same or less', async () => {
  await fc.assert(
    fc.asyncProperty(choices, fc.nat(), fc.nat(), async (chosen, first, second) => {
      const given = example(chosen);
      const all = places(given);
      const once = without(given, known(all[first % all.length]));
      const left = places(once);
      const twice = without(once, known(left[second % left.length]));
      const richer = await everythingSaid(given);
      const middle = await everythingSaid(once);
      expect(contradictions(richer, middle)).toEqual([]);
      expect(contradictions(middle, await everythingSaid(twice))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
