/**
 * Picks rows at random, the same ones for the same seed: an auditor's sample that anybody can draw again. The numbers
 * come from the mulberry32 generator; rows are shown in their order of before.
 */
export function sample(rows: Uint32Array, size: number, seed: number): Uint32Array {
  if (size >= rows.length) return rows;
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  // The population is put in file order first: how the list is sorted must not change what is picked.
  const population = rows.slice().sort();
  const picked = new Set<number>();
  for (let index = 0; index < size; index += 1) {
    const at = index + Math.floor(random() * (population.length - index));
    const row = population[at] ?? 0;
    population[at] = population[index] ?? 0;
    population[index] = row;
    picked.add(row);
  }
  return rows.filter((row) => picked.has(row));
}
