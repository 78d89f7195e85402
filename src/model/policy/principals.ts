import { contextsOf, partyOf, strangerTo, testsOf, type Party } from './candidates.ts';
import { conditionHolds, type RequestContext } from './condition.ts';
import type { PolicyDocument } from './document.ts';
import type { Maybe } from './maybe.ts';
import { compilePattern, coversPattern, isOpen } from './pattern.ts';

/** A request context that some principal of an account can bring about, and whether that principal is exempt. */
export interface PrincipalContext {
  readonly context: RequestContext;
  /** Undecided where policies exempt more principals than the patterns do, and this one stands for some of them. */
  readonly exempt: Maybe;
}

const principalArn = 'aws:principalarn';

/**
 * Request contexts that tell the principals of an account apart as far as policies do: an ordinary one, and one for each
 * pattern in their conditions.
 *
 * @param except - Patterns of ARNs of principals that may be exempt.
 */
export function* principalContexts(
  policies: readonly PolicyDocument[],
  who: { readonly account: string; readonly organization: string | undefined; readonly resource: string },
  except: readonly string[],
): Generator<PrincipalContext> {
  const merged: PolicyDocument = {
    variables: true,
    statements: policies.flatMap(({ statements }) => statements),
  };
  const owner = who.resource.split(':')[4];
  const organization = who.organization ?? strangerTo(merged).organization;
  const common = new Map([
    ['aws:resourceaccount', [owner === undefined || !/^\d{12}$/.test(owner) ? who.account : owner]],
    ['aws:resourceorgid', [organization]],
  ]);
  const party: Party = partyOf(merged, common, {
    account: who.account,
    organization,
    as: 'aws',
    outside: false,
  });
  const patterns = testsOf(merged, principalArn).flatMap(({ values }) => values.filter(isOpen));
  for (const context of contextsOf(merged, party)) {
    const arn = context[principalArn];
    yield { context, exempt: typeof arn === 'string' ? exemptionOf(arn, patterns, except) : false };
  }
}

function exemptionOf(arn: string, patterns: readonly string[], except: readonly string[]): Maybe {
  if (!fitsOneOf(arn, except)) return false;
  // It stands for everybody whom a wider pattern of a policy means: all of those have to be allowed.
  const wider = patterns.filter(
    (pattern) =>
      fitsOneOf(arn, [pattern]) &&
      !except.some((allowed) => coversPattern(compilePattern(allowed), compilePattern(pattern)) === true),
  );
  return wider.length === 0 ? true : undefined;
}

function fitsOneOf(arn: string, patterns: readonly string[]): boolean {
  const condition = { operator: 'ArnLike', quantifier: undefined, ifExists: false, key: principalArn };
  return conditionHolds({ ...condition, values: patterns }, { [principalArn]: arn }, false) === true;
}
