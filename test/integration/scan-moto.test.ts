import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { compareText } from '../../src/text.ts';
import { spoil } from '../aws/fault-proxy.ts';
import type { Moto } from '../aws/moto.ts';
import { motoRegions, startMoto } from '../aws/moto.ts';
import type { SeededOrganization } from '../aws/seed-organization.ts';
import { seededRole, seedOrganization } from '../aws/seed-organization.ts';
import { actionWorkspace } from '../support/action-workspace.ts';
import { startCodeScanning } from '../support/code-scanning.ts';
import { python } from '../support/needs.ts';
import type { CliRun } from '../support/run-cli.ts';
import { runCli, stackLines, temporaryFolder } from '../support/run-cli.ts';

interface Report {
  readonly findings: readonly {
    readonly rule: string;
    readonly verdict: string;
    readonly message: string;
    readonly resource: { readonly id: string; readonly account: string; readonly region: string };
  }[];
  readonly summary: { readonly complete: boolean; readonly byVerdict: Readonly<Record<string, number>> };
}

/** The rules whose verdicts are foretold here; others may come. */
const rules = [
  'cloudtrail-cloudwatch-role-valid',
  'cloudtrail-log-file-validation',
  'cloudtrail-multi-region',
  'cloudtrail-trail-is-logging',
  'loggroup-retention-minimum',
  'loggroup-retention-set',
  'monitor-root-usage',
  'org-every-active-account-covered',
];

describe.skipIf(python() === undefined)('scanning an organization in an AWS emulator', () => {
  const folder = temporaryFolder();
  let moto: Moto;
  let seeded: SeededOrganization;

  beforeAll(async () => {
    moto = await startMoto();
    seeded = await seedOrganization(moto.url);
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    await moto.close();
  });

  async function scan(url: string, name: string): Promise<{ run: CliRun; report: Report }> {
    const file = path.join(folder.path, `${name}.json`);
    const chosen = rules.flatMap((rule) => ['--rule', rule]);
    const out = path.join(folder.path, name);
    const run = await runCli(
      ['scan', '--out', out, '--role-name', seededRole, '--format', `json=${file}`, ...chosen],
      { environment: { ...moto.environment, AWS_ENDPOINT_URL: url } },
    );
    expect(stackLines(run)).toEqual([]);
    return { run, report: JSON.parse(readFileSync(file, 'utf8')) as Report };
  }

  /** `rule resource` of every finding with the verdict; accounts by their seeded name, trails and groups by theirs. */
  function judged(report: Report, verdict: string): readonly string[] {
    const names = new Map(Object.entries(seeded).map(([name, id]: [string, string]) => [id, name]));
    return report.findings
      .filter((finding) => finding.verdict === verdict)
      .map(({ rule, resource: { id, account } }) => {
        const own = id.replace(/^arn:.*:(?:trail\/|log-group:)/, '');
        return `${rule} ${names.get(account) ?? account}${own === account ? '' : ` ${own}`}`;
      })
      .toSorted(compareText);
  }

  const seededFaults = [
    'cloudtrail-cloudwatch-role-valid development sydney',
    'cloudtrail-log-file-validation production production',
    'cloudtrail-multi-region development',
    'cloudtrail-multi-region sandbox',
    'cloudtrail-multi-region security',
    'cloudtrail-trail-is-logging security archive',
    'loggroup-retention-minimum development /cloudtrail/sydney',
    'loggroup-retention-set production /cloudtrail/production',
    'monitor-root-usage development',
    'monitor-root-usage production',
    'monitor-root-usage sandbox',
    'monitor-root-usage security',
    'org-every-active-account-covered development',
    'org-every-active-account-covered sandbox',
    'org-every-active-account-covered security',
  ];

  test('finds exactly the faults that were put there', async () => {
    const { run, report } = await scan(moto.url, 'plain');
    expect(judged(report, 'fail')).toEqual(seededFaults);
    expect(judged(report, 'unknown')).toEqual([]);
    expect(judged(report, 'pass')).toEqual(
      expect.arrayContaining([
        'cloudtrail-cloudwatch-role-valid management main',
        'cloudtrail-multi-region management',
        'cloudtrail-multi-region production',
        'monitor-root-usage management',
        'org-every-active-account-covered management',
        'org-every-active-account-covered production',
      ]),
    );
    expect({ code: run.code, complete: report.summary.complete }).toEqual({ code: 1, complete: true });
  });

  test('finds the same with a fifth of the calls throttled and some cut off', async () => {
    await using proxy = await spoil(moto.url, {
      seed: 2,
      faults: [
        { fault: 'throttle', rate: 0.2 },
        { fault: 'reset', rate: 0.03 },
      ],
    });
    const { report } = await scan(proxy.url, 'spoiled');
    expect(proxy.injected.get('throttle')).toBeGreaterThan(10);
    expect(proxy.injected.get('reset')).toBeGreaterThan(0);
    expect(judged(report, 'fail')).toEqual(seededFaults);
    expect(judged(report, 'unknown')).toEqual([]);
  });

  test('what could not be asked is unknown, and nothing else changes', async () => {
    await using proxy = await spoil(moto.url, {
      seed: 3,
      faults: [
        {
          fault: 'denied',
          rate: 1,
          where: ({ operation, account }) => operation === 'DescribeLogGroups' && account === 'caller',
        },
      ],
    });
    const { run, report } = await scan(proxy.url, 'denied');
    expect(judged(report, 'fail')).toEqual(seededFaults);
    const places = motoRegions.map((region) => `management ${seeded.management}/${region}`);
    expect(judged(report, 'unknown')).toEqual(
      [
        ...places.map((place) => `loggroup-retention-minimum ${place}`),
        ...places.map((place) => `loggroup-retention-set ${place}`),
        // Its group may be of a class without metric filters: nobody can tell.
        'monitor-root-usage management',
      ].toSorted(compareText),
    );
    expect(report.findings.find(({ verdict }) => verdict === 'unknown')?.message).toMatch(
      /DescribeLogGroups.*AccessDenied/,
    );
    expect({ code: run.code, complete: report.summary.complete }).toEqual({ code: 1, complete: false });
  });

  test('the action of GitHub scans it with the credentials of the role, which no other step gets', async () => {
    await using github = await startCodeScanning();
    const place = actionWorkspace(path.join(folder.path, 'github'));
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = moto.environment;
    const run = await place.run(
      {
        'role-to-assume': 'arn:aws:iam::123456789012:role/TrailwardenGitHub',
        'aws-region': 'us-east-1',
        options: `--role-name=${seededRole}\n--rule\ncloudtrail-multi-region`,
        'snapshot-artifact': 'snapshot',
        'upload-sarif': 'true',
      },
      {
        environment: { AWS_ENDPOINT_URL: AWS_ENDPOINT_URL ?? '', GITHUB_API_URL: github.url },
        others: {
          role: {
            outputs: {
              'aws-access-key-id': AWS_ACCESS_KEY_ID ?? '',
              'aws-secret-access-key': AWS_SECRET_ACCESS_KEY ?? '',
            },
          },
        },
      },
    );
    const failing = seededFaults.filter((fault) => fault.startsWith('cloudtrail-multi-region'));
    const accounts = Object.keys(seeded).length;
    expect(run).toMatchObject({
      failed: true,
      outputs: {
        'exit-code': '1',
        complete: 'true',
        failures: String(failing.length),
        uploaded: String(accounts),
        withheld: '[]',
      },
    });
    const kept = run.steps.find(({ name }) => name === 'Keep the snapshot');
    expect(kept?.with).toMatchObject({ name: 'snapshot', path: run.outputs['snapshot'] });
    expect(existsSync(path.join(run.outputs['snapshot'] ?? '', 'manifest.json'))).toBe(true);
    expect(github.uploads[0]?.sarif['runs']).toHaveLength(accounts);
  });
});
