/**
 * `npm run demo:aws`: an organization to try things on, without an AWS account. Starts the emulator of the tests with their
 * organization of five accounts and keeps it until it is interrupted or npm
 * ends: the script says `exec`, so that no shell stands between the two. Nothing leaves this machine.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { python } from '../support/needs.ts';
import { endWithParent } from './ending.ts';
import { startMoto, type Moto } from './moto.ts';
import { seedOrganization } from './seed-organization.ts';

const file = 'out/demo-aws.env';
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (python() === undefined) {
  say('demo:aws needs Python 3.11 or later with venv: apt-get install python3-venv, or brew install python');
  process.exitCode = 2;
} else {
  say('starting the emulator (the first time it is installed into .venv, about half a minute) ...');
  let moto: Moto | undefined;
  endWithParent(async () => {
    rmSync(file, { force: true });
    // One that is still starting ends with this process.
    await moto?.close();
  });
  moto = await startMoto();
  const accounts = await seedOrganization(moto.url);
  const settings = Object.entries(moto.environment).map(([name, value]) => `export ${name}=${value}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${[...settings, 'unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CONFIG_FILE'].join('\n')}\n`);
  for (const [name, id] of Object.entries(accounts)) say(`  ${id as string}  ${name}`);
  say(
    `ready: an organization of ${Object.keys(accounts).length} accounts in an AWS emulator on this machine`,
  );
  say('In another terminal, in this folder:');
  say(`  source ${file}`);
  say('  npx trailwarden doctor');
  say('Ctrl-C ends it and forgets everything.');
}
