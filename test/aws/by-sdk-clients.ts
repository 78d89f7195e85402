import { vi } from 'vitest';

import { collect } from '../../src/collect/collect.ts';
import type { CollectOptions } from '../../src/collect/options.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

/** Collects into `options.out` from the AWS of an environment, each request sent by a client of the SDK. */
export async function collectBySdkClients(
  environment: Readonly<Record<string, string>>,
  options: Omit<CollectOptions, 'tool'>,
): Promise<Snapshot> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const tool = { name: 'trailwarden', version: 'test' };
    await collect({ pace: 100, retryDelay: 10, ...options, sdkClients: true, tool });
  } finally {
    vi.unstubAllEnvs();
  }
  return await openSnapshot(options.out);
}
