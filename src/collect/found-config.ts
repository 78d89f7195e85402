import type { Client } from './services.ts';

/**
 * What a client found in the environment and in the configuration files. It is the same for every client of its
 * service; each looks for it anew, and a search that finds nothing costs more than a request.
 */
export interface FoundConfig {
  readonly useFipsEndpoint?: unknown;
  readonly useDualstackEndpoint?: unknown;
  readonly authSchemePreference?: unknown;
  readonly userAgentAppId?: unknown;
  /** The endpoint that AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> or a profile names. */
  readonly endpoint?: unknown;
  /** True where none names one: then clients need not look. */
  readonly ignoreConfiguredEndpointUrls?: true;
}

/** Asks a client what it found. Throws where the environment or a file is wrong, as a request would. */
export async function foundBy({ config }: Client): Promise<FoundConfig> {
  const found: Record<string, unknown> = {};
  // Each is a function that remembers its answer.
  for (const name of [
    'useFipsEndpoint',
    'useDualstackEndpoint',
    'authSchemePreference',
    'userAgentAppId',
  ] as const)
    if (typeof config[name] === 'function') found[name] = config[name];
  if (config.serviceConfiguredEndpoint === undefined) return found;
  const endpoint = await config.serviceConfiguredEndpoint();
  return { ...found, ...(endpoint === undefined ? { ignoreConfiguredEndpointUrls: true } : { endpoint }) };
}
