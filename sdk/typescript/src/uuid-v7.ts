// UUIDv7 (RFC 9562): 48 bits of time, then random ones.

export function uuidV7(nowMs: number, random: Uint8Array<ArrayBuffer>): string {
  const bytes = new DataView(random.slice(0, 16).buffer);
  bytes.setUint16(0, nowMs / 2 ** 32);
  bytes.setUint32(2, nowMs);
  bytes.setUint8(6, (bytes.getUint8(6) & 0x0f) | 0x70);
  bytes.setUint8(8, (bytes.getUint8(8) & 0x3f) | 0x80);
  const hex = [...new Uint8Array(bytes.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
