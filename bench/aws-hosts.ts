/** AWS under its own host names on this machine: what a collection costs over TLS depends on how many hosts it asks. */

/** The names that a certificate needs for the hosts of AWS: one for each service and region, buckets and accounts in front of some. */
export function hostNames(regions: readonly string[]): readonly string[] {
  const ofRegion = (region: string): readonly string[] => [
    `*.${region}.amazonaws.com`,
    `*.s3.${region}.amazonaws.com`,
    `*.s3-control.${region}.amazonaws.com`,
  ];
  return ['*.amazonaws.com', ...regions.flatMap(ofRegion)];
}

/** Path of a request as a server sees it that knows no host names: with the bucket that stands in the name. */
export function plainPath(host: string, path: string): string {
  const bucket = /^([^.]+)\.s3\./.exec(host)?.[1];
  return bucket === undefined ? path : `/${bucket}${path}`;
}

/** What a process did over TLS. */
export interface TlsUse {
  /** Connections that were made; each took a handshake. */
  readonly handshakes: number;
  /** Those of them that took up an earlier session. */
  readonly resumed: number;
  /** Open at the same time at most. */
  readonly open: number;
  readonly hosts: number;
}

/**
 * CommonJS that sends every TLS connection of its process to a port of this machine, names left as they are, and counts into
 * the global `tlsUse`.
 */
export function redirection(port: number): string {
  return `
const tls = require('node:tls');
const { connect } = tls;
const hosts = new Set();
let open = 0;
globalThis.tlsUse = { handshakes: 0, resumed: 0, open: 0, hosts: 0 };
tls.connect = (options, ...rest) => {
  hosts.add(options.host);
  const socket = connect({ ...options, host: '127.0.0.1', port: ${port}, servername: options.servername || options.host }, ...rest);
  open += 1;
  tlsUse.open = Math.max(tlsUse.open, open);
  tlsUse.hosts = hosts.size;
  socket.once('close', () => { open -= 1; });
  socket.once('secureConnect', () => {
    tlsUse.handshakes += 1;
    if (socket.isSessionReused()) tlsUse.resumed += 1;
  });
  return socket;
};
`;
}
