import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

import { howToTrust } from './authorities.ts';
import { callNamed } from './calls.ts';
import { classify, type Fault } from './classify.ts';
import { renewable, type RenewableCredentials } from './credentials.ts';
import { CollectError } from './error.ts';
import type { Settings } from './options.ts';
import { partitionOf, type Partition } from './partitions.ts';
import { checkProfile, profileInForce } from './profile.ts';
import { loadService } from './services.ts';
import { NoCredentials, Session, type Wire } from './session.ts';
import type { AnswerError, AnswerRecord } from '../snapshot/record.ts';

/** Who runs the scan. */
export interface Identity {
  readonly arn: string;
  readonly account: string;
  readonly partition: Partition;
  /** Region of the caller's own calls. */
  readonly region: string;
  /** Asks with the caller's own credentials. */
  readonly session: Session;
  /** The answer that tells. */
  readonly record: AnswerRecord;
}

/** How often the first question is asked: about three seconds, where later ones may take minutes. */
const firstAttempts = 6;

const howToSignIn =
  'Sign in first: set AWS_PROFILE (with `aws sso login` where it uses SSO), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN)';

/**
 * Finds credentials and region as AWS tools do and asks AWS who they are.
 * @throws {CollectError} where that fails: a scan as nobody makes no sense
 */
export async function identify(
  settings: Settings,
  wire: Wire,
  onLost: (fault: Fault) => void,
): Promise<Identity> {
  await checkProfile(settings.profile);
  const region = await callerRegion(settings, wire);
  const credentials = callerCredentials(settings.profile);
  // Somebody waits at the terminal, and nothing is lost yet: tell soon what is wrong.
  const session = new Session('', credentials, { ...wire, attempts: Math.min(wire.attempts, firstAttempts) });
  const call = callNamed('sts:GetCallerIdentity');
  for await (const record of session.ask({ call, region, recordedRegion: 'global' })) {
    const { error, output } = record;
    if (error !== undefined) throw refused(error, region, settings.profile);
    const arn = output?.['Arn'];
    const account = output?.['Account'];
    if (typeof arn !== 'string' || typeof account !== 'string' || !/^\d{12}$/.test(account))
      throw new CollectError(
        'identity',
        'sts:GetCallerIdentity gave an answer without account: is AWS_ENDPOINT_URL right?',
      );
    return {
      arn,
      account,
      partition: partitionOf(arn, region),
      region,
      session: new Session(account, credentials, wire, onLost),
      record: { ...record, account },
    };
  }
  throw new Error('sts:GetCallerIdentity gave nothing');
}

/** The credentials of the SDK's default chain. A fault in finding them becomes {@link NoCredentials}. */
function callerCredentials(profile: string | undefined): RenewableCredentials {
  return renewable(async () => {
    try {
      // A new chain each time: the old one keeps what it found.
      return await fromNodeProviderChain(profile === undefined ? {} : { profile })();
    } catch (error) {
      const fault: Fault = classify(error, { absent: [], credentialsWork: false });
      throw new NoCredentials(fault);
    }
  });
}

async function callerRegion(settings: Settings, wire: Wire): Promise<string> {
  if (settings.region !== undefined) return settings.region;
  const { Client } = await loadService.sts();
  const client = new Client({
    credentials: () => Promise.reject(new Error('not used')),
    requestHandler: wire.transport,
    maxAttempts: 1,
    retryMode: 'standard',
    customUserAgent: [[...wire.userAgent]],
    ...(wire.profile === undefined ? {} : { profile: wire.profile }),
  });
  try {
    return await client.config.region();
  } catch (error) {
    // The other AWS tools read it, the JavaScript SDK does not.
    const region = process.env['AWS_DEFAULT_REGION'];
    if (region !== undefined && region !== '') return region;
    throw new CollectError(
      'no-region',
      'no AWS region is set: set AWS_REGION (us-east-1 will do for the standard partition) or give --region',
      { cause: error },
    );
  }
}

function refused(
  { code, message }: AnswerError,
  region: string,
  namedProfile: string | undefined,
): CollectError {
  const profile = profileInForce(namedProfile);
  switch (code) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return new CollectError(
        /expired/i.test(message) ? 'expired-credentials' : 'no-credentials',
        `no usable AWS credentials${profile === undefined ? '' : ` from profile ${profile}`}: ${message}\n${howToSignIn}`,
      );
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return new CollectError(
        'expired-credentials',
        `the AWS credentials have expired: ${message}\nGet new ones (\`aws sso login\`, or whatever gave you these) and run again`,
      );
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
    case 'AuthFailure':
      return new CollectError(
        'invalid-credentials',
        `AWS does not know these credentials: ${message}\nCheck the access key, and that region ${region} is of their partition and enabled (AWS_REGION)`,
      );
    case 'SignatureDoesNotMatch':
    case 'InvalidSignatureException':
    case 'RequestExpired':
    case 'RequestTimeTooSkewed':
      return new CollectError(
        'invalid-credentials',
        `AWS refused the signature: ${message}\nCheck the secret access key and the clock of this machine`,
      );
    case 'NetworkError':
      return new CollectError(
        'unreachable',
        `AWS cannot be reached: ${message}\nCheck the network, that region ${region} exists, and AWS_ENDPOINT_URL if it is set`,
      );
    case 'UntrustedCertificate':
      return new CollectError(
        'untrusted-certificate',
        `who answers for AWS shows a certificate that this machine does not trust: ${message}\n${howToTrust}`,
      );
    default:
      return new CollectError(
        'identity',
        `sts:GetCallerIdentity failed (${code}): ${message}\nCheck the credentials, region ${region}, and AWS_ENDPOINT_URL if it is set`,
      );
  }
}
