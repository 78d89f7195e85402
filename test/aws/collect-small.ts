import { collect, type CollectHooks } from '../../src/collect/collect.ts';
import type { CollectOptions } from '../../src/collect/options.ts';
import { smallRole } from './small-organization.ts';

/** Collects the small organization from the replay server that the environment names, fast and as its own role. */
export async function collectSmall(
  out: string,
  options: Partial<CollectOptions> = {},
  hooks: CollectHooks = {},
): Promise<void> {
  await collect(
    {
      out,
      roleName: smallRole.name,
      externalId: smallRole.externalId,
      pace: 100,
      retryDelay: 1,
      tool: { name: 'trailwarden', version: 'test' },
      ...options,
    },
    hooks,
  );
}
