import { expect, test } from 'vitest';

import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { StoredRecord } from '../../src/snapshot/record.ts';
import {
  accountHole,
  regionHole,
  suffixHole,
  type Declaration,
  type DeclaredName,
} from '../../src/source/declaration.ts';
import { createSourceMap, deployedIn } from '../../src/source/source-map.ts';

const one = '111122223333';
const two = '444455556666';
const home = 'eu-west-1';

function topic(name: string, account = one, region = home): { id: string; account: string; region: string } {
  return { id: `arn:aws:sns:${region}:${account}:${name}`, account, region };
}

/** A snapshot of two accounts in which answers name these ARNs. */
function snapshotWith(arns: readonly string[]): Snapshot {
  const recordsOf = (account: string): readonly StoredRecord[] => [
    {
      service: 'sns',
      operation: 'ListTopics',
      account,
      region: home,
      input: {},
      time: '2026-10-01T06:00:00.000Z',
      output: {
        Topics: arns.filter((arn) => arn.split(':')[4] === account).map((TopicArn) => ({ TopicArn })),
      },
      part: `accounts/${account}.ndjson.gz`,
      line: 1,
    },
  ];
  return {
    manifest: { accounts: [{ id: one }, { id: two }] } as unknown as Snapshot['manifest'],
    organization: async () => [],
    account: async (id) => recordsOf(id),
  };
}

let line = 0;
function declared(...given: readonly (string | DeclaredName | { readonly arn: string })[]): Declaration {
  line += 1;
  const arns = given.flatMap((item) => (typeof item === 'object' && 'arn' in item ? [item.arn] : []));
  const names = given.flatMap((item): DeclaredName[] => {
    if (typeof item === 'string') return [{ key: `sns:${item}` }];
    return 'key' in item ? [{ ...item, key: `sns:${item.key}` }] : [];
  });
  return { place: { file: 'main.tf', line, column: 1 }, address: `topic${line}`, arns, names };
}

async function placed(
  declarations: readonly Declaration[],
  resource: ReturnType<typeof topic>,
  others: readonly ReturnType<typeof topic>[] = [],
  deployed?: 'all' | readonly string[],
): Promise<number | undefined> {
  const accounts = typeof deployed === 'object' ? new Set(deployed) : deployed;
  const map = await createSourceMap(
    declarations.map((declaration) => deployedIn(declaration, accounts)),
    snapshotWith([resource, ...others].map(({ id }) => id)),
  );
  return map.placeOf(resource)?.line;
}

type Case = readonly [
  why: string,
  certain: boolean,
  declarations: () => readonly Declaration[],
  resource: ReturnType<typeof topic>,
  others?: readonly ReturnType<typeof topic>[],
  deployed?: 'all' | readonly string[],
];

const cases: readonly Case[] = [
  ['one declaration, one bearer of the name', true, () => [declared('a')], topic('a')],
  ['another name', false, () => [declared('b')], topic('a')],
  ['two declarations of one name', false, () => [declared('a'), declared('a')], topic('a')],
  ['two bearers in two accounts', false, () => [declared('a')], topic('a'), [topic('a', two)]],
  ['two bearers in two regions', false, () => [declared('a')], topic('a'), [topic('a', one, 'us-east-1')]],
  [
    'two bearers, all said to be of this code',
    true,
    () => [declared('a')],
    topic('a'),
    [topic('a', two)],
    'all',
  ],
  [
    'a bearer in an account that the code is not deployed in',
    false,
    () => [declared('a')],
    topic('a'),
    [],
    [two],
  ],
  [
    'the provider says which account',
    true,
    () => [declared({ key: 'a', accounts: new Set([one]) })],
    topic('a'),
    [topic('a', two)],
  ],
  [
    'the provider says another account',
    false,
    () => [declared({ key: 'a', accounts: new Set([two]) })],
    topic('a'),
  ],
  [
    'the provider says another region',
    false,
    () => [declared({ key: 'a', region: 'us-east-1' })],
    topic('a'),
  ],
  [
    'two declarations that regions tell apart',
    true,
    () => [declared({ key: 'a', region: home }), declared({ key: 'a', region: 'us-east-1' })],
    topic('a'),
    [topic('a', one, 'us-east-1')],
  ],
  [
    'a name made of account and region',
    true,
    () => [declared(`x-${accountHole}-${regionHole}`)],
    topic(`x-${one}-${home}`),
    [topic(`x-${two}-${home}`, two)],
  ],
  ['a name made of another account', false, () => [declared(`x-${accountHole}`)], topic(`x-${two}`)],
  [
    'a name that CloudFormation made',
    true,
    () => [declared(`stack-Alerts-${suffixHole}`)],
    topic('stack-Alerts-1A2B3C4D5E6F'),
  ],
  [
    'an ending that CloudFormation does not make',
    false,
    () => [declared(`stack-Alerts-${suffixHole}`)],
    topic('stack-Alerts-prod'),
  ],
  [
    'a state tells the ARN, though others bear the name',
    true,
    () => [declared({ arn: topic('a').id }), declared('a')],
    topic('a'),
    [topic('a', two)],
  ],
  ['a state tells another ARN', false, () => [declared('a', { arn: topic('a', two).id })], topic('a')],
  [
    'two states tell one ARN',
    false,
    () => [declared({ arn: topic('a').id }), declared({ arn: topic('a').id })],
    topic('a'),
  ],
];

test.each(cases.map((given) => [given[0], given] as const))('%s', async (_, given) => {
  const [, certain, declarations, resource, others, deployed] = given;
  line = 0;
  expect(await placed(declarations(), resource, others, deployed)).toBe(certain ? 1 : undefined);
});

test('what has no ARN is never placed', async () => {
  const map = await createSourceMap([deployedIn(declared('a'), 'all')], snapshotWith([]));
  expect(map.placeOf({ id: one, account: one, region: 'global' })).toBeUndefined();
});
