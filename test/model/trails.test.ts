import { expect, test } from 'vitest';
import { Unknown } from '../../src/model/unknown.ts';
import {
  denied,
  describeTrails,
  ids,
  inAccount,
  known,
  list,
  listRegions,
  population,
  related,
  trail,
  type GivenSnapshot,
} from './support.ts';

const central = '111111111111';
const member = '222222222222';
const organizationTrail = trail(central, 'all', {
  IsOrganizationTrail: true,
  CloudWatchLogsLogGroupArn: `arn:aws:logs:us-east-1:${central}:log-group:trail:*`,
});
const arn = `arn:aws:cloudtrail:us-east-1:${central}:trail/all`;

const healthy: GivenSnapshot = {
  accounts: {
    [central]: {
      records: [
        listRegions('us-east-1', 'eu-west-1'),
        describeTrails('us-east-1', organizationTrail),
        describeTrails('eu-west-1', organizationTrail),
        {
          call: 'cloudtrail:GetTrailStatus',
          region: 'us-east-1',
          input: { Name: arn },
          output: { IsLogging: true },
        },
        {
          call: 'logs:DescribeLogGroups',
          region: 'us-east-1',
          output: {
            logGroups: [
              { logGroupName: 'trail', arn: `arn:aws:logs:us-east-1:${central}:log-group:trail:*` },
            ],
          },
        },
      ],
    },
    [member]: {
      records: [
        listRegions('us-east-1', 'eu-west-1'),
        describeTrails('us-east-1', organizationTrail, trail(member, 'own', { IsMultiRegionTrail: false })),
        describeTrails('eu-west-1', organizationTrail),
      ],
    },
  },
};

test('a multi-region trail seen in several regions is one trail', async () => {
  await inAccount(healthy, central, (account, model) => {
    const trails = list(account, 'trails', model);
    expect(ids(trails)).toEqual([arn]);
    expect(trails.missing).toBeUndefined();
    expect(known(trails.items[0]).sources[0]?.record.region).toBe('us-east-1');
  });
});

test('an organization trail applies to the member, told apart from its own, and is judged with its owner', async () => {
  await inAccount(healthy, member, (account, model) => {
    expect(ids(list(account, 'inheritedTrails', model))).toEqual([arn]);
    expect(ids(list(account, 'ownTrails', model))).toEqual([
      `arn:aws:cloudtrail:us-east-1:${member}:trail/own`,
    ]);
    expect(ids(population('trail', account, model))).toEqual([
      `arn:aws:cloudtrail:us-east-1:${member}:trail/own`,
    ]);
    const inherited = known(list(account, 'inheritedTrails', model).items[0]);
    expect(related(inherited, 'status', model)).toMatchObject({
      data: { IsLogging: true },
      account: central,
    });
    expect(related(inherited, 'logGroup', model)).toMatchObject({ account: central, name: 'trail' });
  });
});

test('both regions of a member speak of the same object', async () => {
  await inAccount(healthy, member, (account, model) => {
    const regions = list(account, 'regions', model).items;
    const seen = regions.map((region) => list(region, 'trails', model).items.find((item) => item.id === arn));
    expect(seen[0]).toBeDefined();
    expect(seen[0]).toBe(seen[1]);
  });
});

test('a trail whose home region the member has not enabled does not apply to it', async () => {
  const far = trail(central, 'far', { IsOrganizationTrail: true, HomeRegion: 'af-south-1' });
  const given = (regions: ReturnType<typeof listRegions>): GivenSnapshot => ({
    accounts: {
      [central]: {
        records: [
          listRegions('us-east-1', { name: 'af-south-1', status: 'ENABLED' }),
          describeTrails('us-east-1', far),
          describeTrails('af-south-1', far),
        ],
      },
      [member]: { records: [regions, describeTrails('us-east-1', far), describeTrails('af-south-1', far)] },
    },
  });
  await inAccount(given(listRegions('us-east-1')), member, (account, model) => {
    expect(list(account, 'trails', model)).toMatchObject({ items: [], missing: undefined });
  });
  await inAccount(
    given(listRegions('us-east-1', { name: 'af-south-1', status: 'ENABLED' })),
    member,
    (account, model) => expect(list(account, 'trails', model).items).toHaveLength(1),
  );
});

test('a region whose answer was denied makes the list incomplete and names the denial', async () => {
  await inAccount(
    {
      accounts: {
        [central]: {
          records: [
            listRegions('us-east-1', 'eu-west-1'),
            describeTrails('us-east-1', organizationTrail),
            { call: 'cloudtrail:DescribeTrails', region: 'eu-west-1', error: denied('explicit deny') },
          ],
        },
      },
    },
    central,
    (account, model) => {
      const trails = list(account, 'trails', model);
      expect(ids(trails)).toEqual([arn]);
      expect(trails.missing?.causes).toEqual([
        {
          call: 'cloudtrail:DescribeTrails',
          account: central,
          region: 'eu-west-1',
          code: 'AccessDenied',
          message: 'explicit deny',
        },
      ]);
    },
  );
});

test('an owner that was not scanned leaves status and log group unknown and says which account to scan', async () => {
  const { [member]: scanned } = healthy.accounts;
  await inAccount({ accounts: { [member]: known(scanned) } }, member, (account, model) => {
    const inherited = known(list(account, 'inheritedTrails', model).items[0]);
    for (const relation of ['status', 'logGroup']) {
      const answer = related(inherited, relation, model);
      expect(answer).toBeInstanceOf(Unknown);
      expect(answer).toMatchObject({
        causes: expect.arrayContaining([
          expect.objectContaining({
            code: 'NotScanned',
            account: central,
            message: expect.stringContaining(central),
          }),
        ]),
      });
    }
  });
});

test('a member tells the status of a trail whose owner was not scanned', async () => {
  const scanned = known(healthy.accounts[member]);
  const status = {
    call: 'cloudtrail:GetTrailStatus',
    region: 'us-east-1',
    input: { Name: arn },
    output: { IsLogging: false },
  } as const;
  await inAccount(
    { accounts: { [member]: { ...scanned, records: [...(scanned.records ?? []), status] } } },
    member,
    (account, model) => {
      const inherited = known(list(account, 'inheritedTrails', model).items[0]);
      expect(related(inherited, 'status', model)).toMatchObject({ data: { IsLogging: false } });
    },
  );
});
