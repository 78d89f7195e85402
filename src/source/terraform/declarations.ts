import { compareText } from '../../text.ts';
import { hasHole, type Declaration, type DeclaredName } from '../declaration.ts';
import { kindOfTerraform, type NamePart, type ResourceKind } from '../kinds.ts';
import { Evaluator, TooMuchWork, type ModuleInstance, type ResourceInstance } from './evaluate.ts';
import type { Value } from './functions.ts';
import { calledFolder, type ModuleFolder } from './module.ts';
import type { StateOfRoot } from './state.ts';

/** Expressions that one root module may take. Real ones take thousands. */
const mostSteps = 2_000_000;

/** What the Terraform of a repository declares. */
export interface TerraformSource {
  readonly folders: ReadonlyMap<string, ModuleFolder>;
  /** For each root module: what its variables may be, beside their defaults. Never empty. */
  valuesOf(folder: ModuleFolder): readonly ReadonlyMap<string, Value>[];
  /** What `terraform show -json` says of a root module; undefined where no state or plan is there. */
  stateOf(folder: ModuleFolder): StateOfRoot | undefined;
}

/** Folders that no other folder calls: those that Terraform is run in. */
export function rootFolders(folders: ReadonlyMap<string, ModuleFolder>): readonly ModuleFolder[] {
  const called = new Set(
    [...folders.values()].flatMap((folder) =>
      [...folder.calls.values()].map((call) => calledFolder(folder, call)),
    ),
  );
  return [...folders.values()]
    .filter(({ path }) => !called.has(path))
    .sort((a, b) => compareText(a.path, b.path));
}

/**
 * All resources that the root modules declare, in modules of the repository too. A root with a state or plan is known
 * by that alone: names in its code may be those of another workspace.
 *
 * @param notice - Told of a root that asks for too much work, by its folder.
 */
export function terraformDeclarations(
  source: TerraformSource,
  notice: (folder: string, text: string) => void,
): readonly Declaration[] {
  const declarations: Declaration[] = [];
  for (const root of rootFolders(source.folders)) {
    const found = new Map<string, Found>();
    try {
      for (const values of source.valuesOf(root)) {
        const evaluator = new Evaluator(source.folders, mostSteps);
        collect(evaluator, evaluator.root(root, values), '', found);
      }
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      notice(root.path, 'its expressions take too many steps to work out; its resources are not placed');
      continue;
    }
    const state = source.stateOf(root);
    for (const { address, place, names } of found.values()) {
      declarations.push({
        address,
        place,
        arns: state?.arns.get(address) ?? [],
        names: state === undefined ? names : (state.names.get(address) ?? []),
      });
    }
  }
  return declarations;
}

interface Found {
  readonly address: string;
  readonly place: Declaration['place'];
  readonly names: DeclaredName[];
}

function collect(
  evaluator: Evaluator,
  module: ModuleInstance,
  prefix: string,
  found: Map<string, Found>,
): void {
  for (const resource of module.folder.resources.values()) {
    const kind = kindOfTerraform.get(resource.type);
    if (kind === undefined) continue;
    const address = `${prefix}${resource.type}.${resource.name}`;
    const known = found.get(address) ?? { address, place: resource.place, names: [] };
    found.set(address, known);
    if (resource.unclear) continue;
    const scope = evaluator.scopeOf(resource, module);
    for (const instance of evaluator.instances(resource, module)) {
      const key = keyOf(kind, instance);
      if (key !== undefined) known.names.push({ key, ...scope });
    }
  }
  for (const name of module.folder.calls.keys()) {
    for (const called of evaluator.called(module, name))
      collect(evaluator, called, `${prefix}module.${name}.`, found);
  }
}

function keyOf(kind: ResourceKind, instance: ResourceInstance): string | undefined {
  const names: string[] = [];
  for (const { name, otherwise } of kind.arguments satisfies readonly NamePart[]) {
    const value = instance.argument(name);
    const text = value === null ? otherwise : value;
    if (typeof text !== 'string' || text === '') return undefined;
    names.push(text);
  }
  const key = names.length === 0 ? undefined : kind.key(names);
  // A name that is nothing but a hole would match whatever has the account or region for a name.
  return key !== undefined && names.some((text) => !hasHole(text) || text.length > 1) ? key : undefined;
}
