import { Command, InvalidArgumentError } from 'commander';

import type { CallTrouble, Examination } from '../collect/doctor.ts';
import { defaultRoleName } from '../collect/options.ts';
import { visibleText } from '../text.ts';
import { addAskingOptions, chosenCalls, optionsOf, type CollectFlags } from './collect.ts';
import { exitCodes } from './failure.ts';
import { addRuleOptions } from './rule-options.ts';
import type { RuleFlags } from './run-rules.ts';

interface DoctorFlags extends CollectFlags, RuleFlags {
  readonly sample: number;
  readonly all?: boolean;
  readonly json?: true;
}

/** `trailwarden doctor` */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('try what a scan would ask, in some accounts, and say what to add where; writes nothing')
    .option('--sample <number>', 'how many accounts to try, spread over all of them', wholeNumber, 5)
    .option('--all', 'try every account')
    .option('--json', 'the result as JSON');
  return addAskingOptions(addRuleOptions(command)).action(async (flags: DoctorFlags) => {
    const calls = await chosenCalls(flags);
    const { examine } = await import('../collect/doctor.ts');
    const options = { ...optionsOf(flags, ''), ...(calls !== undefined && { calls }) };
    const found = await examine(options, flags.all === true ? Infinity : flags.sample);
    process.stdout.write(
      flags.json === true ? `${JSON.stringify(found, null, 2)}\n` : examinationText(found),
    );
    if (found.trouble.length > 0 || found.tried.some(({ fault }) => fault !== undefined))
      process.exitCode = exitCodes.incomplete;
  });
}

const theCaller = 'the identity that scans';

/** The examination as text for a terminal, untrusted text made safe. Lines end with a line feed. */
export function examinationText(found: Examination): string {
  const lines: string[] = [];
  const refused = found.tried.filter(({ fault }) => fault !== undefined);
  const say = (state: 'ok' | 'FAIL' | '', what: string, text: string): void => {
    lines.push(`${state.padEnd(5)} ${what.padEnd(13)} ${text}`.trimEnd());
  };
  const advise = (text: string): void => {
    lines.push(`${' '.repeat(20)}${text}`);
  };
  say('ok', 'identity', found.caller);
  for (const notice of found.notices) say('', 'notice', notice);
  const ofCaller = found.trouble.filter(({ call }) => call.startsWith('organizations:'));
  say(ofCaller.length === 0 ? 'ok' : 'FAIL', 'organization', found.organization ?? 'none');
  sayTrouble(ofCaller, theCaller);
  say(
    refused.length === 0 ? 'ok' : 'FAIL',
    'role',
    `${found.roleName} can be used in ${found.tried.length - refused.length} of ${found.tried.length} accounts that were tried, of ${found.toVisit}`,
  );
  for (const { account, name, fault } of refused) {
    say(
      '',
      '',
      `${account}${name === undefined ? '' : ` (${name})`}: ${fault?.code ?? ''}: ${fault?.message ?? ''}`,
    );
    advise(
      `there, create or mend the role: trailwarden role --format cloudformation${roleOptions(found)} --trust ${roleOf(found.caller)}`,
    );
  }
  const inAccounts = found.trouble.filter(({ call }) => !call.startsWith('organizations:'));
  const asked =
    found.answered.length +
    found.notTried.length +
    found.blocked.length +
    new Set(found.trouble.map(({ call }) => call)).size;
  say(
    inAccounts.length === 0 ? 'ok' : 'FAIL',
    'calls',
    `${found.answered.length} of ${asked} answered, in ${found.regions.join(', ') || 'no region'}`,
  );
  sayTrouble(inAccounts, `role ${found.roleName}`);
  if (found.blocked.length > 0) {
    say('', 'not tried', found.blocked.join(', '));
    advise('what to ask about would be told by a call above, once it is answered');
  }
  if (found.notTried.length > 0) {
    say('', 'not tried', found.notTried.join(', '));
    advise('nothing was found there to ask about');
  }
  return lines.map((line) => `${visibleText(line)}\n`).join('');

  function sayTrouble(trouble: readonly CallTrouble[], who: string): void {
    for (const { call, action, outcome, code, cause, accounts } of trouble) {
      say('', '', `${call}: ${outcome} in ${some(accounts)}: ${[code, cause].filter(Boolean).join(': ')}`);
      if (outcome === 'denied')
        advise(
          /^by a (?:service|resource) control policy/.test(cause ?? '')
            ? `the organization forbids ${action ?? call}: exempt ${who} in that policy`
            : cause?.startsWith('by a resource policy') === true
              ? `the policy of the resource denies it: exempt ${who} there`
              : `allow ${accounts.every((id) => id === found.account) ? theCaller : who} the action ${action ?? call}`,
        );
      else advise('try again; if it stays, look at the network, at proxies and at endpoints');
    }
  }
}

/** The options that make `trailwarden role` print the very role; the external id is for its owner to name. */
function roleOptions({ roleName, externalId }: Examination): string {
  const name = roleName === defaultRoleName ? '' : ` --role-name ${roleName}`;
  return externalId ? `${name} --external-id ID` : name;
}

/** The role behind a session: what a trust policy names. A role's path is not in the ARN of its sessions. */
function roleOf(caller: string): string {
  return caller.replace(/^(arn:[^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

function some(accounts: readonly string[]): string {
  const [first = ''] = accounts;
  return accounts.length <= 5 ? accounts.join(', ') : `${accounts.length} accounts (${first}, ...)`;
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('a whole number from 1 is expected.');
  return Number(value);
}
