import { parseArn } from '../model/arn.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import {
  accountHole,
  arnKey,
  regionHole,
  suffixHole,
  type Declaration,
  type DeclaredName,
  type DeclaredScope,
  type SourcePlace,
} from './declaration.ts';
import { namedInSnapshot } from './population.ts';

/** The resource of a finding, as far as its place in the source depends on it. */
export interface LiveResource {
  readonly id: string;
  readonly account: string;
  readonly region: string;
}

/** Where a resource is declared. */
export interface DeclaredAt extends SourcePlace {
  /** What the source calls it. Untrusted text. */
  readonly address: string;
}

/** A declaration under one of its names. */
interface Named {
  readonly declaration: Declaration;
  readonly name: DeclaredName;
}

/** Places of live resources in the source: found for sure, or not at all. */
export interface SourceMap {
  /** The place; undefined where nothing declares the resource, or more than one thing could. */
  placeOf(resource: LiveResource): DeclaredAt | undefined;
}

/** A declaration and whether a person said where its code is deployed. */
export interface DeployedDeclaration extends Declaration {
  /** True where its names need not be unique: the code is deployed in each of the accounts. */
  readonly everywhere: boolean;
}

/**
 * What a person knows beside the code: the accounts that it is deployed in.
 *
 * @param accounts - `all`, or account ids; undefined where nobody said.
 */
export function deployedIn(
  declaration: Declaration,
  accounts: 'all' | ReadonlySet<string> | undefined,
): DeployedDeclaration {
  if (accounts === undefined || accounts === 'all') return { ...declaration, everywhere: accounts === 'all' };
  const names = declaration.names.flatMap((name): DeclaredName[] => {
    const both = name.accounts === undefined ? accounts : intersection(accounts, name.accounts);
    return both.size === 0 ? [] : [{ ...name, accounts: both }];
  });
  return { ...declaration, names, everywhere: true };
}

/**
 * Joins what the source declares with what a snapshot holds. A resource is placed by its ARN, where a state or plan tells
 * it, else by its name where one declaration alone can mean it, and where that name, within the accounts and the region
 * that the source tells, means one resource alone in the whole snapshot.
 */
export async function createSourceMap(
  declarations: readonly DeployedDeclaration[],
  snapshot: Snapshot,
): Promise<SourceMap> {
  const byArn = new Map<string, Declaration[]>();
  const byKey = new Map<string, (Named & { readonly everywhere: boolean })[]>();
  for (const declaration of declarations) {
    for (const text of declaration.arns) {
      const arn = parseArn(text);
      if (arn !== undefined) push(byArn, `${arn.account}/${arn.region}/${arnKey(arn)}`, declaration);
    }
    if (declaration.arns.length > 0) continue;
    for (const name of declaration.names)
      push(byKey, name.key, { declaration, name, everywhere: declaration.everywhere });
  }
  const named = await namedInSnapshot(snapshot, (key, account, region) =>
    spellings(key, account, region).some((spelling) => byKey.has(spelling)),
  );

  const placeByName = (key: string, live: LiveResource): DeclaredAt | undefined => {
    const meant = spellings(key, live.account, live.region)
      .flatMap((spelling) => byKey.get(spelling) ?? [])
      .filter(({ name }) => within(name, live.account, live.region));
    const place = onlyPlace(meant.map(({ declaration }) => declaration));
    if (place === undefined || meant.some(({ everywhere }) => everywhere)) return place;
    // Others that bear the name where the declaration may have put it.
    const bearers = [...(named.get(key) ?? [])].filter((at) => {
      const [account = '', region = ''] = at.split('/');
      return meant.some(({ name }) => within(name, account, region));
    });
    return bearers.length <= 1 ? place : undefined;
  };

  return {
    placeOf(live) {
      const arn = parseArn(live.id);
      if (arn === undefined) return undefined;
      const key = arnKey(arn);
      const told = byArn.get(`${arn.account}/${arn.region}/${key}`);
      return told === undefined ? placeByName(key, live) : onlyPlace(told);
    },
  };
}

function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** Whether what bears the name may stand there. Answers leave account and region out for buckets. */
function within(scope: DeclaredScope, account: string, region: string): boolean {
  return (
    (scope.accounts === undefined || account === '' || scope.accounts.has(account)) &&
    (scope.region === undefined || region === '' || region === 'global' || scope.region === region)
  );
}

/** The place where all of the declarations stand, if that is one. */
function onlyPlace(declarations: readonly Declaration[]): DeclaredAt | undefined {
  const [first] = declarations;
  if (first === undefined) return undefined;
  const { place, address } = first;
  const same = declarations.every(
    (other) =>
      other.place.file === place.file &&
      other.place.line === place.line &&
      other.place.column === place.column,
  );
  return same ? { ...place, address } : undefined;
}

/** The key as it is, and as a declaration writes it that leaves account, region or a made ending open. */
function spellings(key: string, account: string, region: string): readonly string[] {
  const made = key.replace(/-(?:[A-Z0-9]{12,13}|[a-z0-9]{12,13})$/, `-${suffixHole}`);
  const open = (texts: readonly string[], part: string, hole: string): readonly string[] =>
    part === '' ? texts : [...texts, ...texts.map((text) => text.replaceAll(part, hole))];
  return [...new Set(open(open([key, made], account, accountHole), region, regionHole))];
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((item) => b.has(item)));
}
