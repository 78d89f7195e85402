import { expect, test } from 'vitest';
import { modelReference } from '../../src/model/reference.ts';
import { resourceTypes } from '../../src/model/types.ts';

test('the page about resource types says what the types say', async () => {
  await expect(modelReference(resourceTypes)).toMatchFileSnapshot('../../docs/reference/model.md');
});

test('every relation leads to a type that there is', () => {
  const dangling = [...resourceTypes.values()].flatMap((type) =>
    Object.entries(type.relations).flatMap(([name, relation]) =>
      resourceTypes.has(relation.to) ? [] : [`${type.name}.${name}: ${relation.to}`],
    ),
  );
  expect(dangling).toEqual([]);
});

test('fields begin as AWS spells them; relations and facts are lower camel case and never hide a field', () => {
  for (const type of resourceTypes.values()) {
    for (const name of [...Object.keys(type.relations), ...Object.keys(type.facts)]) {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(type.fields).not.toHaveProperty(name);
    }
    expect(Object.keys(type.facts).filter((name) => name in type.relations)).toEqual([]);
  }
});
