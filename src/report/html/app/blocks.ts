/** The data of the page stands in it: base64 of gzip of JSON, in elements that do not run. */

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** The packed text of a block. Throws where the file was cut short. */
export function packedBlock(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (text === undefined) throw new Error(`The file is not complete: block ${id} is missing.`);
  return text;
}

/** Unpacks a block. Throws where the file is damaged. */
export async function readBlock(id: string): Promise<unknown> {
  const stream = new Blob([bytesOf(packedBlock(id))]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as unknown;
}

/** SHA-256 as lower-case hex, computed by the browser. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
