import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { KMSClient } from '@aws-sdk/client-kms';

import { UserFault } from '../fault.ts';
import { trustBundle } from './authorities.ts';
import { checkProfile } from './profile.ts';
import { checkerFromDer, type SignatureChecker, type Signer } from '../snapshot/signature/key-file.ts';

/** ARN of a key or an alias of AWS KMS. */
const keyArn = /^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:(?:key|alias)\/.+$/;

/**
 * The signer of an Ed25519 key in AWS KMS (key spec ECC_NIST_EDWARDS25519). Needs kms:Sign and kms:GetPublicKey: signing
 * is the one thing asked of AWS beyond reading, it changes nothing there, and only who names such a key asks for it.
 * @throws {UserFault} when AWS refuses, or the key is of another kind
 */
export async function kmsSigner(arn: string, profile: string | undefined): Promise<Signer> {
  const { keyId } = await kmsChecker(arn, profile);
  return {
    keyId,
    sign: async (bytes) => {
      const { SignCommand } = await import('@aws-sdk/client-kms');
      const { Signature } = await ask(arn, profile, 'Sign', (client) =>
        client.send(
          new SignCommand({
            KeyId: arn,
            Message: bytes,
            MessageType: 'RAW',
            SigningAlgorithm: 'ED25519_SHA_512',
          }),
        ),
      );
      if (Signature === undefined) throw new UserFault(`${arn}: kms:Sign gave an answer without signature`);
      return Buffer.from(Signature);
    },
  };
}

/**
 * The checker of the public half of a key in AWS KMS. Needs kms:GetPublicKey.
 * @throws {UserFault} when AWS refuses, or the key is of another kind
 */
export async function kmsChecker(arn: string, profile: string | undefined): Promise<SignatureChecker> {
  const { GetPublicKeyCommand } = await import('@aws-sdk/client-kms');
  const { PublicKey } = await ask(arn, profile, 'GetPublicKey', (client) =>
    client.send(new GetPublicKeyCommand({ KeyId: arn })),
  );
  if (PublicKey === undefined) throw new UserFault(`${arn}: kms:GetPublicKey gave an answer without the key`);
  return checkerFromDer(PublicKey, arn);
}

async function ask<T>(
  arn: string,
  profile: string | undefined,
  operation: string,
  send: (client: KMSClient) => Promise<T>,
): Promise<T> {
  const region = keyArn.exec(arn)?.[1];
  if (region === undefined)
    throw new UserFault(
      `${arn}: is no ARN of a key in AWS KMS; expected arn:aws:kms:REGION:ACCOUNT:key/ID or .../alias/NAME`,
    );
  await checkProfile(profile);
  trustBundle();
  const { KMSClient } = await import('@aws-sdk/client-kms');
  const client = new KMSClient({
    region,
    ...(profile === undefined ? {} : { profile }),
    credentials: fromNodeProviderChain(profile === undefined ? {} : { profile }),
  });
  try {
    return await send(client);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new UserFault(`${arn}: kms:${operation} was refused: ${name}: ${message}`, { cause: error });
  } finally {
    client.destroy();
  }
}
