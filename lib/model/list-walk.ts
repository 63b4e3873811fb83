/** What stands before and after one of a list, null where the list ends; null for one not in it. */
export function neighboursIn<T>(
  list: readonly T[],
  item: T,
): { previous: T | null; next: T | null } | null {
  const at = list.indexOf(item);
  if (at === -1) return null;
  return { previous: list[at - 1] ?? null, next: list[at + 1] ?? null };
}
