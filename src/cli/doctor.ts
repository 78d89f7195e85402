import { Command, InvalidArgumentError } from 'commander';

import type { CallTrouble, Examination } from '../collect/doctor.ts';
import { counted, some } from '../collect/scope.ts';
import { visibleText } from '../text.ts';
import { addAskingOptions, chosenCalls, optionsOf, type CollectFlags } from './collect.ts';
import { exitCodes } from './failure.ts';
import { addRuleOptions } from './rule-options.ts';
import type { RuleFlags } from './run-rules.ts';

interface DoctorFlags extends CollectFlags, RuleFlags {
  readonly sample: number;
  readonly all?: boolean;
  readonly allRegions?: boolean;
  readonly json?: true;
}

/** `trailwarden doctor` */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('try what a scan would ask, in some accounts, and say what to add where; writes nothing')
    .option('--sample <number>', 'how many accounts to try, spread over all of them', wholeNumber, 5)
    .option('--all', 'try every account')
    .option('--all-regions', 'try every region that a scan would ask; else one in each account')
    .option('--json', 'the result as JSON');
  return addAskingOptions(addRuleOptions(command)).action(async (flags: DoctorFlags) => {
    const calls = await chosenCalls(flags);
    const { examine } = await import('../collect/doctor.ts');
    const options = { ...optionsOf(flags, ''), ...(calls !== undefined && { calls }) };
    const found = await examine(options, {
      accounts: flags.all === true ? Infinity : flags.sample,
      allRegions: flags.allRegions === true,
    });
    process.stdout.write(
      flags.json === true ? `${JSON.stringify(found, null, 2)}\n` : examinationText(found),
    );
    if (found.trouble.length > 0 || found.tried.some(({ fault }) => fault !== undefined))
      process.exitCode = exitCodes.incomplete;
  });
}

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
  sayTrouble(ofCaller);
  say(
    refused.length === 0 ? 'ok' : 'FAIL',
    'role',
    `${found.roleName} can be used in ${found.tried.length - refused.length} of ${found.tried.length} accounts that were tried, of ${found.toVisit}`,
  );
  for (const { account, name, fault, remedy } of refused) {
    say(
      '',
      '',
      `${account}${name === undefined ? '' : ` (${name})`}: ${fault?.code ?? ''}: ${fault?.message ?? ''}`,
    );
    advise(remedy ?? '');
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
  sayTrouble(inAccounts);
  if (found.regionsNotTried.length > 0) {
    say(
      '',
      'not tried',
      `${counted(found.regionsNotTried.length, 'region')}: ${found.regionsNotTried.join(', ')}`,
    );
    advise(
      'organization policies often differ by region: --all-regions tries each, with --regions each of those',
    );
  }
  if (found.blocked.length > 0) {
    say('', 'not tried', found.blocked.join(', '));
    advise('what to ask about would be told by a call above, once it is answered');
  }
  if (found.notTried.length > 0) {
    say('', 'not tried', found.notTried.join(', '));
    advise('nothing was found there to ask about');
  }
  return lines.map((line) => `${visibleText(line)}\n`).join('');

  function sayTrouble(trouble: readonly CallTrouble[]): void {
    for (const [index, entry] of trouble.entries()) {
      const { call, outcome, code, cause, accounts, regions, remedy } = entry;
      const places = regions.filter((region) => region !== 'global');
      const where = places.length === 0 ? '' : `, ${places.join(', ')}`;
      say(
        '',
        '',
        `${call}: ${outcome} in ${some(accounts)}${where}: ${[code, cause].filter(Boolean).join(': ')}`,
      );
      if (trouble[index + 1]?.remedy !== remedy) advise(remedy);
    }
  }
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('a whole number from 1 is expected.');
  return Number(value);
}
