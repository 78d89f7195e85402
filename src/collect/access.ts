import type { AnswerRecord } from '../snapshot/record.ts';
import { textOf } from './answer.ts';
import { callNamed } from './calls.ts';
import type { Fault } from './classify.ts';
import { renewable, type Credentials } from './credentials.ts';
import type { Identity } from './identity.ts';
import type { Settings } from './options.ts';
import { NoCredentials, Session, type Wire } from './session.ts';

/** An account that can be asked, or why not. */
export type Access =
  | { readonly session: Session; readonly fault?: undefined }
  | { readonly session?: undefined; readonly fault: Fault };

/** Role sessions last an hour: what role chaining allows at most. */
const sessionSeconds = 3600;

/**
 * Opens accounts: the caller's own with its own credentials, the others through the scan role. An account is opened
 * once, when it is first needed, by whoever needs it first.
 */
export class Accounts {
  readonly #identity: Identity;
  readonly #settings: Settings;
  readonly #wire: Wire;
  readonly #open = new Map<string, Promise<Access>>();
  readonly #reachable = new Map<string, boolean>();
  readonly #refusals = new Map<string, AnswerRecord>();

  constructor(identity: Identity, settings: Settings, wire: Wire) {
    this.#identity = identity;
    this.#settings = settings;
    this.#wire = wire;
  }

  open(account: string): Promise<Access> {
    let access = this.#open.get(account);
    if (access === undefined) {
      access = this.#access(account);
      this.#open.set(account, access);
    }
    return access;
  }

  /** True where the account can be asked. */
  async reachable(account: string): Promise<boolean> {
    return this.#reachable.get(account) ?? (await this.open(account)).session !== undefined;
  }

  /** Forgets credentials and limits of an account that is done. */
  close(account: string): void {
    this.#open.delete(account);
  }

  /** Records of the roles that could not be assumed, by the account that was meant, sorted. */
  refusals(): readonly (readonly [account: string, record: AnswerRecord])[] {
    return [...this.#refusals].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async #access(account: string): Promise<Access> {
    if (account === this.#identity.account) {
      this.#reachable.set(account, true);
      return { session: this.#identity.session };
    }
    const credentials = renewable(() => this.#assume(account));
    try {
      await credentials.get();
    } catch (error) {
      if (!(error instanceof NoCredentials)) throw error;
      this.#reachable.set(account, false);
      return { fault: error.fault };
    }
    this.#reachable.set(account, true);
    return { session: new Session(account, credentials, this.#wire) };
  }

  async #assume(account: string): Promise<Credentials> {
    const { session, partition, region } = this.#identity;
    const { roleName, sessionName, externalId } = this.#settings;
    const answer = await session.askSecret({
      call: callNamed('sts:AssumeRole'),
      region,
      recordedRegion: 'global',
      input: {
        RoleArn: `arn:${partition.name}:iam::${account}:role/${roleName}`,
        RoleSessionName: sessionName,
        DurationSeconds: sessionSeconds,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
    });
    if ('fault' in answer) {
      this.#refusals.set(account, answer.record);
      throw new NoCredentials(answer.fault);
    }
    const given = (answer.output as { Credentials?: Readonly<Record<string, unknown>> }).Credentials;
    const accessKeyId = textOf(given?.['AccessKeyId']);
    const secretAccessKey = textOf(given?.['SecretAccessKey']);
    const sessionToken = textOf(given?.['SessionToken']);
    const expiration = given?.['Expiration'];
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw new NoCredentials({
        kind: 'final',
        error: { code: 'MalformedAnswer', message: 'sts:AssumeRole gave no credentials', outcome: 'failed' },
      });
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration instanceof Date ? { expiration } : {}),
    };
  }
}
