import { extents, type ControlDocument, type PackDocument, type RuleUse } from '../document.ts';
import type { FaultList } from '../fault.ts';
import { entryOf, toJson, type YamlMap, type YamlNode } from '../../yaml-nodes.ts';
import { named, text, textList } from './rule.ts';

/**
 * Reads a pack. Shape and spelling are the schema's business, so what does not fit there is passed over here. Undefined where
 * the rest is of no use.
 */
export function parsePack(root: YamlNode, faults: FaultList): PackDocument | undefined {
  if (root.kind !== 'map') return undefined;
  const id = text(root, 'id');
  const controls = entryOf(root, 'controls')?.value;
  if (id === undefined || controls?.kind !== 'list') return undefined;
  const seen = new Map<string, number>();
  return {
    id,
    place: entryOf(root, 'id')?.keyPlace ?? root.place,
    title: text(root, 'title') ?? '',
    framework: text(root, 'framework') ?? '',
    edition: written(root, 'edition'),
    about: text(root, 'about') ?? '',
    references: textList(root, 'references'),
    controls: controls.items.flatMap((item) => {
      if (item.kind !== 'map') return [];
      const control = parseControl(item, faults);
      const before = seen.get(control.id);
      if (before !== undefined)
        faults.add(control.place, `the control ${control.id} is also in line ${before}`, 'join the two');
      seen.set(control.id, control.place.line);
      return [control];
    }),
  };
}

function parseControl(map: YamlMap, faults: FaultList): ControlDocument {
  const id = written(map, 'id');
  const place = entryOf(map, 'id')?.value.place ?? map.place;
  const extent = text(map, 'extent');
  const rules = entryOf(map, 'rules')?.value;
  const manual = text(map, 'manual');
  if (rules === undefined && manual === undefined)
    faults.add(
      place,
      `the control ${id} has no rules`,
      'add rules: [...], or manual: why no rule can decide it',
    );
  if (rules !== undefined && manual !== undefined)
    faults.add(
      place,
      `the control ${id} has rules and is manual`,
      'leave manual out; say extent: partial where the rules decide a part',
    );
  return {
    id,
    place,
    title: text(map, 'title') ?? '',
    extent: extents.find((one) => one === extent) ?? 'full',
    rules: rules?.kind === 'list' ? rules.items.flatMap(parseUse) : [],
    ...(manual !== undefined && { manual }),
  };
}

function parseUse(node: YamlNode): readonly RuleUse[] {
  if (node.kind === 'scalar') return [{ rule: { name: String(node.value), place: node.place }, with: [] }];
  const rule = node.kind === 'map' ? named(node, 'rule') : undefined;
  if (node.kind !== 'map' || rule === undefined) return [];
  const given = entryOf(node, 'with')?.value;
  return [
    {
      rule,
      with:
        given?.kind === 'map'
          ? given.entries.map(({ key, keyPlace, value }) => ({
              name: key,
              value: toJson(value),
              place: keyPlace,
            }))
          : [],
    },
  ];
}

/** Text as it was written: an id such as 2.10 that nobody quoted is not the number 2.1. */
function written(map: YamlMap, key: string): string {
  const node = entryOf(map, key)?.value;
  if (node?.kind !== 'scalar') return '';
  return typeof node.value === 'number' ? node.source : String(node.value);
}
