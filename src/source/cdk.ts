import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Declaration, DeclaredScope, SourcePlace } from './declaration.ts';
import { isTemplate, templateResources } from './cloudformation/template.ts';

/** Files of one `cdk.out` folder and of the repository around it. */
export interface CdkFiles {
  /** Parsed JSON of a file beside the manifest; undefined where it is missing or no JSON. */
  json(name: string): Promise<JsonValue | undefined>;
  /** Lines of a file of the repository by its absolute path, and its path from the root; undefined outside of it. */
  source(path: string): Promise<{ readonly file: string; readonly lines: readonly string[] } | undefined>;
}

export interface CdkDeclarations {
  readonly declarations: readonly Declaration[];
  /** Resources for which the output does not say which line made them, or says a line that does not name them. */
  readonly unplaced: number;
}

/** True for the manifest of a cloud assembly. */
export function isCdkManifest(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && isJsonObject(value['artifacts']) && typeof value['version'] === 'string';
}

/**
 * What an app of the AWS CDK declares, from its output: names from the templates, account and region from the manifest,
 * and the line from the stack trace that `cdk synth --debug` keeps for each resource. The line must name the construct:
 * output that is older than the code would otherwise point at something else.
 */
export async function cdkDeclarations(manifest: JsonObject, files: CdkFiles): Promise<CdkDeclarations> {
  const declarations: Declaration[] = [];
  let unplaced = 0;
  const artifacts = isJsonObject(manifest['artifacts']) ? manifest['artifacts'] : {};
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (!isJsonObject(artifact) || artifact['type'] !== 'aws:cloudformation:stack') continue;
    const properties = isJsonObject(artifact['properties']) ? artifact['properties'] : {};
    const { templateFile, stackName = id } = properties;
    const template = typeof templateFile === 'string' ? await files.json(templateFile) : undefined;
    if (!isTemplate(template)) continue;
    const traces = await readTraces(artifact, files);
    const stack = typeof stackName === 'string' ? stackName : id;
    for (const { logicalId, names } of templateResources(template, environment(artifact), stack)) {
      const trace = traces.get(logicalId);
      const place = trace && (await placeOf(trace, files));
      if (place === undefined) unplaced += 1;
      else declarations.push({ place, address: trace?.path ?? logicalId, arns: [], names });
    }
  }
  return { declarations, unplaced };
}

/** Where a stack goes: `aws://111122223333/us-east-1`; either part may be left open. */
function environment(artifact: JsonObject): DeclaredScope {
  const text = artifact['environment'];
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(typeof text === 'string' ? text : '') ?? [];
  return {
    ...(account !== undefined && /^\d{12}$/.test(account) && { accounts: new Set([account]) }),
    ...(region !== undefined && region !== 'unknown-region' && { region }),
  };
}

interface Trace {
  /** Construct path: `/Audit/Alerts/Resource`. */
  readonly path: string;
  readonly frames: readonly string[];
}

/** Stack traces by logical id, from the manifest or the metadata file beside it. */
async function readTraces(artifact: JsonObject, files: CdkFiles): Promise<ReadonlyMap<string, Trace>> {
  const beside = artifact['additionalMetadataFile'];
  const sources = [artifact['metadata'], typeof beside === 'string' ? await files.json(beside) : undefined];
  const traces = new Map<string, Trace>();
  for (const metadata of sources) {
    if (!isJsonObject(metadata)) continue;
    for (const [path, entries] of Object.entries(metadata)) {
      for (const entry of Array.isArray(entries) ? (entries as readonly JsonValue[]) : []) {
        if (!isJsonObject(entry) || entry['type'] !== 'aws:cdk:logicalId') continue;
        const { data, trace } = entry;
        if (typeof data !== 'string' || !Array.isArray(trace)) continue;
        traces.set(data, { path, frames: trace.filter((frame) => typeof frame === 'string') });
      }
    }
  }
  return traces;
}

/** Lines after the one of the frame in which the construct may be named: a call can span several. */
const linesOfCall = 4;

/** The first frame in the repository whose line names the construct or one that it is part of. */
async function placeOf(trace: Trace, files: CdkFiles): Promise<SourcePlace | undefined> {
  const ids = trace.path.split('/').filter((id) => id !== '' && id !== 'Resource');
  for (const frame of trace.frames) {
    const at = frameOf(frame);
    const source = at && (await files.source(at.path));
    if (at === undefined || source === undefined) continue;
    const call = source.lines.slice(at.line - 1, at.line - 1 + linesOfCall).join('\n');
    const named = ids.some((id) => ['"', "'", '`'].some((quote) => call.includes(quote + id + quote)));
    return named ? { file: source.file, line: at.line, column: at.column } : undefined;
  }
  return undefined;
}

/** `new Audit (/app/lib/audit.ts:12:5)`: the path, line and column of a frame. */
function frameOf(frame: string): { path: string; line: number; column: number } | undefined {
  const inner = frame.endsWith(')') ? frame.slice(frame.lastIndexOf('(') + 1, -1) : frame.replace(/^at /, '');
  const parts = inner.split(':');
  const column = Number(parts.pop());
  const line = Number(parts.pop());
  const path = parts.join(':').replace(/^file:\/\//, '');
  if (!Number.isSafeInteger(line) || !Number.isSafeInteger(column) || line < 1 || column < 1)
    return undefined;
  return { path, line, column };
}
