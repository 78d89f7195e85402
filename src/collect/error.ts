import { UserFault } from '../fault.ts';

/** What keeps a scan from starting. */
export type CollectErrorCode =
  | 'no-profile'
  | 'no-credentials'
  | 'expired-credentials'
  | 'invalid-credentials'
  | 'no-region'
  | 'unreachable'
  | 'untrusted-certificate'
  | 'identity'
  | 'bad-option'
  | 'unknown-region'
  | 'unknown-account'
  | 'unknown-unit'
  | 'stopped';

/** A scan that cannot start: what is wrong and what to do. Thrown before anything is written. */
export class CollectError extends UserFault {
  override readonly name = 'CollectError';
  readonly code: CollectErrorCode;

  constructor(code: CollectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
