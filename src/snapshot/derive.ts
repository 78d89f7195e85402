import type { JsonObject } from '../json.ts';
import { compareText } from '../text.ts';
import type { AccountInScope, Manifest } from './manifest.ts';
import { callOf, type AnswerRecord, type CallName, type StoredRecord } from './record.ts';

/** The empty answer of a call, and how often it is asked. */
export interface EmptyAnswer {
  readonly output: JsonObject;
  /**
   * `region`: in each region of the account. `account`: once, at `global`. `listed`: for each account of the organization,
   * with its id in the member `about` of the input.
   */
  readonly scope: 'region' | 'account' | 'listed';
  readonly about?: string;
  /** What has to be asked for the whole list, where it is not an empty input. */
  readonly input?: JsonObject;
}

/** What rule tests may leave unsaid. */
export interface DerivedAnswers {
  /** Answer of each call that the model knows, in a place where there is nothing. */
  readonly emptyAnswers: Readonly<Record<CallName, EmptyAnswer>>;
}

interface Given extends DerivedAnswers {
  readonly partition: string;
  readonly organization: Manifest['organization'];
  readonly time: string;
  readonly accounts: readonly AccountInScope[];
  readonly organizationRecords: readonly AnswerRecord[];
  readonly accountRecords: Readonly<Record<string, readonly AnswerRecord[]>>;
  /** Account that asked the questions about the organization. */
  readonly caller: string;
  /** Where in the text an account stands (null: the organization). */
  readonly place: (account: string | null) => { readonly part: string; readonly line: number };
}

interface Derived {
  readonly organization: readonly StoredRecord[];
  readonly accounts: ReadonlyMap<string, readonly StoredRecord[]>;
  /** Regions of collected accounts, given or told from their records. */
  readonly regions: ReadonlyMap<string, readonly string[]>;
}

/**
 * Answers that a short snapshot leaves out because they follow from what it says: the organization and its accounts,
 * their regions, and "nothing there" for every call that is not given. What is given, errors included, stays alone.
 */
export function deriveAnswers(given: Given): Derived {
  const answer = (
    call: string,
    account: string,
    region: string,
    input: JsonObject,
    result: Pick<AnswerRecord, 'output' | 'error'>,
    place: { readonly part: string; readonly line: number },
  ): StoredRecord => {
    const [service = '', operation = ''] = call.split(':');
    return { service, operation, account, region, input, time: given.time, ...result, ...place };
  };

  const accounts = new Map<string, readonly StoredRecord[]>();
  const regionsOf = new Map<string, readonly string[]>();
  for (const account of given.accounts) {
    const records = given.accountRecords[account.id];
    if (records === undefined) continue;
    const place = given.place(account.id);
    const seen = [...new Set(records.map((record) => record.region))].filter((region) => region !== 'global');
    const regions = account.regions ?? (seen.length > 0 ? seen.sort(compareText) : ['us-east-1']);
    regionsOf.set(account.id, regions);
    const has = new Set(records.flatMap((record) => [callOf(record), `${callOf(record)} ${record.region}`]));
    const derived: StoredRecord[] = [];
    if (!has.has('account:ListRegions') && !has.has('ec2:DescribeRegions'))
      derived.push(
        answer(
          'account:ListRegions',
          account.id,
          'global',
          {},
          {
            output: {
              Regions: regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
            },
          },
          place,
        ),
      );
    for (const [call, { output, scope, input = {} }] of Object.entries(given.emptyAnswers)) {
      if (
        scope === 'listed' ||
        call.startsWith('organizations:') ||
        call === 'account:ListRegions' ||
        call === 'ec2:DescribeRegions'
      )
        continue;
      if (scope === 'account') {
        if (!has.has(call)) derived.push(answer(call, account.id, 'global', input, { output }, place));
        continue;
      }
      for (const region of regions)
        if (!has.has(`${call} ${region}`))
          derived.push(answer(call, account.id, region, input, { output }, place));
    }
    accounts.set(account.id, derived);
  }

  const place = given.place(null);
  const asked = new Set<string>(given.organizationRecords.map(callOf));
  const organization: StoredRecord[] = [];
  const ask = (call: string, input: JsonObject, result: Pick<AnswerRecord, 'output' | 'error'>): void => {
    if (!asked.has(call)) organization.push(answer(call, given.caller, 'global', input, result, place));
  };
  if (given.organization === null) {
    ask(
      'organizations:DescribeOrganization',
      {},
      {
        error: {
          code: 'AWSOrganizationsNotInUseException',
          message: 'Your account is not a member of an organization.',
          status: 400,
          outcome: 'obtained',
          absent: true,
        },
      },
    );
  } else {
    for (const [call, input, output] of organizationAnswers(given, given.organization))
      ask(call, input, { output });
    for (const [call, { output, scope, about = '' }] of Object.entries(given.emptyAnswers))
      if (scope === 'listed') {
        const told = new Set(
          given.organizationRecords.filter((one) => callOf(one) === call).map((one) => one.input[about]),
        );
        for (const { id } of given.accounts)
          if (!told.has(id))
            organization.push(answer(call, given.caller, 'global', { [about]: id }, { output }, place));
      } else if (call.startsWith('organizations:') && scope === 'account' && !derivedCalls.has(call))
        ask(call, {}, { output });
  }
  return { organization, accounts, regions: regionsOf };
}

const derivedCalls: ReadonlySet<string> = new Set([
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  'organizations:ListRoots',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListAccountsForParent',
]);

/** The organization as its calls describe it, with organizational units made from the paths of the accounts. */
function organizationAnswers(
  given: Given,
  organization: { readonly id: string; readonly managementAccount: string },
): [string, JsonObject, JsonObject][] {
  const { id, managementAccount } = organization;
  const arn = (rest: string): string => `arn:${given.partition}:organizations::${managementAccount}:${rest}`;
  const described = (account: AccountInScope): JsonObject => ({
    Id: account.id,
    Arn: arn(`account/${id}/${account.id}`),
    Name: account.name ?? `Account ${account.id}`,
    State: account.state ?? 'ACTIVE',
  });
  const rootId = 'r-root';
  /** Id by path; the root is the empty path. Ids count in the order of the paths. */
  const units = new Map<string, string>([['', rootId]]);
  const paths = new Set<string>();
  for (const account of given.accounts) {
    const steps = (account.path ?? '').split('/').filter((step) => step !== '');
    steps.forEach((_, index) => paths.add(steps.slice(0, index + 1).join('/')));
  }
  for (const unit of [...paths].sort(compareText))
    units.set(unit, `ou-root-${String(units.size).padStart(8, '0')}`);
  const answers: [string, JsonObject, JsonObject][] = [
    [
      'organizations:DescribeOrganization',
      {},
      {
        Organization: {
          Id: id,
          Arn: arn(`organization/${id}`),
          FeatureSet: 'ALL',
          MasterAccountArn: arn(`account/${id}/${managementAccount}`),
          MasterAccountId: managementAccount,
        },
      },
    ],
    ['organizations:ListAccounts', {}, { Accounts: given.accounts.map(described) }],
    [
      'organizations:ListRoots',
      {},
      { Roots: [{ Id: rootId, Arn: arn(`root/${id}/${rootId}`), Name: 'Root', PolicyTypes: [] }] },
    ],
  ];
  for (const [unit, ParentId] of units) {
    const children = [...units].filter(([child]) => child !== '' && parentOf(child) === unit);
    answers.push([
      'organizations:ListOrganizationalUnitsForParent',
      { ParentId },
      {
        OrganizationalUnits: children.map(([child, Id]) => ({
          Id,
          Arn: arn(`ou/${id}/${Id}`),
          Name: child.slice(child.lastIndexOf('/') + 1),
        })),
      },
    ]);
    const inside = given.accounts.filter((account) => (account.path ?? '') === unit);
    answers.push(['organizations:ListAccountsForParent', { ParentId }, { Accounts: inside.map(described) }]);
  }
  return answers;
}

function parentOf(unit: string): string {
  const slash = unit.lastIndexOf('/');
  return slash === -1 ? '' : unit.slice(0, slash);
}
