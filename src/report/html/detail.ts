import type { Evidence, Finding, FindingSource, Reason } from '../../evaluate/finding.ts';
import { isJsonObject, type JsonValue } from '../../json.ts';
import type { DetailBlock, DetailShape, EvidenceShape, ReasonShape, RecordReference } from './data.ts';
import { fillPath, fillShape, shapePath, shaper, type ShapeNames } from './shape.ts';

/** The part of a finding that is shown when it is opened. */
export type Detail = Pick<Finding, 'fix' | 'parameters' | 'reasons' | 'evidence' | 'source'>;

function mapStrings(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element: JsonValue) => mapStrings(element, change));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      member === undefined ? undefined : mapStrings(member, change),
    ]),
  );
}

/** Everything of a reason but evidence and children, with each text changed. */
function mapReason(
  reason: Omit<Reason, 'evidence' | 'children'>,
  change: (text: string) => string,
): Omit<Reason, 'evidence' | 'children'> {
  const { resource, found, witness, causes } = reason;
  return {
    kind: reason.kind,
    verdict: reason.verdict,
    text: change(reason.text),
    ...(resource !== undefined && {
      resource: {
        type: resource.type,
        id: change(resource.id),
        account: change(resource.account),
        region: change(resource.region),
        name: change(resource.name),
      },
    }),
    ...(reason.field !== undefined && { field: reason.field }),
    ...(found !== undefined && { found: mapStrings(found, change) }),
    ...(reason.wanted !== undefined && { wanted: change(reason.wanted) }),
    ...(causes !== undefined && {
      causes: causes.map((cause) => ({
        call: cause.call,
        account: change(cause.account),
        region: change(cause.region),
        code: cause.code,
        message: change(cause.message),
      })),
    }),
    ...(witness !== undefined && { witness: mapStrings(witness, change) }),
    ...(reason.omitted !== undefined && { omitted: reason.omitted }),
  };
}

/** Collects the details of one account into a block. */
export class DetailWriter {
  readonly #records: RecordReference[] = [];
  readonly #recordIndex = new Map<string, number>();
  readonly #shapes: string[] = [];
  readonly #shapeIndex = new Map<string, number>();
  readonly #shape: number[] = [];
  readonly #sources: FindingSource[] = [];
  readonly #sourceIndex = new Map<string, number>();
  readonly #source: number[] = [];
  readonly #holes: number[] = [];
  #size = 0;

  get rows(): number {
    return this.#shape.length;
  }

  /** About how many characters the block will have before compression. */
  get size(): number {
    return this.#size;
  }

  add(finding: Finding): void {
    const change = shaper(finding.resource);
    const shape: DetailShape = {
      fix: change(finding.fix),
      parameters: finding.parameters,
      reasons: this.#reason(finding.reasons, change),
      evidence: finding.evidence.map((evidence) => this.#evidence(evidence, change)),
    };
    this.#source.push(finding.source === undefined ? 0 : this.#place(finding.source) + 1);
    const text = JSON.stringify(shape);
    let index = this.#shapeIndex.get(text);
    if (index === undefined) {
      index = this.#shapes.push(text) - 1;
      this.#shapeIndex.set(text, index);
      this.#size += text.length;
    }
    this.#shape.push(index);
    this.#size += 3;
  }

  #place(source: FindingSource): number {
    const key = JSON.stringify(source);
    const known = this.#sourceIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#sources.push(source) - 1;
    this.#sourceIndex.set(key, index);
    this.#size += key.length;
    return index;
  }

  #reason(reason: Reason, change: (text: string) => string): ReasonShape {
    return {
      ...mapReason(reason, change),
      ...(reason.evidence !== undefined && {
        evidence: reason.evidence.map((evidence) => this.#evidence(evidence, change)),
      }),
      ...(reason.children !== undefined && {
        children: reason.children.map((child) => this.#reason(child, change)),
      }),
    };
  }

  #evidence(evidence: Evidence, change: (text: string) => string): EvidenceShape {
    const { shape, positions } = shapePath(evidence.path);
    this.#holes.push(this.#record(evidence), ...positions);
    this.#size += 4 * (1 + positions.length);
    return {
      path: shape,
      ...(evidence.value !== undefined && { value: mapStrings(evidence.value, change) }),
    };
  }

  #record(evidence: Evidence): number {
    const record: RecordReference = [
      evidence.call,
      evidence.account,
      evidence.region,
      evidence.time,
      evidence.requestId ?? null,
      evidence.part,
      evidence.line,
      evidence.error ?? null,
    ];
    const key = JSON.stringify(record);
    let index = this.#recordIndex.get(key);
    if (index === undefined) {
      index = this.#records.push(record) - 1;
      this.#recordIndex.set(key, index);
      this.#size += key.length;
    }
    return index;
  }

  /** The block as JSON text. */
  toJson(): string {
    // The shapes are JSON already: parsing them only to write them again would cost as much as all the rest.
    const sources =
      this.#sources.length === 0
        ? ''
        : `"sources":${JSON.stringify(this.#sources)},"source":${JSON.stringify(this.#source)},`;
    return `{"records":${JSON.stringify(this.#records)},"shapes":[${this.#shapes.join(',')}],${sources}"shape":${JSON.stringify(this.#shape)},"holes":${JSON.stringify(this.#holes)}}`;
  }
}

/** Gives back the details of a block, in row order. `namesOf` names the resource of each row of the block. */
export function readDetails(block: DetailBlock, namesOf: (row: number) => ShapeNames): Detail[] {
  let hole = 0;
  const next = (): number => block.holes[hole++] ?? 0;
  return block.shape.map((shapeIndex, row) => {
    const shape = block.shapes[shapeIndex];
    const source = block.sources?.[(block.source?.[row] ?? 0) - 1];
    if (shape === undefined) throw new Error(`no shape ${shapeIndex} in the detail block`);
    const names = namesOf(row);
    const change = (text: string): string => fillShape(text, names);
    const evidenceOf = (evidence: EvidenceShape): Evidence => {
      const record = block.records[next()];
      if (record === undefined) throw new Error('a record is missing in the detail block');
      const [call, account, region, time, requestId, part, line, error] = record;
      return {
        call,
        account,
        region,
        time,
        ...(requestId !== null && { requestId }),
        part,
        line,
        path: fillPath(evidence.path, next),
        ...(evidence.value !== undefined && { value: mapStrings(evidence.value, change) }),
        ...(error !== null && { error }),
      };
    };
    const reasonOf = (reason: ReasonShape): Reason => {
      const evidence = reason.evidence?.map(evidenceOf);
      const children = reason.children?.map(reasonOf);
      return {
        ...mapReason(reason, change),
        ...(evidence !== undefined && { evidence }),
        ...(children !== undefined && { children }),
      };
    };
    const reasons = reasonOf(shape.reasons);
    return {
      fix: change(shape.fix),
      parameters: shape.parameters,
      reasons,
      evidence: shape.evidence.map(evidenceOf),
      ...(source !== undefined && { source }),
    };
  });
}
