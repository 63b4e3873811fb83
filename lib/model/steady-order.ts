/**
 * The order in which rows stand on a page whose figures move: as they stood, until they may move.
 * What is gone leaves, what is new comes in where it now belongs.
 */
export function steadyOrder(
  shown: readonly string[],
  wanted: readonly string[],
  mayMove: boolean,
): readonly string[] {
  if (mayMove) return wanted;
  const isWanted = new Set(wanted);
  const isShown = new Set(shown);
  const order = shown.filter((name) => isWanted.has(name));
  wanted.forEach((name, index) => {
    if (!isShown.has(name)) order.splice(index, 0, name);
  });
  return order;
}
