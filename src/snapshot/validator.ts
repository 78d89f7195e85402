import { existsSync } from 'node:fs';

/** Where `build/validator.ts` puts the schema of manifests as a function. There is none beside the sources. */
export const manifestValidator = new URL('./manifest-validator.js', import.meta.url);

/**
 * True for a value that fits the schema of manifests. False where it does not, or where that is not known because nothing
 * was built: the validator library, which takes longer to load than all else that a scan needs, then says what is wrong.
 */
export async function fitsManifestSchema(value: unknown): Promise<boolean> {
  if (!existsSync(manifestValidator)) return false;
  const { default: fits } = (await import(/* @vite-ignore */ manifestValidator.href)) as {
    readonly default: (value: unknown) => boolean;
  };
  return fits(value);
}
