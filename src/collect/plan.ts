import type { CallName } from '../snapshot/record.ts';
import { calls, followUpsOf, nameOf, placesOf, wantedCalls, type Call } from './calls.ts';
import { identify } from './identity.ts';
import { settingsOf, type CollectOptions } from './options.ts';
import { prepare, wireOf } from './preparation.ts';
import { ProgressMeter } from './progress.ts';
import { chooseRegions } from './scope.ts';
import { Stopper } from './stopper.ts';

/** What a collection would ask. */
export interface CollectionPlan {
  readonly caller: string;
  readonly organization: string | null;
  /** To be visited, sorted. */
  readonly accounts: readonly string[];
  /** Accounts that would not be visited, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Of the caller's account: those of the others are learned only in them. */
  readonly regions: readonly string[];
  /** Lists that are asked in every account, or in every region of it, and how many first pages that makes. */
  readonly requests: readonly { readonly call: CallName; readonly number: number }[];
  /** Asked about what those lists name: how often is not known before. */
  readonly further: readonly { readonly call: CallName; readonly once: string }[];
  readonly total: number;
  /** Seconds that the requests of {@link total} take at least, with as many in flight as the options allow. */
  readonly seconds: number;
  readonly notices: readonly string[];
}

/** Seconds until an answer: between a few hundredths within a region and half a second across the world. */
const answerSeconds = 0.15;

/**
 * Learns what {@link collect} would do with these options: asks who we are and what is in the organization, visits no account
 * and writes nothing.
 * @throws {CollectError} as `collect` does
 */
export async function planCollection(options: CollectOptions, signal?: AbortSignal): Promise<CollectionPlan> {
  const settings = settingsOf(options);
  const stopper = new Stopper(signal);
  const wire = wireOf(settings, stopper.signal, new ProgressMeter(undefined));
  try {
    const identity = await identify(settings, wire, () => stopper.stop('the credentials ended'));
    const { discovery, choices, ownRegions } = await prepare(settings, identity);
    const regions = chooseRegions(settings.regions, ownRegions).asked;
    const accounts = choices.filter(({ visit }) => visit).map(({ account }) => account.id);
    const wanted = wantedCalls(settings.calls, identity.partition.name);
    const lists = calls.filter((call) => wanted(call) && placesOf(call, regions).length > 0);
    const requests = [
      ...(accounts.some((id) => id !== identity.account)
        ? [
            {
              call: 'sts:AssumeRole',
              number: accounts.filter((id) => id !== identity.account).length,
            } as const,
          ]
        : []),
      { call: 'account:ListRegions', number: accounts.length } as const,
      ...lists.map((call) => ({
        call: nameOf(call),
        number: accounts.length * placesOf(call, regions).length,
      })),
    ];
    const total = requests.reduce((sum, { number }) => sum + number, 0);
    return {
      caller: identity.arn,
      organization: discovery.organization?.id ?? null,
      accounts,
      leftOut: countBy(choices.flatMap(({ visit, reason }) => (visit ? [] : [reason ?? 'left out']))),
      regions,
      requests,
      further: furtherCalls(lists)
        .filter(wanted)
        .map((call) => ({
          call: nameOf(call),
          once: call.each?.once ?? '',
        })),
      total,
      seconds: Math.ceil((total * answerSeconds) / Math.min(settings.concurrency, Math.max(1, total))),
      notices: discovery.notices,
    };
  } finally {
    stopper.end();
    wire.transport.close();
  }
}

/** Everything that may follow from the answers of some calls, in the order of the table. */
function furtherCalls(first: readonly Call[]): readonly Call[] {
  const found = new Set<Call>();
  const add = (call: Call): void => {
    for (const next of followUpsOf(call)) {
      if (found.has(next)) continue;
      found.add(next);
      add(next);
    }
  };
  first.forEach(add);
  return calls.filter((call) => found.has(call));
}

function countBy(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
