import type { SourcePlace } from '../declaration.ts';
import type { Block, Expression } from './syntax.ts';

/** One folder of Terraform files: what Terraform calls a module. */
export interface ModuleFolder {
  /** From the root of the repository, with `/`; empty for the root itself. */
  readonly path: string;
  readonly resources: ReadonlyMap<string, ModuleResource>;
  readonly locals: ReadonlyMap<string, Expression>;
  readonly variables: ReadonlyMap<string, Expression | undefined>;
  readonly outputs: ReadonlyMap<string, Expression>;
  readonly calls: ReadonlyMap<string, ModuleCall>;
  readonly providers: readonly Block[];
}

/** A `resource` block. */
export interface ModuleResource {
  readonly type: string;
  readonly name: string;
  readonly place: SourcePlace;
  readonly block: Block;
  /** Declared twice, or changed by an override file: which of its arguments count is not worked out. */
  readonly unclear: boolean;
}

/** A `module` block. */
export interface ModuleCall {
  readonly name: string;
  readonly place: SourcePlace;
  readonly block: Block;
}

/** The blocks of the files of one folder, put together. */
export function moduleFolder(
  path: string,
  files: readonly { readonly file: string; readonly body: Block }[],
): ModuleFolder {
  const resources = new Map<string, ModuleResource>();
  const locals = new Map<string, Expression>();
  const variables = new Map<string, Expression | undefined>();
  const outputs = new Map<string, Expression>();
  const calls = new Map<string, ModuleCall>();
  const providers: Block[] = [];
  for (const { file, body } of files) {
    const overrides = /(^|\/|_)override\.tf(\.json)?$/.test(file);
    for (const block of body.blocks) {
      const [first = '', second = ''] = block.labels;
      const place = { file, ...block.place };
      if (block.type === 'resource') {
        const address = `${first}.${second}`;
        const known = resources.get(address);
        resources.set(address, {
          ...(known ?? { type: first, name: second, place, block }),
          unclear: known !== undefined || overrides,
        });
      } else if (block.type === 'locals') {
        for (const [name, value] of block.attributes) locals.set(name, value);
      } else if (block.type === 'variable') {
        variables.set(first, block.attributes.get('default') ?? variables.get(first));
      } else if (block.type === 'output') {
        const value = block.attributes.get('value');
        if (value !== undefined) outputs.set(first, value);
      } else if (block.type === 'module') {
        calls.set(first, { name: first, place, block });
      } else if (block.type === 'provider' && first === 'aws') {
        providers.push(block);
      }
    }
  }
  return { path, resources, locals, variables, outputs, calls, providers };
}

/** The folder that a call's source names, from the root of the repository; undefined for one that is not in it. */
export function calledFolder(caller: ModuleFolder, call: ModuleCall): string | undefined {
  const source = call.block.attributes.get('source');
  if (source?.kind !== 'literal' || typeof source.value !== 'string') return undefined;
  // Terraform takes a path for one only where it begins with ./ or ../.
  if (!/^\.\.?(\/|$)/.test(source.value)) return undefined;
  const steps = caller.path === '' ? [] : caller.path.split('/');
  for (const step of source.value.split('/')) {
    if (step === '..') {
      if (steps.pop() === undefined) return undefined;
    } else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}
