// CRC-32C (Castagnoli), as java.util.zip.CRC32C computes it.
const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** Eight hexadecimal digits over bytes. */
export function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff];
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

/** The checksum of keyed state: each key, a zero, its value as JSON, a line feed, in the keys' sort order. */
export function sumOf(values) {
  const lines = [...values.keys()].sort().map((key) => `${key}\0${JSON.stringify(values.get(key))}\n`);
  return crc32c(new TextEncoder().encode(lines.join("")));
}
