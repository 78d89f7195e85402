import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const sources = ['src', 'build', 'schemas', 'rules', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** One file that `npm pack` takes, with its size in bytes. */
export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** The package as npm makes and installs it, in a folder that holds nothing of the repository. */
export interface InstalledPackage {
  /** The folder that it is installed in. */
  readonly folder: string;
  /** The package itself, in `node_modules`. */
  readonly home: string;
  readonly tarball: string;
  readonly files: readonly PackedFile[];
  /** Makes a dependency of the package available to it. */
  install(dependency: string): void;
}

/**
 * Packs the package and unpacks it below `folder`. Its dependencies are those of the repository, each given by
 * {@link InstalledPackage.install}: what is not named there cannot be found.
 */
export function installPackage(folder: string): InstalledPackage {
  const built = builtPackage(path.join(folder, 'build'));
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], built);
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: PackedFile[] }];
  const tarball = path.join(folder, filename);
  const installed = path.join(folder, 'installed');
  mkdirSync(path.join(installed, 'node_modules'), { recursive: true });
  run('tar', ['-xzf', tarball], path.join(installed, 'node_modules'));
  const home = path.join(installed, 'node_modules/trailwarden');
  renameSync(path.join(installed, 'node_modules/package'), home);
  return {
    folder: installed,
    home,
    tarball,
    files,
    install(dependency) {
      const to = path.join(installed, 'node_modules', dependency);
      mkdirSync(path.dirname(to), { recursive: true });
      symlinkSync(path.join(root, 'node_modules', dependency), to);
    },
  };
}

/** The folder with an up-to-date `dist`: the repository, or `folder`, where it is built then. */
export function builtPackage(folder: string): string {
  return isBuilt() ? root : buildIn(folder);
}

/** Whether `dist` is there and newer than all that it is made of. */
function isBuilt(): boolean {
  // The last thing that `npm run build` writes.
  const last = statSync(path.join(root, 'dist/report/html/page.html'), { throwIfNoEntry: false });
  const command = statSync(path.join(root, 'dist/cli/main.js'), { throwIfNoEntry: false });
  if (last === undefined || command === undefined) return false;
  return sources.every((name) => newest(path.join(root, name)) <= command.mtimeMs);
}

function newest(file: string): number {
  const own = statSync(file);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(...readdirSync(file).map((name) => newest(path.join(file, name))));
}

function buildIn(folder: string): string {
  for (const name of [...sources, 'fixtures/example-org', 'README.md', 'LICENSE'])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  run('npm', ['run', '--silent', 'build'], folder);
  return folder;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** Names of the dependencies that `npm install trailwarden` brings directly. */
export function dependencies(): readonly string[] {
  const { dependencies: own } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(own);
}
