import { isJsonObject, type JsonValue } from '../../json.ts';
import { compareText } from '../../text.ts';
import { accountHole, hasHole, regionHole, type DeclaredScope } from '../declaration.ts';
import { kindOfTerraform } from '../kinds.ts';
import { functions, textOf, type Value } from './functions.ts';
import { calledFolder, type ModuleFolder, type ModuleResource } from './module.ts';
import { otherExpression, type Block, type Expression } from './syntax.ts';

/** One use of a module: its folder with the values that its caller gives. */
export interface ModuleInstance {
  readonly folder: ModuleFolder;
  readonly variables: ReadonlyMap<string, Value>;
  /** Providers by the name that the module knows them by: `aws`, `aws.audit`. */
  readonly providers: ReadonlyMap<string, DeclaredScope>;
  /** Calls from the root module to here. */
  readonly depth: number;
}

/** What stands for `each` and `count` in one instance of a resource or module; values that are not known are undefined. */
interface Repetition {
  readonly eachKey?: Value;
  readonly eachValue?: Value;
  readonly index?: Value;
}

/** Most instances of one block, and deepest calls: beyond these nothing is worked out. */
const mostInstances = 1000;
const deepestCalls = 12;
const deepestEvaluation = 200;
/** Longest text that is made: names are shorter. */
const longest = 10_000;

/** Thrown where a root module asks for more work than any real one. */
export class TooMuchWork extends Error {}

/**
 * Works values out as far as they are literal: variables with their defaults and the values of `*.tfvars`, locals,
 * `for_each`, `count`, outputs and inputs of modules in the repository, arguments of other resources, some functions.
 * Anything that only AWS or a run of Terraform can tell is not known. Account and region of the caller become holes.
 */
export class Evaluator {
  readonly #folders: ReadonlyMap<string, ModuleFolder>;
  #steps: number;
  #depth = 0;
  readonly #locals = new WeakMap<ModuleInstance, Map<string, Value>>();
  readonly #children = new WeakMap<ModuleInstance, Map<string, readonly ModuleInstance[]>>();

  /**
   * @param folders - All module folders of the repository by path.
   * @param steps - How many expressions may be worked out.
   */
  constructor(folders: ReadonlyMap<string, ModuleFolder>, steps: number) {
    this.#folders = folders;
    this.#steps = steps;
  }

  /** The root module with values for its variables; those without one take their defaults. */
  root(folder: ModuleFolder, given: ReadonlyMap<string, Value>): ModuleInstance {
    return this.#instance(folder, given, new Map(), 0);
  }

  /** All locals of a module. */
  locals(module: ModuleInstance): ReadonlyMap<string, Value> {
    return new Map([...module.folder.locals.keys()].map((name) => [name, this.#local(name, module)]));
  }

  /** The instances of a called module; none for modules that are not in the repository. */
  called(caller: ModuleInstance, name: string): readonly ModuleInstance[] {
    const known = this.#children.get(caller) ?? new Map<string, readonly ModuleInstance[]>();
    this.#children.set(caller, known);
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, []);
    const made = this.#call(caller, name);
    known.set(name, made);
    return made;
  }

  /** Values of an argument in every instance of a resource. */
  instances(resource: ModuleResource, module: ModuleInstance): readonly ResourceInstance[] {
    return this.#repetitions(resource.block, module).map((repetition) => ({
      argument: (name) => this.#argument(resource.block, name, module, repetition),
    }));
  }

  /** The account and region that a resource's provider says, as far as it says it. */
  scopeOf(resource: ModuleResource, module: ModuleInstance): DeclaredScope {
    const scope = module.providers.get(providerName(resource.block.attributes.get('provider'))) ?? {};
    // Since version 6 of the provider a resource may name a region of its own.
    const own = this.#argument(resource.block, 'region', module, {});
    return typeof own === 'string' && !hasHole(own) ? { ...scope, region: own } : scope;
  }

  #instance(
    folder: ModuleFolder,
    given: ReadonlyMap<string, Value>,
    inherited: ReadonlyMap<string, DeclaredScope>,
    depth: number,
  ): ModuleInstance {
    const variables = new Map<string, Value>();
    const providers = new Map(inherited);
    const instance = { folder, variables, providers, depth };
    for (const [name, otherwise] of folder.variables) {
      variables.set(
        name,
        given.has(name)
          ? given.get(name)
          : otherwise && this.#evaluate(otherwise, { ...instance, variables: new Map() }, {}),
      );
    }
    for (const block of folder.providers) {
      const alias = this.#argument(block, 'alias', instance, {});
      providers.set(typeof alias === 'string' ? `aws.${alias}` : 'aws', this.#providerScope(block, instance));
    }
    return instance;
  }

  #providerScope(block: Block, module: ModuleInstance): DeclaredScope {
    const region = this.#argument(block, 'region', module, {});
    const allowed = this.#argument(block, 'allowed_account_ids', module, {});
    const roles = block.blocks
      .filter(({ type }) => type === 'assume_role')
      .map((inner) => this.#argument(inner, 'role_arn', module, {}));
    // Of a chain of roles the last one counts.
    const role = roles.at(-1);
    const account = typeof role === 'string' ? /^arn:[^:]*:iam::(\d{12}):/.exec(role)?.[1] : undefined;
    const accounts = Array.isArray(allowed) ? allowed.map((id: JsonValue) => textOf(id)) : [account];
    const known = accounts.filter((id) => id !== undefined && /^\d{12}$/.test(id));
    return {
      ...(known.length > 0 && known.length === accounts.length && { accounts: new Set(known as string[]) }),
      ...(typeof region === 'string' && !hasHole(region) && { region }),
    };
  }

  #call(caller: ModuleInstance, name: string): readonly ModuleInstance[] {
    const call = caller.folder.calls.get(name);
    const path = call && calledFolder(caller.folder, call);
    const folder = path === undefined ? undefined : this.#folders.get(path);
    if (call === undefined || folder === undefined || caller.depth >= deepestCalls) return [];
    return this.#repetitions(call.block, caller).map((repetition) => {
      const given = new Map<string, Value>();
      for (const variable of folder.variables.keys()) {
        const expression = call.block.attributes.get(variable);
        if (expression !== undefined) given.set(variable, this.#evaluate(expression, caller, repetition));
      }
      return this.#instance(folder, given, passedProviders(call.block, caller), caller.depth + 1);
    });
  }

  /** One element for each instance; a single one with nothing known where `count` or `for_each` is not known. */
  #repetitions(block: Block, module: ModuleInstance): readonly Repetition[] {
    const count = block.attributes.get('count');
    if (count !== undefined) {
      const value = this.#evaluate(count, module, {});
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > mostInstances)
        return [{}];
      return Array.from({ length: value }, (_, index) => ({ index }));
    }
    const each = block.attributes.get('for_each');
    if (each === undefined) return [{}];
    const value = this.#evaluate(each, module, {});
    if (Array.isArray(value) && value.length <= mostInstances)
      return value.map((item: JsonValue) => ({ eachKey: item, eachValue: item }));
    if (isJsonObject(value) && Object.keys(value).length <= mostInstances) {
      return Object.keys(value)
        .sort(compareText)
        .map((key) => ({ eachKey: key, eachValue: value[key] }));
    }
    return [{}];
  }

  #argument(block: Block, name: string, module: ModuleInstance, repetition: Repetition): Value {
    const expression = block.attributes.get(name);
    return expression === undefined ? null : this.#evaluate(expression, module, repetition);
  }

  #evaluate(expression: Expression, module: ModuleInstance, repetition: Repetition): Value {
    this.#steps -= 1;
    if (this.#steps < 0) throw new TooMuchWork();
    if (this.#depth > deepestEvaluation) return undefined;
    this.#depth += 1;
    try {
      return this.#work(expression, (inner) => this.#evaluate(inner, module, repetition), module, repetition);
    } finally {
      this.#depth -= 1;
    }
  }

  #work(
    expression: Expression,
    value: (inner: Expression) => Value,
    module: ModuleInstance,
    repetition: Repetition,
  ): Value {
    switch (expression.kind) {
      case 'literal':
        return typeof expression.value === 'string' && hasHole(expression.value)
          ? undefined
          : expression.value;
      case 'template': {
        const parts = expression.parts.map((part) => textOf(value(part)));
        if (parts.includes(undefined)) return undefined;
        const text = parts.join('');
        return text.length > longest ? undefined : text;
      }
      case 'list': {
        const items = expression.items.map(value);
        return items.every((item) => item !== undefined) ? items : undefined;
      }
      case 'object':
        return objectOf(expression.entries.map(([key, item]) => [textOf(value(key)), value(item)]));
      case 'conditional': {
        const test = value(expression.test);
        return typeof test === 'boolean' ? value(test ? expression.yes : expression.no) : undefined;
      }
      case 'call':
        return functions.get(expression.name)?.(expression.arguments.map(value));
      case 'binary':
        return compute(expression.operator, value(expression.left), () => value(expression.right));
      case 'not': {
        const operand = value(expression.operand);
        return typeof operand === 'boolean' ? !operand : undefined;
      }
      case 'reference':
        return this.#reference(expression.root, expression.steps, value, module, repetition);
      case 'other':
        return undefined;
    }
  }

  #reference(
    root: string,
    given: readonly (string | Expression)[],
    value: (inner: Expression) => Value,
    module: ModuleInstance,
    repetition: Repetition,
  ): Value {
    const steps = given.map((step) => (typeof step === 'string' ? step : value(step)));
    const [first, second] = steps;
    if (typeof first !== 'string') return undefined;
    switch (root) {
      case 'var':
        return memberOf(module.variables.get(first), steps.slice(1));
      case 'local':
        return memberOf(this.#local(first, module), steps.slice(1));
      case 'each':
        return memberOf(first === 'key' ? repetition.eachKey : repetition.eachValue, steps.slice(1));
      case 'count':
        return repetition.index;
      case 'data':
        return callerFact(first, steps[2]);
      case 'module': {
        const [instance, ...more] = this.called(module, first);
        const output = typeof second === 'string' ? instance?.folder.outputs.get(second) : undefined;
        if (instance === undefined || more.length > 0 || output === undefined) return undefined;
        return memberOf(this.#evaluate(output, instance, {}), steps.slice(2));
      }
      default:
        return this.#ofResource(module.folder.resources.get(`${root}.${first}`), steps.slice(1), module);
    }
  }

  #local(name: string, module: ModuleInstance): Value {
    const known = this.#locals.get(module) ?? new Map<string, Value>();
    this.#locals.set(module, known);
    if (known.has(name)) return known.get(name);
    // A local that leads to itself has no value.
    known.set(name, undefined);
    const value = this.#evaluate(module.folder.locals.get(name) ?? otherExpression, module, {});
    known.set(name, value);
    return value;
  }

  /** An argument of another resource, which stands there as it is written. */
  #ofResource(resource: ModuleResource | undefined, steps: readonly Value[], module: ModuleInstance): Value {
    if (resource === undefined || resource.unclear) return undefined;
    const { block } = resource;
    const repeated = block.attributes.has('count') || block.attributes.has('for_each');
    const at = repeated ? steps[0] : undefined;
    const [attribute, ...more] = repeated ? steps.slice(1) : steps;
    if (typeof attribute !== 'string' || more.length > 0) return undefined;
    const found = this.#repetitions(block, module).filter(
      ({ eachKey, index }) => !repeated || (at !== undefined && (eachKey ?? index) === at),
    );
    const [repetition, ...others] = found;
    if (repetition === undefined || others.length > 0) return undefined;
    const name = attribute === 'id' ? namedByItself(resource.type) : attribute;
    if (name === undefined || !block.attributes.has(name)) return undefined;
    return this.#argument(block, name, module, repetition);
  }
}

/** One instance of a resource block. */
export interface ResourceInstance {
  /** Value of an argument: null where it is absent, undefined where it is not known. */
  argument(name: string): Value;
}

/** The argument that a resource's `id` is, where it is one. */
function namedByItself(type: string): string | undefined {
  if (type === 'aws_cloudwatch_event_bus') return 'name';
  const parts = kindOfTerraform.get(type)?.arguments ?? [];
  return ['aws_s3_bucket', 'aws_cloudwatch_log_group'].includes(type) ? parts[0]?.name : undefined;
}

const regionAttributes: ReadonlySet<Value> = new Set(['name', 'region', 'id']);

/** What a data source tells of whoever runs Terraform. */
function callerFact(type: string, attribute: Value): Value {
  if (type === 'aws_caller_identity' && (attribute === 'account_id' || attribute === 'id'))
    return accountHole;
  if (type === 'aws_region' && regionAttributes.has(attribute)) return regionHole;
  return undefined;
}

function memberOf(value: Value, steps: readonly Value[]): Value {
  let current = value;
  for (const step of steps) {
    if (isJsonObject(current) && typeof step === 'string')
      current = Object.hasOwn(current, step) ? current[step] : undefined;
    else if (Array.isArray(current) && typeof step === 'number') current = current[step] as Value;
    else return undefined;
  }
  return current;
}

/** An object may hold members that are not known; one with a name that is not known is not known itself. */
function objectOf(entries: readonly (readonly [string | undefined, Value])[]): Value {
  const object: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of entries) {
    if (name === undefined) return undefined;
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

function compute(operator: string, left: Value, right: () => Value): Value {
  if (operator === '&&' || operator === '||') {
    if (typeof left !== 'boolean') return undefined;
    if (left === (operator === '||')) return left;
    const other = right();
    return typeof other === 'boolean' ? other : undefined;
  }
  const other = right();
  const plain = (value: Value): boolean =>
    value === null || (typeof value !== 'object' && value !== undefined && !hasHole(String(value)));
  if (!plain(left) || !plain(other)) return undefined;
  return (operator === '==') === (left === other);
}

/** The name of a provider in an argument: `aws.audit`. */
function providerName(expression: Expression | undefined): string {
  if (expression === undefined) return 'aws';
  if (expression.kind === 'literal') return textOf(expression.value) ?? '';
  if (expression.kind !== 'reference') return '';
  return [expression.root, ...expression.steps.map((step) => (typeof step === 'string' ? step : '?'))].join(
    '.',
  );
}

/** What the called module knows providers by: those that are passed by name, else the unnamed one. */
function passedProviders(call: Block, caller: ModuleInstance): ReadonlyMap<string, DeclaredScope> {
  const passed = call.attributes.get('providers');
  const given = new Map<string, DeclaredScope>();
  const unnamed = caller.providers.get('aws');
  if (unnamed !== undefined) given.set('aws', unnamed);
  if (passed?.kind !== 'object') return given;
  for (const [inner, outer] of passed.entries) {
    const name = inner.kind === 'literal' ? (textOf(inner.value) ?? '') : '';
    given.set(name, caller.providers.get(providerName(outer)) ?? {});
  }
  return given;
}
