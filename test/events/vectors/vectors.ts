import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

import type { JsonObject, JsonValue } from '../../../src/json.ts';

export interface MatchVector {
  readonly id: string;
  readonly pattern: string;
  readonly event?: JsonObject;
  readonly raw?: string;
  readonly match: boolean;
}

export interface UnknownVector {
  readonly id: string;
  readonly pattern: string;
  readonly event: JsonObject;
}

export interface InvalidPattern {
  readonly id: string;
  readonly pattern: string;
}

export interface ControlCondition {
  readonly field: string;
  readonly eq?: string;
  readonly ne?: string;
  readonly in?: readonly string[];
  readonly like?: string;
  readonly absent?: boolean;
  readonly present?: boolean;
}

export interface CoverageVector {
  readonly id: string;
  readonly control: string;
  readonly pattern: string;
  readonly verdict: 'covers' | 'misses' | 'unknown';
  readonly missed_event?: JsonObject;
}

export interface EventBridgeVector {
  readonly id: string;
  readonly pattern: JsonValue;
  readonly event: JsonObject;
  readonly match: boolean;
}

export interface EventBridgeCoverage {
  readonly id: string;
  readonly control: string;
  readonly state: string;
  readonly verdict: CoverageVector['verdict'];
  readonly pattern: JsonValue;
}

export interface Vectors {
  readonly match_vectors: readonly MatchVector[];
  readonly unknown_vectors: readonly UnknownVector[];
  readonly invalid_patterns: readonly InvalidPattern[];
  readonly controls: Readonly<
    Record<string, { readonly required: readonly (readonly ControlCondition[])[] }>
  >;
  readonly coverage_vectors: readonly CoverageVector[];
  readonly eventbridge_vectors: readonly EventBridgeVector[];
  readonly eventbridge_coverage: readonly EventBridgeCoverage[];
}

/** The cases of `patterns.yaml`. */
export const vectors = parse(
  readFileSync(path.join(import.meta.dirname, 'patterns.yaml'), 'utf8'),
) as Vectors;
