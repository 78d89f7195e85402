/**
 * A fault that the person who runs the tool can mend: bad input, missing rights, a full disk. Its message says what is
 * wrong, where, and what to do; it is shown without a stack. Anything else that is thrown is a bug of ours.
 */
export class UserFault extends Error {
  override readonly name: string = 'UserFault';
}

/** A message and a remedy for the system errors that files and pipes give; undefined for anything else. */
export function explainSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const file = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const what = systemErrors[error.code];
  if (what === undefined) return undefined;
  return file === undefined ? what : `${file}: ${what}`;
}

const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder: check the name',
  EACCES: 'permission denied: choose another place or mend its permissions',
  EPERM: 'not permitted: choose another place or mend its permissions',
  EISDIR: 'is a folder: name a file',
  ENOTDIR: 'is not a folder, or has a file where a folder was expected: check the name',
  EEXIST: 'exists already: choose another name',
  ENOSPC: 'no space left on the disk: free some and run again',
  EDQUOT: 'disk quota used up: free some space and run again',
  EROFS: 'read-only file system: choose another place',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  ENAMETOOLONG: 'the name is too long: choose a shorter one',
  EPIPE: 'the reader of the output went away before it was complete',
};
