import { expect, test } from 'vitest';
import { createModel } from '../../src/model/create-model.ts';
import { example, central, member, topicOwner } from './example.ts';
import { evaluating, known, list, related, snapshotOf } from './support.ts';

test('only accounts that are referred to are read, and each once', async () => {
  const snapshot = snapshotOf(example());
  const model = await createModel(snapshot);
  await evaluating(model, member, () => {
    const [trail] = list(known(model.account(member)), 'trails', model).items;
    return related(known(trail), 'logGroup', model);
  });
  expect(snapshot.loads).toEqual([member, central]);
});

test('the least recently used accounts go, never those that the evaluation needs', async () => {
  const accounts = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`90000000000${index}`, { records: [] }]),
  );
  const given = example();
  const snapshot = snapshotOf({ ...given, accounts: { ...given.accounts, ...accounts } });
  const model = await createModel(snapshot, { keep: 1 });
  const visit = async (id: string): Promise<void> => {
    await evaluating(model, id, () => [model.part(central), model.part(topicOwner), model.part(id)]);
  };
  for (const id of Object.keys(accounts)) await visit(id);
  // The account under evaluation needs two others at a time, more than are kept: they are read again, and stay.
  expect(snapshot.loads.filter((id) => id === '900000000000')).toHaveLength(1);
  await visit('900000000000');
  expect(snapshot.loads.filter((id) => id === '900000000000')).toHaveLength(2);
});

test('a central account that every evaluation needs is read once', async () => {
  const members = Array.from({ length: 20 }, (_, index) => `9000000000${index + 10}`);
  const given = example();
  const scanned = known(given.accounts[member]);
  const snapshot = snapshotOf({
    ...given,
    accounts: { ...given.accounts, ...Object.fromEntries(members.map((id) => [id, scanned])) },
  });
  const model = await createModel(snapshot, { keep: 2 });
  for (const id of members) {
    await evaluating(model, id, () => list(known(model.account(id)), 'trails', model));
  }
  expect(snapshot.loads.filter((id) => id === central)).toHaveLength(1);
  expect(snapshot.loads).toHaveLength(members.length + 1);
});

test('the part of an account goes with its evaluation, unless others have asked for it', async () => {
  const members = Array.from({ length: 3 }, (_, index) => `9000000000${index + 10}`);
  const given = example();
  const scanned = known(given.accounts[member]);
  const snapshot = snapshotOf({
    ...given,
    accounts: { ...given.accounts, ...Object.fromEntries(members.map((id) => [id, scanned])) },
  });
  const model = await createModel(snapshot);
  const loaded = (id: string): boolean => {
    try {
      return model.part(id) !== undefined;
    } catch {
      return false;
    }
  };
  for (const id of members) {
    await evaluating(model, id, () => list(known(model.account(id)), 'trails', model));
    expect([...members, central].filter(loaded)).toEqual([id, central]);
  }
});
