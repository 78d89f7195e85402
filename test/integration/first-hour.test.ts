import { describe, expect, test } from 'vitest';

import { startMoto } from '../aws/moto.ts';
import { seedOrganization } from '../aws/seed-organization.ts';
import { walkPage } from '../docs/walk.ts';
import { python } from '../support/needs.ts';
import { temporaryFolder } from '../support/run-cli.ts';

describe.skipIf(python() === undefined)('the page about the first hour', () => {
  test('works as it is written', { timeout: 480_000 }, async () => {
    using folder = temporaryFolder();
    await using moto = await startMoto();
    expect(await seedOrganization(moto.url)).toMatchObject({ development: '037917693676' });
    const soon = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    await walkPage('docs/first-hour.md', folder.path, {
      environment: moto.environment,
      instead: { '2027-06-30': soon },
    });
  });
});
