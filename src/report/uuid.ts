import { createHash } from 'node:crypto';

/** Names of ours live under this UUID, chosen once and for ever. */
const namespace = Buffer.from('5f1f7b9a2c575e0e9d0a4f2b6c8e1d37', 'hex');

/** A UUID of version 5 (RFC 9562, section 5.5): the same name always gives the same one. */
export function nameUuid(name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
