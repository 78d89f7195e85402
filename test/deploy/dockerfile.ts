import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** One instruction of a Dockerfile, as written but on one line. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** Reads a Dockerfile that has comments and continued lines, but no heredocs and no other escape character. */
export function parseDockerfile(text: string): readonly Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`no instruction: ${line}`);
      return { name, text: rest };
    });
}

/** What an image was told about its processes, and the folder that stands for its file system. */
export interface Image {
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/**
 * Does the steps of a Dockerfile in folders, one a stage, as an engine would in images: what is copied, where and from where.
 * Not seen are the images that the stages begin with: `from` fills the folder of a stage in place of them.
 *
 * @param options.context the folder that is built from; only what `allowed` says can be copied from there.
 * @param options.run runs the command of a `RUN` in the folder that stands for its working directory.
 * @returns the image of the last stage
 */
export function buildImage(
  instructions: readonly Instruction[],
  options: {
    readonly folder: string;
    readonly context: string;
    readonly allowed: (source: string) => boolean;
    readonly from: (image: string, root: string) => void;
    readonly run: (command: string, folder: string) => void;
  },
): Image {
  const variables = new Map<string, string>();
  const stages = new Map<string, string>();
  let image: Image | undefined;
  const current = (): Image => {
    if (image === undefined) throw new Error('an instruction before the first FROM');
    return image;
  };
  for (const { name, text } of instructions) {
    switch (name) {
      case 'ARG': {
        const [key = '', value = ''] = text.split(/=(.*)/s);
        variables.set(key, value);
        break;
      }
      case 'FROM': {
        const [, base = '', as] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(text) ?? [];
        const root = path.join(options.folder, `stage-${stages.size}`);
        mkdirSync(root, { recursive: true, mode: 0o755 });
        options.from(
          base.replace(/\$\{(\w+)\}/g, (_, key: string) => variables.get(key) ?? ''),
          root,
        );
        stages.set(as ?? String(stages.size), root);
        image = { root, workdir: '/', environment: {}, user: '', entrypoint: [], command: [] };
        break;
      }
      case 'WORKDIR':
        image = { ...current(), workdir: path.posix.resolve(current().workdir, text) };
        mkdirSync(inside(image, '.'), { recursive: true });
        break;
      case 'COPY':
        copy(current(), text, stages, options);
        break;
      case 'RUN':
        options.run(text, inside(current(), '.'));
        break;
      case 'ENV': {
        const given = Object.fromEntries(
          [...text.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]),
        );
        image = { ...current(), environment: { ...current().environment, ...given } };
        break;
      }
      case 'USER':
        image = { ...current(), user: text };
        break;
      case 'ENTRYPOINT':
        image = { ...current(), entrypoint: JSON.parse(text) as string[] };
        break;
      case 'CMD':
        image = { ...current(), command: JSON.parse(text) as string[] };
        break;
      case 'LABEL':
      case 'VOLUME':
        break;
      default:
        throw new Error(`not known here: ${name} ${text}`);
    }
  }
  return current();
}

function copy(
  image: Image,
  text: string,
  stages: ReadonlyMap<string, string>,
  { context, allowed }: { readonly context: string; readonly allowed: (source: string) => boolean },
): void {
  const [, stage, rest = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(text) ?? [];
  const names = rest.split(/\s+/);
  const target = names.at(-1) ?? '';
  for (const source of names.slice(0, -1)) {
    const from = stage === undefined ? context : stages.get(stage);
    if (from === undefined) throw new Error(`COPY --from=${stage}: no such stage`);
    if (stage === undefined && !allowed(source))
      throw new Error(`COPY ${source}: .dockerignore leaves it out`);
    const place = path.join(from, source);
    if (!existsSync(place)) throw new Error(`COPY ${source}: not there`);
    // What a folder holds goes into the target; a file goes below a target that ends with a slash.
    const to = inside(image, target.endsWith('/') ? path.posix.join(target, path.basename(source)) : target);
    mkdirSync(path.dirname(to), { recursive: true });
    // Nothing changes a file of an earlier stage, so that one with two names does for two.
    if (stage === undefined) cpSync(place, to, { recursive: true });
    else linkTrees([place], to, { cwd: from });
  }
}

/**
 * Copies files and folders by giving them second names where that can be, which is much faster.
 * @param options as of `cp`, with `cwd` the folder that names begin in
 */
export function linkTrees(
  names: readonly string[],
  target: string,
  options: { readonly cwd: string; readonly flags?: readonly string[] },
): void {
  for (const how of [['--link'], []]) {
    const { status, stderr } = spawnSync(
      'cp',
      ['--archive', '--force', ...how, ...(options.flags ?? []), ...names, target],
      { cwd: options.cwd, encoding: 'utf8' },
    );
    if (status === 0) return;
    if (how.length === 0) throw new Error(stderr);
  }
}

function inside(image: Image, place: string): string {
  return path.join(image.root, path.posix.resolve(image.workdir, place));
}

/** What of the context a `.dockerignore` lets through that leaves everything out but what it names with `!`. */
export function allowedBy(dockerignore: string): (source: string) => boolean {
  const lines = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (lines[0] !== '*' || !lines.slice(1).every((line) => line.startsWith('!')))
    throw new Error('.dockerignore: only a list of what is let through is understood');
  const names = lines.slice(1).map((line) => line.slice(1));
  return (source) => names.some((name) => source === name || source.startsWith(`${name}/`));
}

/** Copies a program and the libraries that it loads, so that it runs with this folder as its root. */
export function copyProgram(program: string, root: string, target: string): void {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  const libraries = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, file = '']) => file);
  for (const [from, to] of [[program, target] as const, ...libraries.map((file) => [file, file] as const)]) {
    mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
    copyFileSync(realpathSync(from), path.join(root, to));
  }
}
