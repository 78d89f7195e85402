import { calls, nameOf } from '../../src/collect/calls.ts';
import type { Policy } from '../../src/collect/role.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { permissionFor } from './permissions.ts';

/** What became of each question: `service:Operation account region`. */
function outcomesOf({ manifest }: Snapshot): ReadonlyMap<string, string> {
  return new Map(
    manifest.coverage.flatMap(({ operation, outcome, accounts, regions }) =>
      accounts.flatMap((account) =>
        regions.map((region) => [`${operation} ${account} ${region}`, outcome] as const),
      ),
    ),
  );
}

/** What a scan that was not allowed an action lost against one that was. */
interface Loss {
  /** Calls that were denied. */
  readonly denied: ReadonlySet<string>;
  /** What became of other calls than the one behind the action and those that it would have led to, as sentences. */
  readonly unexplained: readonly string[];
}

export function lossOf(action: string, whole: Snapshot, less: Snapshot): Loss {
  const [before, after] = [outcomesOf(whole), outcomesOf(less)];
  const lost = [...after].filter(([key, outcome]) => outcome === 'denied' && before.get(key) !== outcome);
  const denied = new Set(lost.map(([key]) => key.split(' ')[0] ?? ''));
  const ledTo = ledToBy(denied);
  const { accounts } = less.manifest;
  const scope = new Set(accounts.filter(({ scan }) => scan === 'collected').map(({ id }) => id));
  const unexplained = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [operation = '', account = ''] = key.split(' ');
    const [was, is] = [before.get(key), after.get(key)];
    const explained =
      was === is ||
      (is === 'denied' && permissionFor(operation) === action) ||
      ((is === undefined || is === 'not-asked') && (ledTo.has(operation) || !scope.has(account))) ||
      // EC2 is asked where the account API is denied; a server may have no answer to that.
      (operation === 'ec2:DescribeRegions' && ledTo.has(operation));
    return explained ? [] : [`without ${action}: ${key} was ${was}, is ${is}`];
  });
  return { denied, unexplained };
}

/** The calls that some calls lead to: those that ask about what their answers name, and about what those name in turn. */
function ledToBy(names: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(names);
  for (let size = -1; size < all.size;) {
    size = all.size;
    for (const call of calls) {
      const name = nameOf(call);
      const before = [...(call.each?.answers ?? []), ...(leads[name] ?? [])];
      if (before.some((each) => all.has(each))) all.add(name);
    }
  }
  return all;
}

/** Where the way of the scan itself leads: who is told no stops there, or asks elsewhere. */
const leads: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    calls
      .filter(({ service }) => service === 'organizations')
      .map((call) => [nameOf(call), ['organizations:DescribeOrganization', 'organizations:ListAccounts']]),
  ),
  'organizations:DescribeOrganization': [],
  'organizations:ListAccountsForParent': ['organizations:ListRoots'],
  'organizations:ListOrganizationalUnitsForParent': ['organizations:ListRoots'],
  'ec2:DescribeRegions': ['account:ListRegions'],
};

/** A policy without an action; a statement that allows nothing any more goes. */
export function without(policy: Policy, action: string): Policy {
  const statements = policy.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((each) => each !== action),
  }));
  return { ...policy, Statement: statements.filter((statement) => statement.Action.length > 0) };
}
