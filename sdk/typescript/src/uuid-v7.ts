// UUIDv7 (RFC 9562): 48 bits of time, then random ones.

/** Of the 16 random bytes, those that stand where the time is are not looked at. */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  const time = nowMs.toString(16).padStart(12, '0');
  const rest = Array.from(random, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(12);
  // Version 7 in the place of a digit, and the variant in the place of two bits.
  return (time + rest).replace(
    /^(.{8})(....).(...)(.)(...)/,
    (_, high, low, a, variant, b) => `${high}-${low}-7${a}-${'89ab'[Number.parseInt(variant, 16) % 4]}${b}-`,
  );
}
