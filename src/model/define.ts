import type { DerivedFact, ManyRelation, OneRelation } from './schema.ts';

/** A relation to a list, resolved once for each resource while its account stays loaded. */
export function many(relation: Omit<ManyRelation, 'kind'>): ManyRelation {
  const key = {};
  return {
    ...relation,
    kind: 'many',
    resolve: (resource, model) => model.once(resource, key, () => relation.resolve(resource, model)),
  };
}

/** A relation to at most one resource, resolved once for each resource while its account stays loaded. */
export function one(relation: Omit<OneRelation, 'kind'>): OneRelation {
  const key = {};
  return {
    ...relation,
    kind: 'one',
    resolve: (resource, model) => model.once(resource, key, () => relation.resolve(resource, model)),
  };
}

/** A derived fact, worked out once for each resource while its account stays loaded. */
export function fact(described: Omit<DerivedFact, 'kind'>): DerivedFact {
  const key = {};
  return {
    ...described,
    kind: 'fact',
    resolve: (resource, model) => model.once(resource, key, () => described.resolve(resource, model)),
  };
}
