import type { CoverageDetail, CoverageLedger } from '../snapshot/coverage.ts';
import { callOf, type AnswerError, type AnswerRecord } from '../snapshot/record.ts';

/** Notes in the ledger what a record says about its question, in the account that was asked about. */
export function note(ledger: CoverageLedger, record: AnswerRecord, account = record.account): void {
  const outcome = record.error?.outcome ?? 'obtained';
  ledger.add(
    callOf(record),
    account,
    record.region,
    outcome,
    record.error === undefined || outcome === 'obtained' ? undefined : detailOf(record.error),
  );
}

/**
 * Why a question has no answer, as the manifest tells it. The record keeps AWS's words; here the principal stands by
 * itself and the resource goes, since it would make a cell of its own for each region.
 */
export function detailOf({ code, message, outcome }: AnswerError): CoverageDetail {
  const principal = /\bUser: (arn:\S+)/.exec(message)?.[1];
  const cause = message
    .replace(/\bUser: arn:\S+ is not authorized/, 'not authorized')
    .replace(/ on resource: \S+/, '')
    .replace(/ ?Encoded authorization failure message: \S+/, '');
  const by = outcome === 'denied' ? refusedBy(message) : undefined;
  return { code, cause: by === undefined ? cause : `by ${by}: ${cause}`, principal };
}

/** What refused, where the message tells. IAM user guide, "Troubleshoot access denied error messages". */
function refusedBy(message: string): string | undefined {
  // KMS names three reasons at once: the key is not there, its policy is silent, or denies.
  if (/does not exist in this Region/i.test(message)) return undefined;
  const found = refusals.find(([words]) => words.test(message))?.[1];
  if (found !== ofIdentity) return found;
  const whose = `the policies of the ${/\bUser: arn:[^\s:]+:iam:[^\s/]*:user\//.test(message) ? 'user' : 'role'}`;
  return /explicit deny/i.test(message) ? `a deny in ${whose}` : whose;
}

const ofIdentity = 'the policies of who asks';

const refusals: readonly (readonly [RegExp, string])[] = [
  [/service control polic/i, 'a service control policy'],
  [/resource control polic/i, 'a resource control policy'],
  [/permissions? boundar/i, 'a permissions boundary'],
  [/session polic/i, 'a session policy'],
  [/VPC endpoint polic/i, 'a VPC endpoint policy'],
  [/resource-based polic/i, 'a resource policy'],
  [/identity-based polic/i, ofIdentity],
];
