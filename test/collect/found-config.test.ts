import { afterEach, expect, test, vi } from 'vitest';

import { foundBy } from '../../src/collect/found-config.ts';
import { commandOf, loadService, type ClientConfig } from '../../src/collect/services.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['nothing', {}, 'cloudtrail.us-east-1.amazonaws.com'],
  ['FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'cloudtrail-fips.us-east-1.amazonaws.com'],
  ['dual stack', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'cloudtrail.us-east-1.api.aws'],
  ['an endpoint', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, '127.0.0.1'],
  [
    'an endpoint of the service',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_CLOUDTRAIL: 'http://[::1]:4567' },
    '[::1]',
  ],
  [
    'an endpoint that is to be ignored',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    'cloudtrail.us-east-1.amazonaws.com',
  ],
])('where the environment names %s, later clients go where the first would', async (_, environment, host) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const hosts: string[] = [];
  const config = {
    region: 'us-east-1',
    credentials: () => Promise.resolve({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' }),
    requestHandler: {
      handle(request: { hostname: string }) {
        hosts.push(request.hostname);
        return Promise.reject(new Error('seen'));
      },
    },
    maxAttempts: 1,
    retryMode: 'standard',
    customUserAgent: [],
  } as unknown as ClientConfig;
  const service = await loadService.cloudtrail();
  const ask = async (client: InstanceType<typeof service.Client>): Promise<void> => {
    await expect(client.send(commandOf(service, 'DescribeTrails', {}), {})).rejects.toThrow('seen');
  };
  const first = new service.Client(config);
  const second = new service.Client({ ...(await foundBy(first)), ...config });
  await ask(first);
  // What was found stays found: nobody looks again.
  vi.unstubAllEnvs();
  await ask(second);
  expect(hosts).toEqual([host, host]);
});
