import path from 'node:path';

import type { Declaration } from '../declaration.ts';
import type { SourceNotice } from '../files.ts';
import { rootFolders, terraformDeclarations } from './declarations.ts';
import { Evaluator } from './evaluate.ts';
import type { Value } from './functions.ts';
import { moduleFolder, type ModuleFolder } from './module.ts';
import { openHclParser, type HclParser } from './parse-hcl.ts';
import { parseTerraformJson } from './parse-json.ts';
import { joinStates, type StateOfRoot } from './state.ts';
import type { Block } from './syntax.ts';

/** Files of Terraform by path: text of code and variables, and what states and plans say. */
export interface TerraformFiles {
  readonly code: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, StateOfRoot>;
}

/** Files of variables that one root module may have. */
const mostVariableFiles = 50;

/** What the Terraform files declare. Files that are no valid Terraform become notices and are left out. */
export async function readTerraform(
  files: TerraformFiles,
  notices: SourceNotice[],
): Promise<readonly Declaration[]> {
  if (files.code.size === 0) return [];
  const hcl = await openHclParser();
  const bodies = new Map<string, { file: string; body: Block }[]>();
  for (const [file, text] of files.code) {
    const body = parse(file, text, hcl, notices);
    if (body !== undefined) append(bodies, folderOf(file), { file, body });
  }
  const folders = new Map(
    [...bodies].map(([folder, parsed]) => [folder, moduleFolder(folder, parsed)] as const),
  );
  const values = variableValues(files.variables, folders, hcl, notices);
  const states = statesOfRoots(files.states, folders, notices);
  return terraformDeclarations(
    {
      folders,
      valuesOf: ({ path: folder }) => values.get(folder) ?? [new Map()],
      stateOf: ({ path: folder }) => states.get(folder),
    },
    (folder, text) => notices.push({ file: folder === '' ? '.' : folder, text }),
  );
}

function parse(file: string, text: string, hcl: HclParser, notices: SourceNotice[]): Block | undefined {
  const parsed = file.endsWith('.json') ? parseTerraformJson(text, hcl) : hcl(text);
  if ('body' in parsed) return parsed.body;
  const { line, column, message } = parsed.fault;
  notices.push({ file, line, column, text: `${message}; the file is left out` });
  return undefined;
}

/**
 * Values of the variables of root modules. Terraform reads `terraform.tfvars` and `*.auto.tfvars` by itself, in this
 * order; each other file is for one of several deployments, and adds to those.
 */
function variableValues(
  files: ReadonlyMap<string, string>,
  folders: ReadonlyMap<string, ModuleFolder>,
  hcl: HclParser,
  notices: SourceNotice[],
): ReadonlyMap<string, readonly ReadonlyMap<string, Value>[]> {
  const automatic = new Map<string, { file: string; values: ReadonlyMap<string, Value> }[]>();
  const chosen = new Map<string, ReadonlyMap<string, Value>[]>();
  for (const [file, text] of files) {
    const folder = nearestModule(folderOf(file), folders);
    if (folder === undefined) continue;
    const body = parse(file, text, hcl, notices);
    if (body === undefined) continue;
    const values = literalValues(body);
    const name = path.posix.basename(file);
    const byItself = /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name);
    if (byItself && folderOf(file) === folder) append(automatic, folder, { file, values });
    else append(chosen, folder, values);
  }
  const all = new Map<string, readonly ReadonlyMap<string, Value>[]>();
  for (const folder of new Set([...automatic.keys(), ...chosen.keys()])) {
    // `terraform.tfvars` comes first, then the others by name: files stand sorted.
    const own = automatic.get(folder) ?? [];
    const first = own.filter(({ file }) => path.posix.basename(file).startsWith('terraform.tfvars'));
    const base = new Map(
      [...first, ...own.filter((one) => !first.includes(one))].flatMap(({ values }) => [...values]),
    );
    const others = chosen.get(folder) ?? [];
    if (others.length > mostVariableFiles) {
      notices.push({
        file: folder,
        text: `has more than ${mostVariableFiles} files of variables; the rest is not used`,
      });
    }
    all.set(folder, [
      base,
      ...others.slice(0, mostVariableFiles).map((values) => new Map([...base, ...values])),
    ]);
  }
  return all;
}

/** Assignments of a file of variables, which are literal. */
function literalValues(body: Block): ReadonlyMap<string, Value> {
  const folder = moduleFolder('', [
    { file: '', body: { ...body, blocks: [{ ...body, type: 'locals', blocks: [] }] } },
  ]);
  const evaluator = new Evaluator(new Map(), 100_000);
  return evaluator.locals(evaluator.root(folder, new Map()));
}

/** The module that a folder of variables belongs to: itself, or the nearest one above. */
function nearestModule(folder: string, folders: ReadonlyMap<string, ModuleFolder>): string | undefined {
  for (let at = folder; ; at = folderOf(at)) {
    if (folders.has(at)) return at;
    if (at === '') return undefined;
  }
}

/**
 * Which root module a state or plan is of: the one in its folder, else the only one that declares all that it holds.
 */
function statesOfRoots(
  states: ReadonlyMap<string, StateOfRoot>,
  folders: ReadonlyMap<string, ModuleFolder>,
  notices: SourceNotice[],
): ReadonlyMap<string, StateOfRoot> {
  const roots = rootFolders(folders);
  const found = new Map<string, StateOfRoot[]>();
  for (const [file, state] of states) {
    const addresses = [...state.arns.keys(), ...state.names.keys()];
    if (addresses.length === 0) continue;
    const beside = roots.filter((root) => root.path === folderOf(file));
    const owners =
      beside.length > 0
        ? beside
        : roots.filter((root) => addresses.every((address) => declares(root, address)));
    const [owner] = owners;
    if (owner !== undefined && owners.length === 1) append(found, owner.path, state);
    else {
      notices.push({
        file,
        text: `${owners.length === 0 ? 'no' : 'more than one'} root module declares what it holds; put it beside the code that it is of`,
      });
    }
  }
  return new Map([...found].map(([folder, some]) => [folder, joinStates(some)]));
}

/** Whether a root module has the resource, or calls the module that it is in. */
function declares(root: ModuleFolder, address: string): boolean {
  const [, call] = /^module\.([^.]+)\./.exec(address) ?? [];
  return call === undefined ? root.resources.has(address) : root.calls.has(call);
}

function folderOf(file: string): string {
  const folder = path.posix.dirname(file);
  return folder === '.' ? '' : folder;
}

function append<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
