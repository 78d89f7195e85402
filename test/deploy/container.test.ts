import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { builtPackage } from '../support/installed-package.ts';
import { python } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';
import { allowedBy, buildImage, copyProgram, linkTrees, parseDockerfile, type Image } from './dockerfile.ts';
import { ask, checkers, checkersMade, root } from './tools.ts';

/*
 * No engine is asked for: the steps are done in folders, and the program runs with the last one as its root, as the user of the
 * image. Not seen: the images that the stages begin with. Where tests do not run as root, the program runs as their user and
 * sees the machine's files, too.
 */

const folder = temporaryFolder();
const isRoot = process.getuid?.() === 0;
const instructions = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
let image: Image;

/** What npm would do, by the packages that are installed here and what is built already. */
const commands: Readonly<Record<string, (folder: string) => void>> = {
  'npm ci --ignore-scripts': (at) => {
    symlinkSync(path.join(root, 'node_modules'), path.join(at, 'node_modules'));
  },
  'npm ci --omit=dev --ignore-scripts': (at) => {
    const { packages } = JSON.parse(readFileSync(path.join(at, 'package-lock.json'), 'utf8')) as {
      packages: Readonly<Record<string, { dev?: boolean; devOptional?: boolean }>>;
    };
    const wanted = Object.entries(packages).filter(
      ([name, { dev, devOptional }]) => name !== '' && !dev && !devOptional,
    );
    linkTrees(
      wanted.map(([name]) => name),
      at,
      { cwd: root, flags: ['--parents'] },
    );
  },
  'npm run build': (at) => {
    cpSync(path.join(builtPackage(path.join(folder.path, 'build')), 'dist'), path.join(at, 'dist'), {
      recursive: true,
    });
  },
};

beforeAll(() => {
  chmodSync(folder.path, 0o755);
  image = buildImage(instructions, {
    folder: folder.path,
    context: root,
    allowed: allowedBy(readFileSync(path.join(root, '.dockerignore'), 'utf8')),
    from: (base, at) => {
      if (base.startsWith('gcr.io/distroless/nodejs')) copyProgram(process.execPath, at, '/nodejs/bin/node');
    },
    run: (command, at) => {
      const step = commands[command];
      if (step === undefined) throw new Error(`RUN ${command}: this test does not know it`);
      step(at);
    },
  });
  // The volume for what is written.
  mkdirSync(path.join(image.root, 'out'));
  if (isRoot) chownSync(path.join(image.root, 'out'), ...ids());
}, 120_000);
afterAll(() => folder[Symbol.dispose]());

function ids(): [user: number, group: number] {
  const [user = Number.NaN, group = Number.NaN] = image.user.split(':').map(Number);
  return [user, group];
}

/** How a run of the image ended; places are those that it sees. */
interface ImageRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the image as an engine would with `--read-only`: root owns all files, so its user can write to the volume alone. */
function run(line = ''): ImageRun {
  const words = [...image.entrypoint, ...(line === '' ? image.command : line.split(' '))];
  const env = { PATH: process.env['PATH'], ...image.environment, AWS_EC2_METADATA_DISABLED: 'true' };
  if (isRoot) {
    const [user, group] = ids();
    const enter = [`--setuid=${user}`, `--setgid=${group}`, `--root=${image.root}`, `--wd=${image.workdir}`];
    return spawnSync('unshare', [...enter, ...words], { env, encoding: 'utf8' });
  }
  const here = words.slice(1).map((word) => word.replace(/(^|=)\//, `$1${image.root}/`));
  const cwd = path.join(image.root, image.workdir);
  const { status, stdout, stderr } = spawnSync(process.execPath, here, { cwd, env, encoding: 'utf8' });
  return { status, stdout: stdout.replaceAll(image.root, ''), stderr: stderr.replaceAll(image.root, '') };
}

test.skipIf(python() === undefined)(
  'hadolint has no complaint about the Dockerfile',
  async () => {
    const hadolint = path.join(await checkers(), 'hadolint');
    expect(await ask(hadolint, '--failure-threshold', 'style', 'Dockerfile')).toEqual({ code: 0, said: '' });
  },
  checkersMade,
);

test('the image runs as a user that is a number and not root', () => {
  expect(image).toMatchObject({
    user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/) as string,
    entrypoint: ['/nodejs/bin/node', '/opt/trailwarden/dist/cli/main.js'],
  });
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(run().stdout).toContain('Usage: trailwarden');
});

test('the bundled example is scanned, and written is what was named and nothing else', () => {
  const example = 'scan --snapshot /opt/trailwarden/fixtures/example-org';
  const scanned = run(
    `${example} --fail-on none --allow-incomplete --format text --format html=/out/report.html`,
  );
  expect(scanned).toMatchObject({ status: 0, stderr: 'html report: /out/report.html\n' });
  expect(scanned.stdout).toContain('findings');
  if (!isRoot) return;
  const own = readdirSync(image.root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(path.join(image.root, name)).uid === ids()[0],
  );
  expect(own.sort()).toEqual(['out', path.join('out', 'report.html')]);

  const refused = run(`${example} --format html=report.html`);
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^trailwarden: .*report\.html.*\n$/);
});

test('the AWS SDK is there, and a scan without credentials says so', () => {
  const asked = run('scan --region eu-west-1 --out /out/snapshot');
  expect(asked).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no usable AWS credentials') as string,
  });
});
