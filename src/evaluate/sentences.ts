import type { Cause } from '../model/unknown.ts';
import type { Resource } from '../model/resource.ts';
import { shortened } from '../text.ts';
import type { Verdict } from './finding.ts';

const outcomes: Record<Verdict, string> = {
  pass: 'passes',
  fail: 'fails',
  unknown: 'could not be judged',
  'not-applicable': 'is not judged',
};

/** `Trail org-trail in account 111111111111, us-east-1 fails: ...`: outcome, resource and account in one sentence. */
export function messageOf(resource: Resource, noun: string, verdict: Verdict, reason: string): string {
  const name = resource.name === '' ? resource.id : resource.name;
  const isAccount = resource.type.name === 'account';
  const who = isAccount
    ? name === resource.account
      ? `Account ${resource.account}`
      : `Account ${resource.account} (${shortened(name, 120)})`
    : `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)} ${shortened(name, 120)} in account ${resource.account}`;
  const where = resource.region === 'global' || isAccount ? '' : `, ${resource.region}`;
  const text = reason.trim();
  const end = /[.!?…]$/.test(text) ? '' : '.';
  return text === ''
    ? `${who}${where} ${outcomes[verdict]}.`
    : `${who}${where} ${outcomes[verdict]}: ${text}${end}`;
}

/** `Log groups in account 111111111111, eu-west-1 could not be judged: ...`: for resources that were not listed. */
export function populationMessage(
  resource: Resource,
  noun: string,
  verdict: Verdict,
  reason: string,
): string {
  const nouns = `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}s`;
  const where = resource.region === 'global' ? '' : `, ${resource.region}`;
  const outcome = verdict === 'not-applicable' ? 'are not judged' : outcomes[verdict];
  return `${nouns} in account ${resource.account}${where} ${outcome}: ${reason}.`;
}

/** What to do about a verdict that is not known. */
export function obtainFix(causes: readonly Cause[]): string {
  const questions = new Map<string, string>();
  for (const { call, account, region, code } of causes) {
    if (code === 'Undecided' || code === 'Bug') continue;
    const place = region === 'global' ? account : `${account}, ${region}`;
    questions.set(`${call} ${place}`, `${call} in ${place} (${shortened(code, 60)})`);
  }
  if (questions.size === 0)
    return 'This could not be decided from complete answers: look at the reasons and judge it yourself.';
  const shown = [...questions.values()].slice(0, 5);
  const rest = questions.size - shown.length;
  return `Let the scan obtain ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}, then scan again.`;
}
