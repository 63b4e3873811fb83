const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** A size in the unit that suits it, by thousands: `812 bytes`, `16.4 kB`, `5 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  return `${size < 100 ? Number(size.toFixed(1)) : Math.round(size)} ${UNITS[unit]}`;
}
