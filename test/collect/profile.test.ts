import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import { checkProfile } from '../../src/collect/profile.ts';
import { runCli, temporaryFolder } from '../support/run-cli.ts';

const folder = temporaryFolder();
const [config, credentials] = ['config', 'credentials'].map((name) => path.join(folder.path, name)) as [
  string,
  string,
];
beforeAll(() => {
  writeFileSync(
    config,
    `[default]
region = eu-west-1
[profile audit]
role_arn = arn:aws:iam::111122223333:role/Audit
source_profile = keys
[profile broken]
role_arn = arn:aws:iam::111122223333:role/Audit
source_profile = gone
[profile itself]
source_profile = itself
[sso-session corp]
sso_region = eu-west-1
`,
  );
  writeFileSync(
    credentials,
    '[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = hidden\n',
  );
});
afterAll(() => folder[Symbol.dispose]());
afterEach(() => vi.unstubAllEnvs());

async function told(profile: string | undefined, environment: Record<string, string> = {}): Promise<string> {
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', credentials);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return checkProfile(profile).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

const looked = `Looked in ${config} (by AWS_CONFIG_FILE, 4 profiles) and ${credentials} (by AWS_SHARED_CREDENTIALS_FILE, 1 profile)`;
const make = (profile: string): string =>
  `Make it (\`aws configure --profile ${profile}\`, \`aws configure sso\`), or name another one: `;

test.each<[string | undefined, Record<string, string>, string]>([
  [undefined, {}, 'nothing'],
  ['audit', {}, 'nothing'],
  ['default', {}, 'nothing'],
  ['itself', {}, 'nothing'],
  // What is named comes before the environment.
  ['audit', { AWS_PROFILE: 'nobody' }, 'nothing'],
  [
    'adit',
    {},
    `there is no AWS profile adit; did you mean audit?\n${looked}\n${make('adit')}--profile, aws.profile of trailwarden.yaml`,
  ],
  // A section of another kind, and a name of every object, are no profiles.
  ...['corp', 'constructor'].map((name): [string, Record<string, string>, string] => [
    name,
    {},
    `there is no AWS profile ${name}; choose one of audit, broken, default, itself, keys\n${looked}\n${make(name)}--profile, aws.profile of trailwarden.yaml`,
  ]),
  [
    undefined,
    { AWS_PROFILE: 'kyes' },
    `there is no AWS profile kyes, which AWS_PROFILE names; did you mean keys?\n${looked}\n${make('kyes')}AWS_PROFILE, --profile`,
  ],
  [
    'broken',
    {},
    `there is no AWS profile gone, the source_profile of broken; choose one of audit, broken, default, itself, keys\n${looked}\n${make('gone')}source_profile of broken`,
  ],
])('a profile that credentials are taken from must exist: %s %j', async (profile, environment, expected) => {
  expect(await told(profile, environment)).toBe(expected);
});

test('doctor names the profile and the files that it looked into, without credentials or region', async () => {
  using home = temporaryFolder();
  const run = await runCli(['doctor', '--profile', 'nobody'], { environment: { HOME: home.path } });
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toBe(`trailwarden: there is no AWS profile nobody; there are none
Looked in ${path.join(home.path, '.aws', 'config')} (not there) and ${path.join(home.path, '.aws', 'credentials')} (not there)
${make('nobody')}--profile, aws.profile of trailwarden.yaml
`);
});
