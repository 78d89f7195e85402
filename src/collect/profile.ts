import { access } from 'node:fs/promises';
import path from 'node:path';

import { CONFIG_PREFIX_SEPARATOR, getHomeDir, loadSharedConfigFiles } from '@smithy/core/config';

import { didYouMean } from '../suggest.ts';
import { CollectError } from './error.ts';

/** The profile that credentials are taken from: the one that is named, else that of AWS_PROFILE, where there is one. */
export function profileInForce(named: string | undefined): string | undefined {
  return named ?? (process.env['AWS_PROFILE'] || undefined);
}

/**
 * Looks whether the profile that credentials are to be taken from exists, and those that it takes them from. The SDK would go on
 * to whatever else gives credentials, and scan as somebody else, or say that it found none.
 *
 * @param named - What an option or the configuration names; AWS_PROFILE counts where it is undefined.
 * @throws {CollectError} for a profile that does not exist
 */
export async function checkProfile(named: string | undefined): Promise<void> {
  const first = profileInForce(named);
  if (first === undefined) return;
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const seen = new Set<string>();
  let profile: string | undefined = first;
  let reason = named === undefined ? ', which AWS_PROFILE names' : '';
  let places = named === undefined ? 'AWS_PROFILE, --profile' : '--profile, aws.profile of trailwarden.yaml';
  while (profile !== undefined && !seen.has(profile)) {
    seen.add(profile);
    const config: Section = sectionOf(configFile, profile);
    const keys: Section = sectionOf(credentialsFile, profile);
    if (config === undefined && keys === undefined) {
      const [inConfig, inCredentials] = [profilesIn(configFile), profilesIn(credentialsFile)];
      const all = new Set([...inConfig, ...inCredentials]);
      throw new CollectError(
        'no-profile',
        [
          `there is no AWS profile ${profile}${reason}; ${didYouMean(profile, all)}`,
          `Looked in ${await lookedIn('AWS_CONFIG_FILE', 'config', inConfig)} and ${await lookedIn('AWS_SHARED_CREDENTIALS_FILE', 'credentials', inCredentials)}`,
          `Make it (\`aws configure --profile ${profile}\`, \`aws configure sso\`), or name another one: ${places}`,
        ].join('\n'),
      );
    }
    reason = `, the source_profile of ${profile}`;
    places = `source_profile of ${profile}`;
    profile = { ...config, ...keys }['source_profile'];
  }
}

type Section = Readonly<Record<string, string | undefined>> | undefined;
type Sections = Awaited<ReturnType<typeof loadSharedConfigFiles>>['configFile'];

function sectionOf(sections: Sections, name: string): Section {
  return Object.hasOwn(sections, name) ? sections[name] : undefined;
}

/** Names of profiles; sections of other kinds (`sso-session`, `services`) have their kind before the name. */
function profilesIn(sections: Sections): readonly string[] {
  const others = ['sso-session', 'services'].map((kind) => `${kind}${CONFIG_PREFIX_SEPARATOR}`);
  return Object.keys(sections)
    .filter((name) => !others.some((prefix) => name.startsWith(prefix)))
    .toSorted();
}

/** A file of profiles as AWS tools find it, and what was found there. */
async function lookedIn(variable: string, name: string, profiles: readonly string[]): Promise<string> {
  const named = process.env[variable] || undefined;
  const file = named?.replace(/^~(?=\/)/, getHomeDir()) ?? path.join(getHomeDir(), '.aws', name);
  const state = await access(file).then(
    () => (profiles.length === 1 ? '1 profile' : `${profiles.length} profiles`),
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? 'not there' : `cannot be read: ${error.code ?? ''}`,
  );
  return `${file} (${[...(named === undefined ? [] : [`by ${variable}`]), state].join(', ')})`;
}
