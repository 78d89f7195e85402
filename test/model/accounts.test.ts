import { expect, test } from 'vitest';

import { createModel } from '../../src/model/create-model.ts';
import { Unknown } from '../../src/model/unknown.ts';
import { gone, snapshotOf, type Given, type GivenSnapshot } from './support.ts';

const ask = (operation: string, input: Given['input'], output: Given['output']): Given => ({
  call: `organizations:${operation}`,
  ...(input && { input }),
  ...(output && { output }),
});
const alone: Given = {
  call: 'organizations:DescribeOrganization',
  error: gone('AWSOrganizationsNotInUseException'),
};

/** A fact of each account; the codes of its causes where it is not known. */
async function facts(given: GivenSnapshot, name: string): Promise<Record<string, unknown>> {
  const model = await createModel(snapshotOf(given));
  return Object.fromEntries(
    model.accounts.items.map((account) => {
      const value = account.type.facts[name]!.resolve(account, model);
      return [account.id, value instanceof Unknown ? value.causes.map(({ code }) => code) : value];
    }),
  );
}

test('outside of an organization the account that answered is in use; of others the state is not known', async () => {
  const accounts = {
    '111111111111': { records: [] },
    '222222222222': {},
    '333333333333': { state: 'SUSPENDED' },
  };
  expect(await facts({ accounts, organization: [alone], management: null }, 'state')).toEqual({
    '111111111111': 'ACTIVE',
    '222222222222': ['NotScanned'],
    '333333333333': 'SUSPENDED',
  });
  // The caller answered for itself, though the scan did not come to it.
  expect(
    await facts({ accounts: { '111111111111': {} }, organization: [alone], management: null }, 'state'),
  ).toEqual({ '111111111111': 'ACTIVE' });
});

const accounts = { '111111111111': {}, '222222222222': {}, '333333333333': { path: 'Work' } };
const roots = ask('ListRoots', {}, { Roots: [{ Id: 'r-root' }] });

test('an account stands right below the root only where that was told', async () => {
  const units = (...organization: Given[]) => facts({ accounts, organization }, 'unitPath');
  const told = (...ids: string[]) =>
    ask('ListAccountsForParent', { ParentId: 'r-root' }, { Accounts: ids.map((Id) => ({ Id })) });
  expect(await units(roots, told('111111111111', '222222222222'))).toEqual({
    '111111111111': '',
    '222222222222': '',
    '333333333333': 'Work',
  });
  expect(await units(roots, told('111111111111'))).toMatchObject({
    '111111111111': '',
    '222222222222': ['Undecided'],
  });
  const listed = ask(
    'ListAccounts',
    {},
    {
      Accounts: [
        { Id: '111111111111', Paths: ['o-example/r-root/111111111111/'] },
        { Id: '222222222222', Paths: ['o-example/r-root/ou-root-1/222222222222/'] },
      ],
    },
  );
  expect(await units(listed, roots)).toMatchObject({
    '111111111111': '',
    '222222222222': ['MissingRecord'],
  });
  expect(await units(listed)).toMatchObject({ '111111111111': ['MissingRecord'] });
  expect(await facts({ accounts, organization: [alone], management: null }, 'unitPath')).toMatchObject({
    '111111111111': '',
  });
});

test('tags are those of the account; without an answer they are not known', async () => {
  const tags = (id: string, ...pairs: [string, string][]) =>
    ask('ListTagsForResource', { ResourceId: id }, { Tags: pairs.map(([Key, Value]) => ({ Key, Value })) });
  const organization = [tags('111111111111', ['team', 'platform'], ['__proto__', 'x']), tags('222222222222')];
  const known = await facts({ accounts, organization }, 'tags');
  expect(Object.entries(known['111111111111'] as object)).toEqual([
    ['team', 'platform'],
    ['__proto__', 'x'],
  ]);
  expect(known['222222222222']).toEqual({});
  expect(known['333333333333']).toEqual(['MissingRecord']);
  expect(await facts({ accounts, organization: [alone], management: null }, 'tags')).toMatchObject({
    '333333333333': {},
  });
});
