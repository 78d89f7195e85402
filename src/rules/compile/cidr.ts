/** A range of addresses: version, first address as a number, and how many leading bits are fixed. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly bits: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a single address; undefined where it is none. Host bits are ignored. */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const version = address.includes(':') ? 6 : 4;
  const whole = version === 4 ? four(address) : six(address);
  if (whole === undefined) return undefined;
  const width = version === 4 ? 32 : 128;
  const suffix = slash === -1 ? String(width) : text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(suffix) || Number(suffix) > width) return undefined;
  const bits = Number(suffix);
  const shift = BigInt(width - bits);
  return { version, first: (whole >> shift) << shift, bits };
}

/** True where every address of the inner range lies in the outer one. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.version !== inner.version || inner.bits < outer.bits) return false;
  const shift = BigInt((outer.version === 4 ? 32 : 128) - outer.bits);
  return inner.first >> shift === outer.first >> shift;
}

function four(address: string): bigint | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function six(address: string): bigint | undefined {
  // An IPv4 tail (::ffff:10.0.0.1) stands for the last two groups.
  const tailAt = address.lastIndexOf(':') + 1;
  let plain = address;
  if (address.includes('.')) {
    const tail = four(address.slice(tailAt));
    if (tail === undefined) return undefined;
    plain = `${address.slice(0, tailAt)}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  }
  const [head = '', rest, more] = plain.split('::');
  if (more !== undefined) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const missing = 8 - left.length - right.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}
