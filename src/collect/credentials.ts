/** Credentials of AWS. Never written anywhere: not to a record, a log or a message. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Gives credentials, the same ones until they are about to expire. */
export type CredentialSource = () => Promise<Credentials>;

/** A credential source whose credentials can be given up before their time. */
export interface RenewableCredentials {
  readonly get: CredentialSource;
  /** The credentials were refused as expired: the next `get` fetches new ones. */
  renew(): void;
}

/** Renewed before they expire by so much: a request in a queue must not outlive them. */
const margin = 5 * 60_000;

/**
 * Keeps what `fetch` gives until shortly before it expires. Callers at the same time share one fetch. A fetch that
 * failed is not kept.
 */
export function renewable(fetch: CredentialSource, now: () => number = Date.now): RenewableCredentials {
  let current: Promise<Credentials> | undefined;
  let until = 0;
  return {
    async get() {
      if (current !== undefined && now() < until) return await current;
      const mine = fetch();
      current = mine;
      until = Number.POSITIVE_INFINITY;
      try {
        const credentials = await mine;
        // Credentials that come with less than the margin left are used to their end.
        const end = credentials.expiration?.getTime();
        if (current === mine)
          until = end === undefined ? Number.POSITIVE_INFINITY : Math.max(end - margin, now() + 1000);
        return credentials;
      } catch (error) {
        if (current === mine) current = undefined;
        throw error;
      }
    },
    renew() {
      current = undefined;
    },
  };
}
