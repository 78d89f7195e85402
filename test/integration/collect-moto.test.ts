import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { collect as collectHere } from '../../src/collect/collect.ts';
import { actionsFor, callerPolicy, memberPolicy, type Policy } from '../../src/collect/role.ts';
import type { JsonObject } from '../../src/json.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { compareText } from '../../src/text.ts';
import { collectBySdkClients } from '../aws/by-sdk-clients.ts';
import { spoil } from '../aws/fault-proxy.ts';
import type { Moto } from '../aws/moto.ts';
import { motoRegions, startMoto } from '../aws/moto.ts';
import { joinPages } from '../aws/paging.ts';
import { permissionFor } from '../aws/permissions.ts';
import { serve } from '../aws/replay-server.ts';
import { lasting, sameAnswers } from '../aws/same-answers.ts';
import type { SeededOrganization } from '../aws/seed-organization.ts';
import { seededRole, seedOrganization } from '../aws/seed-organization.ts';
import { allowScanner, seedScanner } from '../aws/seed-scanner.ts';
import { lossOf, without } from '../aws/without-action.ts';
import { python } from '../support/needs.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

/** The emulator answers these with the time of the question. */
const volatile = ['LatestDeliveryTime', 'LatestDeliveryAttemptTime'];

describe.skipIf(python() === undefined)('an organization in an AWS emulator', () => {
  let moto: Moto;
  let seeded: SeededOrganization;
  let snapshot: Snapshot;
  const folder = temporaryFolder();

  beforeAll(async () => {
    moto = await startMoto();
    seeded = await seedOrganization(moto.url);
    snapshot = await collect(moto.environment, 'first');
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    await moto.close();
  });

  async function collect(
    environment: Readonly<Record<string, string>>,
    name: string,
    ...more: readonly string[]
  ): Promise<Snapshot> {
    const out = path.join(folder.path, name);
    const run = await runCli(['collect', '--out', out, '--role-name', seededRole, ...more], { environment });
    expect(stackLines(run)).toEqual([]);
    return await openSnapshot(out);
  }

  /** The whole answer to a call, pages joined. */
  async function answer(account: string, region: string, call: string): Promise<JsonObject> {
    const records = ((await snapshot.account(account)) ?? []).filter(
      (record) => `${record.service}:${record.operation}` === call && record.region === region,
    );
    return joinPages(
      call,
      records.map((record) => record.output ?? {}),
    );
  }

  test('every account is collected in every region asked for', () => {
    expect(
      snapshot.manifest.accounts.map(({ id, scan, regions }) => ({ id, scan, regions: regions?.toSorted() })),
    ).toEqual(
      Object.values<string>({ ...seeded })
        .toSorted(compareText)
        .map((id) => ({ id, scan: 'collected', regions: motoRegions.toSorted() })),
    );
    expect(snapshot.manifest.finished).toBe(true);
  });

  test('the way through the organizational units is known', () => {
    const paths = new Map(snapshot.manifest.accounts.map(({ name, path: units }) => [name, units]));
    expect(paths.get('Production')).toBe('Workloads/Production');
    expect(paths.get('Security')).toBe('Security');
  });

  test('tags of accounts are there where they are asked for', async () => {
    const tagged = await collect(moto.environment, 'tagged', '--tags', '--regions', 'us-east-1');
    const tags = (await tagged.organization()).flatMap(({ operation, input, output }) =>
      operation === 'ListTagsForResource' ? [[input['ResourceId'], output?.['Tags']]] : [],
    );
    expect(tags).toContainEqual([seeded.production, [{ Key: 'team', Value: 'production' }]]);
    expect(tags).toHaveLength(Object.keys(seeded).length);
    expect((await snapshot.organization()).some(({ operation }) => operation === 'ListTagsForResource')).toBe(
      false,
    );
  });

  test('a trail of all regions is seen in each region, one of a single region in its own', async () => {
    for (const region of motoRegions) {
      const trails = await answer(seeded.production, region, 'cloudtrail:DescribeTrails');
      expect(trails['trailList']).toMatchObject([{ Name: 'production', LogFileValidationEnabled: false }]);
    }
    expect((await answer(seeded.development, 'us-east-1', 'cloudtrail:DescribeTrails'))['trailList']).toEqual(
      [],
    );
    expect(await answer(seeded.development, 'ap-southeast-2', 'cloudtrail:DescribeTrails')).toMatchObject({
      trailList: [{ Name: 'sydney', IsMultiRegionTrail: false, HomeRegion: 'ap-southeast-2' }],
    });
  });

  test('what a trail records is asked once, at its home, how it is doing wherever its owner sees it', async () => {
    const asked = ((await snapshot.account(seeded.security)) ?? []).filter(({ operation }) =>
      ['GetTrailStatus', 'GetEventSelectors'].includes(operation),
    );
    expect(asked.map(({ operation, region }) => `${operation} ${region}`).toSorted()).toEqual([
      'GetEventSelectors eu-west-1',
      ...motoRegions.map((region) => `GetTrailStatus ${region}`).toSorted(),
    ]);
    expect(await answer(seeded.security, 'eu-west-1', 'cloudtrail:GetTrailStatus')).toMatchObject({
      IsLogging: false,
    });
    expect(await answer(seeded.production, 'eu-west-1', 'cloudtrail:GetTrailStatus')).toMatchObject({
      IsLogging: true,
    });
  });

  test('all pages of log groups are there, and the filters and alarms on them', async () => {
    const groups = (await answer(seeded.production, 'eu-west-1', 'logs:DescribeLogGroups'))['logGroups'];
    expect(groups).toHaveLength(56);
    expect(await answer(seeded.development, 'ap-southeast-2', 'logs:DescribeLogGroups')).toMatchObject({
      logGroups: [{ logGroupName: '/cloudtrail/sydney', retentionInDays: 30 }],
    });
    expect(await answer(seeded.management, 'us-east-1', 'logs:DescribeMetricFilters')).toMatchObject({
      metricFilters: [{ filterName: 'root-usage', logGroupName: '/cloudtrail/main' }],
    });
    expect(await answer(seeded.management, 'us-east-1', 'cloudwatch:DescribeAlarms')).toMatchObject({
      MetricAlarms: [{ AlarmName: 'root-usage', Threshold: 1 }],
    });
    expect(await answer(seeded.management, 'us-east-1', 'sns:ListSubscriptionsByTopic')).toMatchObject({
      Subscriptions: [{ Protocol: 'email', Endpoint: 'security@example.com' }],
    });
  });

  test('the key of an encrypted topic is found by its alias, and who is told without a filter', async () => {
    const place = [seeded.management, 'us-east-1'] as const;
    expect(await answer(...place, 'kms:DescribeKey')).toMatchObject({
      KeyMetadata: { AWSAccountId: seeded.management, KeyState: 'Enabled', KeyManager: 'CUSTOMER' },
    });
    const { Policy: policy } = await answer(...place, 'kms:GetKeyPolicy');
    expect(policy).toContain('cloudwatch.amazonaws.com');
    expect(await answer(...place, 'sns:GetSubscriptionAttributes')).toMatchObject({
      Attributes: { Endpoint: 'security@example.com', PendingConfirmation: 'false' },
    });
    // The topic of another account is not encrypted.
    expect(await answer(seeded.development, 'ap-southeast-2', 'kms:DescribeKey')).toEqual({});
  });

  test('regions that do not know mute rules say so, where there are alarms', () => {
    expect(
      snapshot.manifest.coverage.filter(({ operation }) => operation === 'cloudwatch:ListAlarmMuteRules'),
    ).toMatchObject(
      [seeded.management, seeded.production, seeded.development]
        .toSorted(compareText)
        .map(() => ({ outcome: 'not-enabled', code: 'UnknownOperationException' })),
    );
  });

  test('with a fifth of the calls throttled and some cut off, the answers are the same', async () => {
    await using proxy = await spoil(moto.url, {
      seed: 1,
      faults: [
        { fault: 'throttle', rate: 0.2 },
        { fault: 'reset', rate: 0.03 },
      ],
    });
    const environment = { ...moto.environment, AWS_ENDPOINT_URL: proxy.url };
    const spoiled = await collect(environment, 'spoiled');
    expect(proxy.injected.get('throttle')).toBeGreaterThan(10);
    expect(proxy.injected.get('reset')).toBeGreaterThan(0);
    expect(await sameAnswers(snapshot, spoiled, { volatile })).toEqual([]);
  });

  test('by the clients of the SDK the same is collected, to the letter', async () => {
    const out = path.join(folder.path, 'by-clients');
    const byClients = await collectBySdkClients(moto.environment, { out, roleName: seededRole });
    expect(await lasting(byClients, { volatile })).toEqual(await lasting(snapshot, { volatile }));
  });

  test('the replay server says of it what the emulator said', async () => {
    await using replay = await serve(snapshot);
    const again = await collect(replay.environment, 'replayed');
    expect(replay.unexpected).toEqual([]);
    expect(await sameAnswers(snapshot, again)).toEqual([]);
  });

  test('where the account API is denied, EC2 tells the regions', async () => {
    await using proxy = await spoil(moto.url, {
      seed: 1,
      faults: [{ fault: 'denied', rate: 1, where: ({ service }) => service === 'account' }],
    });
    const environment = { ...moto.environment, AWS_ENDPOINT_URL: proxy.url };
    const narrowed = await collect(environment, 'narrowed', '--regions', 'us-east-1');
    for (const account of narrowed.manifest.accounts) {
      expect(account).toMatchObject({ regions: ['us-east-1'], regionsFrom: 'ec2:DescribeRegions' });
      expect(account.regionsLeftOut).toContain('eu-west-1');
    }
  });

  describe('where its IAM allows what the printed policies allow', () => {
    const actions = actionsFor(undefined);
    const caller = callerPolicy(actions, { roleName: seededRole });
    let scanner: Readonly<Record<string, string>>;

    beforeAll(async () => {
      scanner = {
        ...moto.environment,
        ...(await seedScanner(moto.url, seeded, caller, memberPolicy(actions))),
      };
      await moto.enforce(true);
    });
    afterAll(() => moto.enforce(false));

    test('nothing is denied', async () => {
      const bound = await collect(scanner, 'bound');
      expect(bound.manifest.coverage.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
      expect(await sameAnswers(snapshot, bound, { volatile, except: ['sts:GetCallerIdentity'] })).toEqual([]);
    });

    test('without one action its call is denied, and nothing changes but that and what it would have led to', async () => {
      for (const [name, value] of Object.entries(scanner)) vi.stubEnv(name, value);
      const policy = async (document: Policy): Promise<void> => {
        await moto.enforce(false);
        await allowScanner(moto.url, document);
        await moto.enforce(true);
      };
      const options = {
        accounts: [seeded.management],
        regions: ['us-east-1'],
        roleName: seededRole,
        pace: 100,
        tool: { name: 'trailwarden', version: 'test' },
      };
      const own = async (name: string): Promise<Snapshot> => {
        const out = path.join(folder.path, name);
        await collectHere({ ...options, out });
        return await openSnapshot(out);
      };
      const whole = await own('whole');
      const asked = Object.keys(whole.manifest.requests ?? {}).flatMap((call) => permissionFor(call) ?? []);
      const wrong: string[] = [];
      const notEnforced: string[] = [];
      for (const action of [...new Set(asked)].sort()) {
        await policy(without(caller, action));
        const { denied, unexplained } = lossOf(
          action,
          whole,
          await own(`without-${action.replace(':', '-')}`),
        );
        if (denied.size === 0) notEnforced.push(action);
        wrong.push(...unexplained);
      }
      vi.unstubAllEnvs();
      expect(wrong).toEqual([]);
      // What `moto_server.py` answers itself.
      expect(notEnforced).toEqual([
        'account:ListRegions',
        'apigateway:GET',
        'cloudtrail:ListEventDataStores',
        'cloudwatch:ListAlarmMuteRules',
        'lambda:GetAccountSettings',
        'logs:DescribeAccountPolicies',
        'oam:ListLinks',
        'oam:ListSinks',
      ]);
    }, 180_000);
  });
});
