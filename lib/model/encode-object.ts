/** An object as the contract writes it: JSON text, or the bytes it already is. */
export function encodeObject(value: Record<string, unknown> | Uint8Array): string | Uint8Array {
  return value instanceof Uint8Array ? value : JSON.stringify(value);
}
