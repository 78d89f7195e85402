import { UserFault } from '../fault.ts';
import type { AccountInScope, Manifest } from '../snapshot/manifest.ts';
import { compareText, quotedYaml } from '../text.ts';

/** Folder of the files, from the root of the repository. */
export const inventoryFolder = 'accounts';
/** The file that findings about the organization as a whole are shown in. */
export const organizationInventoryFile = `${inventoryFolder}/organization.yaml`;

/** The file that findings of an account are shown in, from the root of the repository. */
export function accountInventoryFile(account: string): string {
  return `${inventoryFolder}/${account}.yaml`;
}

/** What stands below this line belongs to the people of the repository. */
export const inventoryMarker = '# --- Yours from here on: trailwarden inventory keeps what stands below ---';

const heading = '# Written by trailwarden inventory. Alerts of this account are shown in this file.';
const organizationHeading =
  '# Written by trailwarden inventory. Alerts of the organization as a whole are shown in this file.';

/**
 * The files that code scanning shows alerts in, by their path in the repository: one an account and one for the
 * organization. They say who an account is and nothing of how it was scanned, so that they change only when accounts do.
 */
export function inventoryFiles(
  manifest: Pick<Manifest, 'accounts' | 'organization' | 'partition'>,
): ReadonlyMap<string, string> {
  const { organization } = manifest;
  const files = new Map<string, string>();
  for (const account of [...manifest.accounts].sort((a, b) => compareText(a.id, b.id)))
    files.set(accountInventoryFile(account.id), accountText(account));
  files.set(
    organizationInventoryFile,
    text(organizationHeading, [
      ['organization', organization?.id],
      ['managementAccount', organization?.managementAccount],
      ['partition', manifest.partition],
    ]),
  );
  return files;
}

/**
 * The new text of a file that stands already: what we write, and below the marker what a person added, byte for byte.
 *
 * @param name - What messages call the file.
 * @throws {@link UserFault} Where the file has no marker: somebody else wrote it.
 */
export function keepAdditions(written: string, existing: string | undefined, name: string): string {
  if (existing === undefined) return written;
  const lines = existing.split('\n');
  const at = lines.findIndex((line) => line.trimEnd() === inventoryMarker);
  if (at < 0) {
    throw new UserFault(
      `${name}: was not written by trailwarden inventory, or its marker line is gone, so it is left alone. Put this line above what is to be kept, or move the file away:\n${inventoryMarker}`,
    );
  }
  return written + lines.slice(at + 1).join('\n');
}

function accountText(account: AccountInScope): string {
  return text(heading, [
    ['id', account.id],
    ['name', account.name],
    ['state', account.state],
    ['path', account.path],
  ]);
}

function text(
  head: string,
  members: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const lines = members.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${quotedYaml(value)}`],
  );
  return `${[head, ...lines, inventoryMarker].join('\n')}\n`;
}
