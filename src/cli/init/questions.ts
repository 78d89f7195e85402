import type { Readable, Writable } from 'node:stream';

import { isCancel, select, text } from '@clack/prompts';

import { UserFault } from '../../fault.ts';
import { everyRule, standardAnswers, type Answers, type GithubUse } from './answers.ts';
import { checkAnswers } from './check.ts';

/** Where questions are asked and answered. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** A pack that can be chosen. */
export interface PackChoice {
  readonly id: string;
  readonly title: string;
}

/**
 * Asks what is not known yet.
 * @throws {@link UserFault} where the person gives up
 */
export async function askAnswers(
  known: Partial<Answers>,
  packs: readonly PackChoice[],
  terminal: Terminal,
): Promise<Answers> {
  const account = known.account ?? (await askAccount(terminal));
  const roleName =
    known.roleName ??
    (await answered(
      text({
        message: 'Name of the role to assume in each account',
        initialValue: standardAnswers.roleName,
        validate: (value) => refusal({ roleName: value ?? '' }),
        ...terminal,
      }),
    ));
  const regions =
    known.regions ??
    listed(
      await answered(
        text({
          message: 'Only some regions? Separated by commas; empty for every region that is on',
          placeholder: 'eu-west-1, us-east-1',
          defaultValue: '',
          validate: (value) => refusal({ regions: listed(value) }),
          ...terminal,
        }),
      ),
    );
  const pack =
    known.pack ??
    (await answered(
      select({
        message: 'Which rules?',
        options: [
          ...packs.map(({ id, title }) => ({ value: id, label: title, hint: id })),
          { value: everyRule, label: 'Every rule' },
        ],
        initialValue: standardAnswers.pack,
        maxItems: 8,
        ...terminal,
      }),
    ));
  const github = known.github ?? (await askGithub(terminal));
  return {
    ...(account !== undefined && { account }),
    roleName,
    regions,
    pack,
    github,
    ...(known.trust !== undefined && { trust: known.trust }),
  };
}

async function askAccount(terminal: Terminal): Promise<string | undefined> {
  const what = await answered(
    select<'organization' | 'account'>({
      message: 'What is scanned?',
      options: [
        { value: 'organization', label: 'The whole organization' },
        { value: 'account', label: 'One account' },
      ],
      ...terminal,
    }),
  );
  if (what === 'organization') return undefined;
  return answered(
    text({
      message: 'Its id',
      placeholder: '111122223333',
      validate: (value) => refusal({ account: value ?? '' }),
      ...terminal,
    }),
  );
}

function askGithub(terminal: Terminal): Promise<GithubUse> {
  return answered(
    select<GithubUse>({
      message: 'A nightly workflow for GitHub?',
      options: [
        { value: 'reports', label: 'Yes, with reports as an artifact and a summary' },
        { value: 'alerts', label: 'Yes, with alerts too', hint: 'needs code scanning' },
        { value: 'none', label: 'No' },
      ],
      ...terminal,
    }),
  );
}

/** The answer. Throws {@link UserFault} where Ctrl-C or Escape came instead. */
async function answered<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await question;
  if (isCancel(answer)) throw new UserFault('cancelled: nothing was written');
  return answer as Exclude<T, symbol>;
}

function listed(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Why an answer cannot be taken; undefined where it can. */
function refusal(answers: Partial<Answers>): string | undefined {
  try {
    checkAnswers(answers);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
