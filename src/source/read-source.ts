import { access, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

import { UserFault } from '../fault.ts';
import type { JsonValue } from '../json.ts';
import { compareText } from '../text.ts';
import { cdkDeclarations, isCdkManifest } from './cdk.ts';
import {
  isTemplate,
  looksLikeTemplate,
  parseTemplate,
  placeOf,
  templateResources,
} from './cloudformation/template.ts';
import type { Declaration } from './declaration.ts';
import { findSourceFiles, repositoryRoot, type SourceFile, type SourceNotice } from './files.ts';
import { isTerraformShow, readTerraformShow, type StateOfRoot } from './terraform/state.ts';
import { readTerraform, type TerraformFiles } from './terraform/read.ts';
import { pathBelow } from '../paths.ts';

/** What the infrastructure code below a folder declares. */
export interface ReadSource {
  readonly declarations: readonly Declaration[];
  /** Files that could not be used, in the order of their paths. */
  readonly notices: readonly SourceNotice[];
}

/**
 * Reads all infrastructure code below a folder: Terraform in both syntaxes with its variables and what
 * `terraform show -json` wrote, CloudFormation and SAM templates, output of the AWS CDK. Nothing of it is run. A file
 * that cannot be read becomes a notice.
 *
 * @throws {@link UserFault} for a folder that does not exist or lies outside of the repository that the alerts are for.
 */
export async function readSource(folder: string): Promise<ReadSource> {
  const root = await openRoot(folder);
  const { files, notices: missed } = await findSourceFiles(folder, root);
  const notices: SourceNotice[] = [...missed];
  const read = async (file: SourceFile): Promise<string | undefined> => {
    try {
      return await file.read();
    } catch (error) {
      notices.push({ file: file.file, text: `cannot be read: ${(error as Error).message}` });
      return undefined;
    }
  };
  const sorted = await sortOut(files, read, notices);
  const assemblies = [...sorted.manifests.keys()].map((file) => path.posix.dirname(file));

  const declarations: Declaration[] = [...(await readTerraform(sorted.terraform, notices))];
  for (const [file, text] of sorted.templates) {
    // Output of the CDK: the line to change is in the app.
    if (assemblies.includes(path.posix.dirname(file))) continue;
    declarations.push(...templateDeclarations(file, text, notices));
  }
  for (const [file, manifest] of sorted.manifests)
    declarations.push(...(await assemblyDeclarations(file, manifest, root, notices)));
  notices.sort((a, b) => compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0));
  return { declarations, notices };
}

async function openRoot(folder: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(folder);
    await access(path.join(real, '.'));
  } catch (error) {
    throw new UserFault(`--source ${folder}: no such folder`, { cause: error });
  }
  const root = await repositoryRoot(real);
  if (pathBelow(root, real) === undefined) {
    throw new UserFault(
      `--source ${folder}: lies outside of ${root}; alerts are shown in files of one repository. Run from its root, or name a folder in it`,
    );
  }
  return root;
}

interface Sorted {
  readonly terraform: TerraformFiles;
  readonly templates: ReadonlyMap<string, string>;
  readonly manifests: ReadonlyMap<string, JsonValue & object>;
}

/** Which reader each file is for. Only its first look decides; files for none are left. */
async function sortOut(
  files: readonly SourceFile[],
  read: (file: SourceFile) => Promise<string | undefined>,
  notices: SourceNotice[],
): Promise<Sorted> {
  const code = new Map<string, string>();
  const variables = new Map<string, string>();
  const states = new Map<string, StateOfRoot>();
  const templates = new Map<string, string>();
  const manifests = new Map<string, JsonValue & object>();
  for (const source of files) {
    const { file } = source;
    const text = await read(source);
    if (text === undefined) continue;
    if (/\.tf(\.json)?$/.test(file)) code.set(file, text);
    else if (/\.tfvars(\.json)?$/.test(file)) variables.set(file, text);
    else if (looksLikeTemplate(text)) templates.set(file, text);
    else if (looksLikeToolOutput(file, text)) {
      const value = parseJson(file, text, notices);
      if (value === undefined) continue;
      if (isTerraformShow(value)) states.set(file, readTerraformShow(value));
      else if (isCdkManifest(value)) manifests.set(file, value);
    }
  }
  return { terraform: { code, variables, states }, templates, manifests };
}

function looksLikeToolOutput(file: string, text: string): boolean {
  if (!file.endsWith('.json')) return false;
  return file.endsWith('manifest.json')
    ? text.includes('"aws:cloudformation:stack"')
    : text.includes('"format_version"') && text.includes('"terraform_version"');
}

function parseJson(file: string, text: string, notices: SourceNotice[]): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    notices.push({ file, text: `is no valid JSON: ${(error as Error).message}` });
    return undefined;
  }
}

function templateDeclarations(file: string, text: string, notices: SourceNotice[]): readonly Declaration[] {
  const document = parseTemplate(text);
  const [fault] = document.faults;
  if (fault !== undefined) {
    const { line, column, message } = fault;
    notices.push({ file, line, column, text: message });
    return [];
  }
  if (!isTemplate(document.value)) return [];
  return templateResources(document.value, {}, undefined).map((resource) => ({
    place: { file, ...placeOf(document, resource) },
    address: resource.logicalId,
    arns: [],
    names: resource.names,
  }));
}

async function assemblyDeclarations(
  file: string,
  manifest: JsonValue & object,
  root: string,
  notices: SourceNotice[],
): Promise<readonly Declaration[]> {
  if (!isCdkManifest(manifest)) return [];
  const folder = path.join(root, path.posix.dirname(file));
  const known = new Map<string, Promise<readonly string[] | undefined>>();
  const linesOf = async (full: string): Promise<readonly string[] | undefined> => {
    const lines = known.get(full) ?? readLines(full);
    known.set(full, lines);
    return lines;
  };
  const { declarations, unplaced } = await cdkDeclarations(manifest, {
    async json(name) {
      // Only files of the assembly itself: the manifest is not trusted.
      if (name !== path.basename(name)) return undefined;
      try {
        return JSON.parse(await readFile(path.join(folder, name), 'utf8')) as JsonValue;
      } catch {
        return undefined;
      }
    },
    async source(name) {
      const inside = path.isAbsolute(name) ? pathBelow(root, name) : undefined;
      if (inside === undefined || inside.split('/').includes('node_modules')) return undefined;
      const lines = await linesOf(path.join(root, inside));
      return lines && { file: inside, lines };
    },
  });
  if (unplaced > 0) {
    notices.push({
      file,
      text: `says no line of the app for ${unplaced} resources; write it with cdk synth --debug, in this folder and from this code`,
    });
  }
  return declarations;
}

/** Lines of a file of code; undefined where there is none, or where a link leads out. */
async function readLines(full: string): Promise<readonly string[] | undefined> {
  try {
    if ((await realpath(full)) !== full) return undefined;
    return (await readFile(full, 'utf8')).split('\n');
  } catch {
    return undefined;
  }
}
