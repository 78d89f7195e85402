import { SnapshotError } from './snapshot.ts';

/** What the operating system's codes mean for the person at the keyboard, and what to do. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder; check the path',
  EACCES: 'permission denied; check who owns the folder or choose another one',
  EPERM: 'permission denied; check who owns the folder or choose another one',
  EROFS: 'the file system is read-only; choose another folder',
  ENOSPC: 'the disk is full; free some space or choose a folder on another disk, and run it again',
  EDQUOT: 'the disk quota is used up; free some space or choose a folder on another disk, and run it again',
  EFBIG: 'the file would be larger than this system allows; choose a folder on another disk',
  EISDIR: 'is a folder, a file was expected',
  ENOTDIR: 'a part of the path is a file, a folder was expected',
  EMFILE: 'too many open files; raise the limit (`ulimit -n`) and run it again',
  ENFILE: 'too many open files on this machine; close some programs and run it again',
  ENAMETOOLONG: 'the path is longer than this system allows; choose a shorter one',
  ELOOP: 'symbolic links lead in a circle; check the path',
  EIO: 'the disk reports an error; check it, and use another one',
};

/**
 * A fault of the file system as a {@link SnapshotError}; errors that are none of the file system's pass unchanged.
 * @param doing what was tried, for the message: `cannot write`
 */
export function fileFault(error: unknown, file: string, doing: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const meaning = meanings[error.code];
  if (meaning === undefined && !('syscall' in error)) return error;
  return new SnapshotError(
    `${doing}: ${meaning ?? error.message} (${error.code})`,
    { file },
    { cause: error },
  );
}
